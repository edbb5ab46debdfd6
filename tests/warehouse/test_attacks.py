"""Attacks on the warehouse by whoever got hold of the role that serves pages, or of a small account: each was tried, and fails."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from lontar.model.errors import SourceProblem, Unavailable
from lontar.model.policy.facts import Use
from lontar.warehouse.door.query import Query
from tests.things.worlds import NOW
from tests.warehouse.scenes import OFFICES, Region, observations, parcels_of

ENTRIES = "irregular_entries"


def entries(value: float, reporter: str = "XA", period: str = "2025", **protections: Any) -> list[Any]:
    return parcels_of(observations(ENTRIES, [{"period": period, "value": value}], reporter), **protections)


class Forger:
    """A focal point's session in the hands of somebody who writes any SQL, in one transaction of the role that serves pages."""

    def __init__(self, region: Region, web: psycopg.Connection[Any], state: str) -> None:
        self.region, self.web, self.state = region, web, state

    def call(self, function: str, *values: object) -> Any:
        row = self.web.execute(f"select {function}".encode(), values).fetchone()
        assert row
        return row[0]

    def drawn(self, parcels: int = 1, segments: int = 1) -> dict[str, Any]:
        told = self.call("places_to_accept(%s, %s, %s, %s)", OFFICES[self.state], parcels, segments, '[{"classes": "", "year": 2025}]')
        return dict(told)

    def accept(self, parcel: dict[str, Any], segment: dict[str, Any] | None, keys: list[dict[str, Any]], **terms: Any) -> Any:
        facts = {
            "owner": self.state, "agency": OFFICES[self.state], "kind": "figures", "mark": "GREEN", "owner_group": [self.state], "shared_with": [],
            "named": [], "list_only": False, "finest": "figure", "may_be_exported": True, "regional_totals": True, "no_onward": False,
            "no_ranking": False, "sent_to_office": True, "in_edition": False, "not_before": "0001-01-01T00:00:00Z",
            "expires": "9999-12-31T00:00:00Z", "recalled": False, "published": False, "classes": [], "origin": [], "origin_open": False, **terms,
        }  # fmt: skip
        whole = {
            "address": uuid.uuid4().hex * 2, "thing": str(uuid.uuid4()), "under": 1, "topic": "irregular_entry", "indicator": ENTRIES,
            "start": "2025-01-01", "end": "2025-12-31", **parcel,
        }  # fmt: skip
        told = {"id": str(uuid.uuid4()), "kind": "first", "reason": "", "files": "{}", "digest": "00"}
        values = (told, [facts], [whole], [segment] if segment else [], keys, [])
        return self.call("accept_submission(%s, %s, %s, %s, %s, %s, %s, %s)", OFFICES[self.state], "forged", *map(json.dumps, values))

    def key(self) -> dict[str, Any]:
        return {"id": str(uuid.uuid4()), "classes": "", "master": "m", "wrapped": "00"}

    def segment(self, under: str, **told: Any) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid4()), "classes": "", "year": 2025, "alone": "", "name": str(uuid.uuid4()), "pack": str(uuid.uuid4()),
            "place": 0, "length": 1, "trace_place": 1, "trace_length": 1, "key": under, "wrapped": "00", **told,
        }  # fmt: skip


@contextmanager
def forging(region: Region, state: str) -> Iterator[Forger]:
    with region.copy.web() as web, web.transaction(force_rollback=True):
        region.copy.ask(web, region.focal[state], state, now=NOW)
        yield Forger(region, web, state)


def rows(region: Region, query: str, *values: object) -> list[Any]:
    with region.copy.owner() as owner:
        return owner.execute(query.encode(), values).fetchall()


def refused(work: Any) -> str:
    """The state of the error with which the database answers."""
    with pytest.raises(psycopg.Error) as error:
        work()
    return str(error.value.sqlstate)


def test_what_is_forged_is_accepted_where_it_is_whole(region: Region) -> None:
    """The forger's own acceptance goes through: so what is refused below is refused for what is named there."""
    with forging(region, "XB") as forger:
        drawn, key = forger.drawn(), forger.key()
        segment = forger.segment(key["id"], generation=drawn["generations"][0])
        assert forger.accept({"number": drawn["numbers"][0], "segment": segment["id"]}, segment, [key]) == 1


