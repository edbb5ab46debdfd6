"""The styles of an OpenDocument spreadsheet, as far as they say something of a figure (OASIS OpenDocument 1.3, part 3)."""

from typing import NamedTuple

from lontar.harmonise.reading.sheets.safe_xml import Attributes
from lontar.harmonise.reading.sheets.shown import Position, Style

_MOST_PARENTS = 20


class _Form(NamedTuple):
    """What one style says itself; None where it leaves that to its parent."""

    parent: str
    position: Position | None
    is_struck: bool | None


class OdsStyles:
    """Listens to style elements of content.xml and styles.xml; names are those of one family."""

    def __init__(self) -> None:
        self._forms: dict[tuple[str, str], _Form] = {}
        self._open: tuple[str, str] | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        if name == "style":
            self._open = attributes.get("style:family", ""), attributes.get("style:name", "")
            self._forms[self._open] = _Form(attributes.get("style:parent-style-name", ""), None, None)
        elif name == "text-properties" and self._open is not None:
            parent = self._forms[self._open].parent
            self._forms[self._open] = _Form(parent, _position(attributes), _strike(attributes))

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "style":
            self._open = None

    def has_notable(self, family: str) -> bool:
        """Whether any style of this family says something of a figure."""
        return any(self.style(kind, name) != Style() for kind, name in self._forms if kind == family)

    def style(self, family: str, name: str) -> Style:
        """What this style says, its parents included."""
        position: Position | None = None
        is_struck: bool | None = None
        for _ in range(_MOST_PARENTS):
            form = self._forms.get((family, name))
            if form is None:
                break
            position = form.position if position is None else position
            is_struck = form.is_struck if is_struck is None else is_struck
            name = form.parent
        return Style(is_struck=bool(is_struck), position=position or "")


def _position(attributes: Attributes) -> Position | None:
    """What `style:text-position` says: super, sub, or by how much of the height (20.390)."""
    told = attributes.get("style:text-position", "").split()
    if not told:
        return None
    if told[0] in ("super", "sub"):
        return "super" if told[0] == "super" else "sub"
    share = told[0].removesuffix("%")
    if share.strip("+-0.") == "":
        return ""
    return "sub" if share.startswith("-") else "super"


def _strike(attributes: Attributes) -> bool | None:
    told = [attributes.get(f"style:text-line-through-{what}") for what in ("style", "type")]
    known = [one for one in told if one is not None]
    return None if not known else any(one != "none" for one in known)
