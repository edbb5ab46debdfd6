"""Hidden rows, columns and sheets of a workbook: read with a warning, passed over and counted, or the file refused."""

from collections.abc import Iterable

from lontar.harmonise.reading.landing import LandedProblem
from lontar.harmonise.reading.opened import Aside
from lontar.harmonise.reading.sheets.shown import column_name
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileShape

REASON = "hidden in the sheet"
_THEN = {"refuse": "the mapping refuses such files"}
Rows = list[list[str]]


def judge_sheet(shape: FileShape, aside: Aside) -> None:
    """Tell, or refuse, a sheet that is hidden itself; one that is named may be read, whatever becomes of its rows."""
    _tell(LandedProblem(kind="hidden_sheet", details=_details(shape, "", "it was read")), shape, aside)


def judge_columns(
    rows: Rows, stretches: Iterable[tuple[int, int]], above: int, shape: FileShape, aside: Aside
) -> None:
    """Deal with hidden columns that hold something below the first `above` rows."""
    below = rows[above:]
    width = max((len(row) for row in below), default=0)
    for first, last in stretches:
        columns = [
            c
            for c in range(first, min(last, width) + 1)
            if any(len(row) >= c and row[c - 1] for row in below)
        ]
        if not columns:
            continue
        if shape.hidden == "ignore":
            aside.ignore(REASON, sum(_emptied(row, columns) for row in below))
            continue
        names = [column_name(c) for c in (columns[0], columns[-1])]
        details = _details(shape, _named("column", *names), "")
        _tell(
            LandedProblem(kind="hidden_columns", row=above + 1, column=columns[0], details=details),
            shape,
            aside,
        )


def judge_rows(
    rows: Rows, stretches: Iterable[tuple[int, int]], above: int, shape: FileShape, aside: Aside
) -> None:
    """Deal with hidden rows that hold something below the first `above` rows."""
    for first, last in stretches:
        numbers = [n for n in range(max(first, above + 1), min(last, len(rows)) + 1) if any(rows[n - 1])]
        if not numbers:
            continue
        if shape.hidden == "ignore":
            for number in numbers:
                row = rows[number - 1]
                aside.ignore(REASON, _emptied(row, range(1, len(row) + 1)), 1)
            continue
        details = _details(shape, _named("row", str(numbers[0]), str(numbers[-1])), "")
        _tell(LandedProblem(kind="hidden_rows", row=numbers[0], details=details), shape, aside)


def _tell(problem: LandedProblem, shape: FileShape, aside: Aside) -> None:
    if shape.hidden == "refuse":
        raise Unreadable(problem.kind, problem.row, problem.column, **problem.details)
    aside.remarks.append(problem)


def _named(what: str, first: str, last: str) -> str:
    return f"{what} {first} is" if first == last else f"{what}s {first} to {last} are"


def _details(shape: FileShape, found: str, then: str) -> dict[str, str]:
    read = then or ("it was read" if found.endswith(" is") else "they were read")
    return {"found": found, "expected": _THEN.get(shape.hidden, read)}


def _emptied(row: list[str], columns: Iterable[int]) -> int:
    """Empty these cells of a row; returns how many of them held something."""
    return sum(_empty_cell(row, column) for column in columns)


def _empty_cell(row: list[str], column: int) -> bool:
    if len(row) < column or not row[column - 1]:
        return False
    row[column - 1] = ""
    return True
