"""What shown figures of one series tell of what is hidden among them, over periods and dimensions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from lontar.warehouse.intake.cells import Numbers

Ends = tuple[int, int]


def ends_of(start: date, end: date) -> Ends:
    """Give the day a period begins with, and the one after its end, as numbers."""
    return start.toordinal(), (end + timedelta(days=1)).toordinal()


class Shown:
    """Which periods of one series are shown, in which shapes, so that nothing hidden is a difference of them.

    A figure of a period is the difference of two running totals, at its two ends. So a hidden figure can be worked out from shown ones
    of the same or finer shapes if, and only if, its ends are joined by a chain of shown periods. (From shapes that lack one of its
    dimensions it cannot, whatever the periods: one code of that dimension can grow by what another loses.) Where an earlier figure of
    a hidden one was shown, its ends are joined already, and nothing more is shown that touches them.
    """

    def __init__(self, hidden: Iterable[tuple[int, Ends]]) -> None:
        self._hidden: dict[int, list[Ends]] = {}
        for shape, ends in hidden:
            self._hidden.setdefault(shape, []).append(ends)
        self._days = {
            shape: {day: n for n, day in enumerate(sorted({d for ends in spans for d in ends}))}
            for shape, spans in self._hidden.items()
        }
        self._label = {shape: np.arange(len(days), dtype=np.int64) for shape, days in self._days.items()}
        self._ends = {
            shape: np.array([[self._days[shape][d] for d in ends] for ends in spans], dtype=np.int64).T
            for shape, spans in self._hidden.items()
        }
        self._others: dict[int, dict[int, int]] = {shape: {} for shape in self._hidden}

    def may_show(self, shape: int, ends: Ends) -> bool:
        """Say whether a table of this shape and period can be shown beside what is shown."""
        return not any(self._joins(one, ends) for one in shapes_within(self._hidden, shape))

    def show(self, shape: int, ends: Ends) -> None:
        """Note that a table is shown."""
        for one in shapes_within(self._hidden, shape):
            first, last = self._labels(one, ends)
            self._label[one] = np.where(self._label[one] == last, first, self._label[one])

    def _joins(self, shape: int, ends: Ends) -> bool:
        first, last = self._labels(shape, ends)
        starts, stops = (self._label[shape][column] for column in self._ends[shape])
        within = [(labels == first) | (labels == last) for labels in (starts, stops)]
        return bool((within[0] & within[1]).any())

    def _labels(self, shape: int, ends: Ends) -> tuple[int, int]:
        first, last = (self._number(shape, day) for day in ends)
        return int(self._label[shape][first]), int(self._label[shape][last])

    def _number(self, shape: int, day: int) -> int:
        """The place of a day among the labels; a day at which nothing hidden ends gets one."""
        days = self._days[shape]
        if day not in days:
            days[day] = len(self._label[shape])
            self._label[shape] = np.append(self._label[shape], len(self._label[shape]))
        return days[day]


def joined(ends: Iterable[Ends]) -> list[Ends]:
    """Give the stretches of days that overlapping periods cover together, in order."""
    stretches: list[Ends] = []
    for start, end in sorted(ends):
        if stretches and start < stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    return stretches


def stretch_numbers(stretches: list[Ends], starts: Numbers) -> Numbers:
    """Say in which stretch each first day lies."""
    return np.searchsorted(np.array([start for start, _ in stretches]), starts, side="right") - 1


def shapes_within(shapes: Iterable[int], shape: int) -> list[int]:
    """Give those shapes whose every dimension another one has too."""
    return [one for one in shapes if one & ~shape == 0]
