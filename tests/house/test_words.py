"""What no file of ours may say: where packages come from, how a machine is laid out, what was left for later."""

import re
from collections.abc import Iterator

import pytest

from tests.house.places import place, written_files

# One letter of each stands in brackets, so that this file does not say them either.
FORBIDDEN = {
    "a package registry's host": r"[p]ypi\.(?:org|python)|[p]ythonhosted\.|[r]egistry\.npmjs|[d]eb\.debian\.org",
    "a folder of one machine": r"(?<![\w.$}~*-])/(?:work|root|home|opt|Users)/",
    "something left for later": r"\b(?:[T]ODO|[F]IXME|[H]ACK)\b",
    "a merge left unfinished": r"^(?:<{7}|>{7}) ",
}


def forbidden_words(text: str) -> Iterator[str]:
    """Line and kind of each thing that may not be said."""
    for kind, pattern in FORBIDDEN.items():
        for found in re.finditer(pattern, text, flags=re.MULTILINE):
            yield f"line {text.count(chr(10), 0, found.start()) + 1}: {kind}: {found[0]}"


def test_no_file_says_what_it_should_not() -> None:
    found = [
        f"{place(path)}, {words}"
        for path in written_files()
        for words in forbidden_words(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "see https://py" + "pi.org/x",
        "open('/" + "work/main/x')",
        "cd /ro" + "ot/x",
        "# TO" + "DO: later",
        "<<<<<<" + "< mine",
    ],
)
def test_a_forbidden_word_is_noticed(text: str) -> None:
    assert list(forbidden_words(text))


@pytest.mark.parametrize(
    "text", ["todos los meses", "https://lontar.example/home/x", "src/work/x", "network/root cause"]
)
def test_harmless_words_pass(text: str) -> None:
    assert list(forbidden_words(text)) == []
