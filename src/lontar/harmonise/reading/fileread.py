"""One file: unpack, find the table, land its rows, and count every cell on the way."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from lontar.harmonise.reading import layout, text
from lontar.harmonise.reading.batches import (
    EMPTY,
    Hints,
    OddRow,
    RowBatch,
    any_filled,
    as_text,
    blank_to_empty,
    first_filled,
    is_filled,
)
from lontar.harmonise.reading.encodings import as_utf8
from lontar.harmonise.reading.landing import STRAY, LandedColumn, LandedFile, LandedProblem, ReadRequest
from lontar.harmonise.reading.opened import Aside, Opened
from lontar.harmonise.reading.pace import Pace, lines_in
from lontar.harmonise.reading.recognising import check_kind
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.store import FIGURES, RowStore
from lontar.harmonise.reading.unpacking import Unreadable, unpack
from lontar.model.mapping.layout import RECORDS, WORKBOOKS

_HEAD_RECORDS = 60


class Into(NamedTuple):
    """Where the rows of files go, and whom it is told how far they have come."""

    store: RowStore
    scratch: Scratch
    pace: Pace | None = None


def read_file(index: int, path: Path, request: ReadRequest, into: Into) -> LandedFile:
    """Land one file (fingerprint and size are left to the caller); raises Unreadable if it is not the table described."""
    plain = unpack(path, request.files[index].name, into.scratch, request.limits.inflated_bytes)
    check_kind(plain, request.shape.format)
    opened = _open_table(plain, request, into.scratch)
    lander = _FileLander(index, request, into.store, opened.heading, opened.is_cut)
    if opened.hints is not None:
        opened.hints.repeats = lander.repeats
    if into.pace is not None:
        into.pace.expect(index, opened.rows)
    for batch in opened.batches:
        lander.take(batch)
        if into.pace is not None and len(batch.rows):
            into.pace.reach(index, batch.lines[-1].as_py() or batch.rows[-1].as_py())
    return opened.aside.add_to(lander.finish(request.files[index].name, opened.sheet))


def _open_table(plain: Path, request: ReadRequest, scratch: Scratch) -> Opened:
    """The table in a file of whatever format; the libraries of a format are loaded when there is such a file."""
    if request.shape.format in WORKBOOKS:
        from lontar.harmonise.reading import workbook

        return workbook.open_table(plain, request)
    if request.shape.format == "parquet":
        from lontar.harmonise.reading import parquet

        return parquet.open_table(plain, request)
    if request.shape.format in RECORDS:
        from lontar.harmonise.reading import json_records

        return json_records.open_table(plain, request, scratch)
    return _open_text(plain, request, scratch)


def _open_text(plain: Path, request: ReadRequest, scratch: Scratch) -> Opened:
    plain = as_utf8(plain, request.shape, scratch)
    table = text.TextTable(plain, request.shape)
    try:
        heading = _text_heading(table, request)
    except Unreadable:
        table.close()
        raise
    hints = Hints()
    batches = table.batches(heading.width, hints)
    lines = lines_in(plain) if request.tells_pace else 0
    return Opened(heading, batches, Aside(), is_cut=text.ends_midway(plain), hints=hints, rows=lines)


def _text_heading(table: text.TextTable, request: ReadRequest) -> layout.Heading:
    head = table.head(_HEAD_RECORDS + request.table.title_rows)
    if request.table.header_rows or request.table.header:
        probe = request.table.title_rows if request.table.header_rows else 0
        text.check_delimiter(head[probe] if probe < len(head) else [], request.shape, len(request.expected))
    return layout.read_heading(head, request.table, request.expected, bool(request.personal))


class _FileLander:
    """Sorts the rows of one file into data, ignored and odd ones, and keeps the counts."""

    def __init__(
        self, index: int, request: ReadRequest, store: RowStore, heading: layout.Heading, is_cut: bool
    ) -> None:
        self.index, self.request, self.store, self.heading, self.is_cut = (
            index,
            request,
            store,
            heading,
            is_cut,
        )
        self.slots = self._slots()
        self.strays = self._strays()
        self.filled = [0] * heading.width
        self.ignored: Counter[str] = Counter()
        self.ignored_rows = self.rows = self.data_rows = self.cells = 0
        self.odd: list[OddRow] = []
        self.last_row = 0

    def _slots(self) -> list[str]:
        """The slot of each column; none for personal ones, nor for the second column of one header."""
        slots: list[str] = []
        seen = set(self.request.personal)
        for column in self.heading.columns:
            is_second = column.header in seen and column.header not in self.request.personal
            if is_second and column.header in self.request.expected:
                row = self.heading.records or None
                raise Unreadable("duplicate_column", row, column.position, column.header)
            slots.append("" if column.header in seen else self._slot(column.header))
            seen.add(column.header)
        return slots

    def _slot(self, header: str) -> str:
        use = self.request.use
        if not use.reads(header):
            return ""
        return self.store.slot(header, FIGURES if use.is_figure(header) else "")

    def _strays(self) -> list[int]:
        """Positions of the columns that the mapping does not know; what they hold is landed as one slot: whether it is there."""
        use = self.request.use
        return [i for i, column in enumerate(self.heading.columns) if use.is_stray(column.header)]

    def repeats(self) -> list[bool]:
        """For each column whether its texts are better listed than written out, for all that is known yet."""
        return [self.store.repeats(slot) for slot in self.slots]

    def take(self, batch: RowBatch) -> None:
        """Land the rows of a batch that lie under the header."""
        below = [row for row in batch.odd if row.row > self.heading.records]
        self.odd += [
            OddRow(r.row, r.line, [as_text(c) for c in r.cells], r.breaks)
            for r in below
            if any(map(as_text, r.cells))
        ]
        self.last_row = max([self.last_row, *(row.row for row in batch.odd)])
        if not len(batch.rows):
            return
        self.last_row = max(self.last_row, batch.rows[-1].as_py())
        columns = [blank_to_empty(column) for column in batch.columns]
        kept = RowBatch(batch.rows, batch.lines, columns, [])
        wanted = any_filled(is_filled(column) for column in columns)
        if wanted is not None:
            kept = _filtered(kept, wanted)
        if len(kept.rows) and kept.rows[0].as_py() <= self.heading.records:
            kept = _filtered(kept, pc.greater(kept.rows, self.heading.records))
        self._land(self._without_ignored(kept))

    def _without_ignored(self, batch: RowBatch) -> RowBatch:
        if not self.request.table.ignore_rows or not len(batch.rows):
            return batch
        firsts = first_filled(batch.columns).to_pylist()
        reasons = [layout.ignored_reason(first, self.request.table) for first in firsts]
        for position, reason in enumerate(reasons):
            if reason:
                self._ignore(reason, [column[position].as_py() for column in batch.columns])
        return _filtered(batch, pa.array([reason is None for reason in reasons], pa.bool_()))

    def _ignore(self, reason: str, cells: list[str]) -> None:
        count = sum(bool(cell) for cell in cells)
        self.ignored[reason] += count
        self.ignored_rows += 1
        self.rows += 1
        self.cells += count

    def _land(self, batch: RowBatch, pieces: pa.Array | None = None) -> None:
        count = len(batch.rows)
        self.rows += count
        self.data_rows += count
        found = [is_filled(column) for column in batch.columns]
        for position, cells in enumerate(found):
            self.filled[position] += count if cells is None else pc.sum(cells).as_py() or 0
        if not self.strays:
            self.store.add(self.index, batch, self.slots, pieces)
            return
        strays = any_filled(found[i] for i in self.strays)
        told = pa.repeat("x", count) if strays is None else pc.if_else(strays, "x", EMPTY)
        landed = RowBatch(batch.rows, batch.lines, [*batch.columns, told], [])
        self.store.add(self.index, landed, [*self.slots, self.store.slot(STRAY)], pieces)

    def finish(self, name: str, sheet: str | None) -> LandedFile:
        """Deal with the rows that do not fit, and sum up."""
        width, table = self.heading.width, self.request.table
        merged, left = layout.merge_wrapped(self.odd, width, table)
        if merged:
            self._land_merged(merged)
        whole = [(row, 0) for row in left if len(row.cells) == width]  # only empty cells were too many
        if whole:
            self._land_merged(whole)
            left = [row for row in left if len(row.cells) != width]
        problems = self._judge(left)
        if not self.data_rows and not problems:
            raise Unreadable("no_rows")
        joined = sum(count - 1 for _, count in merged)
        self.rows += sum(count for _, count in merged)
        header_cells = sum(column.header_cells for column in self.heading.columns)
        titles = self.heading.titles
        self.rows += len({cell.row for cell in titles}) + (table.header_rows if header_cells else 0)
        self.cells += len(titles) + header_cells + sum(self.filled) + joined
        return LandedFile(
            name=name, sha256="", size=0, opened=True, sheet=sheet, columns=self._columns(),
            titles=titles, ignored=dict(self.ignored), ignored_rows=self.ignored_rows,
            rows=self.rows, data_rows=self.data_rows, cells=self.cells, problems=tuple(problems),
        )  # fmt: skip

    def _land_merged(self, merged: list[tuple[OddRow, int]]) -> None:
        rows = pa.array([row.row for row, _ in merged], pa.int64())
        lines = pa.array([row.line for row, _ in merged], pa.int64())
        columns = [
            pa.array([row.cells[i] for row, _ in merged], pa.string()) for i in range(self.heading.width)
        ]
        self._land(RowBatch(rows, lines, columns, []), pa.array([extra for _, extra in merged], pa.int32()))

    def _judge(self, left: list[OddRow]) -> list[LandedProblem]:
        problems = []
        for row in left:
            first = next(cell for cell in row.cells if cell)
            reason = layout.ignored_reason(first, self.request.table)
            if reason is not None:
                self._ignore(reason, row.cells)
                continue
            problem = layout.judge_odd(row, self.heading.width, self.is_cut and row.row == self.last_row)
            if self.request.personal:
                problem = msgspec.structs.replace(problem, value="")
            problems.append(problem)
            self.rows += 1
            self.cells += problem.cells
        return problems

    def _columns(self) -> tuple[LandedColumn, ...]:
        return tuple(
            LandedColumn(
                slot=slot,
                levels=c.levels,
                header=c.header,
                position=c.position,
                filled=count,
                header_cells=c.header_cells,
            )
            for c, slot, count in zip(self.heading.columns, self.slots, self.filled, strict=True)
        )


def _filtered(batch: RowBatch, wanted: pa.Array) -> RowBatch:
    if pc.all(wanted).as_py():
        return batch
    return RowBatch(
        batch.rows.filter(wanted), batch.lines.filter(wanted), [c.filter(wanted) for c in batch.columns], []
    )
