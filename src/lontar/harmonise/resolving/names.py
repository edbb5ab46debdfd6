"""Names in many languages and forms -> codes. Only what is certain resolves; what is likely is proposed."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from rapidfuzz import fuzz, process

from lontar.model.figures.codelists import CodeList

CODE_SYSTEMS = ("alpha3", "m49", "unhcr")
"""Kinds of name that are codes: understood only where the mapping names the system (AUS is Austria in one)."""

_CLOSE_ENOUGH = 80.0
_LATIN_END = "\u0370"
"""Letters below this one are Latin (Unicode blocks Basic Latin to Spacing Modifier Letters)."""
_DROPPED = {"the", "of", "la", "le", "les", "l", "el", "los", "las", "il", "lo", "gli", "al"}


class NameResolver:
    """Finds the code that a name stands for, in the kinds of name that the mapping allows."""

    def __init__(self, codelist: CodeList, kinds: tuple[str, ...]) -> None:
        self._codelist, self._kinds = codelist, kinds

    def resolve(self, text: str) -> frozenset[str]:
        """The codes that this name can stand for: none, one (certain) or several (ambiguous)."""
        return frozenset(self._exact.get(folded(text)) or self._loose.get(bare(text)) or ())

    def closest(self, text: str) -> str | None:
        """The known name that looks most like this one, if any looks like it at all."""
        return closest_of(folded(text), self._exact)

    @cached_property
    def _exact(self) -> dict[str, set[str]]:
        return _by_form(self._known(CODE_SYSTEMS), folded)

    @cached_property
    def _loose(self) -> dict[str, set[str]]:
        return _by_form(self._known(()), bare)

    def _known(self, systems: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Names and their codes: of the kinds allowed, and of code systems those given."""
        for name in self._codelist.names:
            is_code = name.kind in CODE_SYSTEMS
            if (name.kind in self._kinds and (not is_code or name.kind in systems)) or (
                "names" in self._kinds and not is_code
            ):
                yield name.text, name.code
        if "names" in self._kinds:
            for code in self._codelist.codes.values():
                for label in code.labels.values():
                    yield label, code.code


class NameBook:
    """The resolvers of one call, each made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, tuple[str, ...]], NameResolver] = {}

    def resolver(self, codelist: CodeList, kinds: tuple[str, ...]) -> NameResolver:
        """The resolver of these kinds of name of a code list."""
        return self._made.setdefault((codelist.id, kinds), NameResolver(codelist, kinds))


def closest_of(text: str, known: Iterable[str]) -> str | None:
    """The text among those known that looks most like this one, if any looks like it at all."""
    best = process.extractOne(text, list(known), scorer=fuzz.WRatio, score_cutoff=_CLOSE_ENOUGH)
    return None if best is None else best[0]


def folded(text: str) -> str:
    """A name without case and doubled blanks, and without the accents of Latin letters; signs stay.

    Marks of other scripts stay too: in many of them a name without its marks is another name.
    """
    lowered = text.replace("’", "'").casefold()
    if not lowered.isascii():
        lowered = unicodedata.normalize("NFC", "".join(_without_latin_marks(lowered)))
    return " ".join(lowered.split())


def _without_latin_marks(text: str) -> Iterator[str]:
    is_latin = False
    for sign in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(sign):
            is_latin = sign < _LATIN_END
            yield sign
        elif not is_latin:
            yield sign


def bare(text: str) -> str:
    """A name without signs and articles, its words in order: 'Gambia, The' is 'gambia'."""
    signs = "".join(sign if sign.isalnum() else " " for sign in folded(text))
    return " ".join(word for word in signs.split() if word not in _DROPPED)


def _by_form(names: Iterable[tuple[str, str]], form: Callable[[str], str]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text, code in names:
        key = form(text)
        if key:
            found[key].add(code)
    return found
