"""The parts of an Excel workbook (xlsx) that its sheets speak of: where a sheet lies, styles, shared strings (ECMA-376)."""

import re
import zipfile
from collections.abc import Generator, Iterator
from typing import NamedTuple

from lontar.harmonise.reading.sheets.rich_text import RichText, is_on, vertical
from lontar.harmonise.reading.sheets.safe_xml import Attributes, Listener, local, parse, whole
from lontar.harmonise.reading.sheets.shown import Position, Style, is_plain, text_of_runs
from lontar.harmonise.reading.unpacking import Unreadable

_CHUNK = 1 << 20
_BUILT_IN_PERCENT = (9, 10)
"""Number formats 0% and 0.00%, which no file spells out (ECMA-376, part 1, 18.8.30)."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')
"""What stands for itself in a number format."""
_FORM_SIGNS = (b"vertAlign", b"strike")
_TRUE = ("1", "true", "on")


def is_true(attributes: Attributes, name: str) -> bool:
    """Whether an attribute is a true one; it is false where it is not there."""
    return attributes.get(name, "0") in _TRUE


class Parts:
    """The parts of one workbook by name; names are found whatever their case, as programs do."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._names

    def chunks(self, name: str) -> Generator[bytes, None, None]:
        """A part, piece by piece; raises Unreadable if it is not there."""
        if not self.has(name):
            raise Unreadable("wrong_format", expected="xlsx", detail=f"it has no part {name}")
        with self._archive.open(self._names[name.lower()]) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk


class Place(NamedTuple):
    """Where a sheet lies, and how its workbook counts days."""

    part: str
    days_from_1904: bool


def find_sheet(parts: Parts, name: str) -> Place:
    """The part that holds a sheet; raises Unreadable if the workbook does not lead to it."""
    book = _Book(name)
    parse(parts.chunks("xl/workbook.xml"), Listener(book.start, _nothing, _nothing), "xlsx")
    links = _Links()
    parse(parts.chunks("xl/_rels/workbook.xml.rels"), Listener(links.start, _nothing, _nothing), "xlsx")
    target = links.targets.get(book.link, "")
    if not target:
        raise Unreadable(
            "wrong_format", expected="xlsx", detail="its workbook part does not say where the sheet lies"
        )
    part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return Place(_without_dots(part), book.days_from_1904)


def _without_dots(part: str) -> str:
    steps: list[str] = []
    for step in part.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


class _Book:
    def __init__(self, wanted: str) -> None:
        self._wanted, self.link, self.days_from_1904 = wanted, "", False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.days_from_1904 = is_true(attributes, "date1904")
        elif name == "sheet" and attributes.get("name") == self._wanted and not self.link:
            self.link = next((v for key, v in attributes.items() if ":" in key and local(key) == "id"), "")


class _Links:
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


def rich_strings(parts: Parts) -> dict[int, str]:
    """Shared strings with raised, lowered or struck parts, by number, as they are written."""
    name = "xl/sharedStrings.xml"
    if not parts.has(name) or not _may_have_forms(parts.chunks(name)):
        return {}
    strings = _Strings()
    parse(parts.chunks(name), Listener(strings.start, strings.end, strings.text), "xlsx")
    return strings.rich


def _may_have_forms(chunks: Iterator[bytes]) -> bool:
    """Whether a part holds the names of such forms, in whatever width its signs are written."""
    kept = b""
    for chunk in chunks:
        kept = (kept + chunk).replace(b"\0", b"")
        if any(sign in kept for sign in _FORM_SIGNS):
            return True
        kept = kept[-16:]
    return False


class _Strings:
    """Listens to the shared strings."""

    def __init__(self) -> None:
        self.rich: dict[int, str] = {}
        self._number, self._item = -1, RichText()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self._number, self._item = self._number + 1, RichText()
        self._item.start(name, attributes)

    def end(self, name: str) -> None:
        self._item.end(name)
        if name == "si" and not is_plain(self._item.runs):
            self.rich[self._number] = text_of_runs(self._item.runs)

    def text(self, text: str) -> None:
        self._item.text(text)


def notable_styles(parts: Parts) -> dict[int, Style]:
    """Cell styles that say something of a figure: percent, struck out, raised; by their number in the sheet's cells."""
    if not parts.has("xl/styles.xml"):
        return {}
    styles = _Styles()
    parse(parts.chunks("xl/styles.xml"), Listener(styles.start, styles.end, _nothing), "xlsx")
    return styles.notable()


class _Styles:
    """Listens to the styles; what hangs on conditions (`dxfs`) is none of a cell's own."""

    def __init__(self) -> None:
        self._within: list[str] = []
        self._percent = set(_BUILT_IN_PERCENT)
        self._fonts: list[tuple[bool, Position]] = []
        self._cells: list[tuple[int, int]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        above = self._within[1:]
        self._within.append(name)
        if above == ["numFmts"] and name == "numFmt" and is_percent_format(attributes.get("formatCode", "")):
            self._percent.add(whole(attributes, "numFmtId"))
        elif above == ["fonts"] and name == "font":
            self._fonts.append((False, ""))
        elif above == ["fonts", "font"] and name == "strike":
            self._fonts[-1] = (is_on(attributes), self._fonts[-1][1])
        elif above == ["fonts", "font"] and name == "vertAlign":
            self._fonts[-1] = (self._fonts[-1][0], vertical(attributes))
        elif above == ["cellXfs"] and name == "xf":
            self._cells.append((whole(attributes, "numFmtId"), whole(attributes, "fontId")))

    def end(self, _: str) -> None:
        self._within.pop()

    def notable(self) -> dict[int, Style]:
        found = {}
        for number, (form, font) in enumerate(self._cells):
            is_struck, position = self._fonts[font] if 0 <= font < len(self._fonts) else (False, "")
            style = Style(form in self._percent, is_struck, position)
            if style != Style():
                found[number] = style
        return found


def is_percent_format(code: str) -> bool:
    """Whether a number format shows a share of a hundred."""
    return "%" in _LITERAL.sub("", code)


def _nothing(*_: object) -> None:
    pass
