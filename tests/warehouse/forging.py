"""Whoever got hold of the role that serves pages: any SQL, in the session of a focal point."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from lontar.model.policy.facts import Thing
from lontar.things.rows import terms_row
from lontar.warehouse.door.query import Query
from lontar.warehouse.entering import as_json
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
        """Call a function of the database."""
        row = self.web.execute(f"select {function}".encode(), values).fetchone()
        assert row
        return row[0]

    def drawn(self, parcels: int = 1, segments: int = 1) -> dict[str, Any]:
        told = self.call(
            "places_to_accept(%s, %s, %s, %s)",
            OFFICES[self.state],
            parcels,
            segments,
            '[{"classes": "", "year": 2025}]',
        )
        return dict(told)

    def accept(self, parcel: dict[str, Any], segment: dict[str, Any], keys: list[dict[str, Any]]) -> Any:
        """Accept one parcel in one segment, whatever is told of them."""
        facts = terms_row(Thing(
            owner=self.state, agency=OFFICES[self.state], topic="", start="2025-01-01", end="2025-12-31", mark="GREEN",
            owner_group=frozenset({self.state}),
        ))  # fmt: skip
        whole = {
            "address": uuid.uuid4().hex * 2, "thing": str(uuid.uuid4()), "under": 1, "topic": "irregular_entry", "indicator": ENTRIES,
            "start": "2025-01-01", "end": "2025-12-31", **parcel,
        }  # fmt: skip
        told = {"id": str(uuid.uuid4()), "kind": "first", "reason": "", "files": "{}", "digest": "00"}
        values = map(as_json, (told, [facts], [whole], [segment], keys, []))
        return self.call(
            "accept_submission(%s, %s, %s, %s, %s, %s, %s, %s)", OFFICES[self.state], "forged", *values
        )

    def key(self) -> dict[str, Any]:
        return {"id": str(uuid.uuid4()), "classes": "", "master": "m", "wrapped": "00"}

    def segment(self, under: str, **told: Any) -> dict[str, Any]:
        return {
            "id": str(uuid.uuid4()), "classes": "", "year": 2025, "alone": "", "name": str(uuid.uuid4()), "volume": str(uuid.uuid4()),
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


def refused(work: Callable[..., Any], *told: Any) -> str:
    """The state of the error with which the database answers."""
    with pytest.raises(psycopg.Error) as error:
        work(*told)
    return str(error.value.sqlstate)


def seen(region: Region, state: str, query: Query, **reading: Any) -> list[float]:
    """What an analyst of a State is answered."""
    with region.as_(region.analyst[state], state, **reading) as act:
        return list(region.door().read(act, query).figures.column("low").to_pylist())
