"""Which tables by origin are shown, and what is folded in them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lontar.warehouse.intake import folding
from lontar.warehouse.intake.cells import Flags, Numbers
from lontar.warehouse.intake.layout import FREE
from lontar.warehouse.intake.progress import Known, Progress
from lontar.warehouse.intake.showing import Ends, ends_of
from lontar.warehouse.intake.tables import Key, OneTable, Situation, is_small_rest
from lontar.warehouse.intake.terms import origin_dimensions

QUARTER = 3
"""The whole months from which on figures by origin are shown."""
Fixed = dict[tuple[int, Ends], dict[int, frozenset[str]]]
"""Origin dimension and period -> shape -> the codes folded in it."""


def decide_by_origin(
    situation: Situation,
    by_origin: Flags,
    known: Known,
    progress: Progress,
) -> None:
    """Show tables by origin, folded, of periods that do not overlap; a finer table folds what a coarser one does."""
    foldable = _foldable(situation, by_origin)
    tables = situation.tables(by_origin)
    progress.tables |= {one.key: one for one in tables}
    spans = _one_length(situation, [one.span for one in tables if one.key in foldable], known)
    fixed = _fixed(situation, known)
    frames: dict[tuple[int, int, int], list[OneTable]] = {}
    for one in tables:
        frames.setdefault(one.key[1:], []).append(one)
    kept = _kept_before(situation, tables, known)
    for (origin, span, shape), held in sorted(
        frames.items(), key=lambda item: (item[0][2].bit_count(), item[0])
    ):
        able = [one for one in held if one.key in foldable and span in spans and not _is_under(one, kept)]
        able = [one for one in able if progress.may_show(situation, one)]
        codes = _fold(situation, able, fixed, (origin, situation.ends(span), shape)) if able else None
        for one in able if codes is not None else ():
            progress.show(situation, one, codes or frozenset())
        kept |= {one.key for one in held if one.key not in progress.shown}
        progress.small |= {
            one.key for one in held if one.key in kept and situation.span(span).months >= QUARTER
        }
        if codes is not None:
            fixed.setdefault((origin, situation.ends(span)), {})[shape] = codes


def _fixed(situation: Situation, known: Known) -> Fixed:
    fixed: Fixed = {}
    for _, one in known:
        shape, origin = situation.shape_bits(one.shape)
        if one.kind == "shown" and origin != FREE:
            fixed.setdefault((origin, ends_of(one.start, one.end)), {})[shape] = frozenset(one.codes)
    return fixed


def _fold(
    situation: Situation, able: list[OneTable], fixed: Fixed, place: tuple[int, Ends, int]
) -> frozenset[str] | None:
    """Choose the codes for all tables of one origin, period and shape together, or take those that were fixed before."""
    origin, ends, shape = place
    before = fixed.get((origin, ends), {})
    table = as_table(situation, np.concatenate([one.cells for one in able]))
    forced = frozenset[str]().union(*(codes for one, codes in before.items() if one & ~shape == 0))
    finer = [codes for one, codes in before.items() if shape & ~one == 0]
    if shape in before:
        is_whole = folding.holds(table, before[shape], situation.smallest)
        return before[shape] if is_whole and forced <= before[shape] else None
    codes = folding.folded_codes(table, situation.smallest, forced)
    return codes if codes is not None and all(codes <= one for one in finer) else None


def as_table(situation: Situation, chosen: Numbers) -> folding.Table:
    """Give cells by one dimension of origin as a table to be folded."""
    lay, cells = situation.layout, situation.cells
    name = origin_dimensions(situation.indicator)[int(lay.origin[chosen[0]])]
    code, low = cells.codes[name][chosen], cells.low[chosen]
    return folding.Table(lay.series[chosen], lay.stratum[chosen], code, low, cells.texts[name])


def _foldable(situation: Situation, by_origin: Flags) -> set[Key]:
    """Give the tables, of a quarter or longer, in which each stratum holds enough and misses nothing small of its total."""
    lay = situation.layout
    rest = small_rest_of_origins(situation)
    return {
        one.key
        for one in situation.tables(by_origin & (lay.months >= QUARTER))
        if not rest[one.cells].any()
        and folding.is_foldable(as_table(situation, one.cells), situation.smallest)
    }


def small_rest_of_origins(situation: Situation) -> Flags:
    """Mark cells by origin whose stratum, added up, misses less than the smallest figure of its total."""
    lay, cells = situation.layout, situation.cells
    size = int(lay.stratum.max(initial=0)) + 1
    free = (lay.origin == FREE) & ~lay.is_fine
    whole = np.bincount(lay.stratum, weights=np.where(free, cells.value, 0.0), minlength=size)
    there = np.bincount(lay.stratum, weights=free, minlength=size) > 0
    marked = np.zeros(cells.count, dtype=bool)
    for origin in set(lay.origin[lay.origin >= 0].tolist()):
        told = (lay.origin == origin) & ~lay.is_holding
        parts = np.bincount(lay.stratum, weights=np.where(told, cells.value, 0.0), minlength=size)
        marked |= (
            told
            & (there & is_small_rest(np.asarray(whole - parts, dtype=np.float64), situation.smallest))[
                lay.stratum
            ]
        )
    return marked


def _one_length(situation: Situation, spans: Iterable[int], known: Known) -> set[int]:
    """Choose periods of which none overlaps another one: what was shown before, then the shorter ones."""
    taken = [
        ends_of(one.start, one.end)
        for _, one in known
        if one.kind == "shown" and situation.shape_bits(one.shape)[1] != FREE
    ]
    chosen = set()
    for span in sorted(set(spans), key=lambda span: (situation.span(span).days, situation.ends(span))):
        start, end = situation.ends(span)
        if all(end <= first or last <= start or (first, last) == (start, end) for first, last in taken):
            taken.append((start, end))
            chosen.add(span)
    return chosen


def _kept_before(situation: Situation, tables: list[OneTable], known: Known) -> set[Key]:
    """Give the tables that were kept back before: they stay so, else what did not change would tell what was small."""
    numbers = {situation.ends(one.span): one.span for one in tables}
    kept = set()
    for series, one in known:
        shape, origin = situation.shape_bits(one.shape)
        span = numbers.get(ends_of(one.start, one.end))
        if one.kind == "kept" and origin != FREE and span is not None:
            kept.add((series, origin, span, shape))
    return kept


def _is_under(one: OneTable, kept: set[Key]) -> bool:
    """Say whether a coarser table of the same series, origin and period was kept back."""
    return any(key[:3] == one.key[:3] and key[3] & ~one.shape == 0 for key in kept)
