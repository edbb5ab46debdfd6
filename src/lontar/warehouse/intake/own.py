"""Figures on the owner's own people: shown whatever their size, unless a total beside them tells how few others there are."""

from __future__ import annotations

import numpy as np

from lontar.warehouse.intake.cells import Figures, Flags
from lontar.warehouse.intake.folding import LEAST_CODES
from lontar.warehouse.intake.layout import FREE
from lontar.warehouse.intake.progress import Known
from lontar.warehouse.intake.showing import ends_of
from lontar.warehouse.intake.stretches import Stretch, Stretches
from lontar.warehouse.intake.tables import OneTable, Situation


class OwnRows:
    """Which cells on the owner's own people are shown.

    A total minus them is what others make up together. In a stretch where a total is shown, each of them needs a total of its own
    beside it that leaves enough others, of none or at least two origins that are told; if one has not, none of the stretch is shown,
    nor later. None is in a stretch that is `closed` because a table of it can no longer be shown as it was.
    """

    def __init__(
        self,
        situation: Situation,
        stretches: Stretches,
        known: Known,
        shown: list[OneTable],
        closed: set[Stretch],
    ) -> None:
        self._situation, self._stretches = situation, stretches
        own = situation.layout.is_own
        met, bad = self._stretches_of(own), self._stretches_of(own & ~self._leaves_enough())
        totals, told, few = (self._before(known, kind) for kind in ("shown", "own", "few"))
        with_total = {stretches.of_table(one) for one in shown if one.origin == FREE} | totals
        self.blocked: set[Stretch] = told & (bad | (told - met - totals))
        """Stretches where own figures were shown before, beside which no total can be shown now."""
        hidden = ((bad | few) & with_total) - (self.blocked - totals) | closed
        self._own: Flags = own
        self.is_shown: Flags = own & ~self._within(hidden)

    def spans(self, are_shown: bool) -> set[tuple[int, int]]:
        """Give the series and periods of which own figures are shown, or are not."""
        chosen = self._own & (self.is_shown == are_shown)
        lay, cells = self._situation.layout, self._situation.cells
        return set(zip(lay.series[chosen].tolist(), cells.span[chosen].tolist(), strict=True))

    def _before(self, known: Known, kind: str) -> set[Stretch]:
        """The stretches with precedents of a kind; of what was shown, such as say nothing of origin."""
        bits = self._situation.shape_bits
        return {
            self._stretches.at(series, ends_of(one.start, one.end)[0])
            for series, one in known
            if one.kind == kind and (kind != "shown" or bits(one.shape)[1] == FREE)
        }

    def _stretches_of(self, flags: Flags) -> set[Stretch]:
        chosen = np.flatnonzero(flags)
        series, numbers = self._situation.layout.series[chosen], self._stretches.of_cell[chosen]
        return set(zip(series.tolist(), numbers.tolist(), strict=True))

    def _within(self, stretches: set[Stretch]) -> Flags:
        flags = np.zeros(self._situation.cells.count, dtype=bool)
        for series, number in stretches:
            flags |= (self._situation.layout.series == series) & (self._stretches.of_cell == number)
        return flags

    def _leaves_enough(self) -> Flags:
        """Say of each cell whether a total of its stratum leaves enough others."""
        lay, cells = self._situation.layout, self._situation.cells
        size = int(lay.stratum.max(initial=0)) + 1
        free = (lay.origin == FREE) & ~lay.is_fine
        total = self._sums(free, cells.low, size)
        enough = np.zeros(cells.count, dtype=bool)
        for origin in set(lay.origin[lay.origin >= 0].tolist()):
            by_it = (lay.origin == origin) & ~lay.is_fine
            own = self._sums(by_it & lay.is_own, cells.high, size)
            others = np.bincount(lay.stratum[by_it & ~lay.is_own & (cells.low > 0)], minlength=size)
            may = (total - own >= self._situation.smallest) & ((others == 0) | (others >= LEAST_CODES))
            enough |= (lay.origin == origin) & (may[lay.stratum] | (lay.is_fine & (lay.months >= 1)))
        return enough

    def _sums(self, chosen: Flags, figures: Figures, size: int) -> Figures:
        stratum = self._situation.layout.stratum
        return np.asarray(
            np.bincount(stratum[chosen], weights=figures[chosen], minlength=size), dtype=np.float64
        )
