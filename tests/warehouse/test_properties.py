"""What holds of every answer: the truth lies within its bounds, the past is as it was, and nobody loses by what another gives."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from lontar.warehouse.door.query import Query
from tests.warehouse.scenes import STATES, Region, observations, parcels_of

SEXES, PEOPLE = ("F", "M", "_U"), ("AF", "PK", "IR", "_U")


def year_of(number: int) -> str:
    """A year for each example, so that they do not meet."""
    return str(1950 + number)


def truths(rng: Random, year: str) -> list[dict[str, Any]]:
    """What happened: one number for each month, sex and citizenship."""
    return [
        {
            "period": f"{year}-{month:02d}",
            "sex": sex,
            "citizenship": who,
            "value": rng.choice([0, 0, 1, 3, 9, 40, 7919]),
        }
        for month in range(1, 13)
        for sex in SEXES
        for who in PEOPLE
    ]


def told(rng: Random, truth: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a State says of it: in tables of some dimensions, with intervals, absences, and months that are not there."""
    shapes = rng.sample([(), ("sex",), ("citizenship",), ("sex", "citizenship")], rng.randint(1, 4))
    months = rng.sample(sorted({row["period"] for row in truth}), rng.choice([12, 12, 9, 1]))
    rows = []
    for shape in shapes:
        sums: dict[tuple[str, ...], int] = {}
        for row in truth:
            key = (row["period"], *(row[name] for name in shape))
            sums[key] = sums.get(key, 0) + row["value"]
        for (period, *codes), value in sums.items():
            if period in months:
                rows.append({"period": period, **dict(zip(shape, codes, strict=True)), **said(rng, value)})
    return rows


def said(rng: Random, value: int) -> dict[str, Any]:
    """A figure as sources say it."""
    way = rng.random()
    if way < 0.7:
        return {"value": value}
    if way < 0.8:
        return {"low": max(0, value - rng.randint(0, 4)), "high": value + rng.randint(0, 4)}
    if way < 0.85:
        return {"low": max(0, value - 1)}
    if way < 0.9:
        return {"value": value, "low": max(0, value - 2), "high": value + 2}
    return {"absence": rng.choice(["suppressed", "unknown", "not_collected"])}


def test_the_true_total_lies_within_the_bounds(region: Region, full_counts: bool) -> None:
    rng, door = Random(1), region.door()
    for number in range(400 if full_counts else 25):
        year = year_of(number)
        truth = truths(rng, year)
        rows = told(rng, truth)
        region.send("XA", parcels_of(observations("irregular_entries", rows)), series=f"xa/{number}")
        for by, every in (
            ((), "year"),
            (("sex",), "quarter"),
            (("citizenship",), "year"),
            ((), "month"),
            (("sex", "citizenship"), "half"),
        ):
            query = Query(indicator="irregular_entries", by=by, every=every, since=year, until=year)  # type: ignore[arg-type]
            with region.as_(region.analyst["XA"], "XA") as act:
                answer = door.read(act, query)
            for cell in answer.figures.to_pylist():
                true = sum(row["value"] for row in truth if in_cell(row, cell, by, every))
                assert cell["low"] <= true, (query, cell, true)
                assert cell["high"] is None or true <= cell["high"], (query, cell, true)


def in_cell(row: dict[str, Any], cell: dict[str, Any], by: tuple[str, ...], every: str) -> bool:
    month = int(row["period"][-2:])
    period = {"year": row["period"][:4], "half": f"{row['period'][:4]}-S{(month - 1) // 6 + 1}",
              "quarter": f"{row['period'][:4]}-Q{(month - 1) // 3 + 1}", "month": row["period"]}[every]  # fmt: skip
    return period == cell["period"] and all(row[name] == cell[name] for name in by)


def read_by(region: Region, door: Any, state: str, **asked: Any) -> set[tuple[tuple[str, str], ...]]:
    """Every figure that an analyst of a State may read one by one."""
    with region.as_(region.analyst[state], state) as act:
        rows = door.rows(act, Query(indicator="irregular_entries", **asked)).to_pylist()
    return {tuple(sorted((name, str(value)) for name, value in row.items())) for row in rows}


def some_terms(rng: Random) -> Any:
    from lontar.warehouse.accepting import Terms

    return Terms(
        mark=rng.choice(["GREEN", "GREEN", "AMBER", "AMBER+STRICT"]), shared_with=frozenset(rng.sample(STATES, rng.choice([0, 0, 1, 2]))),
        sent_to_office=rng.random() < 0.5,
    )  # fmt: skip


def some_figures(rng: Random, state: str, year: str) -> list[Any]:
    rows = [
        {"period": f"{year}-{month:02d}", "value": rng.randrange(1000)}
        for month in rng.sample(range(1, 13), 3)
    ]
    origin = rng.choice([[], [], ["XB"], ["XC", "XD"]])
    linked = [one for one in origin if one != state]
    return parcels_of(
        observations("irregular_entries", rows, state), classes=["asylum"] if linked else [], origin=linked
    )


@pytest.fixture
def history(region: Region) -> Callable[[Random, int], list[tuple[Any, dict[str, Any]]]]:
    """Let States send and correct at random; gives for each step the moment, and what each State could read then."""

    def happen(rng: Random, steps: int) -> list[tuple[Any, dict[str, Any]]]:
        door, found = region.door(), []
        for _ in range(steps):
            state = rng.choice(STATES[1:])  # who are alone: nobody has to agree to a wider mark
            told: dict[str, Any] = (
                {"kind": "correction", "reason": "counted anew"} if rng.random() < 0.3 else {}
            )
            region.send(
                state,
                some_figures(rng, state, "2025"),
                some_terms(rng),
                series=f"{state}/{rng.randrange(2)}",
                **told,
            )
            found.append((region.moment(), {one: read_by(region, door, one) for one in STATES}))
        return found

    return happen


def test_as_of_gives_what_was_readable_then(region: Region, history: Any, full_counts: bool) -> None:
    rng, door = Random(2), region.door()
    past = history(rng, 60 if full_counts else 12)
    for moment, could_read in past:
        for state in STATES:
            # what was given since opens more of the past, and takes nothing of it away
            assert could_read[state] <= read_by(region, door, state, as_of=moment)
    moment, could_read = past[-1]
    assert could_read == {state: read_by(region, door, state, as_of=moment) for state in STATES}


def test_what_another_gives_takes_nothing_away(region: Region, history: Any, full_counts: bool) -> None:
    rng, door = Random(3), region.door()
    history(rng, 6)
    for number in range(60 if full_counts else 10):
        before = {one: read_by(region, door, one) for one in STATES}
        giver = rng.choice(STATES[1:])
        region.send(giver, some_figures(rng, giver, "2025"), some_terms(rng), series=f"{giver}/new {number}")
        for one in STATES:
            assert before[one] <= read_by(region, door, one), (giver, one)
