"""Delimited text -> batches of text cells with exact record numbers; every row that does not fit is caught."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from lontar.harmonise.reading.batches import OddRow, RowBatch, as_text
from lontar.harmonise.reading.encodings import check_utf8
from lontar.harmonise.reading.quoting import has_quotes, split_cells
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileShape

_BLOCK_BYTES = 1 << 24
_DELIMITERS = ",;\t|"
_LINE_END = "\r\n|\r|\n"


def read_head(path: Path, shape: FileShape, records: int) -> list[list[str]]:
    """The first records of a text file in UTF-8; raises Unreadable if it is empty or no UTF-8."""
    if is_blank(path):
        raise Unreadable("empty_file")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [cells for _, cells in zip(range(records), split_cells(stream, shape), strict=False)]
    except UnicodeDecodeError:
        check_utf8(path, shape)
        raise


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


def read_batches(path: Path, shape: FileShape, width: int) -> Iterator[RowBatch]:
    """Batches of rows with `width` cells, and the rows that have another number of cells. The file is well-quoted UTF-8.

    Record numbers count every record from 1, blank lines included; a line is where a record begins.
    """
    odd: list[OddRow] = []

    def catch(row: pyarrow.csv.InvalidRow) -> str:
        cells = next(split_cells(io.StringIO(row.text, newline=""), shape), [])
        if not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        odd.append(
            OddRow(
                row.number,
                row.number,
                [as_text(cell) for cell in cells],
                len(re.findall(_LINE_END, row.text)),
            )
        )
        return "skip"

    counter = _Counter(has_quotes(path, shape))
    try:
        with pyarrow.csv.open_csv(path, *_options(shape, width, catch)) as reader:
            for batch in reader:
                yield counter.number(batch, odd)
    except pa.ArrowInvalid as error:
        raise _explain(error, path, shape) from error
    rest = counter.number(None, odd)
    if rest.odd:
        yield rest


def _options(shape: FileShape, width: int, catch: object) -> tuple[object, object, object]:
    names = [f"c{i}" for i in range(width)]
    return (
        pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK_BYTES),
        pyarrow.csv.ParseOptions(
            delimiter=shape.delimiter,
            quote_char=shape.quote or False,
            newlines_in_values=bool(shape.quote),
            ignore_empty_lines=False,
            invalid_row_handler=catch,
        ),
        pyarrow.csv.ConvertOptions(
            column_types={name: pa.string() for name in names}, strings_can_be_null=False
        ),
    )


class _Counter:
    """Gives batches their record numbers, knowing which records were caught as odd."""

    def __init__(self, may_wrap: bool) -> None:
        self.next = 1
        self.extra_lines = 0
        self.taken = 0
        self.may_wrap = may_wrap

    def number(self, batch: pa.RecordBatch | None, odd: list[OddRow]) -> RowBatch:
        pieces: list[pa.Array] = []
        left = batch.num_rows if batch is not None else 0
        mine: list[OddRow] = []
        while self.taken < len(odd) and (left >= odd[self.taken].row - self.next):
            gap = odd[self.taken].row - self.next
            pieces.append(_numbers(self.next, gap))
            left -= gap
            self.next = odd[self.taken].row + 1
            mine.append(odd[self.taken])
            self.taken += 1
            if batch is not None and not left:
                break
        pieces.append(_numbers(self.next, left))
        self.next += left
        rows = pa.concat_arrays(pieces)
        columns = list(batch.columns) if batch is not None else []
        return self._with_lines(rows, columns, mine)

    def _with_lines(self, rows: pa.Array, columns: list[pa.Array], odd: list[OddRow]) -> RowBatch:
        if not self.may_wrap:
            return RowBatch(rows, rows, columns, odd)
        wrapped = [column for column in columns if _may_hold(column, b"\r\n")]
        if not wrapped and not any(o.breaks for o in odd):
            return self._moved(rows, columns, odd)
        breaks = pa.repeat(pa.scalar(0, pa.int64()), len(rows))
        for column in wrapped:
            breaks = pc.add(breaks, pc.cast(pc.count_substring_regex(column, _LINE_END), pa.int64()))
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
    data = column.buffers()[2]
    return data is not None and re.search(b"[" + re.escape(signs) + b"]", data) is not None


def _numbers(start: int, count: int) -> pa.Array:
    return pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), count), start=start - 1)


def ends_midway(path: Path) -> bool:
    """Whether a text file ends without an end of line."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        if stream.tell() == 0:
            return False
        stream.seek(-1, 2)
        return stream.read(1) not in (b"\n", b"\r", b"\x0c", b"\x00")


def _explain(error: pa.ArrowInvalid, path: Path, shape: FileShape) -> Unreadable:
    """What stopped the reader, without a word of what stands in the file."""
    try:
        check_utf8(path, shape)
    except Unreadable as explained:
        return explained
    straddles = "straddling" in str(error)
    detail = f"a row is longer than {_BLOCK_BYTES >> 20} MB" if straddles else "its rows cannot be told apart"
    return Unreadable("wrong_format", expected="text", detail=detail)


def _named(delimiter: str) -> str:
    return {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "vertical bars"}.get(
        delimiter, repr(delimiter)
    )
