"""Names in many languages and forms -> codes. Only what is certain resolves; what is likely is proposed."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

from rapidfuzz import fuzz, process

from lontar.model.figures.codelists import CodeList, Name

CODE_SYSTEMS = ("alpha3", "m49", "unhcr")
"""Kinds of name that are codes: understood only where the mapping names the system (AUS is Austria in one)."""

_CLOSE_ENOUGH = 80.0
_DROPPED = {"the", "of", "la", "le", "les", "l", "el", "los", "las", "il", "lo", "gli", "al"}


class NameResolver:
    """Finds the code that a name stands for, in the kinds of name that the mapping allows."""

    def __init__(self, codelist: CodeList, kinds: tuple[str, ...]) -> None:
        self._codelist = codelist
        wanted = [name for name in codelist.names if _is_wanted(name, kinds)]
        self._exact = _by_form(wanted, folded)
        self._loose = _by_form([name for name in wanted if name.kind not in CODE_SYSTEMS], bare)
        if "names" in kinds:
            self._add_labels()

    def resolve(self, text: str) -> frozenset[str]:
        """The codes that this name can stand for: none, one (certain) or several (ambiguous)."""
        return frozenset(self._exact.get(folded(text)) or self._loose.get(bare(text)) or ())

    def closest(self, text: str) -> str | None:
        """The known name that looks most like this one, if any looks like it at all."""
        return closest_of(folded(text), self._exact)

    def _add_labels(self) -> None:
        for code in self._codelist.codes.values():
            for label in code.labels.values():
                self._exact[folded(label)].add(code.code)
                self._loose[bare(label)].add(code.code)


def closest_of(text: str, known: Iterable[str]) -> str | None:
    """The text among those known that looks most like this one, if any looks like it at all."""
    best = process.extractOne(text, list(known), scorer=fuzz.WRatio, score_cutoff=_CLOSE_ENOUGH)
    return None if best is None else best[0]


def folded(text: str) -> str:
    """A name without case, accents and doubled blanks; signs stay."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def bare(text: str) -> str:
    """A name without signs and articles, its words in order: 'Gambia, The' is 'gambia'."""
    signs = "".join(sign if sign.isalnum() else " " for sign in folded(text))
    return " ".join(word for word in signs.split() if word not in _DROPPED)


def _is_wanted(name: Name, kinds: tuple[str, ...]) -> bool:
    return name.kind in kinds or ("names" in kinds and name.kind not in CODE_SYSTEMS)


def _by_form(names: list[Name], form: Callable[[str], str]) -> defaultdict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        key = form(name.text)
        if key:
            found[key].add(name.code)
    return found
