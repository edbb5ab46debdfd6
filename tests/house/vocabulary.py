"""The glossary as the tests read it, and the names that the code gives to things."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

# Standards and phrases that keep a word which is otherwise avoided: (words around it in one name).
_COUNTRY_PHRASES = re.compile(r"country (?:of origin|name)")
_STANDARDS = {"dataflow": "sdmx"}
_DEMANDED = {"upload_handlers", "DATA_UPLOAD_MAX_NUMBER_FILES"}
"""Names that Django looks for."""


class Entry(NamedTuple):
    """One line of the glossary: its words, and those that no name in the code may hold."""

    words: tuple[str, ...]
    never: tuple[str, ...]


def read_glossary(text: str) -> list[Entry]:
    """The lines of the glossary's table."""
    rows = re.findall(r"^\| (?!Word \|)(?!-)(.+?) \| .+ \| (.+?) \|$", text, flags=re.MULTILINE)
    return [
        Entry(
            tuple(word.strip() for word in words.split(",")),
            tuple(word.lower() for word in re.findall(r"\*\*(.+?)\*\*", never)),
        )
        for words, never in rows
    ]


def names_given(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of each class, function, argument and variable that the source brings into being."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name


def plain_words(name: str) -> str:
    """`CountryNames` and `country_names` as `country name`: lower case, singular, one blank between words."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")
    return " ".join(_singular(part) for part in parts if part)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def avoided_word(name: str, avoided: set[str], room: str) -> str | None:
    """The avoided word that the name holds; None if there is none, or if it may stand there."""
    if name in _DEMANDED:
        return None
    words = _COUNTRY_PHRASES.sub("", plain_words(name))
    for word in sorted(avoided):
        if re.search(rf"\b{re.escape(word)}\b", words) and _STANDARDS.get(word) != room:
            return word
    return None
