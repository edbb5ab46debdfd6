"""A session ends after half an hour without use, and after twelve hours; the next click leads to signing in, and says why."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.deeds import age, follow, give_password, is_in, must_sign_in, newcomer, press, says
from tests.browser.portal import Portal
from tests.browser.visiting import Visits
from tests.inhabitants import Person

IDLE, ABSOLUTE = 30 * 60, 12 * 60 * 60
ENDED = "You were signed out, since the session had ended. Please sign in again."


@pytest.fixture
def them(portal: Portal) -> Person:
    return newcomer(portal, "Tariq Tired", {"XD": ("data_officer",)})


@pytest.fixture
def inside(visit: Visits, them: Person) -> Page:
    page = visit()
    give_password(page, them.email)
    is_in(page, "Tariq Tired")
    return page


def earlier(**seconds: float) -> Any:
    """What lets a session remember moments that many seconds earlier."""

    def change(session: Any) -> None:
        for mark, by in seconds.items():
            session[mark] -= by

    return change


@pytest.mark.parametrize("seconds", [{"seen": IDLE}, {"opened": ABSOLUTE}], ids=["idle", "absolute"])
def test_a_session_that_has_ended_leads_to_signing_in_with_the_reason(
    portal: Portal, inside: Page, them: Person, seconds: dict[str, float]
) -> None:
    age(portal, inside, earlier(**seconds))
    must_sign_in(inside)
    says(inside, ENDED)
    inside.locator("input[name=login]").fill(them.email)
    inside.locator("input[name=password]").fill("lontar-demo")
    press(inside, "Sign in")
    expect(inside.locator("h1")).to_have_text("Your account")


@pytest.mark.parametrize(
    "seconds", [{"seen": IDLE - 60}, {"opened": ABSOLUTE - 60}], ids=["idle", "absolute"]
)
def test_a_session_goes_on_until_then(portal: Portal, inside: Page, seconds: dict[str, float]) -> None:
    age(portal, inside, earlier(**seconds))
    follow(inside, "Your account")
    is_in(inside, "Tariq Tired")


def test_a_click_keeps_a_session_from_idling_but_not_from_its_end(portal: Portal, inside: Page) -> None:
    age(portal, inside, earlier(seen=IDLE - 60))
    follow(inside, "Your account")
    age(portal, inside, earlier(seen=IDLE - 60, opened=ABSOLUTE - 60))
    follow(inside, "Home")
    is_in(inside, "Tariq Tired")
    age(portal, inside, earlier(opened=61))
    must_sign_in(inside)
    says(inside, ENDED)
