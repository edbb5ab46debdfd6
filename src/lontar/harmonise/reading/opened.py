"""A file opened as a table: its heading, its rows in batches, and what was set aside before they are landed."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from lontar.harmonise.reading.batches import Hints, RowBatch
from lontar.harmonise.reading.landing import LandedFile, LandedProblem
from lontar.harmonise.reading.layout import Heading


class Aside:
    """What a reader found besides the rows that it yields: cells passed over for a reason, and what must be told."""

    def __init__(self) -> None:
        self.remarks: list[LandedProblem] = []
        """Problems that refuse no cell."""
        self.days_from_1904 = False
        self._cells: Counter[str] = Counter()
        self._rows = 0

    def ignore(self, reason: str, cells: int, rows: int = 0) -> None:
        """Count filled cells that are passed over, and the rows that go with them."""
        if cells:
            self._cells[reason] += cells
            self._rows += rows

    def add_to(self, landed: LandedFile) -> LandedFile:
        """The landed file with all this counted and told."""
        cells = sum(self._cells.values())
        return msgspec.structs.replace(
            landed, ignored=dict(Counter(landed.ignored) + self._cells), ignored_rows=landed.ignored_rows + self._rows,
            rows=landed.rows + self._rows, cells=landed.cells + cells, remarks=(*landed.remarks, *self.remarks),
            days_from_1904=self.days_from_1904,
        )  # fmt: skip


class Opened(NamedTuple):
    """One file as a table."""

    heading: Heading
    batches: Iterable[RowBatch]
    aside: Aside
    """May still grow while the batches are taken."""
    sheet: str | None = None
    is_cut: bool = False
    hints: Hints | None = None
    rows: int = 0
    """Number of the last row, of text the last line; 0 where it is not known."""
