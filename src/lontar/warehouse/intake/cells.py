"""The observations of one indicator as columns of numbers, with figures that were added up beside those that were told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lontar.model.figures.periods import Period

Numbers = NDArray[np.int64]
Figures = NDArray[np.float64]
Flags = NDArray[np.bool_]

KEYS = ("unit", "stage", "reporter", "source_kind", "area", "vintage")
"""The columns, besides period and dimensions, that tell one observation from another."""
TOTAL, NOT_APPLICABLE, OTHER, SEVERAL = "_T", "_Z", "_O", "_X"


@dataclass(frozen=True)
class Span:
    """One period as the rows have it, with the number of whole months in it."""

    text: str
    frequency: str
    start: date
    end: date

    @property
    def months(self) -> int:
        """Whole months from the first day on."""
        after = self.end + timedelta(days=1)
        count = (after.year - self.start.year) * 12 + after.month - self.start.month
        return count - (after.day < self.start.day)

    @property
    def days(self) -> int:
        """Days, both ends included."""
        return (self.end - self.start).days + 1

    def overlaps(self, other: Span) -> bool:
        """Say whether some day lies in both."""
        return self.start <= other.end and other.start <= self.end


@dataclass(frozen=True)
class Cells:
    """Figures by their keys. `codes` holds, for each key column and dimension, numbers of its `texts`.

    Each figure lies between `low` and `high`; `value` is not a number where it is not one figure. The first `told` cells are the
    rows as they were told; the others were added up. Row `part_row[i]` is a part of cell `part_cell[i]`.
    """

    texts: Mapping[str, list[str]]
    codes: Mapping[str, Numbers]
    spans: list[Span]
    span: Numbers
    value: Figures
    low: Figures
    high: Figures
    is_broader: Flags
    told: int
    part_row: Numbers
    part_cell: Numbers

    @property
    def count(self) -> int:
        """How many cells there are."""
        return len(self.span)

    def is_detailed(self, dimension: str) -> Flags:
        """Say of each cell whether it tells this dimension, other than as total or not applicable."""
        plain = [text in (TOTAL, NOT_APPLICABLE) for text in self.texts[dimension]]
        return ~np.array(plain, dtype=bool)[self.codes[dimension]]

    def has_text(self, dimension: str, wanted: set[str] | frozenset[str]) -> Flags:
        """Say of each cell whether its code of this dimension is one of these."""
        return np.array([text in wanted for text in self.texts[dimension]], dtype=bool)[self.codes[dimension]]


def cells_of(table: pa.Table, dimensions: Sequence[str]) -> Cells:
    """Give the rows of a table in the columns of the contract as cells."""
    coded = {name: _coded(_texts(table, name)) for name in (*KEYS, *dimensions)}
    span, texts = _coded(table["period"])
    first = np.unique(span, return_index=True)[1] if len(span) else np.zeros(0, dtype=np.int64)
    told = table.select(["frequency", "period_start", "period_end"]).take(pa.array(first)).to_pylist()
    value, low, high = _figures(table)
    rows = np.arange(table.num_rows, dtype=np.int64)
    return Cells(
        texts={name: words for name, (_, words) in coded.items()},
        codes={name: numbers for name, (numbers, _) in coded.items()},
        spans=[
            Span(text, one["frequency"], one["period_start"], one["period_end"])
            for text, one in zip(texts, told, strict=True)
        ],
        span=span,
        value=value,
        low=low,
        high=high,
        is_broader=_flags(pc.equal(table["match"], "broader")),
        told=table.num_rows,
        part_row=rows,
        part_cell=rows,
    )


def _texts(table: pa.Table, name: str) -> pa.ChunkedArray:
    """A column as text; several codes in one cell are one text of their own."""
    column = table[name].cast(pa.string()).fill_null("")
    if f"{name}_list" not in table.column_names:
        return column
    listed = pc.binary_join(table[f"{name}_list"], " ").fill_null("")
    whole = pc.binary_join_element_wise(column, listed, " ")
    return pc.if_else(pc.equal(column, SEVERAL), whole, column)


def _coded(column: pa.ChunkedArray) -> tuple[Numbers, list[str]]:
    coded = pc.dictionary_encode(column.combine_chunks())
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    return coded.indices.to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


def _flags(column: pa.ChunkedArray) -> Flags:
    return np.asarray(column.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def _figures(table: pa.Table) -> tuple[Figures, Figures, Figures]:
    """Value and bounds: a figure is its own bounds, what is absent lies anywhere from nought, what does not apply is nought."""
    value, low, high = (
        np.asarray(
            table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
            if table[name].null_count == 0
            else table[name].cast(pa.float64()).fill_null(float("nan")).to_numpy(zero_copy_only=False),
            dtype=np.float64,
        )
        for name in ("value", "low", "high")
    )
    is_interval = ~np.isnan(low) | ~np.isnan(high)
    none = _flags(pc.equal(table["absence"], "not_applicable"))
    value = np.where(none, 0.0, value)
    bottom = np.where(is_interval, low, value)
    top = np.where(is_interval, high, value)
    return value, np.where(np.isnan(bottom), 0.0, bottom), np.where(np.isnan(top), np.inf, top)


def added(
    cells: Cells,
    chosen: Numbers,
    group: Numbers,
    *,
    to: Mapping[str, str],
    span: Numbers | None = None,
    spans: Sequence[Span] = (),
) -> Cells:
    """Give the cells with the sums of chosen ones beside them, one for each group (numbered from 0).

    `to` says which code a detailed dimension has in the sum; `span` which period each group has, where it is another one, `spans`
    the periods that are new.
    """
    if not len(chosen):
        return cells
    first = chosen[np.unique(group, return_index=True)[1]]
    texts, codes = dict(cells.texts), dict(cells.codes)
    for name, numbers in cells.codes.items():
        new = numbers[first]
        if name in to:
            texts[name], number = _with_text(cells.texts[name], to[name])
            new = np.where(cells.is_detailed(name)[first], number, new)
        codes[name] = np.concatenate([numbers, new])
    summed = (np.bincount(group, weights=figures[chosen]) for figures in (cells.value, cells.low, cells.high))
    value, low, high = summed
    rows, owners = _parts(cells, chosen, group)
    return Cells(
        texts=texts,
        codes=codes,
        spans=[*cells.spans, *spans],
        span=np.concatenate([cells.span, cells.span[first] if span is None else span]),
        value=np.concatenate([cells.value, value]),
        low=np.concatenate([cells.low, low]),
        high=np.concatenate([cells.high, high]),
        is_broader=np.concatenate([cells.is_broader, cells.is_broader[first]]),
        told=cells.told,
        part_row=np.concatenate([cells.part_row, rows]),
        part_cell=np.concatenate([cells.part_cell, owners]),
    )


def _with_text(texts: list[str], text: str) -> tuple[list[str], int]:
    return (texts, texts.index(text)) if text in texts else ([*texts, text], len(texts))


def _parts(cells: Cells, chosen: Numbers, group: Numbers) -> tuple[Numbers, Numbers]:
    """Which rows are parts of which new cells."""
    into = np.full(cells.count, -1, dtype=np.int64)
    into[chosen] = group + cells.count
    owner = into[cells.part_cell]
    return cells.part_row[owner >= 0], owner[owner >= 0]


def span_of(period: Period) -> Span:
    """Give a period of the calendar as a span."""
    return Span(period.text, period.frequency, period.start, period.end)
