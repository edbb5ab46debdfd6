"""Signing in through the issuer of a participant, a process of its own: whom it lets in, for whom they act, and whom it does not let in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.deeds import SIGNING_IN, alike, fetched, follow, give_password, is_in, newcomer, says
from tests.browser.portal import Portal
from tests.browser.providers import Provider, providing
from tests.browser.visiting import Visits
from tests.estates import name_issuer
from tests.inhabitants import Person

BOTH = {"XB": ("data_officer",), "XC": ("analyst",)}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing({"nobody": {"email": "nobody@lontar.example", "email_verified": True}}) as made:
        yield made


@pytest.fixture(scope="module")
def issuer(portal: Portal, provider: Provider) -> str:
    """The issuer of XB, by the name that its button leads to."""
    return name_issuer(portal.copy, provider.url, "XB")


@pytest.fixture
def them(portal: Portal, provider: Provider) -> Person:
    """Somebody of XB and of XC, whom the issuer of XB knows as `her`."""
    person = newcomer(portal, "Bibi Between", BOTH)
    provider.tell("her", {"email": person.email, "email_verified": True})
    return person


def through(page: Page, provider: Provider, issuer: str, user: str) -> None:
    """Sign in through the issuer, as one of its users; whatever comes of it."""
    page.goto("/")
    follow(page, "Sign in")
    page.locator(f"form[action*='/{issuer}/'] button").click()
    page.wait_for_url(f"{provider.url}/**")
    with page.expect_navigation(url=lambda url: not url.startswith(provider.url)):
        provider.let_in(page, user)


def test_an_issuer_lets_act_for_its_own_participant_alone(
    visit: Visits, portal: Portal, provider: Provider, issuer: str, them: Person
) -> None:
    by_password = visit()
    give_password(by_password, them.email)
    follow(by_password, "Change: for whom you act")
    expect(by_password.locator("main .rows li")).to_have_count(2)
    (other,) = (
        by_password.locator("main .rows li", has=by_password.locator("form")).locator("bdi").all_inner_texts()
    )

    page = visit(guests=[provider.url])
    through(page, provider, issuer, "her")
    is_in(page, "Bibi Between")
    expect(page.locator(".who a")).to_have_count(0)
    expect(page.locator(".who")).not_to_contain_text(other)
    page.goto("/account/acting-for/")
    expect(page.locator("main .rows li")).to_have_count(1)
    expect(page.locator("main form")).to_have_count(0)
    told = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    forged = fetched(
        page, "/account/acting-for/", method="POST", body=f"participant=XC&csrfmiddlewaretoken={told}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert forged["status"] == 404
    page.goto("/")
    expect(page.locator(".who")).not_to_contain_text(other)
    allowed = fetched(
        by_password, "/account/acting-for/", method="POST",
        body=f"participant=XC&csrfmiddlewaretoken={by_password.locator('input[name=csrfmiddlewaretoken]').first.input_value()}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert allowed["status"] == 200, "by password the same form is taken"


def test_whoever_is_not_of_the_participant_finds_nothing_alike(
    visit: Visits, portal: Portal, provider: Provider, issuer: str, them: Person
) -> None:
    elsewhere = newcomer(portal, "Cora Elsewhere", {"XC": ("analyst",)})
    gone = newcomer(portal, "Gus Gone", {"XB": ("analyst",)})
    portal.asked("update members_person set is_suspended = true where id = %s", gone.id)
    provider.tell("elsewhere", {"email": elsewhere.email, "email_verified": True})
    provider.tell("gone", {"email": gone.email, "email_verified": True})
    provider.tell("unsure", {"email": them.email, "email_verified": False})
    answers = []
    for user in ("nobody", "elsewhere", "gone", "unsure"):
        page = visit(guests=[provider.url])
        through(page, provider, issuer, user)
        expect(page).to_have_url(SIGNING_IN)
        says(
            page,
            "There is nothing here for you. People are invited by the administrator of their participant.",
        )
        answers.append(alike(page.content()))
        page.goto("/account/")
        expect(page).to_have_url(SIGNING_IN)
    assert len(set(answers)) == 1


def test_whoever_turns_back_at_the_issuer_is_told(
    visit: Visits, provider: Provider, issuer: str, them: Person
) -> None:
    page = visit(guests=[provider.url])
    page.goto("/account/login/")
    page.locator(f"form[action*='/{issuer}/'] button").click()
    page.wait_for_url(f"{provider.url}/**")
    provider.turn_away(page)
    expect(page.locator("main")).to_contain_text("sign in", ignore_case=True)
    expect(page.locator(".who")).to_have_count(0)
