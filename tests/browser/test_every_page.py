"""Every page, in a language from left to right and one from right to left, wide and narrow, by keyboard, and without JavaScript."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.accessibility import barriers
from tests.browser.keyboard import walk
from tests.browser.layout import is_read, reaches_beyond
from tests.browser.pages import EXCUSED, PAGES, Shown
from tests.browser.portal import Portal
from tests.browser.scenes import set_scene
from tests.browser.touring import Stop, Tour, judged_first_at
from tests.browser.visiting import WIDE
from tests.conftest import PROVING
from tests.databases import Instance, configured
from tests.routes import routes

DIRECTIONS = {"en": "ltr", "fa": "rtl", **({"id": "ltr"} if PROVING else {})}
STATIONS = [
    pytest.param(shown, language, width, id=f"{shown.name}-{language}-{width}")
    for shown in PAGES
    for language in DIRECTIONS
    for width in judged_first_at(language)[: None if PROVING else 1]
]
"""English wide and Persian narrow; the full count has every language at every width."""


@pytest.fixture(scope="module")
def tour(browser: Browser, portal: Portal) -> Iterator[Tour]:
    made = Tour(browser, portal, set_scene(portal))
    yield made
    made.close()
    portal.asked("delete from gate_cache")  # the guesses of the tour are not counted against others


def test_no_page_is_forgotten(instance: Instance) -> None:
    configured(instance)
    known = {shown.route for shown in PAGES} - {""}
    looked_at = {route.name for route in routes() if route.shows}
    assert looked_at - known - set(EXCUSED) == set(), "in neither table of tests/browser/pages.py"
    assert known - looked_at == set(), "in the table, and no page of the portal"
    assert set(EXCUSED) - (looked_at - known) == set(), "excused, and shown or gone"


def test_no_two_pages_have_one_name() -> None:
    assert len({shown.name for shown in PAGES}) == len(PAGES)


@pytest.mark.parametrize(("shown", "language", "width"), STATIONS)
def test_page(tour: Tour, shown: Shown, language: str, width: int) -> None:
    stop = tour.at(shown, language, width)
    found = [
        *arrived(stop, shown),
        *(barriers(stop.world)),
        *(f"reaches beyond {width} px: {one}" for one in reaches_beyond(stop.world)),
        *(misread(stop, language)),
        *(headless(stop)),
        *(walk(stop.page, stop.world).faults if stop.first else []),
        *tour.faults(stop),
    ]
    assert not found, "\n".join([urlsplit(stop.page.url).path, *found])


@pytest.mark.parametrize(
    "shown", [shown for shown in PAGES if shown.does is None], ids=lambda shown: shown.name
)
def test_page_without_scripts(tour: Tour, shown: Shown) -> None:
    stop = tour.at(shown, "en", WIDE, scripts=False)
    found = [*arrived(stop, shown), *headless(stop), *tour.faults(stop)]
    assert not found, "\n".join([urlsplit(stop.page.url).path, *found])


def arrived(stop: Stop, shown: Shown) -> list[str]:
    """Whether it is the page that was asked for, and not one to which its reader was sent on."""
    if shown.does is not None:
        return (
            []
            if stop.page.locator(shown.has).first.is_visible()
            else [f"the page that answers has no {shown.has}"]
        )
    there = urlsplit(stop.page.url).path
    wrong = [] if stop.status == shown.status else [f"the page answered {stop.status}, not {shown.status}"]
    return wrong if there == stop.path else [*wrong, f"{stop.path} led to {there}"]


def misread(stop: Stop, language: str) -> list[str]:
    """Whether the page says its language, and is read in its direction."""
    found = is_read(stop.world)
    wanted = (language, DIRECTIONS[language])
    return [] if found == wanted else [f"language and direction are {found}, not {wanted}"]


def headless(stop: Stop) -> list[str]:
    """Whether the page has a title, and one heading of the first level that is seen."""
    headings = [one for one in stop.page.locator("h1").all() if one.is_visible() and one.inner_text().strip()]
    wrong = [] if len(headings) == 1 else [f"{len(headings)} headings of the first level are seen"]
    return wrong if stop.page.title().strip() else [*wrong, "there is no title"]
