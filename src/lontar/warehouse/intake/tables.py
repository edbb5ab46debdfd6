"""The tables of one indicator: figures of one series, period and shape, either without origin or by one dimension of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lontar.model.figures.indicators import Indicator
from lontar.warehouse.grouping import grouped
from lontar.warehouse.intake.cells import KEYS, Cells, Figures, Flags, Numbers, Span
from lontar.warehouse.intake.layout import FREE, Layout
from lontar.warehouse.intake.showing import Ends, ends_of
from lontar.warehouse.intake.terms import origin_dimensions

SeriesName = tuple[str, str, str]
Key = tuple[int, int, int, int]
"""Series, origin dimension (or FREE), number of the period, shape."""


@dataclass(frozen=True)
class OneTable:
    """The cells of one table."""

    series: int
    origin: int
    span: int
    shape: int
    cells: Numbers

    @property
    def key(self) -> Key:
        """What tells the table from others."""
        return self.series, self.origin, self.span, self.shape

    @property
    def dimensions(self) -> int:
        """How many dimensions, besides origin, it tells in detail."""
        return self.shape.bit_count()


@dataclass(frozen=True)
class Situation:
    """All that is known of the cells of one mixed indicator before anything is decided."""

    indicator: Indicator
    cells: Cells
    layout: Layout
    smallest: int
    joint_areas: bool

    def span(self, number: int) -> Span:
        """Give the period of that number."""
        return self.cells.spans[number]

    def ends(self, number: int) -> Ends:
        """Give the two ends of a period."""
        return ends_of(self.span(number).start, self.span(number).end)

    def shape_names(self, shape: int, origin: int = FREE) -> tuple[str, ...]:
        """Name the dimensions of a shape, and of origin."""
        names = {name for bit, name in enumerate(self.indicator.dimensions) if shape >> bit & 1}
        told = {origin_dimensions(self.indicator)[origin]} if origin >= 0 else set()
        return tuple(sorted(names | told))

    def shape_bits(self, names: tuple[str, ...]) -> tuple[int, int]:
        """Give the shape and the origin that dimensions stand for."""
        origins = origin_dimensions(self.indicator)
        told = [origins.index(name) for name in names if name in origins]
        bits = [
            bit for bit, name in enumerate(self.indicator.dimensions) if name in names and name not in origins
        ]
        return sum(1 << bit for bit in bits), told[0] if told else FREE

    def series_names(self) -> list[SeriesName]:
        """Name each series: unit, stage, and area unless areas are taken together."""
        number, cells = self.layout.series, self.cells
        first = np.unique(number, return_index=True)[1] if cells.count else np.zeros(0, dtype=np.int64)
        columns = [
            [cells.texts[name][code] for code in cells.codes[name][first]]
            for name in ("unit", "stage", "area")
        ]
        return [(u, s, "" if self.joint_areas else a) for u, s, a in zip(*columns, strict=True)]

    def tables(self, chosen: Flags) -> list[OneTable]:
        """Give the tables that these cells form, those with few dimensions first."""
        return sorted(self._tables(np.flatnonzero(chosen)), key=lambda one: (one.dimensions, *one.key))

    def _tables(self, chosen: Numbers) -> Iterator[OneTable]:
        if not len(chosen):
            return
        lay = self.layout
        columns = (lay.series, lay.origin, self.cells.span, lay.shape)
        number = grouped(*(column[chosen] for column in columns))
        order = np.argsort(number, kind="stable")
        starts = np.unique(number[order], return_index=True)[1]
        for part in np.split(chosen[order], starts[1:]):
            series, origin, span, shape = (int(column[part[0]]) for column in columns)
            yield OneTable(series, origin, span, shape, part)


def with_small_rest(situation: Situation, free: Flags) -> Flags:
    """Mark the cells of tables that, added up, miss less than the smallest figure of a coarser table: the rest would be told."""
    lay, marked = situation.layout, np.zeros(situation.cells.count, dtype=bool)
    shapes = sorted(set(lay.shape[free].tolist()))
    for coarse in shapes:
        for fine in shapes:
            if coarse != fine and coarse & ~fine == 0:
                both = np.flatnonzero(free & ((lay.shape == coarse) | (lay.shape == fine)))
                small = _rest_is_small(situation, both, coarse)
                marked[both[small & (lay.shape[both] == fine)]] = True
    return marked


def _rest_is_small(situation: Situation, both: Numbers, coarse: int) -> Flags:
    cells, lay = situation.cells, situation.layout
    names = situation.shape_names(coarse)
    key = grouped(*(cells.codes[n][both] for n in (*KEYS, *names)), cells.span[both])
    is_coarse = lay.shape[both] == coarse
    value = cells.value[both]
    whole = np.bincount(key, weights=np.where(is_coarse, value, 0.0))
    parts = np.bincount(key, weights=np.where(is_coarse, 0.0, value))
    there = np.bincount(key, weights=is_coarse) > 0
    return (there & is_small_rest(np.asarray(whole - parts, dtype=np.float64), situation.smallest))[key]


def is_small_rest(rest: Figures, smallest: int) -> Flags:
    """Say of differences whether they are something, but less than the smallest figure."""
    return (np.abs(rest) > 1e-6) & (np.abs(rest) < smallest)
