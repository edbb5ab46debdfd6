"""Title, header, broken lines and footnotes: which rows are the table, and what its columns are called."""

from collections.abc import Sequence
from typing import NamedTuple

from lontar.harmonise.reading.batches import OddRow
from lontar.harmonise.reading.landing import LandedColumn, LandedProblem, TitleCell
from lontar.harmonise.reading.sheets.shown import Merged
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import TableShape
from lontar.model.problems import shown

_SEARCHED_ROWS, _SHOWN_NAMES = 50, 20


class Heading(NamedTuple):
    """What stands above the data: titles, columns, and how many records that takes."""

    titles: tuple[TitleCell, ...]
    columns: list[LandedColumn]
    records: int
    width: int


def read_heading(
    records: list[list[str]],
    table: TableShape,
    expected: tuple[str, ...],
    has_personal: bool = False,
    merged: Sequence[Merged] = (),
) -> Heading:
    """Find titles and header in the first records; raises Unreadable if they are not where they should be.

    Where the table has personal columns nothing found in place of the header is told: it may be a row of data.
    """
    start, stop = table.title_rows, table.title_rows + table.header_rows
    titles = tuple(
        TitleCell(row=number, column=position, text=cell.strip())
        for number, cells in enumerate(records[:start], start=1)
        for position, cell in enumerate(cells, start=1)
        if cell.strip()
    )
    if table.header_rows == 0:
        width = len(table.header) or max((len(cells) for cells in records[start:]), default=0)
        names = table.header or tuple(f"column {i}" for i in range(1, width + 1))
        return Heading(
            titles,
            [_column(position, (name,), 0, table) for position, name in enumerate(names, 1)],
            start,
            width,
        )
    rows = _unwrapped(records[start:stop], table)
    columns = [
        _column(
            position,
            texts,
            sum(bool(cells[position - 1 : position] and cells[position - 1].strip()) for cells in rows),
            table,
        )
        for position, texts in enumerate(_header_levels(rows, merged, start), 1)
    ]
    columns = _with_wrapped_cells(columns, records[start:stop], table)
    _check_header(columns, records, table, expected, has_personal, merged)
    return Heading(titles, columns, stop, len(columns))


def named_heading(
    names: Sequence[tuple[str, ...]], expected: tuple[str, ...], has_personal: bool = False
) -> Heading:
    """The heading of a table whose columns bring their names: nothing stands above the data.

    A name has several levels where it is a path, as of a value within another; they are joined by dots.
    Raises Unreadable if an expected one is not among them.
    """
    columns = [
        LandedColumn(slot="", levels=levels, header=tidy(".".join(levels)), position=position)
        for position, levels in enumerate(names, start=1)
    ]
    found = {column.header for column in columns}
    missing = [name for name in expected if name not in found]
    if missing:
        raise _lost(missing, expected, columns, None, has_personal)
    return Heading((), columns, 0, len(columns))


def merge_wrapped(
    odd: list[OddRow], width: int, table: TableShape
) -> tuple[list[tuple[OddRow, int]], list[OddRow]]:
    """Join each row that is one cell short with the single cells beside it.

    Returns whole rows, each with the number of lines whose cells were joined into one, and what is left over.
    A single cell between two short rows could belong to both: it stays left over.
    """
    if table.wrapped is None or table.wrapped.rows is None:
        return [], odd
    merged, used = [], set()
    by_row = {row.row: row for row in odd}

    def is_between(piece: OddRow) -> bool:
        beside = [by_row.get(piece.row - 1), by_row.get(piece.row + 1)]
        return all(row is not None and len(row.cells) == width - 1 for row in beside)

    for row in odd:
        if len(row.cells) != width - 1 or width < 3:
            continue
        pieces = [by_row.get(row.row - 1), by_row.get(row.row + 1)]
        found = [
            p for p in pieces if p is not None and len(p.cells) == 1 and p.cells[0] and not is_between(p)
        ]
        if not found:
            continue
        used |= {row.row} | {piece.row for piece in found}
        label = " ".join(piece.cells[0].strip() for piece in found)
        cells = [label, *row.cells] if table.wrapped.rows == "first" else [*row.cells, label]
        merged.append((OddRow(row.row, row.line, cells), len(found)))
    return merged, [row for row in odd if row.row not in used]


def judge_odd(row: OddRow, width: int, is_last_and_cut: bool) -> LandedProblem:
    """What is wrong with a row that does not fit the table."""
    cells = sum(bool(cell) for cell in row.cells)
    details = {"found": str(len(row.cells)), "expected": str(width)}
    if is_last_and_cut and len(row.cells) < width:
        raise Unreadable(
            "truncated", row=row.row, detail=f"its last row has {len(row.cells)} of {width} cells"
        )
    if len(row.cells) == 1 and width > 2:
        return LandedProblem(kind="stray_line", row=row.row, column=1, value=row.cells[0], cells=cells)
    kind = "too_many_cells" if len(row.cells) > width else "too_few_cells"
    return LandedProblem(kind=kind, row=row.row, details=details, cells=cells)


