"""Rows on their way to being landed: cells as text, blank cells as the empty text."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

EMPTY = pa.scalar("", pa.string())
"""The empty text, made once: what is no scalar yet is looked at anew in every call."""


class OddRow(NamedTuple):
    """A record with another number of cells than the table has columns."""

    row: int
    line: int
    cells: list[str]
    breaks: int = 0


class RowBatch(NamedTuple):
    """Rows of equal width, with their record numbers and first physical lines, and the odd ones among them."""

    rows: pa.Array
    lines: pa.Array
    columns: list[pa.Array]
    odd: list[OddRow]


class Hints:
    """What the rows taken so far tell the reader of those that are still to come."""

    def __init__(self, repeats: Callable[[], Sequence[bool]] = list) -> None:
        self.repeats = repeats
        """Tells for each column whether its texts are better listed than written out; of columns not told, they are not."""


def as_text(cell: str) -> str:
    """A cell as it counts: one that holds only blanks is empty."""
    return "" if not cell or cell.isspace() else cell


def blank_to_empty(column: pa.Array) -> pa.Array:
    """The column with cells that hold only blanks made empty; its texts may be written out or listed beside it."""
    if pa.types.is_dictionary(column.type):
        tidy = blank_to_empty(column.dictionary)
        return column if tidy is column.dictionary else pa.DictionaryArray.from_arrays(column.indices, tidy)
    blank = pc.utf8_is_space(column)
    return pc.if_else(blank, EMPTY, column) if pc.any(blank).as_py() else column


def is_filled(column: pa.Array) -> pa.Array | None:
    """Which cells hold something; None if all do."""
    if not pa.types.is_dictionary(column.type):
        found = pc.not_equal(column, EMPTY)
        return None if pc.all(found).as_py() else found
    empty = pc.equal(column.dictionary, EMPTY)
    if not pc.any(empty).as_py():
        return None
    return pc.invert(empty.take(column.indices))


def any_filled(columns: Iterable[pa.Array | None]) -> pa.Array | None:
    """Which rows hold something at all, of columns as `is_filled` tells them; None if all do."""
    found = None
    for column in columns:
        if column is None:
            return None
        found = column if found is None else pc.or_(found, column)
    return found


def first_filled(columns: list[pa.Array]) -> pa.Array:
    """The first cell of each row that holds something."""
    first = written_out(columns[-1])
    for column in reversed(columns[:-1]):
        text = written_out(column)
        first = pc.if_else(pc.equal(text, EMPTY), first, text)
    return first


def written_out(column: pa.Array) -> pa.Array:
    """The column with its texts written out."""
    return column.dictionary.take(column.indices) if pa.types.is_dictionary(column.type) else column
