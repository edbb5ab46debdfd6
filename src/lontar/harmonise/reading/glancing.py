"""The glancing child: looks at the first rows of files, under limits, and counts the headers that stand where they are expected.

Run as `python -m lontar.harmonise.reading.glancing`; a GlanceRequest on stdin, Glances on stdout. No text of a file is told,
but the names of sheets.
"""

import io
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from lontar.harmonise.reading import layout
from lontar.harmonise.reading.confinement import confine
from lontar.harmonise.reading.landing import Limits, Message, ReadRequest, SourceFile, Use
from lontar.harmonise.reading.quoting import split_cells
from lontar.harmonise.reading.recognising import check_kind
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.sheets.shown import Merged
from lontar.harmonise.reading.unpacking import Unreadable, unpack
from lontar.model.mapping.layout import RECORDS, WORKBOOKS, FileShape, TableShape

_BEGINNING = 1 << 20
_HEAD_RECORDS = 60
_LARGEST_JSON = 32 << 20


class Expected(Message, frozen=True, kw_only=True):
    """A table that may be there: how its file is written, where it lies, and the headers that it has."""

    shape: FileShape
    table: TableShape
    headers: tuple[str, ...]


class GlanceRequest(Message, frozen=True, kw_only=True):
    """Look whether these files hold one of these tables."""

    files: tuple[SourceFile, ...]
    expected: tuple[Expected, ...]
    out: str
    parent: int = 0
    limits: Limits = Limits(memory_bytes=2 * 2**30, seconds=60, inflated_bytes=2**28)


class Glance(Message, frozen=True, kw_only=True):
    """How many headers stand where they are expected, and in which sheet; None where no such table can be read."""

    headers: int | None = None
    sheet: str | None = None


class Seen(NamedTuple):
    """The first rows of a file read in one way."""

    records: Sequence[list[str]]
    merged: Sequence[Merged] = ()
    sheet: str | None = None


def glance(request: GlanceRequest) -> tuple[tuple[Glance, ...], ...]:
    """For each file a glance for each table."""
    with Scratch(Path(request.out)) as scratch:
        return tuple(_of_file(file, request, scratch) for file in request.files)


def _of_file(file: SourceFile, request: GlanceRequest, scratch: Scratch) -> tuple[Glance, ...]:
    try:
        path = file.place()
        plain = unpack(path, file.name, scratch, request.limits.inflated_bytes) if path.is_file() else None
    except (Unreadable, OSError):
        plain = None
    if plain is None:
        return tuple(Glance() for _ in request.expected)
    looker = _Looker(plain, request, scratch)
    return tuple(map(looker.look, request.expected))


class _Looker:
    """Reads the beginning of one file in each way once."""

    def __init__(self, path: Path, request: GlanceRequest, scratch: Scratch) -> None:
        self._path, self._request, self._scratch = path, request, scratch
        self._seen: dict[FileShape, Seen | Unreadable] = {}
        self._named: dict[FileShape, frozenset[str]] = {}

    def look(self, expected: Expected) -> Glance:
        """Whether the table may be there."""
        try:
            if expected.shape.format in RECORDS:
                found = self._names(expected.shape)
                return Glance(headers=len(found.intersection(expected.headers)))
            return self._in_rows(expected)
        except (Unreadable, OSError, ValueError, LookupError):
            return Glance()

    def _in_rows(self, expected: Expected) -> Glance:
        seen, table = self._rows(expected.shape), expected.table
        if table.header_rows == 0:
            widths = {len(cells) for cells in seen.records[table.title_rows :][:1]}
            found = len(expected.headers) if widths == {len(table.header)} else 0
            return Glance(headers=found, sheet=seen.sheet)
        heading = layout.read_heading(list(seen.records), table, (), merged=seen.merged)
        headers = {column.header for column in heading.columns}
        return Glance(headers=len(headers.intersection(expected.headers)), sheet=seen.sheet)

    def _rows(self, shape: FileShape) -> Seen:
        shape = msgspec.structs.replace(shape, names=("*",))
        if shape not in self._seen:
            try:
                check_kind(self._path, shape.format)
                self._seen[shape] = self._workbook(shape) if shape.format in WORKBOOKS else self._text(shape)
            except Unreadable as unreadable:
                self._seen[shape] = unreadable
        seen = self._seen[shape]
        if isinstance(seen, Unreadable):
            raise seen
        return seen

    def _text(self, shape: FileShape) -> Seen:
        with self._path.open("rb") as stream:
            beginning = stream.read(_BEGINNING)
        text = beginning.decode(shape.encoding, "replace").removeprefix("\ufeff")
        if len(beginning) == _BEGINNING:
            text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
        rows = split_cells(io.StringIO(text, newline=""), shape)
        return Seen(list(islice(rows, _HEAD_RECORDS + 50)))

    def _workbook(self, shape: FileShape) -> Seen:
        from lontar.harmonise.reading import workbook

        sheet = workbook.open_sheet(self._path, shape, self._request.limits.inflated_bytes)
        return Seen(sheet.rows[: _HEAD_RECORDS + 50], sheet.shown.merged, sheet.name)

    def _names(self, shape: FileShape) -> frozenset[str]:
        """The names that the columns of a file of records bring with them."""
        shape = msgspec.structs.replace(shape, names=("*",))
        if shape not in self._named:
            self._named[shape] = self._read_names(shape)
        return self._named[shape]

    def _read_names(self, shape: FileShape) -> frozenset[str]:
        check_kind(self._path, shape.format)
        request = ReadRequest(
            files=(), shape=shape, table=TableShape(), expected=(), personal=(), use=Use(), out=self._request.out,
            limits=self._request.limits,
        )  # fmt: skip
        if shape.format == "parquet":
            from lontar.harmonise.reading import parquet

            heading = parquet.open_table(self._path, request).heading
        else:
            from lontar.harmonise.reading import json_records

            if self._path.stat().st_size > _LARGEST_JSON:
                raise Unreadable("too_large", detail=f"{_LARGEST_JSON >> 20} MB for a glance")
            heading = json_records.open_table(self._path, request, self._scratch).heading
        return frozenset(column.header for column in heading.columns)


def main() -> None:
    """Read the request, look, answer."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=GlanceRequest)
    confine(request.limits, request.parent)
    sys.stdout.buffer.write(msgspec.json.encode(glance(request)))


if __name__ == "__main__":
    main()
