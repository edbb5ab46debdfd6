"""Attacks on reading: terms, hostile words, sums that would be wrong, races, and what was put in the place of something else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from lontar.model.errors import SourceProblem, Unavailable
from lontar.model.policy.facts import Use
from lontar.warehouse.door.query import Query
from tests.things.worlds import NOW
from tests.warehouse.forging import ENTRIES, entries, rows, seen
from tests.warehouse.scenes import Region, observations, parcels_of


def test_a_nil_return_opens_its_own_period_and_not_what_lies_within_and_saying_why_there_is_no_figure_nothing(
    region: Region,
) -> None:
    region.send("XA", entries(10, period="2025-01") + entries(12))
    region.send(
        "XB", parcels_of(observations(ENTRIES, [{"period": "2025", "absence": "not_collected"}], "XB"))
    )
    region.send("XC", entries(0, "XC"))
    region.send("XD", entries(1, "XD"))
    asked = Query(indicator=ENTRIES, every="period", where={"owner": ("XA",)})
    assert [seen(region, state, asked) for state in ("XB", "XC", "XD")] == [[], [12.0], [12.0, 10.0]]


def test_weeks_are_never_the_whole_of_a_year_or_a_month(region: Region) -> None:
    """52 weeks leave a day over; a month of 28 days that begins on a Monday is four."""
    weeks = [{"period": f"2027-W{week:02d}", "value": 10} for week in range(1, 53)]
    region.send("XA", parcels_of(observations(ENTRIES, weeks)))
    with region.as_(region.analyst["XA"], "XA") as act:
        year = region.door().read(act, Query(indicator=ENTRIES, every="year")).figures.to_pylist()
        months = region.door().read(act, Query(indicator=ENTRIES, every="month")).figures.to_pylist()
    assert [(row["high"], row["missing"] > 0) for row in year] == [(None, True)]
    assert [row["period"] for row in months if row["high"] is not None] == ["2027-02"]


HARSH = {
    "RED": {"mark": "RED"}, "AMBER+STRICT": {"mark": "AMBER+STRICT"}, "AMBER": {"mark": "AMBER"},
    "embargoed": {"not_before": NOW + timedelta(days=9)}, "expired": {"expires": NOW + timedelta(seconds=3)},
    "totals alone": {"use": Use(finest="total")}, "not taken away": {"use": Use(export=False)}, "not traced": {"use": Use(finest="figure")},
}  # fmt: skip


@pytest.mark.parametrize("harsh", HARSH)
def test_terms_are_judged_now_in_sums_lists_and_traces(region: Region, harsh: str) -> None:
    from lontar.warehouse.accepting import Terms

    named = {"named": frozenset({region.focal["XA"]})} if harsh == "RED" else {}
    region.send("XB", entries(5, "XB"))
    region.send("XA", entries(7919), Terms(**{"mark": "GREEN", **HARSH[harsh], **named}))  # type: ignore[arg-type]
    past = region.moment()
    region.now += timedelta(days=1)
    reading: dict[str, Any] = {
        "export": harsh == "not taken away",
        "grain": "trace" if harsh == "not traced" else "figure",
    }
    for query in (Query(indicator=ENTRIES, every="year"), Query(indicator=ENTRIES, every="year", as_of=past)):
        assert seen(region, "XB", query, **reading) == [5.0]
        with region.as_(region.analyst["XB"], "XB", **reading) as act:
            listed = region.door().rows(act, query)
            answer = region.door().read(act, query)
            traced = region.door().trace(act, query, {"unit": "detections", "stage": "_Z", "period": "2025"})
        assert listed.num_rows == traced.num_rows == sum(len(one.parcels) for one in answer.sources) == 1


HOSTILE: dict[str, dict[str, Any]] = {
    "NUL": {"where": {"owner": ("a\x00",)}}, "half a character": {"where": {"area": ("\ud800",)}},
    "many": {"where": {"sex": ("F",) * 10**6}},
    "twice": {"by": ("sex", "sex")}, "SQL": {"by": ('sex" from plain; --',)}, "column": {"where": {"value) or (true": ("1",)}},
}  # fmt: skip


@pytest.mark.parametrize("word", HOSTILE)
def test_what_no_question_can_hold_is_refused_in_a_sentence(region: Region, word: str) -> None:
    with region.as_("", "") as act, pytest.raises(SourceProblem, match="WAR-010"):
        region.door().read(act, Query(indicator=ENTRIES, every="year", **HOSTILE[word]))


def test_a_code_that_nobody_ever_told_is_not_an_empty_cell(region: Region) -> None:
    region.send(
        "XA", parcels_of(observations(ENTRIES, [{"period": "2025", "value": 3, "source_kind": None}]))
    )
    query = Query(indicator=ENTRIES, every="year", where={"source_kind": ("never met",)})
    assert seen(region, "XA", query) == []


def test_who_reads_while_figures_are_purged_or_written_anew_is_answered(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The facts of a parcel are gone, or the volume of its trace, between two steps of one question: it is asked again."""
    from lontar.warehouse.door.cache import SegmentCache
    from lontar.warehouse.door.selecting import Viewing

    region.send("XA", entries(10))
    facts, trace, late = Viewing.facts, SegmentCache.trace, iter([True, False, True, False])

    def gone_facts(self: Any, numbers: list[int]) -> Any:
        return [] if next(late) else facts(self, numbers)

    def gone_trace(self: Any, place: Any) -> Any:
        if next(late):
            raise FileNotFoundError
        return trace(self, place)

    monkeypatch.setattr(Viewing, "facts", gone_facts)
    monkeypatch.setattr(SegmentCache, "trace", gone_trace)
    with region.as_(region.analyst["XA"], "XA", "trace") as act:
        assert region.door().rows(act, Query(indicator=ENTRIES)).column("source_line").to_pylist() == [2]
    assert list(late) == []


