"""Which figures of a mixed indicator are not linked to asylum, and which are folded for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lontar.warehouse.intake.by_origin import decide_by_origin
from lontar.warehouse.intake.cells import Flags, Numbers
from lontar.warehouse.intake.layout import FREE
from lontar.warehouse.intake.own import OwnRows
from lontar.warehouse.intake.progress import Known, Progress
from lontar.warehouse.intake.showing import ends_of
from lontar.warehouse.intake.stretches import Stretch, Stretches
from lontar.warehouse.intake.tables import Key, OneTable, Situation
from lontar.warehouse.intake.terms import Precedent, origin_dimensions
from lontar.warehouse.intake.without_origin import decide_without_origin


@dataclass(frozen=True)
class Decision:
    """Which cells are class none; which are folded, and into which sum each (numbered from 0); and what that fixes."""

    is_none: Flags
    folded: Numbers
    into: Numbers
    precedents: frozenset[Precedent]


def decide(situation: Situation, earlier: Sequence[Precedent]) -> Decision:
    """Decide on the cells of one mixed indicator. `earlier` are the owner's precedents on it."""
    lay, progress = situation.layout, Progress()
    numbers = {name: number for number, name in enumerate(situation.series_names())}
    known = [(numbers.get(one.series, -1), one) for one in earlier]
    free = (lay.origin == FREE) & ~lay.is_fine
    decide_without_origin(situation, free, known, progress)
    others = (lay.origin >= 0) & ~lay.is_fine & ~lay.is_own & ~lay.is_holding
    decide_by_origin(situation, others, known, progress)
    stretches = Stretches(situation, known)
    broken = _broken(situation, known, progress)
    closed = {stretches.of_table(one) for one in broken} | _broken_before(stretches, known)
    shown = [one for key, one in progress.tables.items() if key in progress.shown]
    own = OwnRows(situation, stretches, known, shown, closed)
    stretches.close(closed | own.blocked)
    progress.small |= {one.key for one in broken}
    return _decision(situation, progress, stretches, own)


def _broken(situation: Situation, known: Known, progress: Progress) -> list[OneTable]:
    """Give the tables that were shown before and cannot be shown in the same form now."""
    before = set()
    for series, one in known:
        shape, origin = situation.shape_bits(one.shape)
        before |= {(series, origin, ends_of(one.start, one.end), shape)} if one.kind == "shown" else set()
    return [
        one
        for key, one in progress.tables.items()
        if key not in progress.shown and (key[0], key[1], situation.ends(key[2]), key[3]) in before
    ]


def _broken_before(stretches: Stretches, known: Known) -> set[Stretch]:
    """Give the stretches in which a table was first shown and later kept back: they stay closed."""
    places = {
        kind: {(series, one.start, one.end, one.shape) for series, one in known if one.kind == kind}
        for kind in ("shown", "kept")
    }
    both = places["shown"] & places["kept"]
    return {stretches.at(series, start.toordinal()) for series, start, _, _ in both}


def _decision(situation: Situation, progress: Progress, stretches: Stretches, own: OwnRows) -> Decision:
    shown = {
        key: codes for key, codes in progress.shown.items() if not stretches.is_closed(progress.tables[key])
    }
    is_none, folded = np.array(own.is_shown), np.zeros(situation.cells.count, dtype=bool)
    for key, codes in shown.items():
        cells = progress.tables[key].cells
        inside = _inside(situation, key, codes)[cells] if codes else np.zeros(len(cells), dtype=bool)
        is_none[cells[~inside]] = True
        folded[cells[inside]] = True
    chosen = np.flatnonzero(folded)
    into = np.unique(
        situation.layout.stratum[chosen] * 8 + situation.layout.origin[chosen], return_inverse=True
    )[1]
    return Decision(is_none, chosen, into.reshape(-1), _precedents(situation, progress, shown, own))


def _inside(situation: Situation, key: Key, codes: frozenset[str]) -> Flags:
    return situation.cells.has_text(origin_dimensions(situation.indicator)[key[1]], codes)


def _precedents(
    situation: Situation, progress: Progress, shown: dict[Key, frozenset[str]], own: OwnRows
) -> frozenset[Precedent]:
    names, identity = situation.series_names(), situation.indicator.id
    told = [
        (key, "shown", situation.shape_names(key[3], key[1]), tuple(sorted(codes)))
        for key, codes in shown.items()
    ]
    told += [(key, "kept", situation.shape_names(key[3], key[1]), ()) for key in progress.small]
    for kind in ("own", "few"):
        told += [((series, FREE, span, 0), kind, (), ()) for series, span in own.spans(kind == "own")]
    return frozenset(
        Precedent(
            identity,
            names[key[0]],
            situation.span(key[2]).start,
            situation.span(key[2]).end,
            shape,
            kind,  # type: ignore[arg-type]
            codes,
        )
        for key, kind, shape, codes in told
    )
