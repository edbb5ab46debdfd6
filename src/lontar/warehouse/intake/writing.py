"""Figures that were added up as rows in the columns of the contract."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from lontar.warehouse.intake.cells import KEYS, Cells, Figures, Numbers
from lontar.warehouse.parcels import FOLDED

MATCHES = ("exact", "narrower", "broader", "partial")
"""From the best to the worst, as in the catalogue's list."""
STATUSES = ("final", "revised", "estimated", "provisional")
"""From the firmest to the weakest."""
NOWHERE_ELSE = ("source_value", "source_file", "source_sheet", "source_row", "source_column", "source_line")
SUMMED, FOLDED_UP = "Figures added up: {n}.", "Small figures were added up."


def added_rows(table: pa.Table, cells: Cells, chosen: Numbers, folds: Numbers) -> pa.Table:
    """Give cells that were added up as rows like those of the table they came from; `folds` are those that fold small figures."""
    place = np.full(cells.count, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    is_part = place[cells.part_cell] >= 0
    rows, owner = cells.part_row[is_part], place[cells.part_cell[is_part]]
    order = np.argsort(owner, kind="stable")
    rows, owner = rows[order], owner[order]
    first = rows[np.searchsorted(owner, np.arange(len(chosen)))] if len(chosen) else rows[:0]
    made = table.take(pa.array(first))
    for name, column in {
        **_keys(table, cells, chosen),
        **_figures(cells, chosen),
        **_worst(table, rows, owner, np.isin(chosen, folds)),
    }.items():
        made = made.set_column(made.column_names.index(name), table.schema.field(name), column)
    return made


def with_folded(table: pa.Table, folded: bool) -> pa.Table:
    """Give rows with the column that says whether they were added up."""
    column = pa.array(np.full(table.num_rows, folded, dtype=bool))
    return table.append_column(pa.field(FOLDED, pa.bool_(), nullable=False), column)


def _keys(table: pa.Table, cells: Cells, chosen: Numbers) -> dict[str, pa.Array]:
    """Codes and period of the sums; several codes of one row are told by their list, which a sum has not."""
    columns = {}
    for name in cells.codes:
        if name not in KEYS:
            words = [text.split(" ")[0] for text in cells.texts[name]]
            told = pa.array(words, pa.string()).take(pa.array(cells.codes[name][chosen]))
            columns[name] = told.cast(table.schema.field(name).type)
    spans = [cells.spans[number] for number in cells.span[chosen]]
    told_spans = {
        "period": [span.text for span in spans],
        "frequency": [span.frequency for span in spans],
        "period_start": [span.start for span in spans],
        "period_end": [span.end for span in spans],
    }
    return columns | {
        name: pa.array(values, table.schema.field(name).type) for name, values in told_spans.items()
    }


def _figures(cells: Cells, chosen: Numbers) -> dict[str, pa.Array]:
    """Value and bounds: bounds only where a part had some, a bound that is not known is null."""
    value, low, high = cells.value[chosen], cells.low[chosen], cells.high[chosen]
    one = (low == value) & (high == value)
    is_whole = ~np.isnan(value) & ~np.isinf(high)
    absence = pa.nulls(len(chosen), pa.string())
    return {
        "value": _numbers(value, ~is_whole),
        "low": _numbers(low, one),
        "high": _numbers(high, one | np.isinf(high)),
        "absence": absence,
    }


def _numbers(figures: Figures, is_null: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> pa.Array:
    return pa.array(figures, pa.float64(), mask=is_null)


def _worst(
    table: pa.Table, rows: Numbers, owner: Numbers, is_fold: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> dict[str, pa.Array]:
    """Status, match and note of the sums, and what they have no source of."""
    count = len(is_fold)
    match, worst_row = _furthest(table, "match", MATCHES, rows, owner, count)
    status, _ = _furthest(table, "status", STATUSES, rows, owner, count)
    notes = table["note"].take(pa.array(worst_row)).to_pylist()
    parts = np.bincount(owner, minlength=count)
    told = [
        FOLDED_UP if fold else SUMMED.format(n=n)
        for fold, n in zip(is_fold.tolist(), parts.tolist(), strict=True)
    ]
    said = [f"{text} {note}" if note else text for text, note in zip(told, notes, strict=True)]
    breaks = np.asarray(table["series_break"].fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)
    broken = np.bincount(owner, weights=breaks[rows], minlength=count) > 0
    sources = {
        name: pa.nulls(count, table.schema.field(name).type)
        for name in NOWHERE_ELSE
        if name in table.column_names
    }
    return {
        **sources,
        "match": pa.array(match, table.schema.field("match").type),
        "status": pa.array(status, table.schema.field("status").type),
        "note": pa.array(said, table.schema.field("note").type),
        "series_break": pa.array(broken),
        "derived": pa.array(np.ones(count, dtype=bool)),
    } | {n: pa.nulls(count, table.schema.field(n).type) for n in table.column_names if n.endswith("_list")}


def _furthest(
    table: pa.Table, name: str, words: tuple[str, ...], rows: Numbers, owner: Numbers, count: int
) -> tuple[list[str], Numbers]:
    """The last of some words that a part of each sum has, and the first row that has it."""
    column = table[name].combine_chunks().dictionary_encode()
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    ranks = np.array([words.index(word) for word in column.dictionary.to_pylist()], dtype=np.int64)
    rank = ranks[column.indices.to_numpy(zero_copy_only=False)][rows]
    order = np.lexsort((np.arange(len(rows)), -rank, owner))
    first = order[np.searchsorted(owner[order], np.arange(count))] if count else order[:0]
    return [words[number] for number in rank[first]], rows[first]
