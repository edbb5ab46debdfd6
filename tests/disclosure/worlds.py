"""Small worlds of totals, and an attacker that tries every world of whole numbers that agrees with what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lontar.disclosure.cells import Cell, Contribution, Echo
from lontar.disclosure.editions import Edition, Findings
from lontar.model.figures.thresholds import Thresholds

RULES = Thresholds(
    smallest_shown=10,
    contributors=4,
    contributors_outside=3,
    largest_share=70,
    prior_percent=10,
    rounding=5,
)
NO_RULES = Thresholds(
    smallest_shown=1,
    contributors=1,
    contributors_outside=0,
    largest_share=100,
    prior_percent=0,
    rounding=5,
)
JANUARY, FEBRUARY, MARCH = (
    Cell("crossings", "persons", "_Z", f"2026-{month}-01", f"2026-{month}-{days}")
    for month, days in (("01", 31), ("02", 28), ("03", 31))
)
QUARTER = JANUARY._replace(end="2026-03-31")
YEAR = JANUARY._replace(end="2026-12-31")
WOMEN, MEN, UNKNOWN = (JANUARY._replace(dimension="sex", code=code) for code in "FM_")


def gives(owner: str, low: float, high: float | None = None, group: str = "") -> Contribution:
    """Give one contribution; exact unless `high` is given; the owner's own group unless another is named."""
    return Contribution(
        owner=owner, group=group or owner, low=low, high=low if high is None else high, classes=frozenset()
    )


def of(**figures: float) -> list[Contribution]:
    """Give the contributions of owners that stand alone."""
    return [gives(owner, figure) for owner, figure in figures.items()]


def no_audit(
    draft: Edition, earlier: Sequence[Edition], echoes: Sequence[Echo], thresholds: Thresholds
) -> Findings:
    """An audit that finds nothing, for the attacks that it would have stopped."""
    return Findings(frozenset(), ())


Unknown = tuple[str, int, int]
"""A group's figure of one part of the whole: group, part, its true value (what stayed the same is the same unknown)."""


class Known(NamedTuple):
    """What is known of a sum of unknowns."""

    of: frozenset[Unknown]
    low: int
    high: int


World = Mapping[str, tuple[int, int]]
"""What each group gave in the two parts (two codes, or two months)."""


class TooMany(Exception):
    """More worlds than a test has time for."""


def all_worlds(
    known: Iterable[Known], own: str, most: int, limit: int = 400_000
) -> tuple[list[Unknown], np.ndarray]:
    """Try every value from 0 to `most` of every unknown that anything is known of, but the attacker's own; keep what agrees.

    Raises TooMany where more than `limit` partial worlds would be kept.
    """
    facts = list(known)
    names = sorted({name for fact in facts for name in fact.of})
    table = np.zeros((1, 0), dtype=np.int8)
    for at, name in enumerate(names):
        values = np.array([name[2]] if name[0] == own else range(most + 1), dtype=np.int8)
        if len(table) * len(values) > limit:
            raise TooMany
        table = np.hstack([np.repeat(table, len(values), axis=0), np.tile(values, len(table))[:, None]])
        for fact in facts:
            columns = [number for number, one in enumerate(names[: at + 1]) if one in fact.of]
            sums = table[:, columns].sum(axis=1)
            is_complete = fact.of <= set(names[: at + 1])
            table = table[(sums <= fact.high) & ((sums >= fact.low) | (not is_complete))]
    return names, table


def all_known(editions: Sequence[Edition], worlds: Sequence[World], cells: Sequence[Cell]) -> list[Known]:
    """Read what all editions tell: of each total ever shown, that whole numbers no further than 2 from it are rounded to it (by 5)."""
    facts = []
    for at, cell in enumerate(cells):
        for shown in {edition.shown(cell) for edition in editions} - {None}:
            assert shown is not None
            world = worlds[shown.since - 1]
            names = frozenset(
                (group, part, figures[part]) for group, figures in world.items() for part in parts_of(at)
            )
            facts.append(Known(names, shown.value - 2, shown.value + 2))
    return facts


def parts_of(at: int) -> tuple[int, ...]:
    """Give which parts the first, the second, and the third cell (their sum) are made of."""
    return ((0,), (1,), (0, 1))[at]
