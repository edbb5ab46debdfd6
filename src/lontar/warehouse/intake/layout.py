"""How cells lie in tables: which dimensions each tells, whose people it is about, and what it would be added up with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from lontar.model.figures.indicators import Indicator
from lontar.warehouse.grouping import grouped
from lontar.warehouse.intake.cells import KEYS, Cells, Flags, Numbers
from lontar.warehouse.intake.origins import FOREIGN, OWN, is_own
from lontar.warehouse.intake.terms import FINE_PLACES, Rules, Sender, origin_dimensions

FREE, MANY = -1, -2
"""What stands in `origin` of a cell that says nothing of origin, and of one that says two things of it."""


@dataclass(frozen=True)
class Layout:
    """What is worked out of each cell.

    `shape` has a bit for each dimension, in the indicator's order, that is told in detail and is no origin; `origin` is the position of
    the one origin dimension that is told, or FREE or MANY. Cells of one `stratum` differ in origin alone. `months` are the whole months
    of the period; `is_holding` says that the code holds another one of the same table, so that the two are not added.
    """

    shape: Numbers
    origin: Numbers
    stratum: Numbers
    series: Numbers
    months: Numbers
    is_fine: Flags
    is_own: Flags
    is_holding: Flags


def lay_out(
    cells: Cells, indicator: Indicator, exact: Flags, rules: Rules, sender: Sender, joint_areas: bool = False
) -> Layout:
    """Work out how the cells of one indicator lie; `joint_areas` takes all areas as one series."""
    origins = origin_dimensions(indicator)
    shape = np.zeros(cells.count, dtype=np.int64)
    told = np.zeros(cells.count, dtype=np.int64)
    origin = np.full(cells.count, FREE, dtype=np.int64)
    fine = np.zeros(cells.count, dtype=bool)
    for bit, name in enumerate(indicator.dimensions):
        detailed = cells.is_detailed(name)
        if name in origins:
            told += detailed
            origin = np.where(detailed, origins.index(name), origin)
        else:
            shape |= detailed.astype(np.int64) << bit
            fine |= detailed & (name in FINE_PLACES)
    months = np.array([span.months for span in cells.spans], dtype=np.int64)[cells.span]
    return Layout(
        shape=shape,
        origin=np.where(told > 1, MANY, origin),
        stratum=stratum_of(cells, indicator, but=origins),
        series=grouped(*(cells.codes[name] for name in ("unit", "stage", "area")[: 2 if joint_areas else 3])),
        months=months,
        is_fine=fine,
        is_own=is_own(cells, origins, exact_of(cells, exact), sender.group),
        is_holding=_holding(cells, indicator, origins, rules),
    )


def exact_of(cells: Cells, exact: Flags) -> Flags:
    """Say of each cell whether the match of every part of it is exact."""
    inexact = np.bincount(cells.part_cell, weights=~exact[cells.part_row], minlength=cells.count)
    return np.asarray(inexact == 0, dtype=bool)


def stratum_of(cells: Cells, indicator: Indicator, but: Iterable[str], period: bool = True) -> Numbers:
    """Number the combinations of all keys but those of some dimensions; a total and what does not apply are alike."""
    left_out = set(but)
    dimensions = [name for name in indicator.dimensions if name not in left_out]
    columns = [cells.codes[name] for name in KEYS]
    columns += [np.where(cells.is_detailed(name), cells.codes[name], -1) for name in dimensions]
    return grouped(*columns, *([cells.span] if period else []))


def _holding(cells: Cells, indicator: Indicator, origins: tuple[str, ...], rules: Rules) -> Flags:
    """Say of each cell whether its code of origin is a group some member of which is told too, or foreigners beside a named area.

    A code that a crosswalk gave as the nearest common parent (`broader`) stands for less than it says, and holds no other.
    """
    holding = np.zeros(cells.count, dtype=bool)
    for name in origins:
        holders = held_by(cells.texts[name], lambda code: rules.ancestors(indicator.dimensions[name], code))  # noqa: B023
        holding |= cells.has_text(name, holders) & ~cells.is_broader
    return holding


def held_by(texts: list[str], ancestors: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Give those codes that hold another one of them."""
    present = {text for text in texts if " " not in text}
    holders = present.intersection(*[set().union(*(set(ancestors(code)) for code in sorted(present)))])
    named = {code for code in present if not code.startswith(("_", "XX")) and code not in (OWN, FOREIGN)}
    return frozenset(holders | ({FOREIGN} & present if named else set()))
