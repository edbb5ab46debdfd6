"""Parcels: what is kept, shared and recalled as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lontar.model.policy.facts import Protected

if TYPE_CHECKING:
    import pyarrow as pa

FOLDED = "folded"
"""The column that says of a row that it was added up from rows which are kept in parcels linked to asylum (boolean, never null)."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Observations of one indicator and one period, from one agency, that are protected alike.

    `start` and `end` are the first and last day of the period. `origin` is a closed set of States, empty and not open unless `asylum` is
    among the classes. `rows` has the columns of the contract for this indicator, and `folded`.
    """

    indicator: str
    topic: str
    start: date
    end: date
    classes: frozenset[Protected]
    origin: frozenset[str]
    origin_open: bool
    rows: pa.Table
