"""Delimited text -> batches of text cells with exact record numbers; every row that does not fit is caught."""

import codecs
import io
import re
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from lontar.harmonise.reading.batches import Hints, OddRow, RowBatch, as_text
from lontar.harmonise.reading.encodings import check_utf8
from lontar.harmonise.reading.quoting import check_signs, holds_strange_signs, split_cells, whole_records
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileShape

_AT_A_TIME = 2
"""Pieces of a file that are parsed at the same time."""
_DELIMITERS = ",;\t|"
_LINE_END = "\r\n|\r|\n"
_LISTED = pa.dictionary(pa.int32(), pa.string())
_ONE = pa.scalar(1, pa.int64())
_NOTHING = pa.array([], pa.string())


class Parsed(NamedTuple):
    """A piece of a file: its rows, and the odd ones by their number within the piece."""

    rows: int
    columns: list[pa.Array]
    odd: list[OddRow]
    wraps: bool
    """Whether cells hold ends of line."""
    is_strange: bool
    """Whether cells may hold signs that no text holds."""


class TextTable:
    """A text file in UTF-8, read piece by piece; raises Unreadable if it is empty, badly quoted or no UTF-8."""

    def __init__(self, path: Path, shape: FileShape) -> None:
        if is_blank(path):
            raise Unreadable("empty_file")
        self._path, self._shape = path, shape
        self._pieces = whole_records(path, shape)
        self._first = next(self._pieces)

    def head(self, records: int) -> list[list[str]]:
        """The first records of the file."""
        stream = io.TextIOWrapper(io.BytesIO(self._first), encoding="utf-8-sig", newline="")
        try:
            return [cells for _, cells in zip(range(records), split_cells(stream, self._shape), strict=False)]
        except UnicodeDecodeError:
            check_utf8(self._path, self._shape)
            raise

    def batches(self, width: int, hints: Hints) -> Iterator[RowBatch]:
        """Batches of rows with `width` cells, and the rows that have another number of cells, once for a table.

        Record numbers count every record from 1, blank lines included; a line is where a record begins. Columns that
        `hints` tells to repeat their texts come as lists of texts and places in them.
        """
        counter = _Counter()
        try:
            for parsed in self._parsed(width, hints):
                if parsed.is_strange:
                    check_signs(self._path, self._shape)
                yield counter.number(parsed)
        except pa.ArrowInvalid as error:
            raise _explain(self._path, self._shape) from error
        finally:
            self.close()

    def close(self) -> None:
        """Leave the file, read to its end or not."""
        self._pieces.close()

    def _parsed(self, width: int, hints: Hints) -> Iterator[Parsed]:
        """Pieces parsed in order; from the second on several at a time, while the next ones are being read."""
        yield _parse(self._first, self._shape, width, hints.repeats())
        self._first = bytearray()
        second = next(self._pieces, None)
        if second is None:
            return
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            waiting = deque([pool.submit(_parse, _marked(second), self._shape, width, hints.repeats())])
            for piece in self._pieces:
                waiting.append(pool.submit(_parse, _marked(piece), self._shape, width, hints.repeats()))
                if len(waiting) > _AT_A_TIME:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


def _marked(piece: bytearray) -> bytearray:
    """A later piece as the parser wants it, which drops a byte order mark at the beginning of whatever it is given."""
    return bytearray(codecs.BOM_UTF8) + piece if piece.startswith(codecs.BOM_UTF8) else piece


def is_blank(path: Path) -> bool:
    """Whether there is nothing in a file but blanks."""
    with path.open("rb") as stream:
        return not any(chunk.strip() for chunk in iter(lambda: stream.read(1 << 20), b""))


def check_delimiter(header: list[str], shape: FileShape, expected: int) -> None:
    """Raise Unreadable when a header of one cell looks parted by another delimiter."""
    if len(header) > 1 or expected < 2 or not header:
        return
    counts = {d: header[0].count(d) for d in _DELIMITERS if d != shape.delimiter}
    best = max(counts, key=lambda d: counts[d])
    if counts[best]:
        raise Unreadable("wrong_delimiter", found=_named(best), expected=_named(shape.delimiter))


def _parse(piece: bytearray, shape: FileShape, width: int, repeats: Sequence[bool]) -> Parsed:
    """The rows of a piece of a file, and its odd rows by their number within it."""
    odd: list[OddRow] = []

    def catch(row: pyarrow.csv.InvalidRow) -> str:
        cells = next(split_cells(io.StringIO(row.text, newline=""), shape), [])
        if not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        texts = [as_text(cell) for cell in cells]
        odd.append(OddRow(row.number, row.number, texts, len(re.findall(_LINE_END, row.text))))
        return "skip"

    options = _options(shape, width, repeats, len(piece), catch)
    table = pyarrow.csv.read_csv(pa.BufferReader(piece), *options).combine_chunks()
    columns = [column.chunk(0) if column.num_chunks else _NOTHING for column in table.columns]
    for column in columns:
        _texts_of(column).validate(
            full=True
        )  # no sign by sign, as the parser would: of a list each text once
    is_strange = any(map(_is_strange, columns)) or any(
        holds_strange_signs(c.encode()) for o in odd for c in o.cells
    )
    wraps = _line_ends_in(piece) > table.num_rows + len(odd)
    return Parsed(table.num_rows, columns if table.num_rows else [], odd, wraps, is_strange)


def _texts_of(column: pa.Array) -> pa.Array:
    """The texts that a column holds, each once where they are listed beside it."""
    return column.dictionary if pa.types.is_dictionary(column.type) else column


