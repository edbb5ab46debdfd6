"""Observations -> blocks and rows. A block is what figures have in common but for the codes of their dimensions and the figure itself.

Rows of a block lie together, so that a row holds only its codes and its figure, and everything else is said once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lontar.warehouse.parcels import FOLDED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lontar.model.figures.codelists import CodeList

    Codes = NDArray[np.int64]

PLAIN, WIDE, ABSENT = "plain", "wide", "absent"
KINDS = (PLAIN, WIDE, ABSENT)
"""A figure; bounds, with or without a figure; neither."""
WHOLE = ("_T", "_Z")
"""Codes that leave a dimension undivided: total, and does not apply."""
BLOCK_TEXTS = (
    "unit", "stage", "reporter", "source_kind", "area", "period", "frequency", "absence", "status", "match", "note",
)  # fmt: skip
BLOCK_DAYS = ("period_start", "period_end", "vintage")
BLOCK_FLAGS = ("series_break", FOLDED)
TRACE_COLUMNS = (
    "source_value", "derived", "source_file", "source_sheet", "source_row", "source_column", "source_line", "mapping", "mapping_version",
)  # fmt: skip
DIMENSION_TYPE = pa.dictionary(pa.int32(), pa.string())


class Coded(NamedTuple):
    """The observations of one indicator in one segment.

    `blocks` has a row a block: `block` (its number here), `parcel`, `salt` (of its address), the columns above, `shape` (detailed
    dimensions, parted by a comma), `grouped` (dimensions in which the code may hold others of the same table), `kind`. `figures` holds
    for each kind the rows sorted by block: `block`, the dimensions, and `value` or bounds. `trace` has a row for each of these rows,
    in the order of the kinds.
    """

    blocks: pa.Table
    figures: dict[str, pa.Table]
    trace: pa.Table


def code_rows(rows: pa.Table, dimensions: Mapping[str, CodeList]) -> Coded:
    """Code the observations of one indicator; `rows` has the columns of the contract, `folded`, `parcel` (int) and `salt`."""
    names = tuple(dimensions)
    parts = {name: rows.column(name).combine_chunks().dictionary_encode() for name in names}
    kinds = _kinds(rows)
    shapes, said = _shapes(parts, rows.num_rows)
    key = _dense(
        [
            *(_codes(rows.column(name)) for name in ("parcel", *BLOCK_TEXTS, *BLOCK_DAYS, *BLOCK_FLAGS)),
            shapes,
            kinds,
        ]
    )
    grouped = _grouped(rows, parts, dimensions, shapes)
    key = _dense([key, grouped.codes, kinds])
    order = np.lexsort((key, kinds))
    firsts, block_of = _numbered(key[order])
    rows, at = rows.take(pa.array(order)), order[firsts]
    blocks = _block_table(
        rows,
        firsts,
        [said[one] for one in shapes[at]],
        [grouped.words[one] for one in grouped.codes[at]],
        kinds[at],
    )
    return Coded(blocks, _figures(rows, names, block_of, kinds[order]), _trace(rows, names))


def joined(parts: list[Coded]) -> Coded:
    """Put several codings of one indicator together; blocks are numbered anew."""
    if len(parts) == 1:
        return parts[0]
    moved, start = [], 0
    for part in parts:
        moved.append(_moved(part, start))
        start += part.blocks.num_rows
    figures = {kind: _concatenated([one.figures[kind] for one in moved]) for kind in KINDS}
    traces = [_split(one) for one in moved]
    trace = _concatenated([piece for kind in range(len(KINDS)) for piece in (one[kind] for one in traces)])
    return Coded(_concatenated([one.blocks for one in moved]), figures, trace)


def alone(coded: Coded) -> dict[int, Coded]:
    """Take a coding apart by parcel. What is told of one holds no code of another."""
    bounds = {kind: _bounds(coded.blocks, coded.figures[kind]) for kind in KINDS}
    parts: dict[int, Coded] = {}
    traces = dict(zip(KINDS, _split(coded), strict=True))
    parcels = coded.blocks.column("parcel").to_numpy()
    for parcel in np.unique(parcels).tolist():
        places = np.flatnonzero(parcels == parcel)
        parts[parcel] = _one(coded, parcel, places, bounds, traces)
    return parts


def _bounds(blocks: pa.Table, figures: pa.Table) -> Codes:
    """The parcel of each row of one kind."""
    parcels: Codes = blocks.column("parcel").to_numpy()[figures.column("block").to_numpy()].astype(np.int64)
    return parcels


def _one(
    coded: Coded, parcel: int, places: Codes, bounds: dict[str, Codes], traces: dict[str, pa.Table]
) -> Coded:
    figures, pieces = {}, []
    for kind in KINDS:
        first, last = np.searchsorted(bounds[kind], [parcel, parcel + 1]).tolist()
        part = coded.figures[kind].slice(first, last - first)
        numbers = np.searchsorted(places, part.column("block").to_numpy()).astype(np.int32)
        plain = [
            pa.array(numbers)
            if name == "block"
            else column.cast(pa.string())
            if name not in _NUMBERS[kind]
            else column
            for name, column in zip(part.column_names, part.columns, strict=True)
        ]
        figures[kind] = pa.table(plain, names=part.column_names)
        pieces.append(traces[kind].slice(first, last - first))
    blocks = coded.blocks.take(pa.array(places))
    blocks = blocks.set_column(0, "block", pa.array(np.arange(len(places), dtype=np.int32)))
    return Coded(blocks, figures, pa.concat_tables(pieces))


def without(coded: Coded, parcels: frozenset[int]) -> Coded:
    """Leave some parcels out."""
    kept = pc.invert(pc.is_in(coded.blocks.column("parcel"), pa.array(sorted(parcels), pa.int32())))
    numbers = np.cumsum(kept.to_numpy(zero_copy_only=False)) - 1
    is_kept = kept.to_numpy(zero_copy_only=False)
    figures, masks = {}, []
    for kind in KINDS:
        block = coded.figures[kind].column("block").to_numpy()
        mask = is_kept[block] if len(block) else np.zeros(0, bool)
        masks.append(mask)
        left = coded.figures[kind].filter(pa.array(mask))
        renumbered = pa.array(numbers[block[mask]].astype(np.int32))
        figures[kind] = left.set_column(0, "block", renumbered)
    blocks = coded.blocks.filter(kept)
    return Coded(
        blocks.set_column(0, "block", pa.array(np.arange(blocks.num_rows, dtype=np.int32))),
        figures,
        coded.trace.filter(pa.array(np.concatenate(masks))),
    )


def _kinds(rows: pa.Table) -> Codes:
    has_value = rows.column("value").is_valid().to_numpy(zero_copy_only=False)
    has_bound = pc.or_(rows.column("low").is_valid(), rows.column("high").is_valid()).to_numpy(
        zero_copy_only=False
    )
    kinds: Codes = np.where(has_bound, 1, np.where(has_value, 0, 2)).astype(np.int64)
    return kinds


def _shapes(parts: dict[str, pa.DictionaryArray], size: int) -> tuple[Codes, dict[int, str]]:
    """For each row which dimensions it divides, as a number; and the names that each number stands for."""
    shapes = np.zeros(size, np.int64)
    for place, part in enumerate(parts.values()):
        is_divided = np.array([text not in WHOLE for text in part.dictionary.to_pylist()], bool)
        if len(is_divided):
            shapes |= is_divided[part.indices.to_numpy()].astype(np.int64) << place
    names = tuple(parts)
    said = {
        int(one): ",".join(name for place, name in enumerate(names) if int(one) >> place & 1)
        for one in np.unique(shapes)
    }
    return shapes, said


class _Grouped(NamedTuple):
    codes: Codes
    words: dict[int, str]


def _grouped(
    rows: pa.Table, parts: dict[str, pa.DictionaryArray], dimensions: Mapping[str, CodeList], shapes: Codes
) -> _Grouped:
    """For each row the dimensions in which its code may hold the figures of others of the same table: adding both could count twice."""
    marks = np.zeros(rows.num_rows, np.int64)
    table = None
    for place, (name, part) in enumerate(parts.items()):
        texts = part.dictionary.to_pylist()
        over = {text: set(dimensions[name].ancestors(text)) & set(texts) for text in texts}
        if not any(over.values()):
            continue
        if table is None:
            columns = ("parcel", "unit", "stage", "reporter", "area", "period", "vintage")
            table = _dense([*(_codes(rows.column(one)) for one in columns), shapes])
        codes = part.indices.to_numpy().astype(np.int64)
        marks |= (
            _may_hold(table * len(texts) + codes, texts, over, _bounds_of(rows)).astype(np.int64) << place
        )
    names = tuple(parts)
    words = {
        int(one): ",".join(n for at, n in enumerate(names) if int(one) >> at & 1) for one in np.unique(marks)
    }
    return _Grouped(marks, words)


def _bounds_of(rows: pa.Table) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the most that each figure can be."""
    value, low, high = (rows.column(name).cast(pa.float64()) for name in ("value", "low", "high"))
    least = pc.fill_null(pc.coalesce(low, value), 0.0).to_numpy()
    return least, pc.fill_null(pc.coalesce(high, value), float("inf")).to_numpy()


