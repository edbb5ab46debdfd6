"""Observations into parcels: which protection each row needs, and what may be shown of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lontar.model.figures.indicators import Indicator
from lontar.model.policy.allegiances import NOWHERE, Origin
from lontar.model.policy.facts import Protected
from lontar.warehouse.grouping import distinct
from lontar.warehouse.intake.adding import add_places, add_quarters, add_totals
from lontar.warehouse.intake.cells import Cells, Flags, Numbers, added, cells_of
from lontar.warehouse.intake.deciding import Decision, decide
from lontar.warehouse.intake.layout import FREE, Layout, held_by, lay_out
from lontar.warehouse.intake.origins import Origins
from lontar.warehouse.intake.showing import ends_of, joined, stretch_numbers
from lontar.warehouse.intake.tables import Situation
from lontar.warehouse.intake.terms import KeptBack, Precedent, Rules, Sender, Sorted, origin_dimensions
from lontar.warehouse.intake.writing import added_rows, with_folded
from lontar.warehouse.parcels import Parcel

Protection = tuple[frozenset[Protected], Origin]


def sort_into_parcels(
    tables: Mapping[str, pa.Table], sender: Sender, rules: Rules, earlier: Sequence[Precedent] = ()
) -> Sorted:
    """Sort what one agency sends: each row into a parcel, and rows that were added up beside them.

    `tables` maps an indicator to its observations in the columns of the contract, `earlier` are the owner's precedents. Every row
    of the input is one row of the output that is not folded. Raises ValueError for a row on the owner's own people of an indicator
    that is linked to asylum, which intake refuses before.
    """
    parcels: list[Parcel] = []
    precedents: set[Precedent] = set()
    kept: list[KeptBack] = []
    for identity in sorted(tables):
        if tables[identity].num_rows:
            one = _Intake(tables[identity], rules.indicators[identity], sender, rules)
            precedents |= one.sort([known for known in earlier if known.indicator == identity])
            parcels += one.parcels()
            kept += one.kept_back()
    return Sorted(tuple(parcels), tuple(sorted(precedents - set(earlier))), tuple(sorted(kept)))


@dataclass(frozen=True)
class _Rows:
    """Rows of one indicator with first and last day of each as numbers, and the number of its protection."""

    table: pa.Table
    start: Numbers
    end: Numbers
    protection: Numbers


class _Intake:
    """The observations of one indicator on their way into parcels."""

    def __init__(self, table: pa.Table, indicator: Indicator, sender: Sender, rules: Rules) -> None:
        """`table` may say of columns that nothing is missing in them; in sums there is no source."""
        self._table = table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))
        self._indicator, self._sender, self._rules = indicator, sender, rules
        exact = pc.equal(table["match"], "exact").fill_null(False)
        self._exact: Flags = np.asarray(exact.to_numpy(zero_copy_only=False), dtype=bool)
        self._cells = cells_of(table, tuple(indicator.dimensions))
        self._protections: dict[Protection, int] = {}
        self._rows: list[_Rows] = []
        self._linked: Flags = np.zeros(table.num_rows, dtype=bool)

    def sort(self, earlier: Sequence[Precedent]) -> frozenset[Precedent]:
        """Find what protects each row; gives what is fixed by that."""
        if self._indicator.asylum_link == "no":
            self._keep_told(np.zeros(self._table.num_rows, dtype=bool), self._cells)
            return frozenset()
        if self._indicator.asylum_link != "mixed":
            self._keep_told(np.ones(self._table.num_rows, dtype=bool), self._cells)
            return frozenset()
        situation = self._situation(earlier)
        decision = decide(situation, earlier)
        cells = situation.cells
        self._keep_told(~decision.is_none[: cells.told], cells, situation.layout)
        self._keep_added(cells, decision)
        return decision.precedents

    def _layout(self, cells: Cells) -> Layout:
        return lay_out(cells, self._indicator, self._exact, self._rules, self._sender)

    def _situation(self, earlier: Sequence[Precedent]) -> Situation:
        """Add up what can be added up: over places, then months, then origins."""
        cells, indicator = self._cells, self._indicator
        held = held_by(cells.texts["area"], lambda code: self._rules.ancestors("reference_area", code))
        joint = bool(held) or any(not one.series[2] for one in earlier)
        cells = add_places(cells, self._layout(cells), indicator, self._rules)
        cells = add_quarters(cells, self._layout(cells), indicator)
        cells = add_totals(cells, self._layout(cells), indicator, self._rules)
        layout = lay_out(cells, indicator, self._exact, self._rules, self._sender, joint_areas=joint)
        return Situation(indicator, cells, layout, self._rules.smallest_shown, joint)

    def _keep_told(self, linked: Flags, cells: Cells, layout: Layout | None = None) -> None:
        """Put the rows as they were told aside, linked or not."""
        self._linked = linked
        dimensions = origin_dimensions(self._indicator)
        origins = Origins(cells, dimensions, self._exact, self._rules, self._sender)
        number, known = origins.of_row, list(origins.distinct)
        if layout is not None:
            number, known = _together(cells, layout, number, known, linked)
        elif linked.any() and NOWHERE in known:
            place = np.flatnonzero(number == known.index(NOWHERE))
            raise ValueError(
                f"{self._indicator.id}: {len(place)} rows are about the owner's own people alone"
            )
        number = np.where(linked, number + 1, 0)
        self._keep(self._table, cells, np.arange(cells.told), number, [NOWHERE, *known], folded=False)

    def _keep_added(self, cells: Cells, decision: Decision) -> None:
        """Put aside the sums that are shown: folded figures, totals and quarters."""
        shown = np.flatnonzero(decision.is_none[cells.told :]) + cells.told
        before = cells.count
        to = dict.fromkeys(origin_dimensions(self._indicator), "_O")
        cells = added(cells, decision.folded, decision.into, to=to)
        folds = np.arange(before, cells.count)
        chosen = np.concatenate([shown, folds])
        if len(chosen):
            table = added_rows(self._table, cells, chosen, folds)
            self._keep(table, cells, chosen, np.zeros(len(chosen), dtype=np.int64), [NOWHERE], folded=True)

    def _keep(
        self,
        table: pa.Table,
        cells: Cells,
        chosen: Numbers,
        number: Numbers,
        origins: list[Origin],
        *,
        folded: bool,
    ) -> None:
        """Put rows aside with their protection: origin 0 of the list is none, the others are linked to asylum."""
        finer = np.zeros(cells.count, dtype=bool)
        for name in self._indicator.dimensions:
            finer |= cells.is_detailed(name)
        code = number * 2 + finer[chosen]
        found, place = np.unique(code, return_inverse=True)
        ids = [self._protection(origins[one // 2], one >= 2, bool(one % 2)) for one in found.tolist()]
        ends = np.array([ends_of(span.start, span.end) for span in cells.spans], dtype=np.int64)[
            cells.span[chosen]
        ]
        protection = np.array(ids, dtype=np.int64)[place.reshape(-1)]
        self._rows.append(_Rows(with_folded(table, folded), ends[:, 0], ends[:, 1], protection))

    def _protection(self, origin: Origin, is_linked: bool, is_finer: bool) -> int:
        classes: set[Protected] = {*self._indicator.classes}
        classes |= {*self._indicator.classes_finer_than_total} if is_finer else set()
        classes |= {"asylum"} if is_linked else set()
        return self._protections.setdefault((frozenset(classes), origin), len(self._protections))

    def parcels(self) -> list[Parcel]:
        """Give the rows as parcels, by period, classes and origin; rows in the order of the source, then those added up."""
        order = sorted(self._protections, key=_in_order)
        rank = np.argsort([self._protections[one] for one in order])
        start, end, protection = (
            np.concatenate([getattr(rows, name) for rows in self._rows])
            for name in ("start", "end", "protection")
        )
        keys = np.stack([start, end, rank[protection]])
        sequence = np.lexsort(keys[::-1])
        table = (
            pa.concat_tables([rows.table for rows in self._rows]).take(pa.array(sequence)).combine_chunks()
        )
        keys = keys[:, sequence]
        starts = np.flatnonzero(np.r_[True, (keys[:, 1:] != keys[:, :-1]).any(axis=0)])
        lengths = np.diff(np.r_[starts, len(sequence)])
        return [
            self._parcel(table.slice(int(first), int(length)), order[int(keys[2, first])])
            for first, length in zip(starts, lengths, strict=True)
        ]

    def _parcel(self, rows: pa.Table, protection: Protection) -> Parcel:
        classes, origin = protection
        return Parcel(
            indicator=self._indicator.id,
            topic=self._indicator.topic,
            start=rows["period_start"][0].as_py(),
            end=rows["period_end"][0].as_py(),
            classes=classes,
            origin=origin.states,
            origin_open=origin.is_open,
            rows=rows,
        )

    def kept_back(self) -> list[KeptBack]:
        """Count the rows of each period, and those that are linked."""
        cells = self._cells
        span = cells.span[: cells.told]
        rows = np.bincount(span, minlength=len(cells.spans))
        linked = np.bincount(span, weights=self._linked, minlength=len(cells.spans))
        return [
            KeptBack(self._indicator.id, one.start, one.end, int(sent), int(kept))
            for one, sent, kept in zip(cells.spans, rows, linked, strict=True)
        ]


def _in_order(protection: Protection) -> tuple[list[str], list[str], bool]:
    classes, origin = protection
    return sorted(classes), sorted(origin.states), origin.is_open


def _together(
    cells: Cells, layout: Layout, number: Numbers, known: list[Origin], linked: Flags
) -> tuple[Numbers, list[Origin]]:
    """Give linked rows by origin one origin with all others of overlapping periods: who read some could work out the rest.

    What has no origin left is open.
    """
    by_origin = np.flatnonzero(linked & (layout.origin[: cells.told] != FREE))
    ends = np.array([ends_of(span.start, span.end) for span in cells.spans], dtype=np.int64)
    span = cells.span[by_origin]
    stretches = joined({(start, end) for start, end in ends[np.unique(span)].tolist()})
    place = stretch_numbers(stretches, ends[span, 0]) if len(span) else span
    united = [NOWHERE] * len(stretches)
    for stretch, one in distinct(place, number[by_origin]):
        united[stretch] = united[stretch] | known[one]
    number = np.array(number)
    number[by_origin] = place + len(known)
    return number, [one if one.states else Origin(one.states, True) for one in (*known, *united)]
