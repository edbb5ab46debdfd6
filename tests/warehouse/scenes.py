"""A small region whose States send figures, and the door through which they are read."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lontar.catalogue import Catalogue, open_catalogue
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.periods import parse_period
from lontar.model.policy.facts import Grain
from lontar.warehouse.parcels import FOLDED, Parcel
from lontar.warehouse.store.keeping import Store
from lontar.warehouse.store.volumes import VolumeFolder
from tests.databases import Copy
from tests.things.worlds import NOW, World

if TYPE_CHECKING:
    from lontar.members.acting import Acting
    from lontar.warehouse.accepting import Accepted, Terms
    from lontar.warehouse.door.reading import Door
    from lontar.warehouse.entering import Ids

CATALOGUE = open_catalogue()
STATES = ("XA", "XB", "XC", "XD", "XE")
OFFICES = {state: str(uuid.UUID(int=100 + number)) for number, state in enumerate(STATES)}
POLICE = {state: str(uuid.UUID(int=200 + number)) for number, state in enumerate(STATES)}
_TEXTS = (
    "indicator", "unit", "stage", "reporter", "source_kind", "area", "period", "frequency", "absence", "status", "match", "note",
    "source_value", "source_file", "source_sheet", "mapping", "mapping_version",
)  # fmt: skip


def dimensions_of(indicator: str, catalogue: Catalogue = CATALOGUE) -> Mapping[str, CodeList]:
    """The dimensions of an indicator, each with its list."""
    return {name: catalogue.codelist(one) for name, one in catalogue.indicator(indicator).dimensions.items()}


def observations(indicator: str, rows: Iterable[Mapping[str, Any]], reporter: str = "XA") -> pa.Table:
    """Observations in the columns of the contract. A row says its period, its figure and what is not usual."""
    found = []
    for number, row in enumerate(rows, start=2):
        period = parse_period(row["period"])
        usual: dict[str, Any] = {
            "indicator": indicator, "unit": CATALOGUE.indicator(indicator).units[0], "stage": CATALOGUE.indicator(indicator).stages[0],
            "reporter": reporter, "source_kind": "official", "area": reporter, "period": period.text, "frequency": period.frequency,
            "period_start": period.start, "period_end": period.end, "vintage": None, "value": None, "low": None, "high": None,
            "absence": None, "status": "final", "series_break": False, "match": "exact", "note": None, "derived": False,
            "source_value": str(row.get("value", "")), "source_file": "figures.csv", "source_sheet": None, "source_row": number,
            "source_column": 3, "source_line": number, "mapping": f"{reporter.lower()}/monthly", "mapping_version": "0" * 64,
        }  # fmt: skip
        found.append({**usual, **dict.fromkeys(dimensions_of(indicator), "_T"), **row, "period": period.text})
    return pa.Table.from_pylist(found, schema=_schema(indicator, found))


def _schema(indicator: str, rows: list[dict[str, Any]]) -> pa.Schema:
    fields: dict[str, pa.DataType] = dict.fromkeys(_TEXTS, pa.string())
    fields |= dict.fromkeys(("period_start", "period_end", "vintage"), pa.date32())
    fields |= dict.fromkeys(("value", "low", "high"), pa.float64())
    fields |= dict.fromkeys(("series_break", "derived"), pa.bool_())
    fields |= dict.fromkeys(("source_row", "source_column", "source_line"), pa.int32())
    fields |= dict.fromkeys(dimensions_of(indicator), pa.string())
    fields |= {name: pa.list_(pa.string()) for row in rows for name in row if name.endswith("_list")}
    return pa.schema(list(fields.items()))


def parcels_of(
    rows: pa.Table, *, classes: Iterable[str] = (), origin: Iterable[str] = (), origin_open: bool = False
) -> list[Parcel]:
    """One parcel for each period, protected as said."""
    found = []
    indicator = str(rows.column("indicator")[0])
    rows = rows.append_column(FOLDED, pa.array([False] * rows.num_rows))
    for start, end in sorted(
        {
            (row["period_start"], row["period_end"])
            for row in rows.select(["period_start", "period_end"]).to_pylist()
        }
    ):
        mask = [(a, b) == (start, end) for a, b in zip(rows.column("period_start").to_pylist(), rows.column("period_end").to_pylist(),
                                                       strict=True)]  # fmt: skip
        found.append(Parcel(
            indicator=indicator, topic=CATALOGUE.indicator(indicator).topic, start=start, end=end, classes=frozenset(classes),  # type: ignore[arg-type]
            origin=frozenset(origin), origin_open=origin_open, rows=rows.filter(pa.array(mask)),
        ))  # fmt: skip
    return found


class Region:
    """Five States, the regional office, the store, and a database that Django uses."""

    def __init__(self, copy: Copy, folder: Path, seed: int = 1) -> None:
        self.copy, self._rng = copy, Random(seed)
        world = World()
        world.participants = {state: ("State", "member", (state,)) for state in STATES} | {
            "RSO": ("office", "member", ())
        }
        world.agencies = {OFFICES[state]: (state, frozenset({"statistics"})) for state in STATES}
        world.agencies |= {POLICE[state]: (state, frozenset({"enforcement"})) for state in STATES}
        self.focal = {
            state: world.person(roles={state: ["focal_point"]}, agencies=[OFFICES[state]]) for state in STATES
        }
        self.analyst = {
            state: world.person(roles={state: ["analyst"]}, agencies=[OFFICES[state]]) for state in STATES
        }
        self.police = {
            state: world.person(roles={state: ["analyst"]}, agencies=[POLICE[state]]) for state in STATES
        }
        self.seconded = world.person(
            roles={"XA": ["focal_point"]}, agencies=[OFFICES["XA"]], seconded=[("XC",)], number=900
        )
        self.office = world.person(roles={"RSO": ["analyst"]})
        self.administrator = world.person(roles={"XA": ["administrator"]}, agencies=[OFFICES["XA"]])
        with copy.owner() as owner:
            world.write(owner)
        self.volumes = VolumeFolder(folder)
        self.store = Store(self.volumes, bytes(32))
        self.now = NOW

    def ids(self) -> Ids:
        """Ids and salts drawn from the seed, so that two regions can be compared byte by byte."""
        from lontar.warehouse.entering import Ids

        return Ids(lambda: uuid.UUID(int=self._rng.getrandbits(128), version=4), self._rng.randbytes)

    def door(self, **settings: int) -> Door:
        """A door that was never asked anything."""
        from lontar.warehouse.door.reading import Door

        return Door(CATALOGUE, self.store, **{"cache_bytes": 2**24, "query_bytes": 2**28, **settings})

    def as_(
        self, person: str, participant: str, grain: Grain = "figure", **reading: Any
    ) -> AbstractContextManager[Acting]:
        """Whoever acts, a second later than whoever acted before."""
        from lontar.members.acting import acting

        self.now += timedelta(seconds=1)
        return acting(person, participant, self.now, grain=grain, **reading)

    def send(
        self, state: str, parcels: list[Parcel], terms: Terms | None = None, series: str = "", **told: Any
    ) -> Accepted:
        """Send figures as the focal point of a State: GREEN unless the terms say otherwise."""
        from lontar.warehouse.accepting import Submission, Terms, accept

        submission = Submission(agency=OFFICES[state], series=series or f"{state.lower()}/monthly", **told)
        with self.as_(self.focal[state], state) as act:
            return accept(
                act,
                self.store,
                submission,
                parcels,
                terms or Terms(mark="GREEN"),
                [],
                dimensions_of,
                self.ids(),
            )

    def moment(self) -> datetime:
        """Now."""
        return self.now


def day(text: str) -> date:
    """A day."""
    return date.fromisoformat(text)
