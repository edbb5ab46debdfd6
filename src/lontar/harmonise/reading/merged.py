"""Merged cells among the data of a workbook: labels that hold for each row they span, and a word on all others."""

from lontar.harmonise.reading import layout
from lontar.harmonise.reading.landing import LandedProblem
from lontar.harmonise.reading.opened import Aside
from lontar.harmonise.reading.sheets.shown import Merged
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import TableShape

Rows = list[list[str]]


def check_apart(rows: Rows, merged: list[Merged], expected: str) -> None:
    """Raise Unreadable where merged ranges lie over one another, which no program lets them: told by how many cells they span."""
    height, width = len(rows), max(map(len, rows), default=0)
    spanned = sum(
        max(0, min(one.bottom, height) - one.top + 1) * max(0, min(one.right, width) - one.left + 1)
        for one in merged
    )
    if spanned > height * width:
        raise Unreadable("wrong_format", expected=expected, detail="its merged cells lie over one another")


def fill_merged(rows: Rows, merged: list[Merged], heading: layout.Heading, table: TableShape) -> None:
    """Write the text of a merged label into every row that it spans, in the columns that the mapping names."""
    named = _named_columns(heading, table)
    for one in merged:
        text = _text(rows, one)
        if one.top <= heading.records or not text:
            continue
        for row in rows[one.top - 1 : one.bottom]:
            for column in named & set(range(one.left, min(one.right, len(row)) + 1)):
                row[column - 1] = text


def tell_merged(
    rows: Rows, merged: list[Merged], heading: layout.Heading, table: TableShape, aside: Aside
) -> None:
    """One remark for each column in which merged cells of the data begin whose other cells stay empty."""
    named = _named_columns(heading, table)
    by_column: dict[int, list[Merged]] = {}
    for one in sorted(merged):
        is_filled = set(range(one.left, one.right + 1)) <= named
        is_data = one.top > heading.records and one.left <= heading.width and bool(_text(rows, one))
        if is_data and not is_filled and layout.ignored_reason(_first(rows[one.top - 1]), table) is None:
            by_column.setdefault(one.left, []).append(one)
    for column, ranges in by_column.items():
        more = f" and {len(ranges) - 1} more below are" if len(ranges) > 1 else " is"
        details = {"found": f"{ranges[0].named()}{more} merged"}
        aside.remarks.append(
            LandedProblem(kind="merged_cells", row=ranges[0].top, column=column, details=details)
        )


def _named_columns(heading: layout.Heading, table: TableShape) -> set[int]:
    return {column.position for column in heading.columns if column.header in table.merged}


def _text(rows: Rows, one: Merged) -> str:
    """What stands in the first cell of a range."""
    if one.top > len(rows) or one.left > len(rows[one.top - 1]):
        return ""
    return rows[one.top - 1][one.left - 1]


def _first(row: list[str]) -> str:
    return next((cell for cell in row if cell), "")
