"""The ways into a portal work in a real browser: password, code, passkey, issuer, invitation; on a demonstration and on a real instance."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.factors import set_up_codes, set_up_passkey, sign_in_by_passkey
from tests.browser.portal import Portal, serving
from tests.browser.providers import Provider, providing
from tests.browser.visiting import Visits, sign_in
from tests.estates import name_issuer
from tests.inhabitants import Person, person

OFFICER = {"XA": ("data_officer",)}


@pytest.fixture
def newcomer(portal: Portal) -> Person:
    return portal.newcomer(OFFICER)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing({"nobody": {"email": "nobody@lontar.example", "email_verified": True}}) as made:
        yield made


def reader(page: Page) -> str:
    """The name that the page says it is for."""
    return page.locator("header").inner_text()


def test_a_password_lets_in_and_a_wrong_one_does_not(page: Page, newcomer: Person) -> None:
    page.set_default_timeout(2000)
    with pytest.raises(Exception, match="Timeout"):
        sign_in(page, newcomer.email, "wrong")
    expect(page.get_by_text("is not right").first).to_be_visible()
    sign_in(page, newcomer.email)
    assert "Somebody" in reader(page)


def test_readers_share_a_session_and_no_two_people_do(visit: Visits) -> None:
    first, second = (visit(email=person(who).email) for who in ("officer.xa", "officer.xb"))
    for page, who in ((first, "Data officer of XA"), (second, "Data officer of XB")):
        page.goto("/")
        assert who in reader(page)


def test_a_code_is_asked_of_whoever_set_codes_up(visit: Visits, newcomer: Person) -> None:
    page = visit()
    sign_in(page, newcomer.email)
    codes = set_up_codes(page)
    other = visit()
    sign_in(other, newcomer.email, code=codes.next())
    assert "Somebody" in reader(other)


def test_a_passkey_lets_in_alone(visit: Visits, newcomer: Person) -> None:
    page = visit()
    sign_in(page, newcomer.email)
    kept = set_up_passkey(page)
    assert [passkey["rpId"] for passkey in kept.passkeys] == ["localhost"]
    page.context.clear_cookies()
    sign_in_by_passkey(page)
    assert "Somebody" in reader(page)


def test_an_issuer_lets_in_whom_the_portal_knows(
    visit: Visits, portal: Portal, provider: Provider, newcomer: Person
) -> None:
    issuer = name_issuer(portal.copy, provider.url)
    provider.tell("her", {"email": newcomer.email, "email_verified": True})
    page = visit(guests=[provider.url])
    page.goto("/account/login/")
    page.locator(f"form[action*='/{issuer}/'] button").click()
    provider.let_in(page, "her")
    page.wait_for_url(portal.at("/"))
    assert "Somebody" in reader(page)


def test_a_letter_arrives(visit: Visits, portal: Portal) -> None:
    page = visit(email=portal.newcomer({"XA": ("administrator",)}).email)
    page.goto("/administration/invite/")
    page.locator("input[name=email]").fill("new@agency.example")
    page.locator("[name=agency]").select_option(index=1)
    page.locator("[name=roles]").first.check()
    page.locator("main [type=radio]").first.check()
    page.locator("main form.form button").click()
    letter = portal.postbox.letter_to("new@agency.example")
    (link,) = re.findall(rf"{portal.url}(/account/invitation/\S+/)", letter.text)
    guest = visit()
    guest.goto(link)
    expect(guest.locator("h1")).to_contain_text("invites you")


def test_a_real_instance_speaks_tls_and_asks_for_a_second_factor(visit: Visits, real_portal: Portal) -> None:
    them = real_portal.newcomer({"AU": ("data_officer",)})
    page = visit(site=real_portal)
    sign_in(page, them.email)
    page.goto("/account/tokens/")
    page.wait_for_url(real_portal.at("/account/2fa/"))
    kept = set_up_passkey(page)
    page.goto("/account/")
    page.wait_for_url(real_portal.at("/account/"))
    page.context.clear_cookies()
    sign_in_by_passkey(page)
    assert kept.passkeys[0]["signCount"] > 1
    assert all(cookie["secure"] for cookie in page.context.cookies())


def test_a_fresh_portal_has_nothing_of_another(visit: Visits, fresh_portal: Portal, newcomer: Person) -> None:
    assert fresh_portal.asked("select id from members_person where email = %s", newcomer.email) == []
    page = visit(site=fresh_portal)
    sign_in(page, person("admin.xb").email)
    assert "Administrator of XB" in reader(page)


def test_a_portal_that_does_not_get_ready_says_why(portal: Portal, tmp_path: Path) -> None:
    with portal.copy.instance.copied() as copy:
        with copy.owner() as owner:
            owner.execute("drop function installed()")
        with (
            pytest.raises(AssertionError, match="does not get ready"),
            serving(copy, tmp_path / "log", portal.postbox),
        ):
            pass
