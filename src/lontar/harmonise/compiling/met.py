"""Repairs of a sender that meet the cell that they speak of."""

from collections.abc import Iterable
from typing import NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.reading.batches import as_text
from lontar.model.mapping import Repair

REPAIRED = "repaired_"
"""Begins the name of a column that holds the texts of a slot once they are repaired."""


class Met(NamedTuple):
    """A repair that meets its cell: the file's number, the landed row, the slot."""

    repair: Repair
    file: int
    row: int
    slot: str

    @property
    def to(self) -> str | None:
        """What the cell would hold had it been landed so; None where its text stays."""
        return None if self.repair.to is None else as_text(self.repair.to)


def mended_slots(met: Iterable[Met], binding: Binding) -> frozenset[str]:
    """Slots of which some texts are replaced; those that fill empty cells from above hold them already."""
    return frozenset(m.slot for m in met if m.to is not None and m.slot not in binding.filled)
