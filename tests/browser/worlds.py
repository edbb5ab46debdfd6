"""Programs of the tests inside a page, in a world of their own: the page's policies neither stop them nor are bypassed for them."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page


class OwnWorld:
    """An isolated world of the document that the page shows now: it sees the document, and shares no names with its scripts."""

    def __init__(self, page: Page) -> None:
        self._devtools = page.context.new_cdp_session(page)
        frame = self._devtools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        made = self._devtools.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "tests"})
        self._context: int = made["executionContextId"]

    def close(self) -> None:
        """Leave the page."""
        self._devtools.detach()

    def load(self, program: str) -> None:
        """Run a program for what it defines."""
        self._told(
            self._devtools.send("Runtime.evaluate", {"expression": program, "contextId": self._context})
        )

    def call(self, function: str, *values: Any) -> Any:
        """Call a function of JavaScript with values, wait for what it promised, and give it. Raises AssertionError where it throws."""
        expression = f"({function})(...{json.dumps(values)})"
        asked = {
            "expression": expression, "contextId": self._context, "awaitPromise": True, "returnByValue": True, "timeout": 30_000,
        }  # fmt: skip
        return self._told(self._devtools.send("Runtime.evaluate", asked))

    def _told(self, answer: dict[str, Any]) -> Any:
        thrown = answer.get("exceptionDetails")
        assert not thrown, thrown.get("exception", {}).get("description", thrown)
        return answer["result"].get("value")
