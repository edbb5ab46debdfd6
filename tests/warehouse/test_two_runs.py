"""Two histories that differ only in what is linked to the asylum of a State's people: nobody of it, nor the public, sees which it is.

Every answer of the door is compared byte by byte, but for addresses, which are drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from lontar.catalogue.policies import read_allegiances
from lontar.warehouse.door.query import Query
from lontar.warehouse.intake.terms import Rules
from tests.databases import Instance, served
from tests.things.worlds import NOW
from tests.warehouse.scenes import CATALOGUE, OFFICES, Region, dimensions_of, observations

ALLEGIANCES = read_allegiances(CATALOGUE)
RULES = Rules(
    {one.id: one for one in CATALOGUE.indicators()}, ALLEGIANCES.origin_of,
    lambda listed, code: CATALOGUE.codelist(listed).ancestors(code), 10,
)  # fmt: skip
S = "XC"
"""The State that people fled."""
ENTRIES, CLAIMS = "irregular_entries", "asylum_applications"
Rows = list[dict[str, Any]]
Step = tuple[str, str, dict[str, Rows], dict[str, Any]]
"""Who sends, in which series, what (by indicator), and what else is told of it."""


def quarter(figures: dict[str, Any], period: str = "2025-Q1", **more: Any) -> Rows:
    """Figures by citizenship; '_T' is the total. A text is an absence."""
    return [
        {
            "period": period,
            "citizenship": code,
            **({"absence": value} if isinstance(value, str) else {"value": value}),
            **more,
        }
        for code, value in figures.items()
    ]


BASE: list[Step] = [
    (
        "XA",
        "xa/quarterly",
        {ENTRIES: quarter({"_T": 180, "AF": 60, "PK": 100, "XC": 4, "IR": 9, "XD": 7})},
        {},
    ),
    ("XB", "xb/quarterly", {ENTRIES: quarter({"_T": 90, "AF": 40, "PK": 50})}, {}),
    ("XC", "xc/quarterly", {ENTRIES: quarter({"_T": 30, "AF": 30})}, {}),
]
NOTHING: Step = ("", "", {}, {})
CORRECTED = {"kind": "correction", "reason": "twice"}
MIXED = {"_T": 180, "AF": 60, "PK": 100}
SEEDS: dict[str, tuple[list[Step], list[Step]]] = {
    "sole contributor": (
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"XC": 5}, unit="persons")}, {})], [*BASE, NOTHING]
    ),
    "mixed submission": (
        BASE, [("XA", "xa/quarterly", {ENTRIES: quarter({**MIXED, "XC": 9, "IR": 4, "XD": 7})}, {}), *BASE[1:]]
    ),
    "open origin": (
        BASE, [("XA", "xa/quarterly", {ENTRIES: quarter({**MIXED, "_U": 4, "IR": 9, "XD": 7})}, {}), *BASE[1:]]
    ),
    "correction": (
        [*BASE, ("XA", "xa/quarterly", {ENTRIES: quarter({**MIXED, "XC": 6, "IR": 9, "XD": 5})}, CORRECTED)],
        [*BASE, ("XA", "xa/quarterly", {ENTRIES: quarter({**MIXED, "XC": 4, "IR": 9, "XD": 7})}, CORRECTED)],
    ),
    "correction of claims": (
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"XC": 5}, unit="persons")}, {}),
         ("XB", "xb/claims", {CLAIMS: quarter({"XC": 7}, unit="persons")}, {"kind": "correction", "reason": "two more"})],
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"XC": 5}, unit="persons")}, {}), NOTHING],
    ),
    "new crosswalk line": (
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"_U": 5, "AF": 3}, unit="persons")}, {})],
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"XC": 5, "AF": 3}, unit="persons")}, {})],
    ),
    "absence": (
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"XC": "suppressed", "AF": 3}, unit="persons")}, {})],
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"XC": 12, "AF": 3}, unit="persons")}, {})],
    ),
    "zero": (
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"XC": 0, "AF": 3}, unit="persons")}, {})],
        [*BASE, ("XB", "xb/claims", {CLAIMS: quarter({"AF": 3}, unit="persons")}, {})],
    ),
    "a month beside its quarter": (
        [*BASE, ("XA", "xa/monthly", {ENTRIES: quarter({"XC": 3, "IR": 2}, "2025-02")}, {})],
        [*BASE, ("XA", "xa/monthly", {ENTRIES: quarter({"XC": 2, "IR": 3}, "2025-02")}, {})],
    ),
}  # fmt: skip


@contextmanager
def history(instance: Instance, folder: Path, steps: list[Step]) -> Iterator[Region]:
    """A region in which these things were sent, one an hour."""
    from lontar.warehouse.accepting import Known, Submission, Terms, accept_observations

    known = Known(RULES, dimensions_of, lambda reporter: reporter)
    with instance.copied() as copy, served(copy):
        region = Region(copy, folder)
        for number, (state, series, tables, more) in enumerate(steps):
            region.now = NOW + timedelta(hours=number)
            if state:
                told = {name: observations(name, rows, state) for name, rows in tables.items()}
                with region.as_(region.focal[state], state) as act:
                    accept_observations(act, region.store, Submission(agency=OFFICES[state], series=series, **more), told,
                                        Terms(mark="GREEN"), known, region.ids())  # fmt: skip
        region.now = NOW + timedelta(hours=100)
        yield region


def questions(count: int) -> Iterator[Query]:
    """What somebody could ask: a sample of so many questions, and the past."""
    every_one = list(all_questions())
    yield from Random(7919).sample(every_one, min(count, len(every_one)))
    for hours in (0, 1, 2, 3, 4):
        yield Query(
            indicator=ENTRIES, by=("owner", "citizenship"), as_of=NOW + timedelta(hours=hours, minutes=30)
        )


def all_questions() -> Iterator[Query]:
    for indicator, by, every, where, scope in product(
        (ENTRIES, CLAIMS), ((), ("citizenship",), ("owner",), ("owner", "citizenship")), ("period", "year", "quarter", "month"),
        ({}, {"owner": ("XA",)}, {"citizenship": ("AF", "IR")}, {"citizenship": ("_O",)}), ("shared", "own"),
    ):  # fmt: skip
        yield Query(indicator=indicator, by=by, every=every, where=where, scope=scope)  # type: ignore[arg-type]


def answers(region: Region, person: str, participant: str, count: int) -> list[bytes]:
    """Everything that somebody is answered, as bytes; addresses are masked."""
    door, found = region.door(), []
    for number, query in enumerate(questions(count)):
        region.now = NOW + timedelta(hours=200, seconds=number)
        with region.as_(person, participant) as act:
            answer = door.read(act, query)
            listed = masked(door.rows(act, query))
        sources = [(one.owner, one.series, len(one.parcels)) for one in answer.sources]
        found += [
            as_bytes(answer.figures),
            as_bytes(listed),
            msgspec.json.encode((sources, answer.notes, answer.rules, vars(answer.left_out))),
        ]
    with region.as_(person, participant) as act:
        act.cursor.execute("select owner, topic, what, day from warehouse_notice order by 1, 2, 3, 4")
        found.append(repr(act.cursor.fetchall()).encode())
    return found


def masked(table: pa.Table) -> pa.Table:
    return table.drop_columns(["parcel"]) if "parcel" in table.column_names else table


def as_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return bytes(sink.getvalue())


def of_s(region: Region) -> list[tuple[str, str]]:
    """Those from whom it is kept: people of the State that was fled, and the public."""
    return [(region.analyst[S], S), (region.focal[S], S), (region.police[S], S), ("", "")]


@pytest.mark.parametrize("seed", sorted(SEEDS))
def test_who_was_fled_sees_no_difference(
    instance: Instance, tmp_path: Path, seed: str, full_counts: bool
) -> None:
    found, count = [], 1000 if full_counts else 16
    for number, steps in enumerate(SEEDS[seed]):
        with history(instance, tmp_path / str(number), steps) as region:
            found.append([answers(region, *who, count) for who in of_s(region)])
            owner = answers(region, region.focal["XA"], "XA", count) + answers(
                region, region.focal["XB"], "XB", count
            )
            found[-1].append(owner)
    first, second = found
    assert first[:-1] == second[:-1]
    assert first[-1] != second[-1]  # the histories do differ, as their owners see


def shown(
    region: Region, state: str, by: tuple[str, ...] = ("citizenship",), **more: Any
) -> dict[str, float]:
    with region.as_(region.analyst[state], state) as act:
        answer = region.door().read(act, Query(indicator=ENTRIES, by=by, every="quarter", **more))
    return {row[by[0]] if by else "_T": row["low"] for row in answer.figures.to_pylist()}


def subtraction(region: Region) -> dict[str, float]:
    """The attack: the total of a State's table, minus all that is visible of it by citizenship."""
    where = {"owner": ("XA",)}
    total, visible = shown(region, S, (), where=where)["_T"], shown(region, S, where=where)
    return {"rest": total - sum(visible.values()), **visible}


