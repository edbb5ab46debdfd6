"""Which target a column of texts says: by the words of its header first, then by the code list that knows its texts."""

from collections.abc import Iterable
from typing import NamedTuple

from lontar.harmonise.drafting.header_words import AREA, WIDER, says, targets_in
from lontar.harmonise.drafting.judged import Judged, Proposal
from lontar.harmonise.resolving.names import NameBook
from lontar.model.figures.codelists import CodeList

TOTAL = "_T"
NAMES = ("names",)
_MOSTLY = 0.5
_MOST_TEXTS, _MOST_PROPOSALS = 2_000, 200
"""Distinct texts of a column that are looked up, and those that are compared with what looks like them."""
_OF_AREAS = "areas"
"""The code list that every list of areas includes."""

Cells = tuple[str, ...]


class _Understood(NamedTuple):
    """What a code list makes of the texts of a column."""

    target: str
    told: dict[str, tuple[str, ...]]

    @property
    def share(self) -> float:
        return sum(len(codes) == 1 for codes in self.told.values()) / len(self.told)


class Targets:
    """Gives each target to one column at most."""

    def __init__(self, codelists: dict[str, CodeList], names: NameBook) -> None:
        self._codelists, self._names = codelists, names
        self._areas = [name for name, codelist in codelists.items() if _OF_AREAS in codelist.includes]
        self._guessed = self._areas[: 1 + self._areas[:1].count(AREA)]
        """What areas say where no header tells: the first dimension of areas, and before it the area, if that comes first."""
        self._taken: dict[str, str] = {}
        """Target -> the column that says it."""

    def judge(self, columns: Iterable[tuple[str, Cells]]) -> list[Judged]:
        """What columns of texts say, in their order; those go first whose headers name a target."""
        listed = list(columns)
        order = sorted(range(len(listed)), key=lambda at: self._turn(listed[at][0]))
        judged = {at: self._column(*listed[at]) for at in order}
        return [judged[at] for at in range(len(listed))]

    def _turn(self, header: str) -> tuple[bool, bool]:
        return not targets_in(header, self._codelists), says(header, WIDER)

    def _column(self, header: str, cells: Cells) -> Judged:
        texts = tuple(dict.fromkeys(filter(None, cells)))[:_MOST_TEXTS]
        named = targets_in(header, self._codelists)
        best = self._named(named, texts) or self._known(named, texts)
        if best is None:
            return Judged(header, "asked", doubt=self._why_unknown(named, texts), confidence=0.0)
        if best.target in self._taken:
            doubt = f"it says {best.target} too, as '{self._taken[best.target]}' does already"
            return Judged(header, "asked", doubt=doubt, confidence=0.0)
        self._taken[best.target] = header
        return self._coded(header, cells, best, self._else(best.target, named))

    def _named(self, named: tuple[str, ...], texts: Cells) -> _Understood | None:
        """The target that the header names, where its list knows most texts."""
        return self._best([name for name in named if name in self._codelists], texts)

    def _known(self, named: tuple[str, ...], texts: Cells) -> _Understood | None:
        """The target whose list knows most texts, of those that the header leaves open."""
        says_area = any(name in self._areas or name not in self._codelists for name in named)
        areas = [] if says_area else [name for name in self._guessed if name not in self._taken][:1]
        closed = [
            name for name, one in self._codelists.items() if one.pattern is None and name not in self._areas
        ]
        return self._best([name for name in self._codelists if name in (*areas, *closed)], texts)

    def _best(self, targets: list[str], texts: Cells) -> _Understood | None:
        found = [self._understood(target, texts) for target in targets]
        best = max(found, key=lambda one: one.share, default=None)
        return best if best is not None and best.share >= _MOSTLY else None

    def _understood(self, target: str, texts: Cells) -> _Understood:
        return _Understood(target, {text: self._codes(self._codelists[target], text) for text in texts})

    def _codes(self, codelist: CodeList, text: str) -> tuple[str, ...]:
        if codelist.has(text):
            return (text,)
        return tuple(sorted(self._names.resolver(codelist, NAMES).resolve(text)))

    def _else(self, target: str, named: tuple[str, ...]) -> str:
        """What else a column of areas could say, where its header does not tell."""
        others = [name for name in named if name != target and name in self._areas]
        if target in self._areas and target not in named:
            others = [name for name in self._areas if name != target and name not in self._taken]
            if target == AREA and not others:
                return "are the figures about these areas?"
        return f"or {', '.join(others)}: its header does not tell" if others else ""

    def _why_unknown(self, named: tuple[str, ...], texts: Cells) -> str:
        known = [name for name in named if name in self._codelists]
        if known:
            also = f" as '{self._taken[known[0]]}' does already" if known[0] in self._taken else ""
            share = self._understood(known[0], texts).share
            return f"its header says {known[0]}{also}, but only {share:.0%} of its texts are known; a crosswalk can say what they mean"
        if self._best(self._areas, texts) is None:
            return ""
        if named:
            return f"its header says {named[0]}, for which the indicator has no dimension"
        return f"its texts are areas, but its header does not tell which of {', '.join(self._areas)} it says"

    def _coded(self, header: str, cells: Cells, best: _Understood, doubt: str) -> Judged:
        codelist, told = self._codelists[best.target], best.told
        totals = tuple(text for text, codes in told.items() if codes == (TOTAL,))
        return Judged(
            header, "code", best.target, doubt, best.share, has_blanks="" in cells,
            is_codes=sum(map(codelist.has, told)) > len(told) * _MOSTLY,
            proposals=self._proposals(codelist, told), totals=totals, is_all_total=set(cells) <= set(totals),
        )  # fmt: skip

    def _proposals(self, codelist: CodeList, told: dict[str, tuple[str, ...]]) -> tuple[Proposal, ...]:
        """What is not certain, with the name that it looks like."""
        resolver = self._names.resolver(codelist, NAMES)
        doubtful = [(text, codes) for text, codes in told.items() if len(codes) != 1]
        return tuple(
            Proposal(text, codes, resolver.closest(text) if not codes and at < _MOST_PROPOSALS else None)
            for at, (text, codes) in enumerate(doubtful)
        )
