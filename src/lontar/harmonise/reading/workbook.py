"""Workbooks -> the same batches of text cells; row numbers are those that a spreadsheet shows."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import python_calamine

from lontar.harmonise.reading.batches import RowBatch, as_text
from lontar.harmonise.reading.unpacking import Unreadable, check_inflated
from lontar.model.mapping.layout import FileShape

_BATCH_ROWS = 100_000


def open_sheet(path: Path, shape: FileShape, limit: int) -> tuple[str, list[list[str]]]:
    """The sheet's name and its rows, every cell as text; raises Unreadable."""
    if shape.format in ("xlsx", "ods"):
        check_inflated(path, limit)
    try:
        book = python_calamine.load_workbook(str(path))
        name = _choose(book.sheet_names, shape.sheet)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("wrong_format", expected=shape.format, detail=str(error).splitlines()[0]) from error
    except BaseException as error:  # a panic of the library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        detail = "it is damaged, or made to look larger than any sheet is"
        raise Unreadable("wrong_format", expected=shape.format, detail=detail) from error
    return name, [[cell_text(cell) for cell in row] for row in rows]


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
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else _fraction_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _fraction_text(number: float) -> str:
    """A number with a fraction; one of three decimals gets a nought, so that 1.234 is never taken for 1,234."""
    text = repr(number)
    return text + "0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text


def _choose(names: list[str], wanted: str | None) -> str:
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None or wanted not in names:
        raise Unreadable(
            "no_sheet", expected=f"'{wanted}'" if wanted else "named in the mapping", found=", ".join(names)
        )
    return wanted
