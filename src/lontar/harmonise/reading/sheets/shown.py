"""What a sheet shows, and how it is written as plain text: nothing glued to a figure, nothing dropped."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

Position = Literal["", "super", "sub"]
_SUPER = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
_SUB = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_PLAIN_MARKS = frozenset("*†‡§¶#")
"""Signs that are no part of a number, raised or not."""


class Run(NamedTuple):
    """A stretch of a cell's text in one form."""

    text: str
    position: Position = ""
    is_struck: bool = False


class Style(NamedTuple):
    """What the form of a whole cell says."""

    is_percent: bool = False
    is_struck: bool = False
    position: Position = ""


class Merged(NamedTuple):
    """A range of merged cells: first and last row, first and last column, all counted from 1."""

    top: int
    bottom: int
    left: int
    right: int

    def named(self) -> str:
        """The range as a spreadsheet names it, as A2:B5."""
        return f"{column_name(self.left)}{self.top}:{column_name(self.right)}{self.bottom}"


class Shown(NamedTuple):
    """What one sheet shows besides the values of its cells. Rows and columns are counted from 1."""

    texts: dict[tuple[int, int], str]
    """(Row, column) -> the text that stands there, where the value does not say it."""
    styles: dict[tuple[int, int], Style]
    """Cells whose form matters."""
    hidden_rows: list[tuple[int, int]]
    """First and last row of each hidden stretch; the last may lie beyond the data."""
    hidden_columns: list[tuple[int, int]]
    merged: list[Merged]
    days_from_1904: bool = False


def text_of_runs(runs: Iterable[Run]) -> str:
    """A text with its raised, lowered and struck parts told apart: 1 234², 1 234^(a), ~~12~~15."""
    return "".join(
        _struck(_moved(run.text, run.position)) if run.is_struck else _moved(run.text, run.position)
        for run in runs
    )


def is_plain(runs: list[Run]) -> bool:
    """Whether a text needs no telling apart."""
    return not any(run.position or run.is_struck for run in runs)


def styled(text: str, cell: object, style: Style) -> str:
    """A cell's text as its form shows it; `cell` is its value."""
    if style.is_percent and isinstance(cell, int | float) and not isinstance(cell, bool):
        text = _percent(cell)
    moved = _moved(text, style.position)
    return _struck(moved) if style.is_struck and "~~" not in moved else moved


def column_name(number: int) -> str:
    """The letters by which a spreadsheet calls a column."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def joined_stretches(numbers: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(numbers):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _moved(text: str, position: Position) -> str:
    """A raised or lowered text by the signs that Unicode has for it, or behind ^ or _ in brackets."""
    bare = text.strip()
    if not position or not bare:
        return text
    signs = _SUPER if position == "super" else _SUB
    if all(sign in _PLAIN_MARKS or ord(sign) in signs for sign in bare):
        return bare.translate(signs)
    return f"{'^' if position == 'super' else '_'}({bare})"


def _struck(text: str) -> str:
    return f"~~{text.strip()}~~" if text.strip() else text


def _percent(cell: float) -> str:
    try:
        share = (Decimal(repr(cell)) * 100).normalize()
    except InvalidOperation:
        return str(cell)
    return f"{share:f}%"


_ERROR = re.compile(r"#[^\s#\d]{1,20}[!?]|#N/[A-Z]{1,2}|#NV|#GETTING_DATA|Err:\d{3}")


def is_error(text: str) -> bool:
    """Whether a text is what spreadsheets show in place of a value that they could not compute, as #REF! or Err:502."""
    return _ERROR.fullmatch(text.strip()) is not None