def _may_hold(
    pair: Codes,
    texts: list[str],
    over: Mapping[str, set[str]],
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.bool_]:
    """Which rows (`pair` is table and code in one number) are of a code that stands over others of its table and may hold them.

    A figure that is smaller than those below it does not hold them: it is what they leave over, and is added.
    """
    pairs, at = np.unique(pair, return_inverse=True)
    least, most = (np.bincount(at, weights=bound) for bound in bounds)
    there = {number: place for place, number in enumerate(pairs.tolist())}
    number = {text: place for place, text in enumerate(texts)}
    below: dict[int, float] = {}
    for place, one in enumerate(pairs.tolist()):
        table, code = divmod(one, len(texts))
        base = table * len(texts)
        is_leaf = not any(base + number[text] in there for text in texts if texts[code] in over[text])
        for above in over[texts[code]] if is_leaf else ():
            group = there.get(base + number[above])
            if group is not None:
                below[group] = below.get(group, 0.0) + least[place]
    holding = [group for group, sum_below in below.items() if most[group] >= sum_below]
    may_hold: NDArray[np.bool_] = np.isin(at, np.array(holding, np.int64))
    return may_hold


def _codes(column: pa.ChunkedArray) -> Codes:
    """A column as numbers; equal cells, and empty ones, are equal numbers."""
    coded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    numbers: Codes = coded.indices.to_numpy().astype(np.int64)
    return numbers


