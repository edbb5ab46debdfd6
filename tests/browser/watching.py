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
_WITHOUT_ORIGIN = {"about", "blob", "data"}


class Watch:
    """The faults of every page of one context, one sentence each.

    Faults are: what the Content Security Policy refused, an error of JavaScript or on the console, an answer of 500 or more, a part of a
    page (stylesheet, script, picture, font) that is not there, and whatever is asked of another origin than those `at_home`.
    """

    def __init__(self, context: BrowserContext, at_home: set[str]) -> None:
        self.context, self.at_home = context, at_home
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
        if is_policy or (message.type == "error" and not text.startswith(_TOLD_BY_RESPONSES)):
            self.faults.append(f"console of {_path(message.page)}: {text}")

    def _read_error(self, error: WebError) -> None:
        self.faults.append(f"JavaScript of {_path(error.page)}: {error.error}")

    def _read_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _WITHOUT_ORIGIN and f"{parts.scheme}://{parts.netloc}" not in self.at_home:
            self.faults.append(f"{request.url} was asked for, which is not at home")

    def _read_response(self, response: Response) -> None:
        is_part = response.request.resource_type not in {"document", "fetch", "xhr"}
        if response.status >= 500 or (is_part and response.status >= 400):
            self.faults.append(f"{response.request.method} {response.url} answered {response.status}")


def _hear_out(page: Page) -> None:
    """Let the page do what it has queued, and hear it; a page that is just leaving has said all."""
    try:
        page.evaluate("0")
        page.evaluate("0")
    except Error:
        return


def _path(page: Page | None) -> str:
    return urlsplit(page.url).path if page else "a page that is closed"
