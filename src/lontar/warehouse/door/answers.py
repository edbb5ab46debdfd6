"""What the door answers: figures that are kept apart as asked, with what each rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from lontar.warehouse.door.choosing import LeftOut

if TYPE_CHECKING:
    from lontar.warehouse.door.query import Query

PROVISIONAL, BREAK, DERIVED = 1, 2, 4
_FIRST_MATCH = 8
MATCHES = ("exact", "narrower", "broader", "partial")
"""How well a source's notion is matched, from the best to the worst."""


def match_flag(match: str) -> int:
    """Give the flag of a match that is not exact."""
    return _FIRST_MATCH << (MATCHES.index(match) - 1) if match in MATCHES[1:] else 0


def worst_match(flags: int) -> str:
    """Give the worst of all matches."""
    return next((match for match in reversed(MATCHES[1:]) if flags & match_flag(match)), MATCHES[0])


@dataclass(frozen=True)
class Source:
    """What an answer rests on: parcels by address, their owner, and the rule under which each owner's figures were read."""

    owner: str
    series: str
    parcels: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """An answer. `figures` has a row a cell, sorted, with the columns

    `unit`, `stage`, those asked for (`period` unless all time is added up), `low` and `high` (bounds that the true sum lies within;
    `high` is null where something is not there), `figures` (how many were added), `absent` (figures that are not there), `there` and
    `missing` (periods told and not told), `match`, `provisional`, `series_break`. `notes` are the comparability notes of all of them.
    """

    query: Query
    figures: pa.Table
    notes: tuple[str, ...]
    sources: tuple[Source, ...]
    rules: tuple[str, ...]
    left_out: LeftOut


def in_words(low: float, high: float | None, missing: int, there: int, absent: int) -> str:
    """Say a figure as a person reads it: '340', '310 to 420', 'at least 340; 3 of 12 periods not there'."""
    if high == low:
        return f"{low:,.15g}"
    if high is not None:
        return f"{low:,.15g} to {high:,.15g}"
    why = []
    if missing:
        why.append(f"{missing} of {missing + there} periods not there")
    if absent:
        why.append(f"{absent} {'figure' if absent == 1 else 'figures'} not there")
    return "; ".join([f"at least {low:,.15g}", *why])
