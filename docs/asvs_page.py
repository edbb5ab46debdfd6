"""docs/reference/asvs.md: what OWASP ASVS asks of signing in and of sessions, how each is met, and by which test that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import yaml

SOURCE = Path(__file__).resolve().parent / "asvs.yml"
CHAPTERS = {
    "6": "Authentication (V6)",
    "7": "Session management (V7)",
    "10": "OAuth and OpenID Connect, as far as a relying party is asked (V10.1, V10.2, V10.5)",
    "3": "Cookies (V3.3)",
}
State = Literal["met", "not applicable", "not met"]
OPENING = """\
# Signing in by OWASP ASVS 5.0.0

The [OWASP Application Security Verification Standard](https://owasp.org/www-project-application-security-verification-standard/)
5.0.0, chapters on authentication and sessions, and what concerns issuers and cookies: every requirement with its number and level, in
our words (the standard's own are under CC BY-SA 4.0). How signing in works is told in [Signing in](../explanation/signing-in.md).

What is *met* names the tests that would fail if it were not any more; the build fails where a named test does not exist. It speaks of a
real instance; a demonstration asks no second factor, and answers on one machine alone.
"""


class Requirement(msgspec.Struct, forbid_unknown_fields=True, rename={"state": "is", "number": "id"}):
    """One requirement: what it asks, whether it is met, how or why not, and the tests."""

    number: str
    level: Literal[1, 2, 3]
    state: State
    asks: str
    said: str
    tests: tuple[str, ...] = ()

    @property
    def chapter(self) -> str:
        """The number of its chapter."""
        return self.number.partition(".")[0]


def requirements() -> list[Requirement]:
    """Read all requirements."""
    return msgspec.convert(yaml.safe_load(SOURCE.read_text("utf-8")), list[Requirement])


def asvs_page() -> str:
    """The page as Markdown."""
    known = requirements()
    return "\n".join(
        [OPENING, *_summary(known), *(line for name in CHAPTERS for line in _chapter(name, known))]
    )


def _summary(known: list[Requirement]) -> Iterator[str]:
    yield "| Level | met | not applicable | not met |"
    yield "|---|---|---|---|"
    for level in (1, 2, 3):
        of = Counter(one.state for one in known if one.level == level)
        yield f"| {level} | {of['met']} | {of['not applicable']} | {of['not met']} |"
    yield ""
    yield "## What is not met"
    yield ""
    for one in known:
        if one.state == "not met":
            yield f"- **{one.number}** (level {one.level}). {one.asks} {one.said}"
    yield ""


def _chapter(name: str, known: list[Requirement]) -> Iterator[str]:
    yield f"## {CHAPTERS[name]}"
    yield ""
    yield "| Number | Level | It asks | Lontar | Tests |"
    yield "|---|---|---|---|---|"
    for one in known:
        if one.chapter == name:
            tests = "<br>".join(f"`{test}`" for test in one.tests)
            yield f"| {one.number} | {one.level} | {one.asks} | {_answer(one)} | {tests} |"
    yield ""


def _answer(one: Requirement) -> str:
    if one.state == "met":
        return one.said
    if one.state == "not applicable":
        return f"*Not applicable*: {one.said}"
    return f"**Not met.** {one.said}"
