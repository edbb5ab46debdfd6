"""Segments as bytes: what is coded, written as Arrow tables one after the other, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from lontar.warehouse.store.blocks import ABSENT, KINDS, PLAIN, WIDE, Coded
from lontar.warehouse.store.vocabulary import VOCABULARIES, Vocabularies, Vocabulary

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORMAT = 1
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")
_WIDE_LIST = 2**15
NONE_DAY = np.iinfo(np.int32).min
"""A day that is not told."""
BLOCK_CODES = (
    "unit", "stage", "reporter", "source_kind", "area", "period", "frequency", "absence", "status", "match", "shape", "grouped",
)  # fmt: skip

BLOCK_COLUMNS = (
    *BLOCK_CODES, "block", "parcel", "kind", "period_start", "period_end", "vintage", "series_break", "folded", "first", "count",
)  # fmt: skip


class _Written(msgspec.Struct, frozen=True):
    """The head: where each table lies, by its name, from the end of the head."""

    format: int
    tables: dict[str, tuple[int, int]]


def figures_text(segment: Mapping[str, Coded]) -> bytes:
    """Write the figures of a segment: indicator -> what is coded."""
    tables = {f"{name}/blocks": coded.blocks for name, coded in segment.items()}
    tables |= {
        f"{name}/{kind}": coded.figures[kind]
        for name, coded in segment.items()
        for kind in KINDS
        if kind == KINDS[0] or coded.figures[kind].num_rows
    }
    return _text(tables)


def trace_text(segment: Mapping[str, Coded]) -> bytes:
    """Write where the figures of a segment come from."""
    return _text({name: coded.trace for name, coded in segment.items()})


def read_coded(figures: memoryview, trace: memoryview) -> dict[str, Coded]:
    """Read a segment back as it was coded, to write another generation of it."""
    tables, traces = _tables(figures), _tables(trace)
    return {name: Coded(tables[f"{name}/blocks"], _kinds(tables, name), one) for name, one in traces.items()}


def read_traces(trace: memoryview) -> dict[str, pa.Table]:
    """Read where figures come from: indicator -> a row for each row of the figures, in the order of the kinds."""
    return _tables(trace)


class Held:
    """The figures of one indicator in a segment, as questions are asked of them.

    `blocks` has a row for each of BLOCK_COLUMNS, all numbers (days count from 1970-01-01), `block` and the rows' column `block` numbered
    alike from `base`; `first` and `count` say where the rows of a block begin among those of its kind, and how many they are. Rows hold
    codes as numbers, those of open lists as text.
    """

    def __init__(self, blocks: pa.Table, figures: Mapping[str, pa.Table], base: int, open_lists: Iterable[str],
                 vocabularies: Vocabularies = VOCABULARIES) -> None:  # fmt: skip
        self.base = base
        columns = _block_columns(blocks, base, vocabularies) | _block_places(figures, blocks.num_rows)
        self.blocks = np.stack([columns[name] for name in BLOCK_COLUMNS])
        self.notes = blocks.column("note").combine_chunks()
        self.has_notes = self.notes.null_count < len(self.notes)
        self.rows = {kind: _rows(figures[kind], base, frozenset(open_lists), vocabularies) for kind in KINDS}

    def columns(self) -> dict[str, NDArray[np.int32]]:
        """Give the blocks by the names of their columns."""
        return dict(zip(BLOCK_COLUMNS, self.blocks, strict=True))

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return int(self.blocks.nbytes + self.notes.nbytes + sum(table.nbytes for table in self.rows.values()))


def read_held(
    figures: memoryview, base: int, open_lists: Callable[[str], Iterable[str]]
) -> tuple[dict[str, Held], int]:
    """Read the figures of a segment, by indicator (`open_lists` names its dimensions of open lists), and say how many blocks they are."""
    tables, held, start = _tables(figures), {}, base
    for name in (one.removesuffix("/blocks") for one in tables if one.endswith("/blocks")):
        blocks = tables[f"{name}/blocks"]
        held[name] = Held(blocks, _kinds(tables, name), start, open_lists(name))
        start += blocks.num_rows
    return held, start - base


def _kinds(tables: Mapping[str, pa.Table], name: str) -> dict[str, pa.Table]:
    """The rows of each kind; of a kind that has none, none were written."""
    plain = tables[f"{name}/{PLAIN}"]
    none = plain.slice(0, 0).select([one for one in plain.column_names if one != "value"])
    numbers = {WIDE: ("value", "low", "high"), ABSENT: ()}
    found = {PLAIN: plain}
    for kind, columns in numbers.items():
        empty = none
        for column in columns:
            empty = empty.append_column(column, pa.array([], pa.float64()))
        found[kind] = tables.get(f"{name}/{kind}", empty)
    return found


def _block_columns(blocks: pa.Table, base: int, vocabularies: Vocabularies) -> dict[str, NDArray[np.int32]]:
    columns = {name: vocabularies[name].numbers(blocks.column(name)) for name in BLOCK_CODES}
    columns["block"] = blocks.column("block").to_numpy() + np.int32(base)
    columns["parcel"] = blocks.column("parcel").to_numpy()
    columns["kind"] = np.array([KINDS.index(kind) for kind in blocks.column("kind").to_pylist()], np.int32)
    for name in ("period_start", "period_end", "vintage"):
        days = blocks.column(name).cast(pa.int32()).fill_null(int(NONE_DAY))
        columns[name] = days.to_numpy()
    for name in ("series_break", "folded"):
        columns[name] = blocks.column(name).fill_null(False).to_numpy().astype(np.int32)
    return columns


def _block_places(figures: Mapping[str, pa.Table], size: int) -> dict[str, NDArray[np.int32]]:
    """Where the rows of each block begin among those of its kind, and how many they are."""
    first, count = np.zeros(size, np.int32), np.zeros(size, np.int32)
    for kind in KINDS:
        found, at, many = np.unique(
            figures[kind].column("block").to_numpy(), return_index=True, return_counts=True
        )
        first[found], count[found] = at, many
    return {"first": first, "count": count}


def _rows(rows: pa.Table, base: int, open_lists: frozenset[str], vocabularies: Vocabularies) -> pa.Table:
    columns: dict[str, object] = {}
    for name in rows.column_names:
        column = rows.column(name)
        if name == "block":
            columns[name] = pa.array(column.to_numpy() + np.int32(base))
        elif not pa.types.is_floating(column.type):
            columns[name] = (
                column.cast(pa.string())
                if name in open_lists
                else pa.array(_narrow(vocabularies[name], column))
            )
        else:
            columns[name] = column
    return pa.table(columns).combine_chunks()


def _narrow(vocabulary: Vocabulary, column: pa.ChunkedArray) -> NDArray[np.int16] | NDArray[np.int32]:
    numbers = vocabulary.numbers(column)
    if len(vocabulary.texts) >= _WIDE_LIST:
        return numbers
    return numbers.astype(np.int16)


def _text(tables: Mapping[str, pa.Table]) -> bytes:
    places, parts, start = {}, [], 0
    for name, table in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema, options=_OPTIONS) as writer:
            writer.write_table(table)
        part = sink.getvalue()
        places[name] = (start, part.size)
        parts.append(part)
        start += part.size
    head = msgspec.json.encode(_Written(_FORMAT, places))
    return b"".join([len(head).to_bytes(4, "big"), head, *parts])


def _tables(text: memoryview) -> dict[str, pa.Table]:
    size = int.from_bytes(text[:4], "big")
    head = msgspec.json.decode(text[4 : 4 + size], type=_Written)
    body = pa.py_buffer(text[4 + size :])
    return {
        name: pa.ipc.open_stream(body.slice(start, length)).read_all()
        for name, (start, length) in head.tables.items()
    }