FORGED = {
    "a segment of another is overwritten": lambda own, theirs: ({}, {"id": theirs["id"]}),
    "a parcel lies in a segment of another": lambda own, theirs: ({"segment": theirs["id"]}, {}),
    "under a key of another": lambda own, theirs: ({}, {"key": theirs["key"]}),
    "in a pack of another": lambda own, theirs: ({}, {"pack": theirs["pack"]}),
    "a generation that was not drawn": lambda own, theirs: ({}, {"generation": own["generations"][0] + 1}),
    "a number that was not drawn": lambda own, theirs: ({"number": own["numbers"][0] + 1}, {}),
    "a number that is taken": lambda own, theirs: ({"number": theirs["number"]}, {}),
    "a thing that is there": lambda own, theirs: ({"thing": theirs["thing"]}, {}),
    "an address that is there": lambda own, theirs: ({"address": theirs["address"]}, {}),
    "other classes than the parcel's": lambda own, theirs: ({}, {"classes": "victim"}),
    "another year": lambda own, theirs: ({}, {"year": 2024}),
}  # fmt: skip


@pytest.mark.parametrize("forged", FORGED)
def test_nobody_writes_over_what_is_anothers(region: Region, forged: str) -> None:
    """And what is taken, absent or another's answers alike."""
    region.send("XA", entries(10))
    (theirs,) = rows(region, "select to_jsonb(s) || jsonb_build_object('number', p.number, 'thing', p.thing, 'address', encode(p.address, 'hex'))"
                             " from warehouse_parcel p join warehouse_segment s on s.id = p.segment")  # fmt: skip
    with forging(region, "XB") as forger:
        drawn, key = forger.drawn(), forger.key()
        parcel, segment = FORGED[forged](drawn, theirs[0])
        whole = forger.segment(key["id"], **{"generation": drawn["generations"][0], **segment})
        told = {"number": drawn["numbers"][0], "segment": whole["id"], **parcel}
        keys = [key, {**key, "id": str(uuid.uuid4()), "classes": "victim"}]
        assert refused(lambda: forger.accept(told, whole, keys)) == "LV404"


PURGES = {
    "a segment that holds it is left as it is": lambda own, other, theirs: ([], []),
    "another segment of one's own is emptied": lambda own, other, theirs: ([], [own, other]),
    "a segment of another is emptied": lambda own, other, theirs: ([], [own, theirs]),
    "a segment that is not there is emptied": lambda own, other, theirs: ([], [own, str(uuid.uuid4())]),
}


@pytest.mark.parametrize("forged", PURGES)
def test_a_purge_empties_its_own_segments_all_of_them_and_no_others(region: Region, forged: str) -> None:
    sent = region.send("XB", entries(20, "XB"))
    region.send("XB", entries(30, "XB", "2024"))
    region.send("XA", entries(10))
    found = {(owner, year): str(one) for owner, year, one in rows(region, "select owner, year, id from warehouse_segment")}
    written, emptied = PURGES[forged](found["XB", 2025], found["XB", 2024], found["XA", 2025])
    with forging(region, "XB") as forger:
        forger.call("places_to_purge(%s)", sent.id)
        assert refused(lambda: forger.call("purge_submission(%s, %s, %s, %s::uuid[])", sent.id, "", json.dumps(written), emptied)) == "LV404"


ACTS: dict[str, tuple[object, ...]] = {
    "begin_accepting(%s, %s)": (OFFICES["XA"], [ENTRIES]),
    "places_to_accept(%s, %s, %s, %s)": (OFFICES["XA"], 1, 1, "[]"),
    "accept_submission(%s, %s, '{}', '[]', '[]', '[]', '[]', '[]')": (OFFICES["XA"], "xa/monthly"),
    "recall_submission(%s, %s)": ("SENT", ""), "places_to_purge(%s)": ("SENT",), "purge_submission(%s, '', '[]', '{}')": ("SENT",),
}  # fmt: skip


