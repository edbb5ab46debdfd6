"""Where the table lies in what was seen: titles above it, its header, its rows, footnotes below."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

Row = tuple[str, ...]
NUMBER = re.compile(
    r"[-\u2212]?\d{1,3}(?:[., '\u00a0\u202f]\d{3})*(?:[.,]\d{1,2})?|[-\u2212]?\d+(?:[.,]\d+)?"
)
"""What can be a number, however it is parted."""
YEAR = re.compile(r"(?:19|20)\d{2}")
_MOST_HEADER_ROWS = 3
_JOIN = " / "


class Layout(NamedTuple):
    """The parts of a sheet."""

    titles: tuple[str, ...]
    header_rows: int
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    """The rows of data, each with as many cells as there are headers."""
    footnotes: tuple[str, ...]
    """The texts of rows with one cell only, below the header."""


def find_table(rows: tuple[Row, ...]) -> Layout:
    """Tell title lines, header, data and footnotes apart, by how many cells are filled and which hold numbers."""
    width = _width(rows)
    start = next((at for at, row in enumerate(rows) if _filled(row) * 2 > width and _filled(row) > 1), 0)
    header_rows = _header_rows(rows[start:], width)
    header = rows[start : start + header_rows]
    width = max(width, *map(_last_filled, header), 1)  # columns may be empty under their header
    below = rows[start + header_rows :]
    data = [row for row in below if _filled(row) > 1 or (width == 1 and _filled(row))]
    notes = [next(filter(None, row)) for row in below if _filled(row) == 1 and width > 1]
    return Layout(
        titles=tuple(" ".join(filter(None, row)) for row in rows[:start]),
        header_rows=header_rows,
        headers=_headers(header, width),
        rows=tuple((*row, *[""] * width)[:width] for row in data),
        footnotes=tuple(notes),
    )


def is_number(text: str) -> bool:
    """Whether a text can be a number."""
    return NUMBER.fullmatch(text) is not None


def _width(rows: tuple[Row, ...]) -> int:
    """How many cells the rows have; of several widths the one that most have."""
    widths = Counter(_last_filled(row) for row in rows if _filled(row) > 1)
    return max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))[0]


def _header_rows(rows: tuple[Row, ...], width: int) -> int:
    """How many rows stand above the first that has a number where the rows below have numbers."""
    below = rows[_MOST_HEADER_ROWS:] or rows[1:]
    columns = [at for at in range(width) if _holds_numbers([row[at : at + 1] for row in below])]
    for number, row in enumerate(rows[: _MOST_HEADER_ROWS + 1]):
        figures = [
            at for at in columns if at < len(row) and is_number(row[at]) and not YEAR.fullmatch(row[at])
        ]
        if figures:
            return number
    return 1


def _holds_numbers(cells: list[Row]) -> bool:
    filled = [cell[0] for cell in cells if cell and cell[0]]
    return bool(filled) and sum(map(is_number, filled)) * 2 > len(filled)


def _headers(rows: tuple[Row, ...], width: int) -> tuple[str, ...]:
    """The name of each column, its levels joined as a mapping joins them; `column 1` where there is no header."""
    if not rows:
        return tuple(f"column {at}" for at in range(1, width + 1))
    above = [_spread(row, width) for row in rows[:-1]]
    levels = [*above, (*rows[-1], *[""] * width)[:width]]
    return tuple(_JOIN.join(_texts(level[at] for level in levels)) for at in range(width))


def _texts(cells: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(cell.split()) for cell in cells if cell))


def _spread(row: Row, width: int) -> Row:
    spread: list[str] = []
    for at in range(width):
        cell = row[at] if at < len(row) else ""
        spread.append(cell or (spread[-1] if spread else ""))
    return tuple(spread)


def _filled(row: Row) -> int:
    return sum(map(bool, row))


def _last_filled(row: Row) -> int:
    return max((at for at, cell in enumerate(row, start=1) if cell), default=0)
