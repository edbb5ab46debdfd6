"""Workbooks -> the same batches of text cells; row numbers are those that a spreadsheet shows.

Values come from python-calamine, what the sheet shows besides from a second pass over the file (`sheets`): a cell becomes
the text that its sheet shows, `#REF!`, `12.3%`, `1 234²`, and is judged as any other text.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import python_calamine

from lontar.harmonise.reading import hidden, layout, merged
from lontar.harmonise.reading.batches import RowBatch, as_text
from lontar.harmonise.reading.landing import ReadRequest
from lontar.harmonise.reading.opened import Aside, Opened
from lontar.harmonise.reading.sheets import ods
from lontar.harmonise.reading.sheets.shown import Shown, styled
from lontar.harmonise.reading.sheets.xlsx_parts import Parts
from lontar.harmonise.reading.sheets.xlsx_sheet import read_shown as read_xlsx
from lontar.harmonise.reading.unpacking import Unreadable, check_inflated
from lontar.model.mapping.layout import FileShape
from lontar.model.problems import shown as shown_text

_BATCH_ROWS, _SHOWN_NAMES = 100_000, 20


class Sheet(NamedTuple):
    """One sheet: its name, its rows with every cell as text, and what it shows besides."""

    name: str
    rows: list[list[str]]
    shown: Shown
    is_hidden: bool


def open_table(path: Path, request: ReadRequest) -> Opened:
    """The table in a workbook; raises Unreadable if it is not there as described."""
    shape, table, aside = request.shape, request.table, Aside()
    sheet = open_sheet(path, shape, request.limits.inflated_bytes)
    merged.check_apart(sheet.rows, sheet.shown.merged, shape.format)
    if sheet.is_hidden:
        hidden.judge_sheet(shape, aside)
    hidden.judge_columns(sheet.rows, sheet.shown.hidden_columns, table.title_rows, shape, aside)
    heading = layout.read_heading(
        sheet.rows, table, request.expected, bool(request.personal), sheet.shown.merged
    )
    merged.fill_merged(sheet.rows, sheet.shown.merged, heading, table)
    hidden.judge_rows(sheet.rows, sheet.shown.hidden_rows, heading.records, shape, aside)
    merged.tell_merged(sheet.rows, sheet.shown.merged, heading, table, aside)
    aside.days_from_1904 = sheet.shown.days_from_1904
    return Opened(heading, row_batches(sheet.rows, heading.width), aside, sheet.name, rows=len(sheet.rows))


def open_sheet(path: Path, shape: FileShape, limit: int) -> Sheet:
    """The sheet that the mapping means; raises Unreadable."""
    if shape.format in ("xlsx", "ods"):
        check_inflated(path, limit)
    try:
        book = python_calamine.load_workbook(str(path))
        visible = python_calamine.SheetVisibleEnum.Visible
        is_hidden = {sheet.name: sheet.visible != visible for sheet in book.sheets_metadata}
        name = _choose(book.sheet_names, shape, is_hidden)
        values = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        is_locked = "password" in str(error).lower()
        detail = "it is protected by a password" if is_locked else "it is damaged or cut off"
        raise Unreadable("wrong_format", expected=shape.format, detail=detail) from error
    except BaseException as error:  # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        detail = "it is damaged, or made to look larger than any sheet is"
        raise Unreadable("wrong_format", expected=shape.format, detail=detail) from error
    shown = _read_shown(path, shape, name, values)
    rows = [[cell_text(cell) for cell in row] for row in values]
    _show(rows, values, shown)
    return Sheet(name, rows, shown, is_hidden.get(name, False))


def _read_shown(path: Path, shape: FileShape, name: str, values: Sequence[Sequence[object]]) -> Shown:
    """What the sheet shows besides its values, from the file itself."""
    if shape.format == "xls":
        from lontar.harmonise.reading.sheets import xls

        return xls.read_shown(path, name)
    with zipfile.ZipFile(path) as archive:
        if shape.format == "ods":
            return ods.read_shown(archive, name, len(values), max(map(len, values), default=0))
        return read_xlsx(Parts(archive), name)


def _show(rows: list[list[str]], values: Sequence[Sequence[object]], shown: Shown) -> None:
    """Put into the rows what the sheet shows where that is more than its values; cells of errors may lie beyond them."""
    for (row, column), text in shown.texts.items():
        rows += [[] for _ in range(row - len(rows))]
        rows[row - 1] += [""] * (column - len(rows[row - 1]))
        rows[row - 1][column - 1] = as_text(text)
    for (row, column), style in shown.styles.items():
        if row <= len(rows) and column <= len(rows[row - 1]) and rows[row - 1][column - 1]:
            known = row <= len(values) and column <= len(values[row - 1])
            value = values[row - 1][column - 1] if known else ""
            rows[row - 1][column - 1] = styled(rows[row - 1][column - 1], value, style)


def row_batches(rows: list[list[str]], width: int) -> Iterator[RowBatch]:
    """The rows in batches of columns, padded to `width` cells."""
    for start in range(0, len(rows), _BATCH_ROWS):
        part = rows[start : start + _BATCH_ROWS]
        numbers = pa.array(range(start + 1, start + len(part) + 1), pa.int64())
        columns = [
            pa.array([row[i] if i < len(row) else "" for row in part], pa.string()) for i in range(width)
        ]
        yield RowBatch(numbers, pa.nulls(len(part), pa.int64()), columns, [])


def cell_text(cell: object) -> str:
    """A typed cell as text: whole numbers without a fraction, dates as ISO 8601."""
    if isinstance(cell, str):
        return as_text(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else fraction_text(repr(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def fraction_text(text: str) -> str:
    """A number with a fraction; one of three decimals gets a nought, so that 1.234 is never taken for 1,234."""
    return text + "0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text


def _choose(names: list[str], shape: FileShape, is_hidden: dict[str, bool]) -> str:
    """The sheet that is meant: the one that is named, or the only one; where hidden ones are ignored, the only one to be seen."""
    seen = [name for name in names if not (shape.hidden == "ignore" and is_hidden.get(name))]
    if shape.sheet is None and len(seen) == 1:
        return seen[0]
    if shape.sheet is None or shape.sheet not in names:
        expected = f"'{shape.sheet}'" if shape.sheet else "named in the mapping"
        told = ", ".join(map(shown_text, names[:_SHOWN_NAMES])) + (
            ", ..." if len(names) > _SHOWN_NAMES else ""
        )
        raise Unreadable("no_sheet", expected=expected, found=told)
    return shape.sheet
