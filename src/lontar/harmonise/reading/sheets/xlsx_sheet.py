"""The cells of one sheet of an Excel workbook (xlsx), for what its values do not say."""

import re
from collections.abc import Iterator

from lontar.harmonise.reading.sheets.rich_text import RichText, unescaped
from lontar.harmonise.reading.sheets.safe_xml import Attributes, Listener, number_of, parse, whole
from lontar.harmonise.reading.sheets.shown import (
    Merged,
    Shown,
    Style,
    is_plain,
    joined_stretches,
    text_of_runs,
)
from lontar.harmonise.reading.sheets.thinning import plain_cells, thinned
from lontar.harmonise.reading.sheets.xlsx_parts import (
    Parts,
    find_sheet,
    is_true,
    notable_styles,
    rich_strings,
)
from lontar.harmonise.reading.unpacking import Unreadable

_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?")


def read_shown(parts: Parts, name: str) -> Shown:
    """What the sheet of this name shows; raises Unreadable where its parts are damaged."""
    place = find_sheet(parts, name)
    styles, strings = notable_styles(parts), rich_strings(parts)
    try:
        cells = _Cells(styles, strings, may_lack_names=False)
        parse(thinned(parts.chunks(place.part), plain_cells(styles, strings), b""), cells.listener(), "xlsx")
    except _UnnamedCell:
        cells = _Cells(styles, strings, may_lack_names=True)
        parse(parts.chunks(place.part), cells.listener(), "xlsx")
    return cells.shown(place.days_from_1904)


class _UnnamedCell(Exception):
    """A cell without a name of its own: where it stands is known only if the cells before it are seen too."""


class _Cells:
    """Listens to a sheet."""

    def __init__(self, styles: dict[int, Style], strings: dict[int, str], may_lack_names: bool) -> None:
        self._notable, self._strings, self._may_lack_names = styles, strings, may_lack_names
        self._texts: dict[tuple[int, int], str] = {}
        self._styles: dict[tuple[int, int], Style] = {}
        self._hidden_rows: list[tuple[int, int]] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._merged: list[Merged] = []
        self._row = self._column = 0
        self._cell: Attributes = {}
        self._inside = ""
        self._told: dict[str, list[str]] = {}
        self._rich: RichText | None = None

    def listener(self) -> Listener:
        return Listener(self.start, self.end, self.text)

    def shown(self, days_from_1904: bool) -> Shown:
        return Shown(
            self._texts, self._styles, joined_stretches(self._hidden_rows), joined_stretches(self._hidden_columns),
            self._merged, days_from_1904,
        )  # fmt: skip

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in ("v", "f"):
            self._inside = name
            self._told.setdefault(name, [])
        elif name == "is":
            self._rich = RichText()
        elif self._rich is not None:
            self._rich.start(name, attributes)
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col" and _is_hidden(attributes, "width"):
            self._hidden_columns.append((whole(attributes, "min"), whole(attributes, "max")))
        elif name == "mergeCell":
            self._merged += [*_ranges(attributes.get("ref", ""))]

    def text(self, text: str) -> None:
        if self._inside:
            self._told[self._inside].append(text)
        elif self._rich is not None:
            self._rich.text(text)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name in ("v", "f"):
            self._inside = ""
        elif self._rich is not None:
            self._rich.end(name)

    def _begin_row(self, attributes: Attributes) -> None:
        self._row, self._column = whole(attributes, "r", self._row + 1), 0
        if _is_hidden(attributes, "ht"):
            self._hidden_rows.append((self._row, self._row))

    def _begin_cell(self, attributes: Attributes) -> None:
        told = _RANGE.fullmatch(attributes.get("r", ""))
        if told is not None:
            self._row, self._column = int(told[2]), _column_number(told[1])
        elif self._may_lack_names:
            self._column += 1
        else:
            raise _UnnamedCell
        if self._row > _MOST_ROWS or self._column > _MOST_COLUMNS:
            raise Unreadable("wrong_format", expected="xlsx", detail="a cell lies where no sheet has any")
        self._cell, self._told, self._rich, self._inside = attributes, {}, None, ""

    def _end_cell(self) -> None:
        place = self._row, self._column
        text = self._shown_text()
        if text is not None:
            self._texts[place] = text
        style = self._notable.get(whole(self._cell, "s"))
        if style is not None:
            self._styles[place] = style
        self._rich = None

    def _shown_text(self) -> str | None:
        """The text of the cell where its value does not say it; None where it does."""
        kind = self._cell.get("t", "n")
        value = "".join(self._told.get("v", ()))
        if kind == "e":
            return unescaped(value) or "#VALUE!"
        if kind == "s":
            return self._strings.get(number_of(value, -1))
        if self._rich is not None:
            return None if is_plain(self._rich.runs) else text_of_runs(self._rich.runs)
        is_computed = value or (kind == "str" and "v" in self._told)
        if "f" in self._told and not is_computed:
            return "=" + unescaped("".join(self._told["f"])).removeprefix("=")
        return None


def _is_hidden(attributes: Attributes, measure: str) -> bool:
    """Whether a row or column is hidden, or drawn with nothing of it to be seen."""
    told = attributes.get(measure, "1")
    return is_true(attributes, "hidden") or told in ("0", "0.0")


def _ranges(named: str) -> Iterator[Merged]:
    found = _RANGE.fullmatch(named)
    if found is not None and found[3]:
        yield Merged(int(found[2]), int(found[4]), _column_number(found[1]), _column_number(found[3]))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
