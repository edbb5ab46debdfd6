"""Texts in several forms, as they come out of a workbook's XML: elements in, runs out."""

import re

from lontar.harmonise.reading.sheets.safe_xml import Attributes
from lontar.harmonise.reading.sheets.shown import Position, Run

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How a sign that XML cannot hold is written (ECMA-376, part 1, 22.4.2.4, type ST_Xstring)."""
_POSITIONS: dict[str, Position] = {"superscript": "super", "subscript": "sub"}
_FALSE = ("0", "false", "off", "none")


class RichText:
    """Listens within `si` or `is` of a workbook (xlsx) and keeps its runs; phonetic runs are no part of the text."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._position: Position = ""
        self._is_struck = self._is_text = False
        self._aside = 0
        self._texts: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "r":
            self._position, self._is_struck = "", False
        elif name == "rPh":
            self._aside += 1
        elif name == "vertAlign":
            self._position = vertical(attributes)
        elif name == "strike":
            self._is_struck = is_on(attributes)
        elif name == "t" and not self._aside:
            self._is_text, self._texts = True, []

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "rPh":
            self._aside -= 1
        elif name == "t" and self._is_text:
            self._is_text = False
            self.runs.append(Run(unescaped("".join(self._texts)), self._position, self._is_struck))

    def text(self, text: str) -> None:
        """A stretch of text."""
        if self._is_text:
            self._texts.append(text)


def unescaped(text: str) -> str:
    """A text with its escaped signs put in place; half a sign becomes a replacement character."""
    if "_x" not in text:
        return text
    whole = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def vertical(attributes: Attributes) -> Position:
    """What `vertAlign` says."""
    return _POSITIONS.get(attributes.get("val", ""), "")


def is_on(attributes: Attributes) -> bool:
    """Whether a property that needs no value is on."""
    return attributes.get("val", "1") not in _FALSE
