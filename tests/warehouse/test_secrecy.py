"""Nobody finds a figure that is not for them, in no sum and in no corner; and no word of a file is ever a word of a query."""

from __future__ import annotations

import contextlib
from itertools import product
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lontar.model.errors import SourceProblem
from lontar.warehouse.door.engine import Engine
from lontar.warehouse.door.query import Query, parse_query
from tests.warehouse.scenes import Region, observations, parcels_of
from tests.warehouse.test_store import HOSTILE

CANARY = 7919.0
WHERE: tuple[dict[str, tuple[str, ...]], ...] = (
    {},
    {"owner": ("XA",)},
    {"citizenship": ("AF",)},
    {"area": ("XA",)},
)
BY: tuple[tuple[str, ...], ...] = (
    (),
    ("owner",),
    ("citizenship",),
    ("sex", "citizenship"),
    ("area", "reporter"),
)


def figures(reporter: str, value: float, **more: Any) -> list[dict[str, Any]]:
    return [
        {"period": "2025-01", "value": value, **more}, {"period": "2025-01", "value": value, "citizenship": "AF", **more},
        {"period": "2025-01", "value": value, "citizenship": "AF", "sex": "F", **more},
    ]  # fmt: skip


@pytest.fixture
def planted(region: Region) -> Region:
    """A region in which 7,919 stands in everything that is protected or not shared; everything else is 1, 2, 4 ..."""
    from lontar.model.policy.facts import Use
    from lontar.warehouse.accepting import Terms

    for place, state in enumerate(("XA", "XB", "XC", "XD")):
        region.send(state, parcels_of(observations("irregular_entries", figures(state, 2.0**place), state)))
    secret = observations("irregular_entries", figures("XA", CANARY))
    for series, terms in (
        ("amber", Terms(mark="AMBER")), ("strict", Terms(mark="AMBER+STRICT")),
        ("red", Terms(mark="RED", named=frozenset({region.focal["XA"]}))),
        ("listed", Terms(mark="GREEN", shared_with=frozenset({"XB"}))), ("totals", Terms(mark="GREEN", use=Use(finest="total"))),
    ):  # fmt: skip
        region.send("XA", parcels_of(secret), terms, series=f"xa/{series}")
    region.send("XA", parcels_of(secret, classes=["asylum"], origin=["XC"]), series="xa/linked")
    region.send("XA", parcels_of(secret, classes=["asylum"], origin_open=True), series="xa/open")
    victims = observations(
        "trafficking_victims", [{"period": "2025-01", "value": CANARY, "stage": "identified"}]
    )
    region.send("XA", parcels_of(victims, classes=["victim"]))
    return region


def numbers(region: Region, door: Any, person: str, participant: str, query: Query) -> set[float]:
    """Every number that somebody is answered, in sums, in lists and in traces."""
    found: set[float] = set()
    for grain in ("total", "figure", "trace"):
        with region.as_(person, participant, grain) as act:  # type: ignore[arg-type]
            answer = door.read(act, query)
            listed = door.rows(act, query)
            cells = [door.trace(act, query, row) for row in answer.figures.slice(0, 2).to_pylist()]
        for table in (answer.figures, listed, *cells):
            for row in table.to_pylist():
                found |= {row[name] for name in ("value", "low", "high") if row.get(name) is not None}
                assert "7919" not in {str(row.get("source_value"))} or CANARY in found
    return found


def holds_the_canary(found: set[float]) -> bool:
    """Whether 7,919 is in one of these numbers, alone or in a sum with the small ones."""
    return any(number >= CANARY for number in found)


def test_no_sum_holds_7919_for_anyone_who_may_not_see_it(planted: Region) -> None:
    door = planted.door()
    outsiders = [
        (planted.analyst["XC"], "XC"), (planted.focal["XD"], "XD"), (planted.analyst["XE"], "XE"), (planted.administrator, "XA"),
        ("", ""),
    ]  # fmt: skip
    for (person, participant), where, by, indicator in product(
        outsiders, WHERE, BY, ("irregular_entries", "trafficking_victims")
    ):
        names = {"citizenship", "sex"}
        assert names <= set(door._lists(door._catalogue.indicator(indicator)))
        for scope in ("shared", "own"):
            query = Query(indicator=indicator, where=where, by=by, every="year", scope=scope)  # type: ignore[arg-type]
            found = numbers(planted, door, person, participant, query)
            assert not holds_the_canary(found), (participant, query)
    # what tells that the search can find it
    query = Query(indicator="irregular_entries", every="year", by=("owner",))
    assert holds_the_canary(numbers(planted, door, planted.analyst["XA"], "XA", query))
    assert holds_the_canary(
        numbers(planted, door, planted.focal["XA"], "XA", Query(indicator="trafficking_victims"))
    )


