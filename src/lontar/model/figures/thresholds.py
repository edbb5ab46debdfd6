"""The numbers from which on a figure may be shown, each dated and with its reason."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from lontar.model.figures.indicators import Reference

ThresholdId = Literal[
    "smallest_shown", "contributors", "contributors_outside", "largest_share", "prior_percent", "rounding"
]
IDS: tuple[ThresholdId, ...] = get_args(ThresholdId)


class Threshold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One number and the day from which it holds (ISO); an earlier one is never overwritten."""

    id: ThresholdId
    value: int
    unit: str
    valid_from: str
    reason: str
    source: tuple[Reference, ...]


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The numbers in force on one day.

    `smallest_shown`: the smallest figure of a mixed indicator that is not linked to asylum (persons or events). A regional total has at
    least so many `contributors`, of which so many `contributors_outside` the viewer's allegiance group, none above `largest_share` (per
    cent of the total); nobody else can work out the largest closer than `prior_percent` (p% rule); it is rounded to `rounding`.
    """

    smallest_shown: int
    contributors: int
    contributors_outside: int
    largest_share: int
    prior_percent: int
    rounding: int


class ThresholdFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every threshold that holds or held."""

    thresholds: tuple[Threshold, ...]


def in_force(thresholds: tuple[Threshold, ...], day: str) -> Thresholds:
    """Give the numbers in force on a day (ISO); before the first of an id, that first. Raises KeyError where an id has none."""
    held: dict[str, int] = {}
    for one in sorted(thresholds, key=lambda one: one.valid_from):
        if one.valid_from <= day or one.id not in held:
            held[one.id] = one.value
    return Thresholds(**{name: held[name] for name in IDS})