def test_acts_are_for_focal_points_of_the_owner_and_what_is_absent_answers_alike(region: Region) -> None:
    sent = region.send("XA", entries(10))
    others = [
        (region.analyst["XA"], "XA"), (region.administrator, "XA"), (region.police["XA"], "XA"), (region.focal["XB"], "XB"),
        (region.focal["XA"], "XB"), (region.office, "RSO"), ("", ""),
    ]  # fmt: skip
    for person, participant in others:
        for act, values in ACTS.items():
            for one in (sent.id, uuid.uuid4()):
                with region.copy.web() as web, web.transaction(force_rollback=True):
                    region.copy.ask(web, person, participant, now=NOW)
                    told = [one if value == "SENT" else value for value in values]
                    assert refused(lambda: web.execute(f"select {act}".encode(), told)) == "LV404", (participant, act)  # noqa: B023
    with region.copy.web() as web, web.transaction(force_rollback=True):
        assert refused(lambda: web.execute("select echo_sources(), idle_packs('{}'), segment_places('{1}')")) == "LV001"


def test_who_is_bound_to_the_state_that_was_fled_too_learns_nothing_by_writing_or_from_notices(region: Region) -> None:
    """A focal point of XA, seconded by XC, would see in numbers, versions and precedents that something of XC's people is there."""
    from lontar.warehouse.accepting import Terms
    from lontar.warehouse.withdrawing import recall

    linked = region.send("XA", entries(3, classes=["asylum"], origin=["XC"]), series="xa/linked")
    named = region.send("XB", entries(4, "XB", classes=["asylum"], origin=["XC"]), Terms(mark="AMBER", shared_with=frozenset({"XA"})))
    with region.as_(region.analyst["XA"], "XA") as act:
        assert region.door().rows(act, Query(indicator=ENTRIES)).num_rows == 2
    with region.as_(region.focal["XB"], "XB") as act:
        recall(act, named.id, "wrong")
    for person, notices in ((region.analyst["XA"], 1), (region.seconded, 0), (region.administrator, 0)):
        with region.as_(person, "XA") as act:
            act.cursor.execute("select count(*) from warehouse_notice")
            assert act.cursor.fetchone() == (notices,)
    for act_of, values in ACTS.items():
        if not act_of.startswith("recall"):  # which says nothing
            with region.copy.web() as web, web.transaction(force_rollback=True):
                region.copy.ask(web, region.seconded, "XA", now=NOW)
                told = [linked.id if value == "SENT" else value for value in values]
                assert refused(lambda: web.execute(f"select {act_of}".encode(), told)) == "LV404", act_of  # noqa: B023


def seen(region: Region, state: str, query: Query, **reading: Any) -> list[float]:
    with region.as_(region.analyst[state], state, **reading) as act:
        return list(region.door().read(act, query).figures.column("low").to_pylist())


def test_a_nil_return_opens_its_own_period_and_not_what_lies_within(region: Region) -> None:
    region.send("XA", entries(10, period="2025-01") + entries(12))
    region.send("XB", parcels_of(observations(ENTRIES, [{"period": "2025", "absence": "not_collected"}], "XB")))
    region.send("XC", entries(0, "XC"))
    region.send("XD", entries(1, "XD"))
    asked = Query(indicator=ENTRIES, every="period", where={"owner": ("XA",)})
    assert [seen(region, state, asked) for state in ("XB", "XC", "XD")] == [[12.0], [12.0], [12.0, 10.0]]


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
    reading: dict[str, Any] = {"export": harsh == "not taken away", "grain": "trace" if harsh == "not traced" else "figure"}
    for query in (Query(indicator=ENTRIES, every="year"), Query(indicator=ENTRIES, every="year", as_of=past)):
        assert seen(region, "XB", query, **reading) == [5.0]
        with region.as_(region.analyst["XB"], "XB", **reading) as act:
            listed = region.door().rows(act, query)
            answer = region.door().read(act, query)
            traced = region.door().trace(act, query, {"unit": "detections", "stage": "_Z", "period": "2025"})
        assert listed.num_rows == traced.num_rows == sum(len(one.parcels) for one in answer.sources) == 1