def test_threads_share_one_door_and_nobody_is_answered_anothers_figures(region: Region) -> None:
    from django.db import connection

    from lontar.members.acting import acting
    from lontar.warehouse.accepting import Terms

    for place, state in enumerate(("XA", "XB", "XC")):
        region.send(
            state, entries(10.0**place, state) + entries(10.0**place, state, "2024"), Terms(mark="AMBER")
        )
    door = region.door(cache_bytes=1_000)

    def read(state: str) -> set[float]:
        found: set[float] = set()
        try:
            for _ in range(12):
                with acting(
                    region.analyst[state], state, region.now + timedelta(hours=1), grain="trace"
                ) as act:
                    found |= set(
                        door.read(act, Query(indicator=ENTRIES, every="year"))
                        .figures.column("low")
                        .to_pylist()
                    )
                    found |= set(door.rows(act, Query(indicator=ENTRIES)).column("value").to_pylist())
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(6) as pool:
        answered = list(pool.map(read, ("XA", "XB", "XC") * 2))
    assert answered == [{1.0}, {10.0}, {100.0}] * 2


def test_an_area_and_its_parts_are_counted_once_and_no_part_for_the_whole(region: Region) -> None:
    """The parts that are told need not be all of the area; other voices' parts and the area are never added."""
    whole, part = {"area": "035", "value": 100}, {"area": "VN", "value": 30}
    year = Query(indicator=ENTRIES, every="year")
    quarters = Query(indicator=ENTRIES, every="quarter")
    told = [{"period": "2025", **whole}, {"period": "2025", **part}]
    region.send("XA", parcels_of(observations(ENTRIES, told)))
    assert seen(region, "XA", year) == [100.0]
    apart = [{"period": "2025-Q1", **whole}, {"period": "2025-Q2", **part}, {"period": "2025-Q3", **part}]
    region.send("XB", parcels_of(observations(ENTRIES, apart, "XB")))
    assert seen(region, "XB", quarters) == [100.0, 30.0, 30.0]
    assert seen(region, "XB", msgspec.structs.replace(year, where={"owner": ("XB",)})) == [60.0]
    region.send("XC", parcels_of(observations(ENTRIES, [{"period": "2025", **part}], "XC")))
    assert seen(region, "XC", msgspec.structs.replace(year, where={"owner": ("XA", "XC")})) == [30.0]


OTHER = "from warehouse_segment o where o.owner = 'XB' and s.owner = 'XA' and s.year = 2025"
KEY = "from warehouse_key o where o.owner = 'XB' and"
TAMPERED = {
    "figures": f"update warehouse_segment s set (volume, place, length) = (o.volume, o.place, o.length) {OTHER}",
    "figures with their key": f"update warehouse_segment s set (name, volume, place, length, wrapped)"
                              f" = (o.name, o.volume, o.place, o.length, o.wrapped) {OTHER}",
    "the trace": "update warehouse_segment set (place, length) = (trace_place, trace_length)",
    "a key": f"update warehouse_segment s set key = o.id {KEY} s.owner = 'XA'",
    "a wrapped key": f"update warehouse_key k set wrapped = o.wrapped {KEY} k.owner = 'XA'",
}  # fmt: skip


@pytest.mark.parametrize("tampered", TAMPERED)
def test_what_was_put_in_the_place_of_another_segment_is_never_read(region: Region, tampered: str) -> None:
    region.send("XA", entries(10) + entries(7919, period="2024"))
    region.send("XB", entries(7919, "XB"))
    with region.copy.owner() as owner:
        owner.execute(TAMPERED[tampered].encode())
    with pytest.raises(Unavailable, match=r"WAR-00[12]"):
        seen(region, "XA", Query(indicator=ENTRIES, every="year", since="2025", where={"owner": ("XA",)}))


def test_an_older_volume_under_the_name_of_a_later_one_is_never_read(region: Region) -> None:
    region.send("XA", entries(10))
    (older,) = [path.read_bytes() for path in region.volumes.folder.iterdir()]
    region.send("XA", entries(20), kind="correction", reason="ten more")
    (later,) = region.volumes.folder.iterdir()
    assert (later.stat().st_mode & 0o777, later.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    later.write_bytes(older)
    with pytest.raises(Unavailable, match="WAR-002"):
        seen(region, "XA", Query(indicator=ENTRIES, every="year"))


def test_a_later_version_that_is_linked_to_asylum_takes_the_place_of_nothing_that_is_shared(
    region: Region,
) -> None:
    """Neither for whoever was fled, nor for the office that reads both, nor in what enters totals."""
    region.send("XA", entries(10))
    region.send("XC", entries(1, "XC"))
    asked = Query(indicator=ENTRIES, every="year")

    def told() -> list[object]:
        shared = [seen(region, state, asked) for state in ("XA", "XC")]
        with region.as_(region.office, "RSO") as act:
            shared.append(region.door().read(act, asked).figures.column("low").to_pylist())
        entering = rows(region, "select contributing_parcels(%s, %s, 'sent')", ENTRIES, region.moment())
        return [*shared, entering]

    before = told()
    linked = entries(7919, classes=["asylum"], origin=["XC"])
    region.send("XA", linked, kind="correction", reason="all of them fled")
    assert told() == before
    assert before[:3] == [[11.0]] * 3
    region.send("XA", linked + entries(12))
    assert [found[:1] for found in told()[:3]] == [[13.0]] * 3  # type: ignore[index]
