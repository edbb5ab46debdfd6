"""Names in many languages and forms -> codes. Only what is certain resolves; what is likely is proposed."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from lontar.model.figures.codelists import CodeList

CODE_SYSTEMS = ("alpha3", "m49", "unhcr")
"""Kinds of name that are codes: understood only where the mapping names the system (AUS is Austria in one)."""

_CLOSE_ENOUGH, _SHORTEST_PART = 82.0, 4
"""How alike two texts must be for one to be proposed (of 100), and how long one must be to be proposed for being a part."""
_LATIN_END = "\u0370"
"""Letters below this one are Latin (Unicode blocks Basic Latin to Spacing Modifier Letters)."""
_REMEMBERED = 1 << 16
"""Names whose forms are remembered: columns of one file hold the same names, and so do code lists."""
_DROPPED = {"the", "of", "la", "le", "les", "l", "el", "los", "las", "il", "lo", "gli", "al"}


class Likeness:
    """Finds among known texts the one that looks most like another; made once for texts that are asked about often."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = list(known)
        self._sorted = [" ".join(sorted(text.split())) for text in self._known]
        self._words = [frozenset(text.split()) for text in self._known]
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for place, words in enumerate(self._words):
            for word in words:
                self._holding[word].append(place)

    def closest(self, text: str) -> str | None:
        """The known text that looks most like this one, if any looks like it at all.

        That is: few signs differ, the words in any order; or else one is made of whole words of the other.
        """
        in_order = " ".join(sorted(text.split()))
        for asked, texts in ((text, self._known), (in_order, self._sorted)):
            best = process.extractOne(asked, texts, scorer=fuzz.ratio, score_cutoff=_CLOSE_ENOUGH)
            if best is not None:
                return self._known[best[2]]
        return self._closest_part(frozenset(text.split()))

    def _closest_part(self, words: frozenset[str]) -> str | None:
        """The known text that has all these words, or is made of some of them; of several the one that shares most letters."""
        shared = Counter(place for word in words for place in self._holding.get(word, ()))
        parts = [p for p, count in sorted(shared.items()) if count in (len(words), len(self._words[p]))]
        letters = {p: sum(map(len, words & self._words[p])) for p in parts}
        best = max(parts, key=lambda p: (letters[p], -len(self._known[p])), default=None)
        return None if best is None or letters[best] < _SHORTEST_PART else self._known[best]


class NameResolver:
    """Finds the code that a name stands for, in the kinds of name that the mapping allows."""

    def __init__(self, codelist: CodeList, kinds: tuple[str, ...]) -> None:
        self._codelist, self._kinds = codelist, kinds

    def resolve(self, text: str) -> frozenset[str]:
        """The codes that this name can stand for: none, one (certain) or several (ambiguous)."""
        return frozenset(self._exact.get(folded(text)) or self._loose.get(bare(text)) or ())

    def closest(self, text: str) -> str | None:
        """The known name that looks most like this one, as the list writes it, if any looks like it at all."""
        found = self._likeness.closest(folded(text))
        return None if found is None else self._written[found]

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self._exact)

    @cached_property
    def _exact(self) -> dict[str, set[str]]:
        return _by_form(self._known(CODE_SYSTEMS), folded)

    @cached_property
    def _written(self) -> dict[str, str]:
        known = [*self._known(CODE_SYSTEMS)]
        return {folded(text): text for text, _ in reversed(known)}

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


class _Shown(dict[int, int | None]):
    """Signs that are shown, by their number, as str.translate asks for them; the others become nothing."""

    def __missing__(self, number: int) -> int | None:
        self[number] = None if unicodedata.category(chr(number)) == "Cf" else number
        return self[number]


_SHOWN = _Shown()


def without_format_signs(text: str) -> str:
    """A text without signs that nobody sees, such as marks of writing direction."""
    return text if text.isascii() else text.translate(_SHOWN)


@lru_cache(_REMEMBERED)
def folded(text: str) -> str:
    """A name without case and doubled blanks, and without the accents of Latin letters; signs stay.

    Marks of other scripts stay too: in many of them a name without its marks is another name.
    """
    lowered = without_format_signs(text).replace("’", "'").casefold().replace("ı", "i")
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


@lru_cache(_REMEMBERED)
def bare(text: str) -> str:
    """A name without signs and articles, its words in order: 'Gambia, The' is 'gambia'. With digits every sign counts."""
    if any(sign.isdigit() for sign in text):
        return folded(text)
    signs = "".join(sign if sign.isalnum() else " " for sign in folded(text))
    return " ".join(word for word in signs.split() if word not in _DROPPED)


def _by_form(names: Iterable[tuple[str, str]], form: Callable[[str], str]) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text, code in names:
        key = form(text)
        if key:
            found[key].add(code)
    return found
