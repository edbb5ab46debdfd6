"""Every way in is written down, and ends at the second factor."""

import re
from typing import Any

from tests.house.places import DOCS
from tests.members.passkeys import Key, add_key, sign_in_by_key
from tests.portal import OFFICER, PASSWORD, Browser, Portal
from tests.routes import routes

TEXT = (DOCS / "explanation" / "signing-in.md").read_text("utf-8")
WRITTEN = set(re.findall(r"`(/account/[^`]+/)`", TEXT.partition("## Ways in")[2].partition("##")[0]))
ELSEWHERE = {"/account/logout/", "/account/password/new/done/", "/account/password/forgotten/sent/"}
"""Pages of the account that answer whoever is not signed in, and show nobody in."""
FILLED: dict[str, Any] = {
    "provider_id": "argument", "secret": "argument", "uidb64": "argument", "pk": 7000,
}  # fmt: skip


def open_addresses() -> set[str]:
    """The addresses under /account/ at which somebody who is not signed in is not sent to sign in."""
    from django.urls import reverse

    found = set()
    for route in routes():
        names = {one: FILLED.get(one, "00000000-0000-0000-0000-000000007000") for one in route.arguments}
        address = reverse(route.name, kwargs=names)
        asked = Browser()
        answers = [asked.get(address) if route.shows else None, asked.post(address)]
        is_open = any(
            one is not None and not (one.status_code == 302 and "?next=" in one["Location"])
            for one in answers
        )
        if address.startswith("/account/") and is_open:
            found.add(re.sub(r"argument|[0-]*7000", "…", address))
    return found


def test_no_way_in_is_missing_from_the_page(portal: Portal) -> None:
    asks_again = {one for one in WRITTEN if "reauthenticate" in one}
    assert open_addresses() - ELSEWHERE - asks_again == WRITTEN - asks_again
    assert len(asks_again) == 3


def test_every_way_in_ends_at_the_second_factor(real: Portal) -> None:
    """A password, a passkey that is lost, a new password: none reaches anything. Issuers are tested in test_issuers.py."""
    key, browser = Key(), Browser()
    browser.sign_in()
    add_key(browser, key)
    by_key = Browser()
    sign_in_by_key(by_key, key)
    assert by_key.get("/account/").status_code == 200
    for fields in (
        {"login": OFFICER, "password": PASSWORD},
        {"login": OFFICER.upper(), "password": PASSWORD},
    ):
        by_password = Browser()
        assert by_password.post("/account/login/", fields)["Location"] == "/account/2fa/authenticate/"
        assert by_password.get("/account/").status_code == 302
    weak = Browser()
    sign_in_by_key(weak, key, is_verified=False)
    assert weak.get("/account/").status_code == 302
