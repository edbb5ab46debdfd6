"""Stretches of days that overlapping periods of one series cover together: what is closed in one is closed in all of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lontar.warehouse.grouping import distinct
from lontar.warehouse.intake.cells import Numbers
from lontar.warehouse.intake.progress import Known
from lontar.warehouse.intake.showing import Ends, ends_of, joined, stretch_numbers
from lontar.warehouse.intake.tables import OneTable, Situation

Stretch = tuple[int, int]
"""A series, and the number of a stretch within it."""


class Stretches:
    """The stretches of each series, and which of them are closed: nothing is shown there but figures on the owner's own people."""

    def __init__(self, situation: Situation, known: Known) -> None:
        starts = np.array([situation.ends(n)[0] for n in range(len(situation.cells.spans))], dtype=np.int64)
        series, span = situation.layout.series, situation.cells.span
        met = distinct(series, span)
        ends: dict[int, list[Ends]] = {}
        for number, one in met:
            ends.setdefault(number, []).append(situation.ends(one))
        for number, precedent in known:
            ends.setdefault(number, []).append(ends_of(precedent.start, precedent.end))
        self._joined = {number: joined(of_it) for number, of_it in ends.items()}
        self.of_cell: Numbers = np.zeros(situation.cells.count, dtype=np.int64)
        """The number of each cell's stretch within its series."""
        for number in {one for one, _ in met}:
            cells = np.flatnonzero(series == number)
            self.of_cell[cells] = stretch_numbers(self._joined[number], starts[span[cells]])
        self._closed: set[Stretch] = set()

    def at(self, series: int, start: int) -> Stretch:
        """Give the stretch of a series in which a day lies."""
        return series, int(stretch_numbers(self._joined[series], np.array([start]))[0])

    def of_table(self, one: OneTable) -> Stretch:
        """Give the stretch in which a table lies."""
        return one.series, int(self.of_cell[one.cells[0]])

    def close(self, stretches: Iterable[Stretch]) -> None:
        """Close some."""
        self._closed |= set(stretches)

    def is_closed(self, one: OneTable) -> bool:
        """Say whether the stretch of a table is closed."""
        return self.of_table(one) in self._closed
