"""Delimited text -> batches of text cells with exact record numbers; every row that does not fit is caught."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from lontar.harmonise.reading.batches import OddRow, RowBatch, as_text
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileShape

_HEAD_BYTES = 1 << 18
_BLOCK_BYTES = 1 << 24
_DELIMITERS = ",;\t|"
csv.field_size_limit(1 << 30)  # long cells are told as what they are; sizes are limited for the whole process


def read_head(path: Path, shape: FileShape, records: int) -> list[list[str]]:
    """The first records of a text file; raises Unreadable if its encoding is not the one named."""
    with path.open("rb") as stream:
        data = stream.read(_HEAD_BYTES)
        cut = len(data) == _HEAD_BYTES
    if not data.strip():
        raise Unreadable("empty_file")
    lines = data.rpartition(b"\n")[0] if cut and b"\n" in data else data
    text = _decode(lines, shape.encoding)
    reader = split_cells(io.StringIO(text, newline=""), shape)
    return [cells for _, cells in zip(range(records), reader, strict=False)]


def split_cells(stream: Iterable[str], shape: FileShape) -> Iterator[list[str]]:
    """Records of such a file by Python's csv module, for the few that need looking at one by one."""
    if not shape.quote:
        return csv.reader(stream, delimiter=shape.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(stream, delimiter=shape.delimiter, quotechar=shape.quote)


def check_delimiter(header: list[str], shape: FileShape, expected: int) -> None:
    """Raise Unreadable when a header of one cell looks parted by another delimiter."""
    if len(header) > 1 or expected < 2 or not header:
        return
    counts = {d: header[0].count(d) for d in _DELIMITERS if d != shape.delimiter}
    best = max(counts, key=lambda d: counts[d])
    if counts[best]:
        raise Unreadable("wrong_delimiter", found=_named(best), expected=_named(shape.delimiter))


def read_batches(path: Path, shape: FileShape, width: int) -> Iterator[RowBatch]:
    """Batches of rows with `width` cells, and the rows that have another number of cells.

    Record numbers count every record from 1, blank lines included; a line is where a record begins.
    """
    check_quotes(path, shape)
    odd: list[OddRow] = []

    def catch(row: pyarrow.csv.InvalidRow) -> str:
        cells = next(split_cells(io.StringIO(row.text, newline=""), shape), [])
        odd.append(OddRow(row.number, row.number, [as_text(cell) for cell in cells], row.text.count("\n")))
        return "skip"

    counter = _Counter(_has_quotes(path, shape))
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
        pyarrow.csv.ReadOptions(
            column_names=names, use_threads=False, block_size=_BLOCK_BYTES, encoding=shape.encoding
        ),
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
        wrapped = [column for column in columns if _may_hold(column, b"\n")]
        if not wrapped and not any(o.breaks for o in odd):
            return self._moved(rows, columns, odd)
        breaks = pa.repeat(pa.scalar(0, pa.int64()), len(rows))
        for column in wrapped:
            breaks = pc.add(breaks, pc.cast(pc.count_substring(column, "\n"), pa.int64()))
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


def _may_hold(column: pa.Array, sign: bytes) -> bool:
    """Whether the memory behind a column holds this sign at all: quickly told, and never wrongly denied."""
    data = column.buffers()[2]
    return data is not None and re.search(re.escape(sign), data) is not None


def _numbers(start: int, count: int) -> pa.Array:
    return pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), count), start=start - 1)


def _has_quotes(path: Path, shape: FileShape) -> bool:
    if not shape.quote:
        return False
    mark = shape.quote.encode(shape.encoding)
    with path.open("rb") as stream:
        return any(mark in chunk for chunk in iter(lambda: stream.read(1 << 22), b""))


def check_quotes(path: Path, shape: FileShape) -> None:
    """Raise Unreadable where a quotation mark is opened and never closed."""
    if not shape.quote:
        return
    mark = shape.quote.encode(shape.encoding)
    with path.open("rb") as stream:
        total = sum(chunk.count(mark) for chunk in iter(lambda: stream.read(1 << 22), b""))
    if total % 2:
        raise Unreadable("unterminated_quote", row=_last_opening(path, mark))


def _last_opening(path: Path, mark: bytes) -> int:
    opened, is_open = 1, False
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if line.count(mark) % 2:
                is_open = not is_open
                opened = number if is_open else opened
    return opened


def ends_midway(path: Path) -> bool:
    """Whether a text file ends without an end of line."""
    with path.open("rb") as stream:
        stream.seek(0, 2)
        if stream.tell() == 0:
            return False
        stream.seek(-1, 2)
        return stream.read(1) not in (b"\n", b"\r", b"\x0c", b"\x00")


def _explain(error: pa.ArrowInvalid, path: Path, shape: FileShape) -> Unreadable:
    if "UTF8" in str(error) or "codec" in str(error):
        try:
            _decode(path.read_bytes(), shape.encoding)
        except Unreadable as explained:
            return explained
    return Unreadable("wrong_format", expected="text", detail=str(error).splitlines()[0])


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except LookupError as error:
        raise Unreadable("wrong_encoding", expected=encoding, detail="there is no such encoding") from error
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        bad = data[error.start : error.start + 1].hex()
        raise Unreadable("wrong_encoding", row=row, expected=encoding, detail=f"byte 0x{bad}") from error


def _named(delimiter: str) -> str:
    return {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "vertical bars"}.get(
        delimiter, repr(delimiter)
    )
