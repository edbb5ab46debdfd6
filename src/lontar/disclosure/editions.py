"""Editions: frozen computations of regional totals, each decided with all earlier ones in mind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from lontar.disclosure.cells import Cell, Contribution, Echo, Figure, Figures, by_group, published
from lontar.disclosure.rules import TOO_FEW, Reason, judge_for_everyone, shown_value
from lontar.model.figures.thresholds import Thresholds

NOBODY: Figures = {}


class Shown(msgspec.Struct, frozen=True):
    """A total as everybody reads it, to the nearest multiple of `rounding`, computed for the edition `since`."""

    value: int
    rounding: int
    since: int


class Withheld(msgspec.Struct, frozen=True):
    """A total that nobody reads. The reason is for the makers of the edition, and is never shown."""

    reason: Reason


Total = Shown | Withheld


class Exposed(NamedTuple):
    """A figure that comes too near to be known from earlier editions and what others published, whatever is withheld now."""

    cell: Cell
    groups: tuple[str, ...]


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """One edition: the totals, and, for the audits of later editions only, all that was contributed when it was made."""

    number: int
    totals: Mapping[Cell, Total]
    contributed: Mapping[Cell, Figures]
    exposed: tuple[Exposed, ...] = ()

    def shown(self, cell: Cell) -> Shown | None:
        """Give what is shown of a cell, or None."""
        total = self.totals.get(cell)
        return total if isinstance(total, Shown) else None

    def told(self, cell: Cell) -> str:
        """Give what everybody is told of a cell: a number, or the same sentence in all other cases, unknown cells included."""
        total = self.shown(cell)
        return TOO_FEW if total is None else str(total.value)


class Findings(NamedTuple):
    """What an audit asks for: cells that may not be shown anew, and figures that nothing protects any more."""

    withhold: frozenset[Cell]
    exposed: tuple[Exposed, ...]


Audit = Callable[[Edition, Sequence[Edition], Sequence[Echo], Thresholds], Findings]
"""Looks at a draft with all earlier editions and what others published (`audit_edition` is the one)."""


def make_edition(
    contributions: Mapping[Cell, Iterable[Contribution]],
    earlier: Sequence[Edition],
    thresholds: Thresholds,
    echoes: Sequence[Echo],
    audit: Audit,
) -> Edition:
    """Make the next edition: judge each cell by the rules, hold it against what was shown of it before, then audit all together.

    What the audit asks to withhold falls back to the figure of an earlier edition where that may stand. The order of contributions
    changes nothing.
    """
    contributed = {cell: by_group(contributions[cell]) for cell in sorted(contributions)}
    number = earlier[-1].number + 1 if earlier else 1
    deciding = _Deciding(number, earlier, thresholds, echoes)
    cells = sorted({*contributed, *(earlier[-1].totals if earlier else ())})
    totals = {cell: deciding.decide(cell, contributed.get(cell, NOBODY)) for cell in cells}
    draft = Edition(number=number, totals=MappingProxyType(totals), contributed=MappingProxyType(contributed))
    found = audit(draft, earlier, echoes, thresholds)
    for cell in found.withhold:
        totals[cell] = deciding.fall_back(cell, contributed.get(cell, NOBODY), "audit")
    return msgspec.structs.replace(draft, totals=MappingProxyType(totals), exposed=found.exposed)


class _Deciding:
    """Decides one cell after the other, by the rules alone."""

    def __init__(
        self, number: int, earlier: Sequence[Edition], thresholds: Thresholds, echoes: Sequence[Echo]
    ) -> None:
        self.number, self.earlier, self.thresholds = number, earlier, thresholds
        self.echoes: dict[Cell, list[Echo]] = {}
        for echo in echoes:
            self.echoes.setdefault(echo.cell, []).append(echo)

    def decide(self, cell: Cell, figures: Figures) -> Total:
        known = published(cell, self.echoes.get(cell, ()))
        reason = judge_for_everyone(figures, self.thresholds, known)
        value = shown_value(figures, self.thresholds.rounding)
        if reason is not None or value is None:
            return self.fall_back(cell, figures, reason or "vague")
        before = versions(cell, self.earlier)
        for shown, old in before:
            if figures == old:
                return shown
        if any(judge_for_everyone(changes(old, figures), self.thresholds, known) for _, old in before):
            return self.fall_back(cell, figures, "changed")
        return Shown(value, self.thresholds.rounding, self.number)

    def fall_back(self, cell: Cell, figures: Figures, reason: Reason) -> Total:
        """Keep what the last edition showed; withhold where it showed nothing, or counted what an owner took back since."""
        last = self.earlier[-1].shown(cell) if self.earlier else None
        if last is None:
            return Withheld(reason)
        old = behind(cell, last, self.earlier)
        return last if owners(old) <= owners(figures) else Withheld("recalled")


def behind(cell: Cell, shown: Shown, editions: Iterable[Edition]) -> Figures:
    """Give the figures that a shown total was computed from."""
    return next(edition.contributed[cell] for edition in editions if edition.number == shown.since)


def owners(figures: Figures) -> frozenset[str]:
    """Give all owners of a cell's figures."""
    return frozenset().union(*(figure.owners for figure in figures.values()))


def versions(cell: Cell, editions: Sequence[Edition]) -> list[tuple[Shown, Figures]]:
    """Give everything that was ever shown of a cell, with the figures behind it, each version once, the oldest first."""
    found = dict.fromkeys(total for edition in editions if (total := edition.shown(cell)) is not None)
    return [(shown, behind(cell, shown, editions)) for shown in found]


def changes(old: Figures, new: Figures) -> dict[str, Figure]:
    """Give by how much each group's figure changed, joiners and leavers included, as the contributions to a cell of its own.

    A difference of two totals shown of one cell is such a cell: it is judged by the same rules.
    """
    nothing = Figure(0, 0, frozenset())
    pairs = {group: (old.get(group, nothing), new.get(group, nothing)) for group in sorted({*old, *new})}
    return {group: _change(*pair) for group, pair in pairs.items() if pair[0] != pair[1]}


def _change(old: Figure, new: Figure) -> Figure:
    bounds = sorted((abs(new.low - old.high), abs(new.high - old.low)))
    may_be_none = old.low <= new.high and new.low <= old.high
    return Figure(0 if may_be_none else bounds[0], bounds[1], old.owners | new.owners)
