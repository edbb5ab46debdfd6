"""The cells of one sheet of an OpenDocument spreadsheet (ods), for what its values do not say."""

import zipfile
from bisect import bisect_left
from collections.abc import Generator
from contextlib import suppress

from lontar.harmonise.reading.sheets.ods_styles import OdsStyles
from lontar.harmonise.reading.sheets.safe_xml import Attributes, Listener, parse, whole
from lontar.harmonise.reading.sheets.shown import (
    Merged,
    Run,
    Shown,
    Style,
    is_error,
    is_plain,
    joined_stretches,
    text_of_runs,
)
from lontar.harmonise.reading.sheets.thinning import EMPTY_ROW, PLAIN_ROWS, thinned
from lontar.harmonise.reading.unpacking import Unreadable

_CHUNK = 1 << 20
_HIDDEN = ("collapse", "filter")
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14


def read_shown(archive: zipfile.ZipFile, name: str, height: int, width: int) -> Shown:
    """What the sheet of this name shows; cells beyond `height` and `width` hold nothing. Raises Unreadable."""
    styles = OdsStyles()
    if _has(archive, "styles.xml"):
        parse(_chunks(archive, "styles.xml"), Listener(styles.start, styles.end, _nothing), "ods")
    _parse_head(archive, styles)
    sheet = _Sheet(name, styles, height, width)
    chunks = _chunks(archive, "content.xml")
    if not styles.has_notable("table-cell"):
        chunks = thinned(chunks, PLAIN_ROWS, EMPTY_ROW)
    parse(chunks, Listener(sheet.start, sheet.end, sheet.text), "ods")
    return sheet.shown()


class _BodyReached(Exception):
    """The styles of content.xml have all been seen."""


def _parse_head(archive: zipfile.ZipFile, styles: OdsStyles) -> None:
    """Take in the styles of content.xml, which stand before its sheets."""

    def start(name: str, attributes: Attributes) -> None:
        if name == "body":
            raise _BodyReached
        styles.start(name, attributes)

    with suppress(_BodyReached):
        parse(_chunks(archive, "content.xml"), Listener(start, styles.end, _nothing), "ods")


