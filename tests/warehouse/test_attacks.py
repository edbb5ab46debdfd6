"""Attacks on the warehouse by whoever got hold of the role that serves pages, in the session of a small account: each fails."""

from __future__ import annotations

import json
import uuid

import pytest

from lontar.warehouse.door.query import Query
from tests.things.worlds import NOW
from tests.warehouse.forging import ENTRIES, entries, forging, refused, rows
from tests.warehouse.scenes import OFFICES, Region


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
    "in a volume of another": lambda own, theirs: ({}, {"volume": theirs["volume"]}),
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
    (theirs,) = rows(
        region,
        "select to_jsonb(s) || to_jsonb(p) || jsonb_build_object('id', s.id, 'address', encode(p.address, 'hex'))"
        " from warehouse_parcel p join warehouse_segment s on s.id = p.segment",
    )
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
    found = {
        (owner, year): str(one)
        for owner, year, one in rows(region, "select owner, year, id from warehouse_segment")
    }
    written, emptied = PURGES[forged](found["XB", 2025], found["XB", 2024], found["XA", 2025])
    with forging(region, "XB") as forger:
        forger.call("places_to_purge(%s)", sent.id)
        assert (
            refused(
                lambda: forger.call(
                    "purge_submission(%s, %s, %s, %s::uuid[])", sent.id, "", json.dumps(written), emptied
                )
            )
            == "LV404"
        )


ACTS: dict[str, tuple[object, ...]] = {
    "begin_accepting(%s, %s)": (OFFICES["XA"], [ENTRIES]),
    "places_to_accept(%s, %s, %s, %s)": (OFFICES["XA"], 1, 1, "[]"),
    "accept_submission(%s, %s, '{}', '[]', '[]', '[]', '[]', '[]')": (OFFICES["XA"], "xa/monthly"),
    "withdraw_submission(%s, %s)": ("SENT", ""), "places_to_purge(%s)": ("SENT",), "purge_submission(%s, '', '[]', '{}')": ("SENT",),
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
                    assert refused(web.execute, f"select {act}".encode(), told) == "LV404", (
                        participant,
                        act,
                    )
    with region.copy.web() as web, web.transaction(force_rollback=True):
        assert (
            refused(lambda: web.execute("select echo_sources(), idle_volumes('{}'), segment_places('{1}')"))
            == "LV001"
        )


def test_who_is_bound_to_the_state_that_was_fled_too_learns_nothing_by_writing_or_from_notices(
    region: Region,
) -> None:
    """A focal point of XA, seconded by XC, would see in numbers, versions and precedents that something of XC's people is there."""
    from lontar.warehouse.accepting import Terms
    from lontar.warehouse.withdrawing import withdraw

    linked = region.send("XA", entries(3, classes=["asylum"], origin=["XC"]), series="xa/linked")
    named = region.send(
        "XB",
        entries(4, "XB", classes=["asylum"], origin=["XC"]),
        Terms(mark="AMBER", shared_with=frozenset({"XA"})),
    )
    with region.as_(region.analyst["XA"], "XA") as act:
        assert region.door().rows(act, Query(indicator=ENTRIES)).num_rows == 2
    with region.as_(region.focal["XB"], "XB") as act:
        withdraw(act, named.id, "wrong")
    for person, notices in ((region.analyst["XA"], 1), (region.seconded, 0), (region.administrator, 0)):
        with region.as_(person, "XA") as act:
            act.cursor.execute("select count(*) from warehouse_notice")
            assert act.cursor.fetchone() == (notices,)
    for act_of, values in ACTS.items():
        if not act_of.startswith("withdraw"):  # which says nothing
            with region.copy.web() as web, web.transaction(force_rollback=True):
                region.copy.ask(web, region.seconded, "XA", now=NOW)
                told = [linked.id if value == "SENT" else value for value in values]
                assert refused(web.execute, f"select {act_of}".encode(), told) == "LV404", act_of
