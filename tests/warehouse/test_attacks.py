"""Attacks on the warehouse by whoever got hold of the role that serves pages, or of a small account: each was tried, and fails."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

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
