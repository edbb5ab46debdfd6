"""What goes wrong behind a page: each fault is kept, and fails the test in the end (fixture `visit` of conftest.py)."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response, WebError

_REPORTER = """
addEventListener("securitypolicyviolation", (event) => console.error(
  `violation of ${event.effectiveDirective}: ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`
))
"""
_TOLD_BY_RESPONSES = "Failed to load resource"
_POLICIES = ("Content Security Policy", "Trusted Type", "Permissions policy", "Permissions-Policy")
_MAY_BE_REFUSED = {"fetch", "xhr"}
"""What a script asks may be answered with a refusal that the page then shows."""


class Watch:
    """The faults of every page of one context, one sentence each.

    Faults are: what the Content Security Policy refused, an error of JavaScript or on the console, an answer of 500 or more, a part of a
    page (stylesheet, script, picture, font) that is not there, and whatever a page asks of another origin than its own. Pages of `guests`
    are not watched; where a page leads is the test's business.
    """

    def __init__(self, context: BrowserContext, home: str, guests: set[str]) -> None:
        self.context, self.home, self.guests = context, home, guests
        self.faults: list[str] = []
        context.add_init_script(_REPORTER)
        context.on("console", self._read_console)
        context.on("weberror", self._read_error)
        context.on("request", self._read_request)
        context.on("response", self._read_response)

    def settled(self) -> list[str]:
        """Give the faults once what every page has still to say was heard."""
        for page in self.context.pages:
            _hear_out(page)
        return self.faults

    def forgive(self, word: str) -> None:
        """Take back the faults that hold this word, which the test brought about; at least one must be there."""
        kept = [fault for fault in self.settled() if word not in fault]
        assert len(kept) < len(self.faults), f"nothing of '{word}' among {self.faults}"
        self.faults = kept

    def _read_console(self, message: ConsoleMessage) -> None:
        text = message.text
        is_policy = any(word in text for word in _POLICIES)
        is_wrong = is_policy or (message.type == "error" and not text.startswith(_TOLD_BY_RESPONSES))
        if is_wrong and not self._is_guest(message.page.url if message.page else ""):
            self.faults.append(f"console of {_path(message.page)}: {text}")

    def _read_error(self, error: WebError) -> None:
        if not self._is_guest(error.page.url if error.page else ""):
            self.faults.append(f"JavaScript of {_path(error.page)}: {error.error}")

    def _read_request(self, request: Request) -> None:
        origin = _origin(request.url)
        if not origin or origin in {self.home, *self.guests}:
            return
        if request.is_navigation_request() or not self._is_guest(request.frame.url):
            self.faults.append(f"{request.url} was asked for, which is neither the portal's nor a guest's")

    def _read_response(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request():
            is_fault = response.status >= 500 and not self._is_guest(response.url)
        else:
            limit = 500 if request.resource_type in _MAY_BE_REFUSED else 400
            is_fault = response.status >= limit and not self._is_guest(request.frame.url)
        if is_fault:
            self.faults.append(f"{request.method} {response.url} answered {response.status}")

    def _is_guest(self, url: str) -> bool:
        return _origin(url) in self.guests


def _origin(url: str) -> str:
    """Scheme, host and port; '' for what has no origin (about:, data:, blob:)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _hear_out(page: Page) -> None:
    """Let the page do what it has queued, and hear it; a page that is just leaving has said all."""
    try:
        page.evaluate("0")
        page.evaluate("0")
    except Error:
        return


def _path(page: Page | None) -> str:
    return urlsplit(page.url).path if page else "a page that is closed"
