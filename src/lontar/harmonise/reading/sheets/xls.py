"""The cells of one sheet of an old Excel workbook (xls), for what its values do not say."""

import io
import struct
from pathlib import Path
from typing import Any

import xlrd

from lontar.harmonise.reading.sheets.shown import (
    Merged,
    Position,
    Run,
    Shown,
    Style,
    is_plain,
    joined_stretches,
    text_of_runs,
)
from lontar.harmonise.reading.sheets.xlsx_parts import is_percent_format
from lontar.harmonise.reading.unpacking import Unreadable

_DAMAGED = (
    xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, AssertionError, AttributeError, IndexError, KeyError, OSError,
    OverflowError, TypeError, UnicodeError, ValueError, ZeroDivisionError,
)  # fmt: skip
"""What xlrd raises over workbooks that are damaged: it trusts what it reads."""
_POSITIONS: dict[int, Position] = {1: "super", 2: "sub"}


def read_shown(path: Path, name: str) -> Shown:
    """What the sheet of this name shows; raises Unreadable where the workbook is damaged."""
    try:
        with xlrd.open_workbook(
            str(path), logfile=io.StringIO(), formatting_info=True, on_demand=True
        ) as book:
            return _Sheet(book, book.sheet_by_name(name)).shown()
    except _DAMAGED as error:
        raise Unreadable("wrong_format", expected="xls", detail="it is damaged") from error


class _Sheet:
    """Goes through a sheet as xlrd has it; its rows and columns are counted from 0."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._book, self._sheet = book, sheet
        self._styles = [self._style(form) for form in book.xf_list]

    def shown(self) -> Shown:
        texts, styles = {}, {}
        for row in range(self._sheet.nrows):
            kinds = self._sheet.row_types(row)
            for column, kind in enumerate(kinds):
                text = self._text(row, column, kind)
                if text is not None:
                    texts[row + 1, column + 1] = text
                style = self._styles[self._sheet.cell_xf_index(row, column)]
                if style is not None:
                    styles[row + 1, column + 1] = style
        rows = [(n + 1, n + 1) for n, row in self._sheet.rowinfo_map.items() if row.hidden or row.height == 0]
        columns = [
            (n + 1, n + 1)
            for n, column in self._sheet.colinfo_map.items()
            if column.hidden or column.width == 0
        ]
        return Shown(
            texts,
            styles,
            joined_stretches(rows),
            joined_stretches(columns),
            self._merged(),
            self._book.datemode == 1,
        )

    def _text(self, row: int, column: int, kind: int) -> str | None:
        if kind == xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(self._sheet.cell_value(row, column), "#VALUE!"))
        runs = self._sheet.rich_text_runlist_map.get((row, column)) if kind == xlrd.XL_CELL_TEXT else None
        if not runs:
            return None
        told = self._runs(self._sheet.cell_value(row, column), runs)
        return None if is_plain(told) else text_of_runs(told)

    def _runs(self, text: str, starts: list[tuple[int, int]]) -> list[Run]:
        """The text in its forms; before the first of them it has that of the cell."""
        ends = [start for start, _ in starts[1:]] + [len(text)]
        told = [Run(text[: starts[0][0]])]
        for (start, font), end in zip(starts, ends, strict=True):
            form = self._book.font_list[font]
            told.append(Run(text[start:end], _POSITIONS.get(form.escapement, ""), bool(form.struck_out)))
        return [run for run in told if run.text]

    def _style(self, form: Any) -> Style | None:
        font = self._book.font_list[form.font_index]
        number = self._book.format_map.get(form.format_key)
        is_percent = number is not None and is_percent_format(number.format_str)
        style = Style(is_percent, bool(font.struck_out), _POSITIONS.get(font.escapement, ""))
        return None if style == Style() else style

    def _merged(self) -> list[Merged]:
        """Merged ranges; xlrd gives the rows and columns after their last."""
        return [
            Merged(top + 1, bottom, left + 1, right) for top, bottom, left, right in self._sheet.merged_cells
        ]
