"""Echoes: what others have already published, which everybody may read and which is never added to what participants sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lontar.instance.cursors import Cursor
from lontar.model.policy.facts import Thing, Use
from lontar.warehouse.entering import SALT_BYTES, Draft, Ids, as_json, enter, remove_idle, wanted_places
from lontar.warehouse.parcels import FOLDED, Parcel
from lontar.warehouse.store.keeping import Store

if TYPE_CHECKING:
    from lontar.warehouse.store.writing import Dimensions

PUBLISHED = "published"
"""Who owns echoes: nobody who takes part."""


class Echo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published source: the reporter and the series (the mapping that reads it), who published it, where, under which licence.

    `files` are the hashes of the files that were read, by name.
    """

    reporter: str
    series: str
    publisher: str
    title: str
    address: str
    licence: str
    files: dict[str, str]


class Topics(NamedTuple):
    """What is known of indicators: their topics, and their dimensions with their code lists."""

    topic: Mapping[str, str]
    dimensions: Dimensions


def load_echo(
    cursor: Cursor,
    store: Store,
    echo: Echo,
    tables: Mapping[str, pa.Table],
    topics: Topics,
    ids: Ids,
    at: datetime,
) -> int:
    """Load what a source published, and give how many observations that is; 0 where these files were loaded already.

    `tables` are observations in the columns of the contract, by indicator. Runs as the owner role, in the caller's transaction. What the
    source says anew takes the place of what it said before, year by year.
    """
    said = as_json(msgspec.structs.asdict(echo))
    if _is_there(cursor, echo, said):
        return 0
    drafts = [
        Draft(ids.uuid(), parcel, _facts(parcel, echo), ids.salt(SALT_BYTES))
        for parcel in _parcels(tables, topics)
    ]
    cursor.execute("select wait_for_owner(%s)", (PUBLISHED,))
    cursor.execute("select places_for(%s, %s, %s, %s)::text", (PUBLISHED, *wanted_places(drafts)))
    places = msgspec.json.decode(_one(cursor))
    told = {"id": str(ids.uuid()), "kind": "echo", "reason": "", "files": said}
    entry = enter(store, PUBLISHED, drafts, places, topics.dimensions, ids, told)
    cursor.execute(
        "select keep_echo(%s, %s, %s, %s, %s, %s, %s, %s)", (echo.reporter, echo.series, *entry[:5], at)
    )
    remove_idle(store, entry.replaced)
    return sum(table.num_rows for table in tables.values())


def _is_there(cursor: Cursor, echo: Echo, said: str) -> bool:
    cursor.execute(
        "select s.files from warehouse_submission s join warehouse_series e on e.id = s.series"
        " where (e.owner, e.agency, e.name) = (%s, %s, %s) order by s.version desc limit 1",
        (PUBLISHED, echo.reporter, echo.series),
    )
    row = cursor.fetchone()
    return row is not None and row[0] == said


def _parcels(tables: Mapping[str, pa.Table], topics: Topics) -> Iterator[Parcel]:
    """A parcel for each indicator and calendar year in which its figures' periods begin."""
    for indicator, table in sorted(tables.items()):
        rows = table.append_column(FOLDED, pa.repeat(pa.scalar(False), table.num_rows))
        years = pc.year(rows.column("period_start")).to_numpy()
        for year in np.unique(years).tolist():
            yield Parcel(
                indicator=indicator, topic=topics.topic[indicator], start=date(year, 1, 1), end=date(year, 12, 31),
                classes=frozenset(), origin=frozenset(), origin_open=False, rows=rows.filter(pa.array(years == year)),
            )  # fmt: skip


def _facts(parcel: Parcel, echo: Echo) -> Thing:
    """The facts of an echo: for everyone, also where it tells of asylum, since whoever is fled from can read it anyway."""
    return Thing(
        owner=PUBLISHED, agency=echo.reporter, topic=parcel.topic, start=parcel.start.isoformat(), end=parcel.end.isoformat(),
        mark="CLEAR", published=True, use=Use(finest="trace"),
    )  # fmt: skip


def _one(cursor: Cursor) -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row[0]
