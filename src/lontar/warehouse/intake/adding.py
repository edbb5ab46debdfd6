"""What the door may not add up later, intake adds up once: over fine places, over three months, over origins."""

from __future__ import annotations

import numpy as np

from lontar.model.figures.indicators import Indicator
from lontar.model.figures.periods import part_period
from lontar.warehouse.grouping import distinct, grouped
from lontar.warehouse.intake.cells import OTHER, TOTAL, Cells, Flags, Numbers, added, span_of
from lontar.warehouse.intake.layout import FREE, Layout, held_by, stratum_of
from lontar.warehouse.intake.terms import FINE_PLACES, Rules, origin_dimensions


def add_places(cells: Cells, layout: Layout, indicator: Indicator, rules: Rules) -> Cells:
    """Add up figures by fine place where no row tells their total, for periods of a month or longer."""
    fine = tuple(name for name in FINE_PLACES if name in indicator.dimensions)
    chosen = np.flatnonzero(layout.is_fine & (layout.months >= 1))
    if not len(chosen):
        return cells
    key = stratum_of(cells, indicator, but=fine)
    told = _has(key, ~layout.is_fine)
    mixed = _differs(key, np.where(layout.is_fine, layout.shape, -1), layout.is_fine)
    holding = np.zeros(cells.count, dtype=bool)
    for name in fine:
        holders = held_by(cells.texts[name], lambda code: rules.ancestors(indicator.dimensions[name], code))  # noqa: B023
        holding |= cells.has_text(name, holders - {OTHER})
    return _summed(cells, chosen, key, told | mixed | _has(key, holding), dict.fromkeys(fine, TOTAL))


def add_quarters(cells: Cells, layout: Layout, indicator: Indicator) -> Cells:
    """Add up flows by origin of three months, where the same table has all three and none for the quarter."""
    by_origin = (layout.origin >= 0) & ~layout.is_fine
    monthly = np.array([span.frequency == "M" for span in cells.spans], dtype=bool)[cells.span] & by_origin
    if indicator.stock or not monthly.any():
        return cells
    years = np.array([span.start.year for span in cells.spans], dtype=np.int64)
    months = np.array([span.start.month for span in cells.spans], dtype=np.int64)
    quarter = (years * 4 + (months - 1) // 3)[cells.span]
    keys = ("unit", "stage", "reporter", "source_kind", "area", "vintage")
    table = grouped(*(cells.codes[name] for name in keys), layout.shape, layout.origin, quarter)
    quarterly = np.array([span.frequency == "Q" for span in cells.spans], dtype=bool)[cells.span] & by_origin
    met = [number for number, _ in distinct(table[monthly], months[cells.span][monthly])]
    whole = np.bincount(met, minlength=int(table.max()) + 1) == 3
    chosen = np.flatnonzero(monthly & whole[table] & ~_has(table, quarterly))
    if not len(chosen):
        return cells
    group = grouped(stratum_of(cells, indicator, but=(), period=False)[chosen], quarter[chosen])
    first = np.unique(group, return_index=True)[1]
    names, span = np.unique(quarter[chosen][first], return_inverse=True)
    spans = [span_of(part_period(int(name) // 4, "Q", int(name) % 4 + 1)) for name in names]
    known = {one: number for number, one in enumerate(cells.spans)}
    new = [one for one in spans if one not in known]
    known |= {one: len(cells.spans) + number for number, one in enumerate(new)}
    numbers = np.array([known[one] for one in spans], dtype=np.int64)
    return added(cells, chosen, group, to={}, span=numbers[span.reshape(-1)], spans=new)


def add_totals(cells: Cells, layout: Layout, indicator: Indicator, rules: Rules) -> Cells:
    """Add up figures by origin where no row tells the figure without it, for periods of a month or longer.

    Of two dimensions that tell an origin the first is added over. A group is left out beside its members where it is their sum; where
    it is not, there is no total. Figures on the owner's own people alone are no total of all.
    """
    names = origin_dimensions(indicator)
    by_origin = (layout.origin >= 0) & ~layout.is_fine & (layout.months >= 1)
    if not by_origin.any():
        return cells
    first = np.full(int(layout.stratum.max()) + 1, len(names), dtype=np.int64)
    np.minimum.at(first, layout.stratum[by_origin], layout.origin[by_origin])
    by_origin &= layout.origin == first[layout.stratum]
    told = _has(layout.stratum, layout.origin == FREE) | ~_has(layout.stratum, by_origin & ~layout.is_own)
    chosen = np.flatnonzero(by_origin & ~layout.is_holding)
    ambiguous = _ambiguous(cells, layout, indicator, rules, by_origin)
    return _summed(cells, chosen, layout.stratum, told | ambiguous, dict.fromkeys(names, TOTAL))


def _ambiguous(cells: Cells, layout: Layout, indicator: Indicator, rules: Rules, by_origin: Flags) -> Flags:
    """Say of each cell whether its stratum has a group that is not the sum of the members told there."""
    ambiguous = np.zeros(cells.count, dtype=bool)
    size = int(layout.stratum.max()) + 1
    for position, name in enumerate(origin_dimensions(indicator)):
        listed = indicator.dimensions[name]
        groups = np.flatnonzero(by_origin & layout.is_holding & (layout.origin == position))
        for code in np.unique(cells.codes[name][groups]).tolist():
            group = cells.texts[name][code]
            members = {text for text in cells.texts[name] if group in set(rules.ancestors(listed, text))}
            is_part = by_origin & ~layout.is_holding & cells.has_text(name, members)
            is_group = by_origin & (cells.codes[name] == code)
            sums = (
                np.bincount(layout.stratum, weights=np.where(flags, cells.value, 0.0), minlength=size)
                for flags in (is_part, is_group)
            )
            parts, whole = sums
            ambiguous |= (_has(layout.stratum, is_group)) & ~(parts == whole)[layout.stratum]
    return ambiguous


def _summed(cells: Cells, chosen: Numbers, key: Numbers, spared: Flags, to: dict[str, str]) -> Cells:
    """Add the chosen cells up by their key, but for groups that are spared."""
    chosen = chosen[~spared[chosen]]
    return added(cells, chosen, grouped(key[chosen]), to=to) if len(chosen) else cells


def _has(key: Numbers, flags: Flags) -> Flags:
    """Say of each cell whether one of the same key has the flag."""
    return (np.bincount(key, weights=flags, minlength=int(key.max(initial=0)) + 1) > 0)[key]


def _differs(key: Numbers, values: Numbers, among: Flags) -> Flags:
    """Say of each cell whether those of the same key, among some, differ in a value."""
    size = int(key.max(initial=0)) + 1
    lowest, highest = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
    np.minimum.at(lowest, key[among], values[among])
    np.maximum.at(highest, key[among], values[among])
    return (lowest < highest)[key]
