"""Attackers that try every world: none comes closer to another's figure than the thresholds allow, with all editions at hand."""

from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lontar.disclosure.audit import audit_edition
from lontar.disclosure.cells import Cell
from lontar.disclosure.editions import Audit, Edition, make_edition
from lontar.disclosure.intervals import feasible_interval
from lontar.model.figures.thresholds import Thresholds
from tests.conftest import WHOLE_CALLS
from tests.disclosure.worlds import (
    FEBRUARY,
    JANUARY,
    MEN,
    NO_RULES,
    WOMEN,
    TooMany,
    World,
    all_known,
    all_worlds,
    gives,
    no_audit,
    parts_of,
)

CODES = (WOMEN, MEN, JANUARY)
MONTHS = (JANUARY, FEBRUARY, JANUARY._replace(end="2026-02-28"))
FIGURES = st.sampled_from([0, 0, 1, 1, 2, 3])
MOST, MANY = 8, 16
FEW = Thresholds(
    smallest_shown=1, contributors=3, contributors_outside=2, largest_share=70, prior_percent=10, rounding=5
)


@st.composite
def histories(draw: st.DrawFn, editions: int) -> list[World]:
    """What four groups gave for each edition; from the second on some join, correct or recall."""
    pairs = st.tuples(FIGURES, FIGURES)
    worlds = [{group: draw(pairs) for group in "ABCD"}]
    for _ in range(editions - 1):
        world = dict(worlds[-1])
        for group in draw(st.sets(st.sampled_from("ABCDE"), min_size=1, max_size=2)):
            if group in world and draw(st.booleans()):
                del world[group]
            else:
                world[group] = draw(pairs)
        worlds.append(world)
    return worlds


def make_all(
    worlds: Sequence[World], cells: Sequence[Cell], audit: Audit, rules: Thresholds = FEW
) -> list[Edition]:
    editions: list[Edition] = []
    for world in worlds:
        contributions = {
            cell: [
                gives(group, sum(figures[part] for part in parts_of(at))) for group, figures in world.items()
            ]
            for at, cell in enumerate(cells)
        }
        editions.append(make_edition(contributions, editions, rules, [], audit))
    return editions


def found_out(
    editions: Sequence[Edition], worlds: Sequence[World], cells: Sequence[Cell]
) -> Iterator[tuple[str, str, Cell, int, int, int]]:
    """Every figure that some group narrows down too far: attacker, group, cell, the figure, lowest and highest that it could be."""
    facts = all_known(editions, worlds, cells)
    if not facts:
        return
    for attacker in sorted({group for world in worlds for group in world}):
        try:
            names, table = all_worlds(facts, attacker, MOST)
        except TooMany:
            continue
        assert len(table)
        for world in worlds:
            for group in world.keys() - {attacker}:
                for at, cell in enumerate(cells):
                    parts = [(group, part, world[group][part]) for part in parts_of(at)]
                    if all(part in names for part in parts):
                        values = table[:, [names.index(part) for part in parts]].sum(axis=1)
                        figure, low, high = (
                            sum(part[2] for part in parts),
                            int(values.min()),
                            int(values.max()),
                        )
                        if not (low <= 0.9 * figure and high >= 1.1 * figure and high - low >= FEW.rounding):
                            yield attacker, group, cell, figure, low, high


@WHOLE_CALLS
@given(histories(1), st.sampled_from([CODES, MONTHS]))
def test_of_one_edition_nobody_works_out_anything(worlds: list[World], cells: tuple[Cell, ...]) -> None:
    editions = make_all(worlds, cells, audit_edition)
    assert editions[-1].exposed == ()
    assert list(found_out(editions, worlds, cells)) == []


@WHOLE_CALLS
@given(histories(3), st.sampled_from([CODES, CODES[:1]]))
def test_of_three_editions_nobody_works_out_anything(worlds: list[World], cells: tuple[Cell, ...]) -> None:
    editions = make_all(worlds, cells, audit_edition)
    assert list(found_out(editions, worlds, cells)) == []


@WHOLE_CALLS
@given(histories(3), st.sampled_from([MONTHS, MONTHS[:1]]))
def test_the_audit_alone_would_be_enough(worlds: list[World], cells: tuple[Cell, ...]) -> None:
    editions = make_all(
        worlds, cells, lambda draft, earlier, echoes, _: audit_edition(draft, earlier, echoes, FEW), NO_RULES
    )
    if not any(edition.exposed for edition in editions):
        assert list(found_out(editions, worlds, cells)) == []


def test_without_the_audit_the_same_attackers_succeed() -> None:
    generator = np.random.default_rng(7)
    beaten = 0
    for _ in range(30):
        world = {group: tuple(generator.choice([0, 1, 1, 2, 3, 5], 2).tolist()) for group in "ABCD"}
        beaten += any(True for _ in found_out(make_all([world], CODES, no_audit), [world], CODES))
    assert beaten >= 3


@WHOLE_CALLS
@given(histories(1), st.sampled_from([CODES, MONTHS]), st.permutations("ABCD"))
def test_the_interval_is_that_of_all_worlds(
    worlds: list[World], cells: tuple[Cell, ...], groups: list[str]
) -> None:
    editions = make_all(worlds, cells, no_audit)
    facts = all_known(editions, worlds, cells)
    attacker, group = groups[:2]
    try:
        names, table = all_worlds(facts, attacker, MANY)
    except TooMany:
        return
    for at, cell in enumerate(cells):
        parts = [(group, part, worlds[0][group][part]) for part in parts_of(at)]
        interval = feasible_interval(editions, [], cell, group, attacker)
        if all(part in names for part in parts) and interval.high < MANY:
            values = table[:, [names.index(part) for part in parts]].sum(axis=1)
            assert interval.low - 1e-6 <= values.min() < interval.low + 1
            assert interval.high - 1 < values.max() <= interval.high + 1e-6


def test_the_thresholds_are_not_what_hides_it() -> None:
    """With no rule and no audit a joiner is found out to the rounding."""
    worlds: list[World] = [
        {"A": (5, 0), "B": (5, 0), "C": (5, 0)},
        {"A": (5, 0), "B": (5, 0), "C": (5, 0), "D": (11, 0)},
    ]
    editions: list[Edition] = []
    for world in worlds:
        given_ = {JANUARY: [gives(group, sum(figures)) for group, figures in world.items()]}
        editions.append(make_edition(given_, editions, NO_RULES, [], no_audit))
    interval = feasible_interval(editions, [], JANUARY, "D", "A")
    assert (interval.low, interval.high) == (6, 14)
