"""Rows on their way to being landed: cells as text, blank cells as the empty text."""

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc


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


def as_text(cell: str) -> str:
    """A cell as it counts: one that holds only blanks is empty."""
    return "" if not cell or cell.isspace() else cell


def blank_to_empty(column: pa.Array) -> pa.Array:
    """The column with cells that hold only blanks made empty."""
    blank = pc.utf8_is_space(column)
    return pc.if_else(blank, "", column) if pc.any(blank).as_py() else column


def filled(column: pa.Array) -> int:
    """How many cells hold something."""
    return int(pc.sum(pc.not_equal(column, "")).as_py() or 0)


def any_filled(columns: list[pa.Array]) -> pa.Array:
    """Which rows hold something at all."""
    found = pc.not_equal(columns[0], "")
    for column in columns[1:]:
        found = pc.or_(found, pc.not_equal(column, ""))
    return found


def first_filled(columns: list[pa.Array]) -> pa.Array:
    """The first cell of each row that holds something."""
    first = columns[-1]
    for column in reversed(columns[:-1]):
        first = pc.if_else(pc.equal(column, ""), first, column)
    return first
