"""Texts of coordinates -> the cell of one degree by one degree that holds them."""

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

from lontar.harmonise.resolving.codes import Resolved
from lontar.harmonise.resolving.findings import Wrong
from lontar.harmonise.resolving.periods import filled
from lontar.model.mapping import PositionRule
from lontar.model.mapping.formats import COORDINATES, format_pattern, references

POSITION = "position"
"""The dimension that it fills."""


class PositionReader:
    """Reads coordinates as one rule says. Cells are named by their south-west corner, as in N12E097."""

    def __init__(self, rule: PositionRule) -> None:
        self._rule = rule
        self._patterns = [format_pattern(form, COORDINATES) for form in rule.formats]

    def text(self, values: Mapping[str, str]) -> str:
        """The text to read, put together from columns."""
        return filled(self._rule.source, values)

    def read(self, values: Mapping[str, str]) -> Resolved:
        """The cell that the texts of these columns lie in, or why that cannot be told."""
        if not any(values.get(name, "").strip() for name in references(self._rule.source)):
            blank = self._rule.blank
            return Resolved({POSITION: blank}) if blank else Resolved(wrong=Wrong.of("empty_code"))
        found = next((m for p in self._patterns if (m := p.fullmatch(self.text(values)))), None)
        if found is None:
            return Resolved(wrong=self._no_position())
        latitude, longitude = Decimal(found["latitude"]), Decimal(found["longitude"])
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # abs() would round
            return Resolved(wrong=self._no_position())
        return Resolved({POSITION: cell_of(latitude, longitude)})

    def _no_position(self) -> Wrong:
        return Wrong.of("no_position", expected=" or ".join(f"'{form}'" for form in self._rule.formats))


def cell_of(latitude: Decimal, longitude: Decimal) -> str:
    """The cell of one degree by one degree that holds a point; degrees, negative to the south and the west.

    The north pole and the meridian of 180 degrees east belong to the last cell before them.
    """
    south = min(int(latitude.to_integral_value(ROUND_FLOOR)), 89)
    west = min(int(longitude.to_integral_value(ROUND_FLOOR)), 179)
    return f"{'N' if south >= 0 else 'S'}{abs(south):02d}{'E' if west >= 0 else 'W'}{abs(west):03d}"
