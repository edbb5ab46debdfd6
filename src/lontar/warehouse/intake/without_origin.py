"""Which tables are shown that say nothing of origin."""

from __future__ import annotations

from lontar.warehouse.intake.cells import Flags
from lontar.warehouse.intake.layout import FREE
from lontar.warehouse.intake.progress import Known, Progress
from lontar.warehouse.intake.showing import Ends, Shown, ends_of
from lontar.warehouse.intake.tables import OneTable, Situation, with_small_rest

MONTH = 1
"""The whole months from which on figures without origin are shown."""


def decide_without_origin(situation: Situation, free: Flags, known: Known, progress: Progress) -> None:
    """Show tables that say nothing of origin: those with few dimensions first, long periods before short ones."""
    lay, cells = situation.layout, situation.cells
    tables = situation.tables(free)
    small = free & ((cells.low < situation.smallest) | with_small_rest(situation, free))
    short = lay.months < MONTH
    hidden: dict[int, list[tuple[int, Ends]]] = {}
    candidates: list[OneTable] = []
    for one in tables:
        progress.tables[one.key] = one
        if small[one.cells].any() or short[one.cells[0]]:
            hidden.setdefault(one.series, []).append((one.shape, situation.ends(one.span)))
            if not short[one.cells[0]]:
                progress.small.add(one.key)
        else:
            candidates.append(one)
    progress.boards = _boards(situation, hidden, known)
    for one in sorted(candidates, key=lambda one: (one.dimensions, -situation.span(one.span).days, *one.key)):
        progress.show(situation, one)


def _boards(
    situation: Situation, hidden: dict[int, list[tuple[int, Ends]]], known: Known
) -> dict[int, Shown]:
    """For each series, what is shown and hidden of it before anything of this submission is shown."""
    ends = [(series, one, ends_of(one.start, one.end)) for series, one in known]
    for series, one, places in ends:
        shape, origin = situation.shape_bits(one.shape)
        if one.kind == "kept" and origin == FREE:
            hidden.setdefault(series, []).append((shape, places))
    boards = {
        number: Shown(hidden.get(number, ())) for number in {*hidden, *situation.layout.series.tolist()}
    }
    for series, one, places in ends:
        if one.kind == "shown" and series in boards:
            boards[series].show(situation.shape_bits(one.shape)[0], places)
    return boards
