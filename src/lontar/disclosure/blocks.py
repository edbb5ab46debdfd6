"""What belongs together: all tables of one indicator, unit and stage over one stretch of time, in every edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lontar.disclosure.cells import Cell, Echo, Figures
from lontar.disclosure.editions import Edition, Shown

Amounts = NDArray[np.float64]
Period = tuple[int, int]
"""First and last day, as ordinals."""


class Place(NamedTuple):
    """Where a cell stands in its block: number of the period, dimension ('' for the whole), number of the code."""

    period: int
    dimension: str
    code: int


class Telling(NamedTuple):
    """A total that was shown: where, computed from which snapshot, and whether the draft shows it for the first time."""

    cell: Cell
    shown: Shown
    snapshot: int
    is_new: bool


class Block:
    """The part of all editions in which anything can tell of anything else; blocks are judged one by one.

    A snapshot is what had been contributed when an edition was made; equal ones are kept once, the draft's is the last.
    """

    def __init__(self, cells: Sequence[Cell], editions: Sequence[Edition], echoes: Sequence[Echo]) -> None:
        self.cells = cells
        self.echoes = tuple(echoes)
        self.periods = sorted({period_of(cell) for cell in cells}, key=lambda one: (one[1] - one[0], one))
        self.codes = _codes(cells)
        self.places = self._places()
        taken = [
            {cell: one.contributed[cell] for cell in cells if cell in one.contributed} for one in editions
        ]
        self.groups = sorted({group for one in taken for figures in one.values() for group in figures})
        self.contributed, at = _distinct(taken)
        self.tellings = self._tellings(editions, at)

    @cached_property
    def figures(self) -> list[dict[str, Amounts]]:
        """For each snapshot and dimension: what was given, by group, period and code, NaN where nothing was."""
        return [self._figures(figures) for figures in self.contributed]

    @cached_property
    def tables(self) -> list[dict[str, Amounts]]:
        """The same, with 0 for what a group does not name in a table of which it gives something, and NaN throughout where it has none.

        So a group that gives one code takes part in all of the table: others do not know which codes it names.
        """
        return [{name: _filled(amounts) for name, amounts in one.items()} for one in self.figures]

    @cached_property
    def is_whole(self) -> bool:
        """Whether all figures are whole numbers, as everybody then knows."""
        held = (figure for one in self.contributed for figures in one.values() for figure in figures.values())
        return all(figure.middle == int(figure.middle) for figure in held)

    def _places(self) -> dict[Cell, Place]:
        period = {one: number for number, one in enumerate(self.periods)}
        code = {
            dimension: {one: at for at, one in enumerate(codes)} for dimension, codes in self.codes.items()
        }
        return {
            cell: Place(period[period_of(cell)], cell.dimension, code[cell.dimension][cell.code])
            for cell in self.cells
        }

    def _tellings(self, editions: Sequence[Edition], at: Sequence[int]) -> list[Telling]:
        snapshot = {edition.number: at[position] for position, edition in enumerate(editions)}
        draft = editions[-1].number
        found: dict[tuple[Cell, Shown], Telling] = {}
        for edition in editions:
            for cell in self.cells:
                total = edition.shown(cell)
                if total is not None and (cell, total) not in found:
                    found[cell, total] = Telling(cell, total, snapshot[total.since], total.since == draft)
        return list(found.values())

    def _figures(self, contributed: Mapping[Cell, Figures]) -> dict[str, Amounts]:
        size = len(self.groups), len(self.periods)
        table = {name: np.full((*size, len(codes)), np.nan) for name, codes in self.codes.items()}
        number = {group: at for at, group in enumerate(self.groups)}
        for cell, figures in contributed.items():
            period, dimension, code = self.places[cell]
            for group, figure in figures.items():
                table[dimension][number[group], period, code] = figure.middle
        return table


def period_of(cell: Cell) -> Period:
    """Give the days of a cell as ordinals."""
    return date.fromisoformat(cell.start).toordinal(), date.fromisoformat(cell.end).toordinal()


def blocks_of(editions: Sequence[Edition], echoes: Sequence[Echo], is_all: bool = False) -> list[Block]:
    """Part all editions (the draft last) into blocks that tell nothing of each other; leave out those in which nothing new is shown.

    With `is_all`, those too.
    """
    series: dict[tuple[str, ...], set[Cell]] = {}
    for edition in editions:
        for cell in (*edition.contributed, *edition.totals):
            series.setdefault(cell[:3], set()).add(cell)
    draft = editions[-1]
    stretches = [stretch for key in sorted(series) for stretch in _stretches(series[key])]
    heard = {cell: number for number, stretch in enumerate(stretches) for cell in stretch}
    by_stretch: dict[int, list[Echo]] = {}
    for echo in echoes:
        if echo.cell in heard:
            by_stretch.setdefault(heard[echo.cell], []).append(echo)
    return [
        Block(stretch, editions, by_stretch.get(number, ()))
        for number, stretch in enumerate(stretches)
        if is_all or any(_is_new(draft, cell) for cell in stretch)
    ]


def _is_new(draft: Edition, cell: Cell) -> bool:
    total = draft.shown(cell)
    return total is not None and total.since == draft.number


def _stretches(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Part the cells of a series where no period reaches over."""
    parts: list[list[Cell]] = []
    until = 0
    for cell in sorted(cells, key=lambda cell: (period_of(cell), cell)):
        first, last = period_of(cell)
        if not parts or first > until:
            parts.append([])
        parts[-1].append(cell)
        until = max(until, last)
    return parts


def _filled(amounts: Amounts) -> Amounts:
    takes_part = ~np.isnan(amounts).all(axis=2, keepdims=True)
    return np.where(np.isnan(amounts) & takes_part, 0, amounts)


def _codes(cells: Iterable[Cell]) -> dict[str, list[str]]:
    held: dict[str, set[str]] = {}
    for cell in cells:
        held.setdefault(cell.dimension, set()).add(cell.code)
    return {dimension: sorted(held[dimension]) for dimension in sorted(held)}


def _distinct(
    taken: Sequence[Mapping[Cell, Figures]],
) -> tuple[list[Mapping[Cell, Figures]], list[int]]:
    """Keep equal snapshots once, the last one last; give them, and which each was."""
    kept: list[Mapping[Cell, Figures]] = []
    for one in taken:
        if one in kept:
            kept.remove(one)
        kept.append(one)
    return kept, [kept.index(one) for one in taken]