HOSTILE: dict[str, dict[str, Any]] = {
    "NUL": {"where": {"owner": ("a\x00",)}}, "half a character": {"where": {"area": ("\ud800",)}}, "many": {"where": {"sex": ("F",) * 10**6}},
    "twice": {"by": ("sex", "sex")}, "SQL": {"by": ('sex" from plain; --',)}, "column": {"where": {"value) or (true": ("1",)}},
}  # fmt: skip


@pytest.mark.parametrize("word", HOSTILE)
def test_what_no_question_can_hold_is_refused_in_a_sentence(region: Region, word: str) -> None:
    with region.as_("", "") as act, pytest.raises(SourceProblem, match="WAR-010"):
        region.door().read(act, Query(indicator=ENTRIES, every="year", **HOSTILE[word]))


def test_a_code_that_nobody_ever_told_is_not_an_empty_cell(region: Region) -> None:
    region.send("XA", parcels_of(observations(ENTRIES, [{"period": "2025", "value": 3, "source_kind": None}])))
    query = Query(indicator=ENTRIES, every="year", where={"source_kind": ("never met",)})
    assert seen(region, "XA", query) == []


def test_who_reads_while_figures_are_purged_or_written_anew_is_answered(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts of a parcel are gone, or the pack of its trace, between two steps of one question: it is asked again."""
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
        region.send(state, entries(10.0**place, state) + entries(10.0**place, state, "2024"), Terms(mark="AMBER"))
    door = region.door(cache_bytes=1_000)

    def read(state: str) -> set[float]:
        found: set[float] = set()
        try:
            for _ in range(12):
                with acting(region.analyst[state], state, region.now + timedelta(hours=1), grain="trace") as act:
                    found |= set(door.read(act, Query(indicator=ENTRIES, every="year")).figures.column("low").to_pylist())
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


TAMPERED = {
    "figures of another segment": "update warehouse_segment s set (pack, place, length) = (o.pack, o.place, o.length)"
                                  " from warehouse_segment o where o.year = 2024 and s.year = 2025",
    "another segment as a whole": "update warehouse_segment s set (name, pack, place, length, wrapped) = (o.name, o.pack, o.place, o.length,"
                                  " o.wrapped) from warehouse_segment o where o.owner = 'XB' and s.owner = 'XA' and s.year = 2025",
    "the trace as figures": "update warehouse_segment set (place, length) = (trace_place, trace_length)",
    "a key of another owner": "update warehouse_segment s set key = k.id from warehouse_key k where k.owner = 'XB' and s.owner = 'XA'",
    "another owner's wrapped key": "update warehouse_key k set wrapped = o.wrapped from warehouse_key o where o.owner = 'XB' and k.owner = 'XA'",
}  # fmt: skip


@pytest.mark.parametrize("tampered", TAMPERED)
def test_what_was_put_in_the_place_of_another_segment_is_never_read(region: Region, tampered: str) -> None:
    region.send("XA", entries(10) + entries(7919, period="2024"))
    region.send("XB", entries(7919, "XB"))
    with region.copy.owner() as owner:
        owner.execute(TAMPERED[tampered].encode())
    with pytest.raises(Unavailable, match=r"WAR-00[12]"):
        seen(region, "XA", Query(indicator=ENTRIES, every="year", since="2025", where={"owner": ("XA",)}))


def test_an_older_pack_under_the_name_of_a_later_one_is_never_read(region: Region) -> None:
    region.send("XA", entries(10))
    (older,) = [path.read_bytes() for path in region.packs.folder.iterdir()]
    region.send("XA", entries(20), kind="correction", reason="ten more")
    (later,) = region.packs.folder.iterdir()
    assert (later.stat().st_mode & 0o777, later.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    later.write_bytes(older)
    with pytest.raises(Unavailable, match="WAR-002"):
        seen(region, "XA", Query(indicator=ENTRIES, every="year"))
