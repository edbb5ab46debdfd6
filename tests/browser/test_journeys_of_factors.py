"""Second factors on a real instance: nothing is reached before one is set up, and each kind lets in as it should."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.codes import code
from tests.browser.deeds import (
    HELD,
    SECOND_STEP,
    SIGNING_IN,
    fetched,
    follow,
    give_code,
    give_password,
    is_in,
    newcomer,
    press,
    says,
    sign_out,
)
from tests.browser.factors import Codes
from tests.browser.passkeys import Authenticator
from tests.browser.portal import Portal
from tests.browser.visiting import Visits
from tests.inhabitants import Person
from tests.routes import routes

OFFICER = {"AU": ("data_officer", "administrator", "focal_point")}
NOBODY = "00000000-0000-4000-8000-000000000000"
SETTING_UP = {
    "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "account_reauthenticate", "account_logout", "language",
}  # fmt: skip
"""The pages that may be looked at before there is a second factor."""
UNTIL_THEN = re.compile(f"{SECOND_STEP.pattern}|{SIGNING_IN.pattern}")
"""Where somebody is led who has given a password and no code."""
WRONG = "The code or the key is not right."


@pytest.fixture
def them(real_portal: Portal) -> Person:
    return newcomer(real_portal, "Kirra Keyholder", OFFICER)


def closed_addresses() -> list[str]:
    """Every address that can be looked at and is no part of setting up a second factor."""
    from django.urls import reverse

    found = []
    for route in routes():
        if route.shows and route.name not in SETTING_UP:
            filled = {one: "1" if one == "pk" else NOBODY for one in route.arguments}
            found.append(reverse(route.name, kwargs=filled))
    return found


def codes_shown(page: Page) -> list[str]:
    """The recovery codes that the page shows, of which there are ten."""
    expect(page.locator(".codes li")).to_have_count(10)
    return page.locator(".codes li").all_inner_texts()


def wrong_code(app: Codes) -> str:
    """A code that is none of this hour's."""
    taken = {code(app.secret, time.time() + 30 * step) for step in range(-60, 60)}
    return next(one for one in (f"{number:06d}" for number in range(200)) if one not in taken)


def set_up_app(page: Page) -> Codes:
    """Set up an authenticator app by the page that one is held at."""
    follow(page, "Set up the app")
    app = Codes(page.locator(".secret").inner_text())
    page.locator("input[name=code]").fill(app.next())
    press(page, "Set it up")
    return app


def add_passkey(page: Page, *, alone: bool) -> None:
    """Add a passkey by the page that one is held at; `alone` lets it sign in without a password."""
    follow(page, "Add a passkey")
    page.get_by_label("Name").fill("The key on my ring")
    page.get_by_label("Sign in with it alone, without the password").set_checked(alone)
    press(page, "Add it")


def test_nothing_is_reached_before_a_second_factor_is_there(
    visit: Visits, real_portal: Portal, them: Person
) -> None:
    page = visit(site=real_portal)
    give_password(page, them.email)
    expect(page).to_have_url(HELD)
    says(page, "Set up a second factor: from then on it is asked whenever you sign in.")
    follow(page, "Your account")
    expect(page).to_have_url(HELD)
    addresses = closed_addresses()
    assert {"/", "/account/", "/account/tokens/", "/administration/", f"/why/{NOBODY}/"} <= set(addresses)
    reached = {path: fetched(page, path)["url"] for path in addresses}
    assert [path for path, url in reached.items() if not HELD.search(url)] == []


def test_a_passkey_is_set_up_first_and_then_lets_in_alone(
    visit: Visits, real_portal: Portal, them: Person
) -> None:
    page = visit(site=real_portal)
    key = Authenticator(page)
    give_password(page, them.email)
    add_passkey(page, alone=True)
    assert len(set(codes_shown(page))) == 10
    page.reload()
    expect(page.locator(".codes li")).to_have_count(0)
    follow(page, "Administration")
    is_in(page, "Kirra Keyholder")
    sign_out(page)
    follow(page, "Sign in")
    key.verify(False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("No passkey was used.")).to_be_visible()
    expect(page).to_have_url(SIGNING_IN)
    key.verify(True)
    press(page, "Sign in with a passkey")
    is_in(page, "Kirra Keyholder")
    follow(page, "Your account")
    says(page, "1 passkey")


def test_codes_of_an_app_and_recovery_codes_let_in_once_each(
    visit: Visits, real_portal: Portal, them: Person
) -> None:
    page = visit(site=real_portal)
    give_password(page, them.email)
    app = set_up_app(page)
    spare = codes_shown(page)[0]
    sign_out(page)

    give_password(page, them.email)
    give_code(page, wrong_code(app))
    says(page, WRONG)
    shown = app.next()
    give_code(page, shown)
    is_in(page, "Kirra Keyholder")
    sign_out(page)

    give_password(page, them.email)
    give_code(page, shown)
    says(page, WRONG)
    give_code(page, spare)
    is_in(page, "Kirra Keyholder")
    follow(page, "Your account")
    says(page, "9 codes left")
    sign_out(page)

    give_password(page, them.email)
    give_code(page, spare)
    says(page, WRONG)
    page.goto("/account/")
    expect(page).to_have_url(SECOND_STEP)


def test_a_password_alone_is_no_session(visit: Visits, real_portal: Portal, them: Person) -> None:
    page = visit(site=real_portal)
    give_password(page, them.email)
    set_up_app(page)
    sign_out(page)
    give_password(page, them.email)
    expect(page).to_have_url(SECOND_STEP)
    expect(page.locator(".who")).to_have_count(0)
    expect(page.get_by_role("button", name="Use a passkey instead")).to_have_count(0)
    for path in ("/account/", "/account/2fa/", "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/"):
        assert UNTIL_THEN.search(fetched(page, path)["url"]), path


def test_a_passkey_is_shown_after_the_password_too(visit: Visits, real_portal: Portal, them: Person) -> None:
    page = visit(site=real_portal)
    Authenticator(page)
    give_password(page, them.email)
    add_passkey(page, alone=False)
    sign_out(page)
    give_password(page, them.email)
    expect(page).to_have_url(SECOND_STEP)
    press(page, "Use a passkey instead")
    is_in(page, "Kirra Keyholder")