def _is_strange(column: pa.Array) -> bool:
    """Whether the memory behind a column holds signs that no text holds."""
    data = _texts_of(column).buffers()[2]
    return data is not None and holds_strange_signs(data.to_pybytes())


def _line_ends_in(piece: bytearray) -> int:
    """How many ends of line a piece holds, the one that its last record may lack included."""
    ends = piece.count(b"\n")
    if b"\r" in piece:
        ends += piece.count(b"\r") - piece.count(b"\r\n")
    return ends + (not piece.endswith((b"\n", b"\r")))


def _options(
    shape: FileShape, width: int, repeats: Sequence[bool], size: int, catch: object
) -> tuple[object, object, object]:
    names = [f"c{i}" for i in range(width)]
    listed = [*repeats, *[False] * (width - len(repeats))]
    return (
        pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=size + 1),
        pyarrow.csv.ParseOptions(
            delimiter=shape.delimiter,
            quote_char=shape.quote or False,
            newlines_in_values=bool(shape.quote),
            ignore_empty_lines=False,
            invalid_row_handler=catch,
        ),
        pyarrow.csv.ConvertOptions(
            column_types={
                name: _LISTED if one else pa.string() for name, one in zip(names, listed, strict=True)
            },
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )


class _Counter:
    """Gives the rows of one piece after the other their record numbers and lines."""

    def __init__(self) -> None:
        self.records = 0
        self.extra_lines = 0

    def number(self, parsed: Parsed) -> RowBatch:
        """The batch of a piece that follows those before."""
        odd = [o._replace(row=self.records + o.row, line=self.records + o.row) for o in parsed.odd]
        pieces, following = [], self.records + 1
        for one in odd:
            pieces.append(_numbers(following, one.row - following))
            following = one.row + 1
        self.records += parsed.rows + len(odd)
        pieces.append(_numbers(following, self.records + 1 - following))
        return self._with_lines(pa.concat_arrays(pieces), parsed.columns, odd, parsed.wraps)

    def _with_lines(
        self, rows: pa.Array, columns: list[pa.Array], odd: list[OddRow], wraps: bool
    ) -> RowBatch:
        if not wraps:
            return self._moved(rows, columns, odd)
        wrapped = [column for column in columns if _may_hold(column, b"\r\n")]
        if not wrapped and not any(o.breaks for o in odd):
            return self._moved(rows, columns, odd)
        breaks = pa.repeat(pa.scalar(0, pa.int64()), len(rows))
        for column in wrapped:
            breaks = pc.add(breaks, pc.cast(_line_ends(column), pa.int64()))
        events: list[tuple[int, int, OddRow | None]] = sorted(
            [
                (row, count, None)
                for row, count in zip(rows.to_pylist(), breaks.to_pylist(), strict=True)
                if count
            ]
            + [(o.row, o.breaks, o) for o in odd],
            key=lambda event: event[0],
        )
        return self._shifted(rows, columns, events)

    def _moved(self, rows: pa.Array, columns: list[pa.Array], odd: list[OddRow]) -> RowBatch:
        """Rows of one line each, all below the same number of wrapped lines."""
        if not self.extra_lines:
            return RowBatch(rows, rows, columns, odd)
        below = [OddRow(o.row, o.row + self.extra_lines, o.cells, o.breaks) for o in odd]
        return RowBatch(rows, pc.add(rows, self.extra_lines), columns, below)

    def _shifted(
        self, rows: pa.Array, columns: list[pa.Array], events: list[tuple[int, int, OddRow | None]]
    ) -> RowBatch:
        lines, placed, position, events = [], [], 0, [*events]
        numbers = rows.to_pylist()
        for number, count, odd in events:
            while position < len(numbers) and numbers[position] <= number:
                lines.append(numbers[position] + self.extra_lines)
                position += 1
            if odd is not None:
                placed.append(OddRow(odd.row, odd.row + self.extra_lines, odd.cells, odd.breaks))
            self.extra_lines += count
        lines += [number + self.extra_lines for number in numbers[position:]]
        return RowBatch(rows, pa.array(lines, pa.int64()), columns, placed)


def _may_hold(column: pa.Array, signs: bytes) -> bool:
    """Whether the memory behind a column holds any of these signs: quickly told, and never wrongly denied."""
    data = _texts_of(column).buffers()[2]
    return data is not None and re.search(b"[" + re.escape(signs) + b"]", data) is not None


def _line_ends(column: pa.Array) -> pa.Array:
    """How many ends of line each cell holds."""
    if pa.types.is_dictionary(column.type):
        return pc.count_substring_regex(column.dictionary, _LINE_END).take(column.indices)
    return pc.count_substring_regex(column, _LINE_END)


def _numbers(start: int, count: int) -> pa.Array:
    return pc.cumulative_sum(pa.repeat(_ONE, count), start=pa.scalar(start - 1, pa.int64()))


def ends_midway(path: Path) -> bool:
    """Whether a text file ends without an end of line."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        if stream.tell() == 0:
            return False
        stream.seek(-1, 2)
        return stream.read(1) not in (b"\n", b"\r", b"\x0c", b"\x00")


def _explain(path: Path, shape: FileShape) -> Unreadable:
    """What stopped the reader, without a word of what stands in the file."""
    try:
        check_utf8(path, shape)
    except Unreadable as explained:
        return explained
    return Unreadable("wrong_format", expected="text", detail="its rows cannot be told apart")


def _named(delimiter: str) -> str:
    return {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "vertical bars"}.get(
        delimiter, repr(delimiter)
    )