def test_total_minus_the_visible_is_nothing(instance: Instance, tmp_path: Path) -> None:
    with history(instance, tmp_path / "store", BASE) as region:
        found = subtraction(region)
        own = shown(region, "XA", scope="own")
    assert own == {
        "AF": 60,
        "PK": 100,
        "XC": 4,
        "IR": 9,
        "XD": 7,
    }  # as it was sent: what was folded is not counted beside it
    assert found["rest"] == 0
    assert found["_O"] == 20
    assert {"XC", "IR", "XD"}.isdisjoint(found)


def test_a_code_that_was_folded_in_one_period_is_known_only_from_below(
    instance: Instance, tmp_path: Path
) -> None:
    """Of two quarters, of which one has it in "other", the sum is open."""
    steps: list[Step] = [
        *BASE, ("XA", "xa/quarterly", {ENTRIES: quarter({"_T": 170, "AF": 5, "PK": 150, "XC": 8, "IR": 7}, "2025-Q2")}, {}),
    ]  # fmt: skip
    asked = {"indicator": ENTRIES, "by": ("citizenship",), "where": {"owner": ("XA",)}}
    with (
        history(instance, tmp_path / "store", steps) as region,
        region.as_(region.analyst["XA"], "XA") as act,
    ):
        halves = {
            row["citizenship"]: (row["low"], row["high"])
            for row in region.door().read(act, Query(every="half", **asked)).figures.to_pylist()
        }
        quarters = region.door().read(act, Query(every="quarter", **asked)).figures.to_pylist()
        whole = (
            region.door()
            .read(act, Query(indicator=ENTRIES, every="quarter", by=("citizenship",)))
            .figures.to_pylist()
        )
        one = (
            region.door()
            .read(
                act, Query(indicator=ENTRIES, every="half", where={"citizenship": ("AF",), "owner": ("XA",)})
            )
            .figures
        )
    assert halves == {"AF": (60.0, None), "PK": (250.0, 250.0), "_O": (40.0, 40.0)}
    assert all(row["low"] == row["high"] for row in quarters)
    first = {row["citizenship"]: (row["low"], row["high"]) for row in whole if row["period"] == "2025-Q1"}
    assert first == {
        "AF": (100.0, 100.0),
        "PK": (150.0, 150.0),
        "_O": (20.0, 20.0),
    }  # two tables, and both show them
    assert one.select(["low", "high"]).to_pylist() == [{"low": 60.0, "high": None}]


def test_without_folding_total_minus_the_visible_is_the_hidden_figure(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lontar.warehouse.intake import folding

    monkeypatch.setattr(folding, "folded_codes", partial(folding.folded_codes, fillers=False))
    steps: list[Step] = [
        ("XA", "xa/quarterly", {ENTRIES: quarter({"_T": 164, "AF": 60, "PK": 100, "XC": 4})}, {}),
        *BASE[1:],
    ]
    with history(instance, tmp_path / "store", steps) as region:
        found = subtraction(region)
    assert found["rest"] == 4 or found.get("_O") == 4
