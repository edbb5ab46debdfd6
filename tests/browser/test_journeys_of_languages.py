"""The language is changed by a button, there and back, with and without JavaScript, and stays for the pages that follow."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.deeds import follow
from tests.browser.visiting import Visits
from tests.inhabitants import person


def shows(page: Page, language: str, direction: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", direction)
    expect(page.locator(".languages [aria-current]")).to_have_attribute("value", language)


def choose(page: Page, language: str) -> None:
    with page.expect_navigation():
        page.locator(f".languages button[value={language}]").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
@pytest.mark.parametrize("email", ["", person("officer.xa").email], ids=["nobody", "officer"])
def test_persian_goes_from_the_right_and_english_comes_back(visit: Visits, scripts: bool, email: str) -> None:
    page = visit(scripts=scripts, email=email)
    page.goto("/account/" if email else "/account/login/?next=/account/")
    address, heading = page.url, page.locator("h1").inner_text()
    shows(page, "en", "ltr")
    choose(page, "fa")
    assert page.url == address, "one stays where one is"
    shows(page, "fa", "rtl")
    assert page.locator("h1").inner_text() != heading
    page.locator("header a.name").click()
    page.wait_for_url(lambda url: url.endswith("/"))
    shows(page, "fa", "rtl")
    choose(page, "id")
    shows(page, "id", "ltr")
    choose(page, "en")
    shows(page, "en", "ltr")
    follow(page, "Your account" if email else "Sign in")
    assert page.locator("h1").inner_text() == heading


def test_the_language_of_the_browser_is_spoken_until_another_is_chosen(visit: Visits) -> None:
    page = visit(language="fa")
    page.goto("/")
    shows(page, "fa", "rtl")
    choose(page, "en")
    page.reload()
    shows(page, "en", "ltr")
