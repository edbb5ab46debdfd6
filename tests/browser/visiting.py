"""Visits to a portal: pages of the browser that are watched, in a language and a width, as somebody or nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.browser.portal import tail
from tests.browser.watching import Watch
from tests.inhabitants import PASSWORD

WIDE, NARROW = 1280, 320
_HEIGHT = 800
_LOCALES = {"en": "en-GB", "fa": "fa-IR", "id": "id-ID"}
PATIENCE = 15_000
"""Milliseconds that a page may let a test wait."""
FRESH = 180.0
"""Seconds after which somebody is signed in anew: pages that weigh ask again after five minutes."""


class States:
    """The cookies of those who signed in, each kept while that is fresh."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[float, StorageState]] = {}

    def of(self, where: str, who: str, sign_in: Callable[[], StorageState]) -> StorageState:
        """Give the cookies of somebody at a place; where there are none that are fresh, of a new signing in."""
        since, state = self._kept.get((where, who), (0.0, None))
        if state is None or time.monotonic() - since > FRESH:
            state = sign_in()
            self._kept[where, who] = (time.monotonic(), state)
        return state


class Site(Protocol):
    """What is visited: where it answers, and where it writes what goes wrong."""

    @property
    def url(self) -> str: ...

    @property
    def log(self) -> Path: ...


class Visits:
    """Opens pages of portals. What went wrong behind any of them is told by `faults`; forgiving is by `watch_of`."""

    def __init__(self, browser: Browser, site: Site, states: States) -> None:
        self._browser, self._site, self._states = browser, site, states
        self._watches: dict[BrowserContext, Watch] = {}
        self._logs: dict[str, Site] = {}

    def __call__(
        self, *, width: int = WIDE, language: str = "en", scripts: bool = True, email: str = "", site: Site | None = None,
        guests: Iterable[str] = (),
    ) -> Page:  # fmt: skip
        """Open an empty page in a context of its own; `page.goto("/path/")` is within the site.

        `email` is somebody who is signed in already: one session for all readers, so whoever ends it takes it from others (sign in with
        `sign_in` for that). Without `scripts` JavaScript is off. `guests` are origins of others that the test leads to.
        """
        there = site or self._site
        state = self._state(there, email) if email else None
        context = self._context(there, width, language, scripts, guests, state)
        return context.new_page()

    def watch_of(self, page: Page) -> Watch:
        """What is known of the faults behind a page and those that it opened."""
        return self._watches[page.context]

    def faults(self) -> list[str]:
        """Everything that went wrong so far; where a portal answered 500, what it said."""
        found = [fault for watch in self._watches.values() for fault in watch.settled()]
        is_at_fault = any(" answered 5" in fault for fault in found)
        return [*found, *(tail(one.log) for one in self._logs.values() if is_at_fault)]

    def close(self) -> None:
        """End all visits."""
        for context in self._watches:
            context.close()

    def _context(
        self, site: Site, width: int, language: str, scripts: bool, guests: Iterable[str], state: StorageState | None
    ) -> BrowserContext:  # fmt: skip
        context = self._browser.new_context(
            base_url=site.url, viewport={"width": width, "height": _HEIGHT}, locale=_LOCALES[language], java_script_enabled=scripts,
            reduced_motion="reduce", storage_state=state,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        self._watches[context] = Watch(context, site.url, set(guests))
        self._logs[site.url] = site
        return context

    def _state(self, site: Site, email: str) -> StorageState:
        """The cookies of somebody who signed in, once for all visits."""

        def come() -> StorageState:
            page = self._context(site, WIDE, "en", True, (), None).new_page()
            sign_in(page, email)
            return page.context.storage_state()

        return self._states.of(str(site.log), email, come)


def sign_in(page: Page, email: str, password: str = PASSWORD, code: str = "") -> None:
    """Sign in by the page of the portal, with a one-time code where it asks for one. Raises AssertionError where it does not let in."""
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    if code:
        page.locator("input[name=code]").fill(code)
        page.locator("input[name=code]").press("Enter")
    page.wait_for_url(lambda url: not any(door in url for door in ("/account/login/", "/2fa/authenticate/")))


def show_password(page: Page, password: str = PASSWORD) -> None:
    """Show the password once more where a page that weighs has led to the page that asks for it; elsewhere nothing is done."""
    if "/account/reauthenticate/" in page.url:
        page.locator("input[name=password]").fill(password)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/account/reauthenticate/" not in url)
