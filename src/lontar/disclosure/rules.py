"""The rules for one total: how many stand behind it, and how much of it the largest is.

They follow Hundepool and others, Handbook on Statistical Disclosure Control (2010), chapter 4: minimum frequency, (1,k) dominance and
the p% rule, each judged again for every viewer, who takes away what its own group gave.
"""

from __future__ import annotations

from math import ceil, floor, fsum
from typing import Literal, NamedTuple

from lontar.disclosure.cells import Figures
from lontar.model.figures.thresholds import Thresholds

Reason = Literal["few", "few_outside", "dominated", "near", "vague", "changed", "recalled", "audit"]
"""Why a total is withheld; for the makers of an edition only.

Too few contributors, or too few outside the viewer's group; one is nearly all; the second largest comes too near to the largest;
the bounds are too far apart; too few changed since it was shown; somebody recalled; the audit found a way to a figure.
"""
TOO_FEW = "too few to show"
"""What people are told, whatever the reason was."""

Bounds = tuple[float, float]
"""Between which two figures one lies. They are added without loss (fsum): what is left of a sum must not fall below 0 by rounding."""


class Span(NamedTuple):
    """Between which bounds a true total lies, both inclusive."""

    low: float
    high: float


def judge(
    figures: Figures, thresholds: Thresholds, viewer: str = "", known: frozenset[str] = frozenset()
) -> Reason | None:
    """Say why a total may not be shown to a viewer's group ('' is the public), or None where it may.

    A group that gives nothing protects nobody (three zeros and one figure tell the figure), so it is not counted; nor is one whose
    bounds reach down to nothing, nor one that is `known` from elsewhere, which everybody takes away.
    """
    all_hidden = [figures[group][:2] for group in figures if group not in known]
    hidden = [figures[group][:2] for group in figures if group not in known and group != viewer]
    if _count(all_hidden) < thresholds.contributors:
        return "few"
    if _count(hidden) < thresholds.contributors_outside:
        return "few_outside"
    for bounds in (all_hidden, hidden):
        if _is_dominated(bounds, thresholds.largest_share):
            return "dominated"
        if _is_near(bounds, thresholds.prior_percent):
            return "near"
    return None


def judge_for_everyone(
    figures: Figures, thresholds: Thresholds, known: frozenset[str] = frozenset()
) -> Reason | None:
    """Say why a total may not be shown to some group, or None where every group and the public may read it.

    Only the public and the two that give most are tried: whoever a figure is to be hidden from, one of the two hides it at least as much.
    What is `known` must pass with those figures and without them: not everybody has read, or believes, what was published.
    """
    if sum(figure.low > 0 for figure in figures.values()) < thresholds.contributors:
        return "few"
    for away in dict.fromkeys((frozenset[str](), known)):
        largest = sorted(figures.keys() - away, key=lambda group: (figures[group].low, group))
        for viewer in ("", *largest[-2:]):
            reason = judge(figures, thresholds, viewer, away)
            if reason is not None:
                return reason
    return None


def _count(bounds: list[Bounds]) -> int:
    return sum(low > 0 for low, _ in bounds)


def _is_dominated(bounds: list[Bounds], share: int) -> bool:
    """Whether one could be more than its share of the total: it at its highest, the others at their lowest."""
    lows = [low for low, _ in bounds]
    return any(100 * high > share * fsum((*lows, high, -low)) for low, high in bounds)


def _is_near(bounds: list[Bounds], percent: int) -> bool:
    """Whether the largest of the others could come within so many per cent of one: total - largest - second < p% of the largest."""
    lows = [low for low, _ in bounds]
    first, second, *_ = (*sorted(lows, reverse=True), 0, 0)
    return any(
        100 * fsum((*lows, -low, -(second if low == first else first))) < percent * high
        for low, high in bounds
    )


def shown_value(figures: Figures, rounding: int) -> int | None:
    """Give the total as it is shown: to the nearest multiple, halves upwards; None where its bounds are further apart than `rounding`.

    Of bounds their middle is shown, so that the true total is never further from what is shown than `rounding`.
    """
    low, high = sum(one.low for one in figures.values()), sum(one.high for one in figures.values())
    if high - low > rounding:
        return None
    return floor((low + high) / (2 * rounding) + 0.5) * rounding


def span_of(shown: int, rounding: int, is_whole: bool) -> Span:
    """Give what a shown total tells of the true one; among whole numbers, the outermost that are rounded to it."""
    low, high = shown - rounding / 2, shown + rounding / 2
    return Span(max(0, ceil(low)), ceil(high) - 1) if is_whole else Span(max(0.0, low), high)
