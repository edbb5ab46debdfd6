"""Where the portal is at fault it says so, on a page as good as the others; and a visit does not let that pass."""

import pytest

from tests.browser.accessibility import axe
from tests.browser.keyboard import by_keyboard
from tests.browser.layout import fits
from tests.browser.portal import Portal
from tests.browser.visiting import NARROW, Visits, sign_in
from tests.inhabitants import person


def test_the_page_of_a_fault(visit: Visits, fresh_portal: Portal) -> None:
    page = visit(width=NARROW, site=fresh_portal)
    sign_in(page, person("officer.xa").email)
    fresh_portal.asked("drop function appointments_of cascade")
    answer = page.goto("/")
    assert answer is not None
    assert answer.status == 500
    axe(page)
    fits(page)
    assert page.locator("h1").is_visible()
    faults = visit.faults()
    assert any("answered 500" in fault for fault in faults)
    assert "appointments_of" in faults[-1], "the log of the portal is told too"
    visit.watch_of(page).forgive("answered 500")
    with pytest.raises(AssertionError, match="the first stop is no link"):
        by_keyboard(page)
