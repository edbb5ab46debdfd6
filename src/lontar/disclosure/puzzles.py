"""The puzzle that an attacker would solve: unknown amounts, and everything that is known of their sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lontar.disclosure.blocks import Amounts, Block, Place, Telling
from lontar.disclosure.bundles import Bundle, Tie, bundles_of, ties_of
from lontar.disclosure.cells import Cell
from lontar.disclosure.layouts import Layout, Strip, lay_out
from lontar.disclosure.rules import Span, span_of

Ids = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Sum(NamedTuple):
    """What is known of a sum of unknowns; `opens` is the cell whose withholding would take that knowledge away."""

    ids: Ids
    span: Span
    opens: Cell | None


class Target(NamedTuple):
    """One table of figures that are to stay unknown: of which groups, as sums over `ids` (parts by code), and who gave which.

    `amounts` and `given` are by group and code.
    """

    cells: list[Cell | None]
    members: list[int]
    ids: Ids
    amounts: Amounts
    given: Flags


class Puzzle:
    """The unknown amounts of a block.

    Groups whose figures hang together alike, and went into the same totals, cannot be told apart by anything that is shown: whatever one
    of them has could be another's. So one unknown stands for the sum of all of them, which loses nothing. `held` and `takes_part` are by
    group and unknown.
    """

    def __init__(self, block: Block) -> None:
        gathered = _Gathered(block)
        self.block = block
        self.groups = block.groups
        self.held, self.takes_part = gathered.matrices()
        self.sums = [*gathered.echoes(), *(gathered.sum_of(telling) for telling in block.tellings)]
        self.equal = sorted(gathered.equal)
        self.targets = list(gathered.targets(self.held))
        self.is_whole = block.is_whole
        self._fed = gathered.fed
        self._told = {(echo.cell, *echo.groups) for echo in block.echoes}

    def is_told(self, target: Target, at: int, code: int) -> bool:
        """Say whether somebody published this figure, alone."""
        return (target.cells[code], self.groups[target.members[at]]) in self._told

    def unknowns_of(self, cell: Cell, group: int) -> Ids:
        """Give the unknowns that a group's last figure in a cell is the sum of. Raises KeyError where it has none."""
        place = self.block.places[cell]
        fed = dict(self._fed.get((len(self.block.tables) - 1, place.period, place.dimension), ()))
        return np.array([ids[place.code] for ids in fed[group]], dtype=np.int64)

    @property
    def truth(self) -> Amounts:
        """The unknowns as they really are."""
        total: Amounts = self.held.sum(axis=0)
        return total


