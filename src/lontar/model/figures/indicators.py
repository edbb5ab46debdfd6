"""Indicators: what is counted, in which units, how far established, by which dimensions, and how it must be protected."""

from __future__ import annotations

from typing import Literal

import msgspec

AsylumLink = Literal["no", "yes", "mixed"]
ProtectionClass = Literal["victim", "returnee", "rescue"]
Mark = Literal["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"]


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a definition comes from. `verified` is False where nobody has yet compared it with the text cited."""

    title: str
    part: str = ""
    url: str = ""
    verified: bool = False


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of indicators within which reciprocity works: who gives there, sees there."""

    id: str
    title: str
    description: str
    labels: dict[str, str] = {}


class Indicator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One defined statistic. Figures of different units or stages are never added together.

    `stages` is ('_Z',) where nothing is established by steps. `units` are codes of the list `unit`; where `unit_list` names another
    list, every code of that list is a unit. `dimensions` maps each column id to its code list, in the order of the output.
    `stock` figures hold at a moment and are never added over time. `classes` protect every figure, `classes_finer_than_total` those
    by any dimension.
    """

    id: str
    topic: str
    title: str
    definition: str
    source: tuple[Reference, ...]
    units: tuple[str, ...] = ()
    unit_list: str = "unit"
    stages: tuple[str, ...] = ("_Z",)
    dimensions: dict[str, str]
    stock: bool = False
    asylum_link: AsylumLink
    asylum_reason: str
    classes: tuple[ProtectionClass, ...] = ()
    classes_finer_than_total: tuple[ProtectionClass, ...] = ()
    default_mark: Mark | None = None
    may_be_released: bool = True
    includes: str = ""
    excludes: str = ""
    notes: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    valid_from: str
    valid_to: str | None = None
