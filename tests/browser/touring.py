"""A tour of the pages: each is opened once for a language and then seen at every width, in few windows of the browser."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from playwright.sync_api import Browser, Page, StorageState

from tests.browser.factors import Codes, set_up_codes, set_up_passkey
from tests.browser.pages import HALFWAY, NOBODY, SECURED, Shown
from tests.browser.portal import Portal
from tests.browser.scenes import Scene
from tests.browser.visiting import NARROW, WIDE, States, Visits, show_password, sign_in
from tests.browser.worlds import OwnWorld
from tests.inhabitants import PASSWORD, person

_HEIGHT = 800


class Stop(NamedTuple):
    """A page as it is seen now; `first` says that it was just opened, and nothing in it was touched."""

    page: Page
    world: OwnWorld
    first: bool
    status: int
    path: str


class Tour:
    """Goes through the pages of one portal. `faults` of a stop are those that came since the stop before."""

    def __init__(self, browser: Browser, portal: Portal, scene: Scene) -> None:
        self._portal, self._scene = portal, scene
        self._visits = Visits(browser, portal, States())
        self._windows: dict[tuple[str, bool], Page] = {}
        self._states = States()
        self._codes: Codes | None = None
        self._at: tuple[Shown, str, bool] | None = None
        self._stop: Stop | None = None

    def at(self, shown: Shown, language: str, width: int, *, scripts: bool = True) -> Stop:
        """See a page in a language at a width; it is opened anew unless that is where one stands."""
        if self._stop is None or self._at != (shown, language, scripts):
            self._at = None
            self._stop = self._open(shown, language, width, scripts)
            self._at = (shown, language, scripts)
            return self._stop
        self._stop.page.set_viewport_size({"width": width, "height": _HEIGHT})
        self._stop = self._stop._replace(first=False)
        return self._stop

    def address(self, shown: Shown) -> str:
        """The path of a page."""
        from django.urls import reverse

        if shown.path:
            return shown.path
        filled = {argument: self._scene.fill(part, self._portal) for argument, part in shown.filled.items()}
        return reverse(shown.route, kwargs=filled)

    def faults(self, stop: Stop) -> list[str]:
        """What went wrong behind the page; it is told once."""
        watch = self._visits.watch_of(stop.page)
        found, watch.faults = watch.settled(), []
        return found

    def close(self) -> None:
        """End the tour."""
        self._visits.close()

    def _open(self, shown: Shown, language: str, width: int, scripts: bool) -> Stop:
        window = self._windows.get((language, scripts)) or self._visits(language=language, scripts=scripts)
        self._windows[language, scripts] = window
        window.set_viewport_size({"width": width, "height": _HEIGHT})
        window.context.clear_cookies()
        if shown.who != NOBODY:
            window.context.add_cookies(cast(Any, self._state(shown.who)["cookies"]))
        path = self.address(shown)
        answer = window.goto(path)
        assert answer is not None
        if shown.does is not None and scripts:
            shown.does(window)
        return Stop(window, OwnWorld(window), True, answer.status, path)

    def _state(self, who: str) -> StorageState:
        """The cookies of somebody, who signs in where they did not do so just now."""

        def come() -> StorageState:
            page = self._visits()
            if who == SECURED:
                self._secure(page)
            elif who == HALFWAY:
                self._go_halfway(page)
            else:
                sign_in(page, person(who).email)
            state = page.context.storage_state()
            page.close()
            return state

        return self._states.of(str(self._portal.log), who, come)

    def _secure(self, page: Page) -> None:
        """Sign in with every second factor, which are set up the first time."""
        email = self._scene.secured.email
        sign_in(page, email, code=self._codes.next() if self._codes else "")
        if self._codes is None:
            self._codes = set_up_codes(page)
            set_up_passkey(page)
        page.goto("/account/reauthenticate/")
        show_password(page)

    def _go_halfway(self, page: Page) -> None:
        """Give the password of somebody who is then asked for a code, and give none."""
        self._state(SECURED)
        page.goto("/account/login/")
        page.locator("input[name=login]").fill(self._scene.secured.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url("**/2fa/authenticate/**")


def judged_first_at(language: str) -> tuple[int, ...]:
    """The widths of a page in a language, that at which it is opened first: one is wide first, the other narrow."""
    return (WIDE, NARROW) if language == "en" else (NARROW, WIDE)