class _Gathered:
    """Numbers the unknowns of a block."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.size = 0
        self.ids: dict[tuple[object, ...], dict[tuple[Strip, int], Ids]] = {}
        self.entries: list[tuple[int, Ids, Amounts]] = []
        self.equal: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
        self.fed: dict[tuple[int, int, str], list[tuple[int, list[Ids]]]] = {}
        for number, group in enumerate(block.groups):
            self._gather(number, group)

    def _gather(self, number: int, group: str) -> None:
        layouts = [
            lay_out({name: amounts[number] for name, amounts in tables.items()}, self.block.periods)
            for tables in self.block.tables
        ]
        mine: dict[tuple[Strip, int], Ids] = {}
        size = self.size
        ties = ties_of(layouts)
        for bundle in bundles_of(layouts, ties, self._heard(group, layouts)):
            ids = self.ids.get(bundle.signature)
            if ids is None:
                ids = self.ids[bundle.signature] = self._number(bundle, layouts)
            mine |= ids
        for (strip, snapshot), ids_of in mine.items():
            self.entries.append((number, ids_of, layouts[snapshot].amounts[strip]))
        for snapshot, layout in enumerate(layouts):
            for (period, dimension), strips in layout.feeds.items():
                fed = self.fed.setdefault((snapshot, period, dimension), [])
                fed.append((number, [mine[strip, snapshot] for strip in strips]))
            if self.size > size:
                self._note_equal(snapshot, layout, mine)
        for tie in ties if self.size > size else ():
            self._note_tie(tie, layouts, mine)

    def _number(self, bundle: Bundle, layouts: Sequence[Layout]) -> dict[tuple[Strip, int], Ids]:
        """Give each amount a number of its own; one that stayed the same from snapshot to snapshot keeps its number."""
        ids: dict[tuple[Strip, int], Ids] = {}
        for strip in bundle.strips:
            before: dict[tuple[int, float], int] = {}
            for snapshot, layout in enumerate(layouts):
                if strip in layout.amounts:
                    keys = list(enumerate(layout.amounts[strip].tolist()))
                    for key in keys:
                        if key not in before:
                            before[key] = self.size
                            self.size += 1
                    ids[strip, snapshot] = np.array([before[key] for key in keys], dtype=np.int64)
        return ids

    def _note_equal(self, snapshot: int, layout: Layout, mine: dict[tuple[Strip, int], Ids]) -> None:
        for sides in layout.equal:
            one, other = (
                tuple(sorted(at for strip in side for at in mine[strip, snapshot].tolist())) for side in sides
            )
            self.equal.add((one, other))

    def _note_tie(self, tie: Tie, layouts: Sequence[Layout], mine: dict[tuple[Strip, int], Ids]) -> None:
        before, after = (
            np.array([mine[strip, snapshot] for strip in layouts[snapshot].feeds[tie.place]])
            for snapshot in (tie.before, tie.after)
        )
        for code in np.flatnonzero(tie.codes):
            sides = sorted(before[:, code].tolist()), sorted(after[:, code].tolist())
            self.equal.add((tuple(sides[0]), tuple(sides[1])))

    def _heard(self, group: str, layouts: Sequence[Layout]) -> dict[Strip, set[int]]:
        """Which echoes speak of which strips of a group: these set it apart from groups of whom nothing was published."""
        heard: dict[Strip, set[int]] = {}
        for at, echo in enumerate(self.block.echoes):
            if group in echo.groups:
                place = self.block.places[echo.cell]
                for strip in layouts[-1].feeds.get((place.period, place.dimension), ()):
                    heard.setdefault(strip, set()).add(at)
        return heard

    def matrices(self) -> tuple[Amounts, Flags]:
        held = np.zeros((len(self.block.groups), self.size))
        takes_part = np.zeros(held.shape, dtype=np.bool_)
        for number, ids, amounts in self.entries:
            held[number, ids] = amounts
            takes_part[number, ids] = True
        return held, takes_part

    def sum_of(self, telling: Telling) -> Sum:
        place = self.block.places[telling.cell]
        fed = self.fed[telling.snapshot, place.period, place.dimension]
        ids = _column([ids for _, strips in fed for ids in strips], place.code)
        span = span_of(telling.shown.value, telling.shown.rounding, self.block.is_whole)
        return Sum(ids, span, telling.cell if telling.is_new else None)

    def echoes(self) -> Iterator[Sum]:
        last = len(self.block.tables) - 1
        for echo in self.block.echoes:
            place = self.block.places[echo.cell]
            fed = self.fed.get((last, place.period, place.dimension), [])
            said = [(number, strips) for number, strips in fed if self.block.groups[number] in echo.groups]
            total = sum(
                self.block.tables[-1][place.dimension][number, place.period, place.code] for number, _ in said
            )
            if said:
                yield Sum(
                    _column([ids for _, strips in said for ids in strips], place.code),
                    Span(total, total),
                    None,
                )

    def targets(self, held: Amounts) -> Iterator[Target]:
        """Every table that groups gave, once for those whose figures are sums of the same unknowns."""
        cells = {place: cell for cell, place in self.block.places.items()}
        done: set[tuple[bytes, int]] = set()
        for (snapshot, period, dimension), fed in self.fed.items():
            codes = len(self.block.codes[dimension])
            alike: dict[bytes, tuple[Ids, list[int]]] = {}
            for number, strips in fed:
                ids = np.array(strips, dtype=np.int64)
                if (ids.tobytes(), number) not in done:
                    done.add((ids.tobytes(), number))
                    alike.setdefault(ids.tobytes(), (ids, []))[1].append(number)
            there = [cells.get(Place(period, dimension, code)) for code in range(codes)]
            for ids, members in alike.values():
                given = ~np.isnan(self.block.figures[snapshot][dimension][np.array(members), period])
                yield Target(there, members, ids, held[np.array(members)][:, ids].sum(axis=1), given)


def _column(strips: Sequence[Ids], code: int) -> Ids:
    """The unknowns of one code, each once."""
    return np.unique(np.array([ids[code] for ids in strips], dtype=np.int64))