def test_nobodys_sum_of_what_is_shared_holds_what_is_linked_to_asylum(region: Region) -> None:
    """Not even the owner's: nobody's totals differ because of it. Only one's own figures as they were sent hold it, and lists."""
    from lontar.warehouse.accepting import Terms

    table = observations(
        "irregular_entries",
        [{"period": "2025-01", "value": 8, "sex": "F"}, {"period": "2025-01", "value": CANARY, "sex": "M"}],
    )
    shown, linked = table.slice(0, 1), table.slice(1, 1)
    terms = Terms(mark="GREEN", shared_with=frozenset({"XB"}))
    region.send("XA", [*parcels_of(shown), *parcels_of(linked, classes=["asylum"], origin=["XC"])], terms)
    everything = Query(indicator="irregular_entries", every="year")
    for person, participant in (
        (region.focal["XA"], "XA"),
        (region.office, "RSO"),
        (region.analyst["XB"], "XB"),
    ):
        with region.as_(person, participant) as act:
            assert region.door().read(act, everything).figures.column("low").to_pylist() == [8.0]
            assert sorted(region.door().rows(act, everything).column("value").to_pylist()) == [8.0, CANARY]
    with region.as_(region.focal["XA"], "XA") as act:
        own = region.door().read(act, Query(indicator="irregular_entries", every="year", scope="own"))
    assert own.figures.column("low").to_pylist() == [8.0 + CANARY]
    with region.as_(region.analyst["XC"], "XC") as act:
        assert region.door().rows(act, everything).num_rows == 0


ASKED = [
    "select * from read_csv('/etc/passwd')", "select * from read_text('/etc/passwd')", "select * from read_blob('/etc/*')",
    "select * from glob('/*')", "select * from '/etc/passwd'", "copy (select 1) to '/tmp/lontar-out'", "attach '/tmp/x.db'",
    "install httpfs", "load httpfs", "set enable_external_access = true", "set memory_limit = '100GB'", "reset lock_configuration",
    "set lock_configuration = false", "pragma enable_profiling", "create secret (type s3)", "export database '/tmp/x'",
    "select * from a_variable_of_this_process", "select getenv('HOME')", "select * from read_parquet('http://127.0.0.1/x')",
]  # fmt: skip


@pytest.mark.parametrize("statement", ASKED)
def test_the_engine_refuses_whatever_reaches_out(statement: str) -> None:
    import pyarrow as pa

    a_variable_of_this_process = pa.table({"secret": [1]})
    assert a_variable_of_this_process.num_rows
    with pytest.raises(duckdb.Error):
        Engine(2**26).ask(statement, {})
        Engine(2**26)._connection.execute(statement)


words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.dictionaries(st.sampled_from(["event", "owner", "reporter"]), st.lists(words, min_size=1, max_size=3), min_size=1),
       every=st.sampled_from(["year", "month"]))  # fmt: skip
def test_no_word_that_is_asked_for_changes_the_text_of_a_query(
    where: dict[str, list[str]], every: Any
) -> None:
    """The texts of the plan are those for harmless words: values are bound, or numbers."""
    from lontar.warehouse.door.adding import Sums, Wanted, _Part
    from lontar.warehouse.store.blocks import code_rows
    from lontar.warehouse.store.segments import Held
    from tests.warehouse.scenes import dimensions_of
    from tests.warehouse.test_store import DEATHS, OPEN_LISTS, with_parcels

    told = [
        {"period": "2025-01", "value": 3, "event": word or "_T", "source_file": word, "note": word}
        for word in where[min(where)]
    ]
    coded = code_rows(with_parcels(observations(DEATHS, told), [3]), dimensions_of(DEATHS))
    held = Held(coded.blocks, coded.figures, 0, OPEN_LISTS)
    blocks = held.columns()
    wanted = Wanted(
        block=blocks["block"], segment=blocks["block"] * 0, kind=blocks["kind"], first=blocks["first"], count=blocks["count"],
        cell=blocks["block"], flags=blocks["block"] * 0, is_known=blocks["block"] < 0, is_over=blocks["block"] < 0,
    )  # fmt: skip
    sums = Sums(("event", "sex"), {"event": where[min(where)]})
    part = _Part("plain", [held], wanted, sums, is_over=False, has_flags=True)
    expected = (
        'SELECT cell, "event", "sex", sum(value) AS low, sum(value) AS high, count(*) AS figures, 0::BIGINT AS absent,'
        ' 0::BIGINT AS open, bit_or(flags) AS flags FROM plain WHERE list_contains(?, "event") GROUP BY ALL'
    )
    assert part.text == expected
    found = Engine(2**26).ask(part.text, part.tables, [list(codes) for codes in sums.where.values()])
    assert sum(found.column("figures").to_pylist()) == sum(
        1 for row in told if row["event"] in where[min(where)]
    )


@given(words, words)
def test_a_question_in_hostile_words_is_understood_or_refused_in_a_sentence(first: str, second: str) -> None:
    for text in (
        first,
        f"irregular_entries where {first} = {second}",
        f"irregular_entries by {first} every {second}",
    ):
        with contextlib.suppress(SourceProblem):
            assert parse_query(text).indicator
