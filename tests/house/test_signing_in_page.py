"""The page on signing in says the figures and the words of the code."""

import re

import pytest

from tests.databases import Instance, configured
from tests.house.places import DOCS

TEXT = (DOCS / "explanation" / "signing-in.md").read_text("utf-8")


@pytest.fixture(autouse=True)
def _django(instance: Instance) -> None:
    configured(instance)


def row(begins: str) -> list[str]:
    """The cells of the first row of a table that begins so."""
    (line, *_) = [one for one in TEXT.splitlines() if one.startswith(f"| {begins}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_budgets_are_those_of_the_code() -> None:
    from lontar.members.signing_in.budgets import DAY, FACTOR, LETTER, MINUTE, NETWORK, PASSWORD
    from lontar.members.signing_in.devices import LASTS

    for begins, budgets in (
        ("a password | one known device", PASSWORD),
        ("a password | one address", PASSWORD),
        ("passwords of whomever", NETWORK),
        ("a code of a second factor", FACTOR),
        ("links to a new password", LETTER),
        ("the password, by somebody who is signed in", PASSWORD),
    ):
        short, long = budgets
        assert (short.seconds, long.seconds) == (15 * MINUTE, DAY)
        assert row(begins)[2:] == [str(short.tries), str(long.tries)], begins
    assert f"known for {LASTS // DAY} days" in TEXT


def test_the_words_are_those_of_the_code() -> None:
    from lontar.members.passwords import _KEPT, HOUSE_WORDS, SHORTEST_WORD, _known

    assert f"{', '.join(HOUSE_WORDS)}." in TEXT
    assert SHORTEST_WORD == 4
    assert "part of four letters or more" in TEXT
    assert f"the {len(_known()) // _KEPT:,} that have twelve characters or more" in TEXT
    assert f"({_KEPT * 8} bits each)" in TEXT


def test_the_limits_of_sessions_are_those_of_the_settings() -> None:
    from django.conf import settings

    assert row("without a request")[1] == f"{settings.IDLE_LIMIT // 60} minutes"
    assert row("in any case")[1] == f"{settings.ABSOLUTE_LIMIT // 3600} hours"
    assert row("to set up the first")[1] == f"{settings.ENROLMENT_LIMIT // 60} minutes"
    again: int = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT  # type: ignore[misc]
    assert row("showing it again counts")[1] == f"{again // 60} minutes"
    assert settings.PASSWORD_RESET_TIMEOUT == 60 * 60
    assert "NIST SP 800-63B" in TEXT


@pytest.mark.parametrize(
    "what",
    [
        "As many sessions as one likes",
        "Nothing happens at any number",
        r"\*\*Lifetime\.\*\*",
        r"\*\*Ending\.\*\*",
        "no back-channel logout",
        "Nobody is locked out by a stranger",
    ],
)
def test_the_page_says_what_the_standard_asks_it_to_say(what: str) -> None:
    assert re.search(what, TEXT)
