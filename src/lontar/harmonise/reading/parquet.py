"""Parquet -> batches of text cells, a few thousand rows at a time: whole numbers plain, days and times as in ISO 8601."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lontar.harmonise.reading import layout
from lontar.harmonise.reading.batches import RowBatch
from lontar.harmonise.reading.landing import ReadRequest
from lontar.harmonise.reading.opened import Aside, Opened
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.harmonise.reading.workbook import fraction_text

_BATCH_ROWS = 1 << 15
_MOST_COLUMNS = 1 << 14
_LARGEST_WHOLE = 2**53
"""From here on a number of the type double may stand for several whole numbers."""
_DAMAGED = (pa.ArrowException, OSError, ValueError, OverflowError)
Convert = Callable[[pa.Array], pa.Array]


def open_table(path: Path, request: ReadRequest) -> Opened:
    """The table in a Parquet file; raises Unreadable where it is damaged, encrypted, or not flat."""
    file = _opened(path)
    schema = file.schema_arrow
    if len(schema) > _MOST_COLUMNS:
        raise Unreadable("too_large", detail=f"{_MOST_COLUMNS} columns")
    converts = [_convert(field, position) for position, field in enumerate(schema, start=1)]
    heading = layout.named_heading(
        [(name,) for name in schema.names], request.expected, bool(request.personal)
    )
    batches = _batches(file, converts, request.limits.inflated_bytes)
    return Opened(heading, batches, Aside(), rows=file.metadata.num_rows)


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, page_checksum_verification=True, pre_buffer=False)
    except _DAMAGED as error:
        raise _damaged(error) from error


def _batches(file: pq.ParquetFile, converts: list[Convert], limit: int) -> Iterator[RowBatch]:
    """The rows, one batch in memory at a time; raises Unreadable beyond `limit` bytes of text, or where a page is damaged."""
    row, left = 0, limit
    with file:
        for batch in _damage_told(file.iter_batches(batch_size=_BATCH_ROWS, use_threads=False)):
            columns = _texts(batch, converts)
            left -= sum(column.nbytes for column in columns)
            if left < 0:
                raise Unreadable("too_large", detail=f"{limit} bytes once unpacked")
            numbers = pa.array(range(row + 1, row + batch.num_rows + 1), pa.int64())
            row += batch.num_rows
            yield RowBatch(numbers, pa.nulls(batch.num_rows, pa.int64()), columns, [])


def _texts(batch: pa.RecordBatch, converts: list[Convert]) -> list[pa.Array]:
    try:
        batch.validate(full=True)
        return [convert(column) for convert, column in zip(converts, batch.columns, strict=True)]
    except pa.ArrowMemoryError:
        raise
    except _DAMAGED as error:
        detail = "its texts are no UTF-8, or a column names a time zone that nobody knows"
        raise Unreadable("wrong_format", expected="parquet", detail=detail) from error


def _damage_told(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    while True:
        try:
            batch = next(batches, None)
        except pa.ArrowMemoryError:
            raise
        except _DAMAGED as error:
            raise _damaged(error) from error
        if batch is None:
            return
        yield batch


def _damaged(error: BaseException) -> Unreadable:
    """What stopped the library, in a word: what it says itself may quote the file."""
    is_encrypted = "encrypt" in str(error).lower() or "decrypt" in str(error).lower()
    detail = "it is encrypted" if is_encrypted else "it is damaged or cut off"
    return Unreadable("wrong_format", expected="parquet", detail=detail)


def _convert(field: pa.Field, position: int) -> Convert:
    """How the cells of a column become texts; raises Unreadable for a column that is not flat."""
    kind = field.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    for holds, convert in _CONVERTS:
        if holds(kind):
            return lambda column: _filled(convert(_plain(column)))
    found = "lists or structures" if pa.types.is_nested(kind) else f"data of the type {kind}"
    raise Unreadable("nested_column", column=position, value=field.name, found=found)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _filled(column: pa.Array) -> pa.Array:
    """Nulls as the empty text."""
    return pc.fill_null(pc.cast(column, pa.string()), "")


def _distinct(column: pa.Array, tell: Callable[[str], str]) -> pa.Array:
    """Texts told otherwise, each distinct one once."""
    coded = pc.dictionary_encode(column)
    told = pa.array(
        [None if text is None else tell(text) for text in coded.dictionary.to_pylist()], pa.string()
    )
    return pa.DictionaryArray.from_arrays(coded.indices, told).dictionary_decode()


def _numbers(column: pa.Array) -> pa.Array:
    """Numbers with fractions, by the shortest text that means the same number."""
    if pa.types.is_float16(column.type):
        column = pc.cast(column, pa.float32())
    return _distinct(pc.cast(column, pa.string()), _number_text)


def _number_text(text: str) -> str:
    try:
        number = Decimal(text)
        is_whole = number == number.to_integral_value()
    except ArithmeticError:
        return text
    if is_whole and abs(number) < _LARGEST_WHOLE:
        return str(int(number))
    return fraction_text(f"{number.normalize():f}") if number.is_finite() else text


def _moments(column: pa.Array) -> pa.Array:
    """Days with times, in the zone that the column names; midnight is the day alone."""
    if column.type.tz is not None:
        column = pc.local_timestamp(column)
    return _distinct(pc.cast(column, pa.string()), _moment_text)


def _moment_text(text: str) -> str:
    day, _, time = text.partition(" ")
    time = _without_noughts(time)
    return day if time.strip("0:") == "" else f"{day} {time}"


def _without_noughts(time: str) -> str:
    """A time of day without parts of a second that are none."""
    return time.rstrip("0").rstrip(".") if "." in time else time


def _same(column: pa.Array) -> pa.Array:
    return column


_CONVERTS: tuple[tuple[Callable[[pa.DataType], bool], Convert], ...] = (
    (pa.types.is_null, _same),
    (pa.types.is_boolean, _same),
    (pa.types.is_integer, _same),
    (pa.types.is_floating, _numbers),
    (pa.types.is_decimal, _numbers),
    (pa.types.is_timestamp, _moments),
    (pa.types.is_date, lambda column: pc.cast(column, pa.date32())),
    (pa.types.is_time, lambda column: _distinct(pc.cast(column, pa.string()), _without_noughts)),
    (pa.types.is_string, _same),
    (pa.types.is_large_string, _same),
    (pa.types.is_string_view, _same),
)
"""Kinds of column, and how each becomes text."""