def _dense(columns: list[Codes]) -> Codes:
    """One number for each combination that is there."""
    key = columns[0]
    for column in columns[1:]:
        span = int(column.max(initial=0)) + 1
        if span > 1:
            key = np.unique(key * span + column, return_inverse=True)[1]
    return key


def _numbered(sorted_key: Codes) -> tuple[Codes, NDArray[np.int32]]:
    """Where each block begins, and the block of each row, numbered in their order."""
    begins = (
        np.concatenate(([True], sorted_key[1:] != sorted_key[:-1])) if len(sorted_key) else np.zeros(0, bool)
    )
    return np.flatnonzero(begins), (np.cumsum(begins) - 1).astype(np.int32)


def _block_table(
    rows: pa.Table, firsts: Codes, shapes: list[str], grouped: list[str], kinds: Codes
) -> pa.Table:
    told = rows.select(["parcel", "salt", *BLOCK_TEXTS, *BLOCK_DAYS, *BLOCK_FLAGS]).take(pa.array(firsts))
    columns: dict[str, object] = {"block": pa.array(np.arange(len(firsts), dtype=np.int32))}
    columns |= {
        "parcel": told.column("parcel").cast(pa.int32()),
        "salt": told.column("salt").cast(pa.binary()),
    }
    columns |= {name: told.column(name).cast(pa.string()) for name in BLOCK_TEXTS}
    columns |= {name: told.column(name).cast(pa.date32()) for name in BLOCK_DAYS}
    columns |= {name: told.column(name).cast(pa.bool_()) for name in BLOCK_FLAGS}
    columns |= {"shape": pa.array(shapes, pa.string()), "grouped": pa.array(grouped, pa.string())}
    columns |= {"kind": pa.array([KINDS[kind] for kind in kinds.tolist()], pa.string())}
    return pa.table(columns)


def _figures(
    rows: pa.Table, names: tuple[str, ...], block_of: NDArray[np.int32], kinds: Codes
) -> dict[str, pa.Table]:
    figures = {}
    for number, kind in enumerate(KINDS):
        mask = kinds == number
        part = rows.filter(pa.array(mask))
        columns: dict[str, object] = {"block": pa.array(block_of[mask])}
        columns |= {name: part.column(name).cast(DIMENSION_TYPE) for name in names}
        columns |= {name: part.column(name).cast(pa.float64()) for name in _NUMBERS[kind]}
        figures[kind] = pa.table(columns)
    return figures


_NUMBERS = {PLAIN: ("value",), WIDE: ("value", "low", "high"), ABSENT: ()}


def _trace(rows: pa.Table, names: tuple[str, ...]) -> pa.Table:
    lists = [f"{name}_list" for name in names if f"{name}_list" in rows.column_names]
    return rows.select([*TRACE_COLUMNS, *lists])


def _moved(part: Coded, start: int) -> Coded:
    def moved(table: pa.Table) -> pa.Table:
        return table.set_column(0, "block", pc.add(table.column("block"), pa.scalar(start, pa.int32())))

    return Coded(moved(part.blocks), {kind: moved(part.figures[kind]) for kind in KINDS}, part.trace)


def _split(part: Coded) -> list[pa.Table]:
    pieces, start = [], 0
    for kind in KINDS:
        size = part.figures[kind].num_rows
        pieces.append(part.trace.slice(start, size))
        start += size
    return pieces


def _concatenated(tables: list[pa.Table]) -> pa.Table:
    """One table; a column that only some have is empty in the others."""
    return pa.concat_tables(tables, promote_options="default").unify_dictionaries().combine_chunks()
