"""What intake is told, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lontar.model.figures.indicators import Indicator
from lontar.model.policy.allegiances import Origin
from lontar.warehouse.parcels import Parcel

FINE_PLACES = ("place", "position", "event", "facility")
"""The dimensions that tell where people are more finely than the area does."""
ORIGINS = ("citizenship", "habitual_residence")
"""The dimensions that tell where people come from."""
FEARED = "destination"
"""Where people are sent back to: of a figure on returnees, what they may fear."""


@dataclass(frozen=True)
class Sender:
    """Who sends: `owner` is the participant, `group` the closed set of its States, empty for an organisation."""

    owner: str
    group: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rules:
    """What decides: the indicators by id, how an origin is closed, which codes hold a code of a list, and the smallest figure shown.

    `origin_of` takes a code and whether its match is exact (Allegiances.origin_of); `ancestors` the id of a code list and a code.
    """

    indicators: Mapping[str, Indicator]
    origin_of: Callable[[str, bool], Origin]
    ancestors: Callable[[str, str], Iterable[str]]
    smallest_shown: int


@dataclass(frozen=True, order=True)
class Precedent:
    """What was decided on one table, and binds later ones of the same owner.

    `series` is unit, stage and area ("" where areas hold each other); `shape` the dimensions that were told in detail, origin among
    them. A table that was `shown` has its folded `codes`; one that was `kept` back held something too small. `own` were figures on the
    owner's people that were shown, `few` such as would have told how few others there are. A precedent tells what was small: it is
    for nobody's eyes but the owner's.
    """

    indicator: str
    series: tuple[str, str, str]
    start: date
    end: date
    shape: tuple[str, ...]
    kind: Literal["shown", "kept", "own", "few"]
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class KeptBack:
    """How many rows of one indicator and period were sent, and how many of them are linked to asylum. For the owner's eyes."""

    indicator: str
    start: date
    end: date
    rows: int
    linked: int


@dataclass(frozen=True)
class Sorted:
    """Parcels, what they fix for later (without what was fixed before), and how much was kept back."""

    parcels: tuple[Parcel, ...]
    precedents: tuple[Precedent, ...]
    kept_back: tuple[KeptBack, ...]


def origin_dimensions(indicator: Indicator) -> tuple[str, ...]:
    """Name the dimensions of an indicator that tell an origin: citizenship, former residence, and, of returnees, where they are sent."""
    protects_returnees = "returnee" in {*indicator.classes, *indicator.classes_finer_than_total}
    told = (*ORIGINS, FEARED) if protects_returnees else ORIGINS
    return tuple(name for name in told if name in indicator.dimensions)
