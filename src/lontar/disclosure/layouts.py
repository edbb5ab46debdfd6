"""How the figures of one group hang together: which are sums of which, and what then is left that could be anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lontar.disclosure.blocks import Amounts, Period

NEGLIGIBLE = 1e-6
"""What two sums may differ by and still be equal."""


class Strip(NamedTuple):
    """Free amounts of one group, one for each code of a dimension.

    Its own figures of a period ('own'), what the parts of a period leave of it ('rest'), or, one number, what the codes of a dimension
    leave of the whole ('over').
    """

    dimension: str
    kind: str
    period: int


Strips = tuple[Strip, ...]


class Layout(NamedTuple):
    """What one group gave at one time: free amounts, which strips each table is the sum of, and which strips have equal sums."""

    amounts: dict[Strip, Amounts]
    feeds: dict[tuple[int, str], Strips]
    equal: list[tuple[Strips, Strips]]


def lay_out(tables: Mapping[str, Amounts], periods: Sequence[Period]) -> Layout:
    """Find the sums that hold among a group's tables (each: amounts by period and code, NaN where it has none).

    A relation that the group's own figures break binds nobody: then the table stands for itself.
    """
    layout = Layout({}, {}, [])
    children: dict[tuple[int, str], tuple[int, ...]] = {}
    for dimension, amounts in tables.items():
        given = tuple(number for number in range(len(periods)) if not np.isnan(amounts[number, 0]))
        spans = tuple(periods[number] for number in given)
        for number in given:
            parts, is_full = tiles(periods[number], spans)
            parts_of = tuple(given[part] for part in parts)
            children[number, dimension] = _lay_table(layout, dimension, amounts, number, parts_of, is_full)
    for dimension in tables:
        if dimension:
            _relate(layout, tables, dimension, children)
    return layout


@lru_cache(maxsize=4096)
def tiles(whole: Period, given: tuple[Period, ...]) -> tuple[tuple[int, ...], bool]:
    """Cover a period by the longest shorter ones of those given, one after the other; say which, and whether nothing is left over."""
    inside = [
        (start, -end, at)
        for at, (start, end) in enumerate(given)
        if whole[0] <= start and end <= whole[1] and (start, end) != whole
    ]
    chosen: list[int] = []
    day, is_full = whole[0], True
    for start, minus_end, at in sorted(inside):
        if start >= day:
            is_full = is_full and start == day
            chosen.append(at)
            day = 1 - minus_end
    return tuple(chosen), is_full and bool(chosen) and day == whole[1] + 1


def _lay_table(
    layout: Layout, dimension: str, amounts: Amounts, number: int, parts: tuple[int, ...], is_full: bool
) -> tuple[int, ...]:
    """Note what one table is the sum of; give the periods whose sum it is, () where it is not just that."""
    strips = tuple(strip for part in parts for strip in layout.feeds[part, dimension])
    rest = amounts[number] - sum(amounts[part] for part in parts)
    is_sum = is_full and bool((np.abs(rest) <= NEGLIGIBLE).all())
    if not parts or (rest < -NEGLIGIBLE).any():
        strips = (Strip(dimension, "own", number),)
        layout.amounts[strips[0]] = amounts[number]
    elif not is_sum:
        strips = (*strips, Strip(dimension, "rest", number))
        layout.amounts[strips[-1]] = np.maximum(rest, 0)
    layout.feeds[number, dimension] = strips
    return parts if is_sum else ()


def _relate(
    layout: Layout,
    tables: Mapping[str, Amounts],
    dimension: str,
    children: Mapping[tuple[int, str], tuple[int, ...]],
) -> None:
    """Note where the codes of a dimension add up to the whole, or leave something of it; what follows from the parts is left out."""
    related: set[int] = set()
    for number, name in children:
        if name != dimension or (number, "") not in children:
            continue
        parts = children[number, dimension]
        if parts and parts == children[number, ""] and related.issuperset(parts):
            related.add(number)
            continue
        over = float(tables[""][number, 0] - tables[dimension][number].sum())
        strips = layout.feeds[number, dimension]
        if over < -NEGLIGIBLE:
            continue
        if over > NEGLIGIBLE:
            strips = (*strips, Strip(dimension, "over", number))
            layout.amounts[strips[-1]] = np.array([over])
        else:
            related.add(number)
        layout.equal.append((layout.feeds[number, ""], strips))
