"""What a regional total is made of: cells, what owners contribute to them, and what others published of the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, get_args

import msgspec

from lontar.model.policy.facts import Thing

Enterable = Literal["victim", "returnee", "rescue"]
"""The protection classes whose figures may enter a total. Asylum is none of them."""


class Cell(NamedTuple):
    """One total that could be shown: one indicator, unit and stage, from one day to another (ISO, inclusive), perhaps of one code.

    The codes of one dimension never overlap: of a list with groups, the caller takes one level.
    """

    indicator: str
    unit: str
    stage: str
    start: str
    end: str
    dimension: str = ""
    code: str = ""


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What one owner gives to one cell: at least `low`, at most `high`, both the same where the figure is exact.

    `group` is the allegiance group of the owner: a State and its territories have one. `classes` are the protection classes of what
    the figure was taken from: raises ValueError for what is linked to asylum, which enters no total.
    """

    owner: str
    group: str
    low: float
    high: float
    classes: frozenset[Enterable]

    def __post_init__(self) -> None:
        _refuse(self)


def _refuse(one: Contribution) -> None:
    if not 0 <= one.low <= one.high < float("inf"):
        raise ValueError("a contribution lies between two finite bounds, of which none is below nothing")
    if not one.owner or not one.group:
        raise ValueError("a contribution has an owner and a group")
    if not one.classes <= set(get_args(Enterable)):
        raise ValueError("what is linked to asylum enters no total")


def contribute(thing: Thing, group: str, low: float, high: float) -> Contribution:
    """Take a figure of a thing into totals. Raises ValueError where asylum, its terms or a recall forbid it; embargoes are the caller's."""
    if thing.recalled or not thing.use.regional_totals:
        raise ValueError("its owner keeps it out of regional totals")
    classes: frozenset[Enterable] = frozenset(thing.classes)  # type: ignore[arg-type]  # refused below
    return Contribution(owner=thing.owner, group=group, low=low, high=high, classes=classes)


class Figure(NamedTuple):
    """What one group gives to one cell, all its owners together."""

    low: float
    high: float
    owners: frozenset[str]

    @property
    def middle(self) -> float:
        """What stands in a sum for the figure: itself, or the middle between its bounds."""
        return (self.low + self.high) / 2


Figures = Mapping[str, Figure]
"""What each group gives to one cell."""


def by_group(contributions: Iterable[Contribution]) -> dict[str, Figure]:
    """Add up what the owners of each group give, in the order of the groups' names. Raises ValueError for an owner that is there twice."""
    held: dict[str, Figure] = {}
    for one in sorted(contributions, key=lambda one: (one.group, one.owner)):
        before = held.get(one.group, Figure(0, 0, frozenset()))
        if one.owner in before.owners:
            raise ValueError("an owner contributes to a cell once")
        held[one.group] = Figure(before.low + one.low, before.high + one.high, before.owners | {one.owner})
    return held


class Echo(NamedTuple):
    """What somebody else published of what these groups give to a cell together, usually of one: between `low` and `high`.

    Where it is near to what was sent, it is taken to tell just that.
    """

    cell: Cell
    groups: frozenset[str]
    low: float
    high: float

    def tells(self, figures: Figures, percent: int) -> bool:
        """Say whether it is so near to what the groups sent (in per cent of it) that this is no secret any more."""
        if not self.groups <= figures.keys():
            return False
        sent = sum(figures[group].middle for group in self.groups)
        return 100 * abs((self.low + self.high) / 2 - sent) <= percent * sent


def published(cell: Cell, echoes: Iterable[Echo]) -> frozenset[str]:
    """Give the groups of whose figure in a cell something was published: they hide nobody else's."""
    return frozenset(
        next(iter(echo.groups)) for echo in echoes if echo.cell == cell and len(echo.groups) == 1
    )
