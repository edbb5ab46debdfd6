"""Second factors, set up and shown by the pages of the portal, as people do it."""

from __future__ import annotations

import time

from playwright.sync_api import Page

from tests.browser.codes import STEP, code
from tests.browser.passkeys import Authenticator
from tests.browser.visiting import show_password


class Codes:
    """An authenticator app that holds one secret; each code is given once, since the portal takes none twice."""

    def __init__(self, secret: str) -> None:
        self.secret, self._last = secret, 0

    def next(self) -> str:
        """The code of now, or of the next half minute where that of now was given already; later ones are waited for."""
        step = max(int(time.time()) // STEP, self._last + 1)
        time.sleep(max(0.0, (step - 1) * STEP - time.time()))
        self._last = step
        return code(self.secret, step * STEP)


def set_up_codes(page: Page) -> Codes:
    """Set up codes for whoever is signed in, and give the app that shows them."""
    page.goto("/account/2fa/totp/activate/")
    show_password(page)
    codes = Codes(page.locator(".secret").inner_text())
    page.locator("input[name=code]").fill(codes.next())
    page.locator("input[name=code]").press("Enter")
    page.wait_for_url(lambda url: "/totp/activate/" not in url)
    return codes


def set_up_passkey(page: Page, name: str = "My key", *, alone: bool = True) -> Authenticator:
    """Add a passkey for whoever is signed in, and give what keeps it; it goes with the page. `alone` lets it sign in without a password."""
    authenticator = Authenticator(page)
    page.goto("/account/2fa/webauthn/add/")
    show_password(page)
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=passwordless]").set_checked(alone)
    page.locator("[data-passkey=create]").click()
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)
    return authenticator


def sign_in_by_passkey(page: Page) -> None:
    """Sign in by the passkey that an authenticator at this page keeps."""
    page.goto("/account/login/")
    page.locator("[data-passkey=get]").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