def ignored_reason(first: str, table: TableShape) -> str | None:
    """Why a row that begins with this cell is passed over, if it is."""
    for rule in table.ignore_rows:
        if first and (
            first.strip() in rule.first_cell
            or (rule.starts_with and first.lstrip().startswith(rule.starts_with))
        ):
            return rule.reason
    return None


def tidy(text: str) -> str:
    """A header as mappings write it: one blank between words, none around."""
    return " ".join(text.split())


def _unwrapped(records: list[list[str]], table: TableShape) -> list[list[str]]:
    is_wrapped = table.wrapped is not None and table.wrapped.header is not None
    return [cells for cells in records if len(cells) > 1 or not is_wrapped]


def _header_levels(
    rows: list[list[str]], merged: Sequence[Merged] = (), above_header: int = 0
) -> list[tuple[str, ...]]:
    """The texts of each column, one for each header row; the first of these rows has `above_header` rows above it."""
    if not rows:
        return []
    width = max(len(cells) for cells in rows)
    levels = [_padded(cells, width) for cells in rows]
    above = [[""] * width, *levels]
    filled = [
        _spread_merged(cells, [m for m in merged if m.top == row and m.right > m.left])
        or _spread(cells, over)
        for row, (cells, over) in enumerate(zip(levels[:-1], above, strict=False), start=above_header + 1)
    ]
    return [tuple(tidy(cells[i]) for cells in [*filled, levels[-1]]) for i in range(width)]


def _spread_merged(cells: list[str], ranges: list[Merged]) -> list[str]:
    """A header level of a workbook that says which of its cells are merged: their text holds there, and nowhere else."""
    spread = [*cells] if ranges else []
    for one in ranges:
        for column in range(one.left, min(one.right, len(cells)) + 1):
            spread[column - 1] = cells[one.left - 1]
    return spread


def _with_wrapped_cells(
    columns: list[LandedColumn], records: list[list[str]], table: TableShape
) -> list[LandedColumn]:
    """Add the cell of the header whose words stand on lines of their own."""
    if table.wrapped is None or table.wrapped.header is None:
        return columns
    pieces = [tidy(cells[0]) for cells in records if len(cells) == 1 and cells[0].strip()]
    if not pieces:
        return columns
    text = " ".join(pieces)
    at_start = table.wrapped.header == "first"
    added = LandedColumn(slot="", levels=(text,), header=text, position=0, header_cells=len(pieces))
    ordered = [added, *columns] if at_start else [*columns, added]
    return [
        LandedColumn(slot="", levels=c.levels, header=c.header, position=i, header_cells=c.header_cells)
        for i, c in enumerate(ordered, start=1)
    ]


def _spread(cells: list[str], above: list[str]) -> list[str]:
    """A header level whose merged cells hold their text only once: it holds until the next, here or on the level above."""
    spread, last = [], ""
    for cell, over in zip(cells, above, strict=True):
        last = cell if cell.strip() or over.strip() else last
        spread.append(last)
    return spread


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _column(position: int, texts: tuple[str, ...], cells: int, table: TableShape) -> LandedColumn:
    header = table.join.join(dict.fromkeys(text for text in texts if text))
    return LandedColumn(slot="", levels=texts, header=header, position=position, header_cells=cells)


def _check_header(
    columns: list[LandedColumn],
    records: list[list[str]],
    table: TableShape,
    expected: tuple[str, ...],
    has_personal: bool,
    merged: Sequence[Merged],
) -> None:
    found = {column.header for column in columns}
    missing = [name for name in expected if name not in found]
    if not missing:
        return
    if len(missing) == len(expected) or not found:
        moved = _find_header(records, table, expected, merged)
        if moved is not None:
            raise Unreadable("header_moved", row=moved, found=str(moved), expected=str(table.title_rows + 1))
    raise _lost(missing, expected, columns, table.title_rows + 1, has_personal)


def _lost(
    missing: list[str],
    expected: tuple[str, ...],
    columns: list[LandedColumn],
    row: int | None,
    has_personal: bool,
) -> Unreadable:
    kind = "no_header" if len(missing) > len(expected) // 2 else "lost_column"
    there = _quoted([column.header for column in columns if column.header])
    there = "others, not shown since the table has personal columns" if has_personal else there
    return Unreadable(kind, row=row, expected=_quoted(missing), found=there)


def _quoted(names: list[str]) -> str:
    shown_names = ", ".join(f"'{shown(name)}'" for name in names[:_SHOWN_NAMES])
    return shown_names + (", ..." if len(names) > _SHOWN_NAMES else "") if names else "none"


def _find_header(
    records: list[list[str]], table: TableShape, expected: tuple[str, ...], merged: Sequence[Merged]
) -> int | None:
    wanted = set(expected)
    for number, _ in enumerate(records[:_SEARCHED_ROWS], start=1):
        rows = _unwrapped(records[number - 1 : number - 1 + table.header_rows], table)
        levels = _header_levels(rows, merged, number - 1)
        headers = {table.join.join(dict.fromkeys(t for t in texts if t)) for texts in levels}
        if len(wanted & headers) * 2 > len(wanted):
            return number
    return None