def _has(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.namelist()


def _chunks(archive: zipfile.ZipFile, name: str) -> Generator[bytes, None, None]:
    if not _has(archive, name):
        if name == "content.xml":
            raise Unreadable("wrong_format", expected="ods", detail=f"it has no part {name}")
        return
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


class _Sheet:
    """Listens to content.xml, and there to the one sheet."""

    def __init__(self, wanted: str, styles: OdsStyles, height: int, width: int) -> None:
        self._wanted, self._styles, self._height, self._width = wanted, styles, height, width
        self._found: dict[tuple[int, int], str] = {}
        self._forms: dict[tuple[int, int], Style] = {}
        self._hidden_rows: list[tuple[int, int]] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._merged: list[Merged] = []
        self._column_styles: list[str] = []
        self._column_ends: list[int] = []
        self._tables: list[bool] = []
        self._closed_groups: list[bool] = []
        self._row = self._row_end = self._column = self._columns = 0
        self._row_style = ""
        self._cell: OdsCell | None = None

    def shown(self) -> Shown:
        return Shown(
            self._found, self._forms, joined_stretches(self._hidden_rows), joined_stretches(self._hidden_columns),
            self._merged,
        )  # fmt: skip

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "table":
            self._tables.append(not self._tables and attributes.get("table:name") == self._wanted)
        if self._tables != [True]:
            return
        if self._cell is not None:
            self._cell.start(name, attributes)
        elif name in ("table-cell", "covered-table-cell"):
            self._cell = OdsCell(self._styles, attributes)
        elif name == "table-row":
            self._begin_row(attributes)
        elif name == "table-column":
            self._take_column(attributes)
        elif name in ("table-row-group", "table-column-group"):
            self._closed_groups.append(attributes.get("table:display") == "false")

    def text(self, text: str) -> None:
        if self._cell is not None:
            self._cell.text(text)

    def end(self, name: str) -> None:
        if name == "table" and self._tables:
            self._tables.pop()
        if self._tables != [True]:
            return
        if name in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
        elif self._cell is not None:
            self._cell.end(name)
        elif name in ("table-row-group", "table-column-group") and self._closed_groups:
            self._closed_groups.pop()

    def _begin_row(self, attributes: Attributes) -> None:
        self._row = self._row_end + 1
        self._row_end = min(self._row_end + whole(attributes, "table:number-rows-repeated", 1), _MOST_ROWS)
        self._row_style, self._column = attributes.get("table:default-cell-style-name", ""), 0
        if self._is_hidden(attributes):
            self._hidden_rows.append((self._row, self._row_end))

    def _take_column(self, attributes: Attributes) -> None:
        first = self._columns + 1
        self._columns = min(
            self._columns + whole(attributes, "table:number-columns-repeated", 1), _MOST_COLUMNS
        )
        self._column_styles.append(attributes.get("table:default-cell-style-name", ""))
        self._column_ends.append(self._columns)
        if self._is_hidden(attributes):
            self._hidden_columns.append((first, self._columns))

    def _is_hidden(self, attributes: Attributes) -> bool:
        return attributes.get("table:visibility") in _HIDDEN or any(self._closed_groups)

    def _end_cell(self, cell: "OdsCell") -> None:
        self._cell = None
        first, self._column = self._column + 1, min(self._column + cell.times, _MOST_COLUMNS)
        if cell.rows > 1 or cell.columns > 1:
            self._merged.append(Merged(self._row, self._row + cell.rows - 1, first, first + cell.columns - 1))
        text = cell.shown_text()
        for column in range(first, min(self._column, self._width) + 1):
            style = cell.style(self._style_name(cell, column))
            for row in range(self._row, min(self._row_end, self._height) + 1):
                if text is not None:
                    self._found[row, column] = text
                if style != Style():
                    self._forms[row, column] = style

    def _style_name(self, cell: "OdsCell", column: int) -> str:
        """The cell's style, else the row's, else the column's."""
        if cell.style_name or self._row_style:
            return cell.style_name or self._row_style
        place = bisect_left(self._column_ends, column)
        return self._column_styles[place] if place < len(self._column_styles) else ""


class OdsCell:
    """Listens within one cell."""

    def __init__(self, styles: OdsStyles, attributes: Attributes) -> None:
        self._styles, self._attributes = styles, attributes
        self.times = whole(attributes, "table:number-columns-repeated", 1)
        self.rows = whole(attributes, "table:number-rows-spanned", 1)
        self.columns = whole(attributes, "table:number-columns-spanned", 1)
        self.style_name = attributes.get("table:style-name", "")
        self._runs: list[Run] = []
        self._forms = [Style()]
        self._has_breaks = self._is_text = False
        self._aside = 0

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins; what stands in an annotation is no part of the text."""
        if self._aside or name == "annotation":
            self._aside += 1
        elif name == "p":
            self._runs += [Run("\n")] if self._runs else []
            self._is_text = True
        elif name == "span":
            self._forms.append(
                _laid_over(self._forms[-1], self._styles.style("text", attributes.get("text:style-name", "")))
            )
        elif name in ("s", "tab", "line-break"):
            self._has_breaks = self._has_breaks or name != "s"
            blank = {"s": " " * min(whole(attributes, "text:c", 1), 1000), "tab": "\t"}.get(name, "\n")
            self._runs.append(Run(blank))

    def text(self, text: str) -> None:
        """A stretch of text."""
        if self._is_text and not self._aside:
            self._runs.append(Run(text, self._forms[-1].position, self._forms[-1].is_struck))

    def end(self, name: str) -> None:
        """An element ends."""
        if self._aside:
            self._aside -= 1
        elif name == "p":
            self._is_text = False
        elif name == "span" and len(self._forms) > 1:
            self._forms.pop()

    def style(self, name: str) -> Style:
        """What the form of the whole cell says."""
        told = self._styles.style("table-cell", name)
        return told._replace(is_percent=self._attributes.get("office:value-type") == "percentage")

    def shown_text(self) -> str | None:
        """The text of the cell where its value does not say it; None where it does."""
        text = "".join(run.text for run in self._runs)
        formula, kind = self._attributes.get("table:formula"), self._attributes.get("office:value-type")
        if self._attributes.get("calcext:value-type") == "error" or (formula and is_error(text)):
            return text.strip() or "#VALUE!"
        if formula and kind is None:
            return "=" + formula.partition(":")[2].removeprefix("=")
        if kind != "string" or (is_plain(self._runs) and not self._has_breaks):
            return None
        return text_of_runs(self._runs)


def _laid_over(below: Style, style: Style) -> Style:
    return Style(position=style.position or below.position, is_struck=style.is_struck or below.is_struck)


def _nothing(*_: object) -> None:
    pass
