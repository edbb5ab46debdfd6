"""What the door costs: 10 million observations, half of them visible. `python -m benchmarks.warehouse [--rows N] [--write]`."""

from __future__ import annotations

import argparse
import calendar
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.machine import tell_page
from benchmarks.sharing import Row, median
from tests.databases import Copy, made_instance, served
from tests.things.worlds import NOW, World
from tests.warehouse.scenes import CATALOGUE, dimensions_of, observations

if TYPE_CHECKING:
    from lontar.warehouse.door.reading import Door
    from lontar.warehouse.parcels import Parcel
    from lontar.warehouse.store.keeping import Store

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-warehouse.md"
INDICATOR, OWNERS, YEARS = "irregular_entries", 45, range(2015, 2025)
BROAD = "irregular_entries by citizenship every month"
SELECTIVE = "irregular_entries where owner = Q07 by citizenship every month from 2020 to 2020"
_HEAD = """# Benchmarks of the warehouse

What `python -m benchmarks.warehouse` measured, on one machine and in one run of it. Machines differ and are shared: read the ratios first.
"""


class Estate:
    """An instance with the people of 45 States, and a store."""

    def __init__(self, copy: Copy, folder: Path) -> None:
        from lontar.warehouse.entering import Ids
        from lontar.warehouse.store.keeping import Store
        from lontar.warehouse.store.volumes import VolumeFolder

        self.copy, self.now = copy, NOW
        self.owners = [f"Q{number:02d}" for number in range(OWNERS)]
        self.agencies = {owner: str(uuid.UUID(int=100 + number)) for number, owner in enumerate(self.owners)}
        world = World()
        world.participants = {owner: ("State", "member", (owner,)) for owner in self.owners}
        world.agencies = {
            agency: (owner, frozenset({"statistics"})) for owner, agency in self.agencies.items()
        }
        self.focal = {
            owner: world.person(roles={owner: ["focal_point"]}, agencies=[self.agencies[owner]])
            for owner in self.owners
        }
        self.analyst = world.person(
            roles={self.owners[0]: ["analyst"]}, agencies=[self.agencies[self.owners[0]]]
        )
        with copy.owner() as owner:
            world.write(owner)
        self.folder = folder
        self.store: Store = Store(VolumeFolder(folder), bytes(32))
        self._ids = Ids(uuid.uuid4, os.urandom)

    def door(self) -> Door:
        from lontar.warehouse.door.reading import Door

        return Door(CATALOGUE, self.store, cache_bytes=2**30, query_bytes=2**30)

    def accept(self, owner: str, series: str, mark: str, parcels: list[Parcel]) -> float:
        """Accept one submission, and give the seconds that it took."""
        from lontar.members.acting import acting
        from lontar.warehouse.accepting import Submission, Terms, accept

        self.now += timedelta(seconds=1)
        began = time.perf_counter()
        with acting(self.focal[owner], owner, self.now) as act:
            submission = Submission(agency=self.agencies[owner], series=series)
            accept(act, self.store, submission, parcels, Terms(mark=mark), [], dimensions_of, self._ids)  # type: ignore[arg-type]
        return time.perf_counter() - began

    def accept_observations(self, owner: str, series: str, table: pa.Table) -> tuple[float, int]:
        """Accept observations as they come from a file; give the seconds that it took, and how many parcels they became."""
        from lontar.members.acting import acting
        from lontar.warehouse.accepting import Submission, Terms, accept_observations
        from lontar.warehouse.knowing import known_by

        known = known_by(CATALOGUE, self.now.date())._replace(speaks_for=lambda reporter: reporter)
        self.now += timedelta(seconds=1)
        began = time.perf_counter()
        with acting(self.focal[owner], owner, self.now) as act:
            submission = Submission(agency=self.agencies[owner], series=series)
            done = accept_observations(
                act, self.store, submission, {INDICATOR: table}, Terms(mark="GREEN"), known, self._ids
            )
        return time.perf_counter() - began, len(done.addresses)

    def fill(self, rows: int) -> int:
        """Let every owner send 44 months a year, half of them GREEN, of `rows` figures each; give how many parcels that made."""
        parcels = 0
        for owner in self.owners:
            for year in YEARS:
                for mark in ("GREEN", "AMBER"):
                    for series, months in (("a", range(1, 13)), ("b", range(1, 11))):
                        sent = [month_of(owner, year, month, rows) for month in months]
                        self.accept(owner, f"{owner}/{mark}/{series}", mark, sent)
                        parcels += len(sent)
        with self.copy.owner() as connection:
            connection.execute("vacuum analyze")
        return parcels

    def ask(self, door: Door, question: str) -> Any:
        from lontar.members.acting import acting
        from lontar.warehouse.door.query import parse_query

        self.now += timedelta(seconds=1)
        with acting(self.analyst, self.owners[0], self.now) as act:
            return door.read(act, parse_query(question))


_CITIZENSHIPS = [
    code for code in dimensions_of(INDICATOR)["citizenship"].codes if len(code) == 2 and code.isalpha()
][:200]
_LIKE = observations(INDICATOR, [{"period": "2020-01", "value": 1}])
_FIGURES = np.random.default_rng(7919)


def month_of(owner: str, year: int, month: int, rows: int) -> Parcel:
    """Figures of one month by citizenship and sex."""
    from lontar.warehouse.parcels import FOLDED, Parcel

    first, last = date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    said = {
        "period": f"{year}-{month:02d}",
        "period_start": first,
        "period_end": last,
        "reporter": owner,
        "area": owner,
    }
    columns = {
        field.name: pa.repeat(
            pa.scalar(said.get(field.name, _LIKE.column(field.name)[0].as_py()), field.type), rows
        )
        for field in _LIKE.schema
    }
    number = np.arange(rows)
    columns["citizenship"] = pa.array(_CITIZENSHIPS).take(pa.array(number % 200))
    columns["sex"] = pa.array(["F", "M", "_U"]).take(pa.array(number // 200 % 3))
    columns["value"] = pa.array(_FIGURES.integers(0, 1000, rows).astype(float))
    columns["source_row"] = pa.array(number.astype(np.int32))
    columns[FOLDED] = pa.repeat(pa.scalar(False), rows)
    return Parcel(
        indicator=INDICATOR, topic="irregular_entry", start=first, end=last, classes=frozenset(), origin=frozenset(),
        origin_open=False, rows=pa.table(columns),
    )  # fmt: skip


def plain(door: Door) -> pa.Table:
    """The same rows without anything of the policy: period, citizenship and figure."""
    tables = []
    for opened, _ in door._cache._held.values():
        held = opened[INDICATOR]
        rows = held.rows["plain"]
        period = held.columns()["period"][rows.column("block").to_numpy() - held.base]
        tables.append(
            pa.table(
                {"period": period, "citizenship": rows.column("citizenship"), "value": rows.column("value")}
            )
        )
    return pa.concat_tables(tables)


class Measured(NamedTuple):
    """Seconds: of the policy's way and of the plain query, in turn."""

    door: float
    plain: float


def in_turn(first: Callable[[], object], second: Callable[[], object], runs: int) -> Measured:
    """Medians of two that are measured in turn."""
    taken: list[list[float]] = [[], []]
    for _ in range(runs):
        for place, work in enumerate((first, second)):
            began = time.perf_counter()
            work()
            taken[place].append(time.perf_counter() - began)
    return Measured(*map(statistics.median, taken))


def reading(estate: Estate, parcels: int, rows: int) -> Iterator[Row]:
    """The broad and the selective question, and what the first reading costs."""
    door = estate.door()
    began = time.perf_counter()
    estate.ask(door, BROAD)
    first = time.perf_counter() - began
    size = sum(path.stat().st_size for path in estate.folder.iterdir())
    told = f"{first:.2f} s ({size / 1e6:,.0f} MB on disk, {door._cache.nbytes / 1e6:,.0f} MB opened)"
    yield Row(
        f"first reading of {parcels * rows:,} observations in {parcels:,} parcels: fetched, decrypted, opened, answered",
        told,
        "stated",
    )
    table, connection = plain(door), duckdb.connect()
    connection.execute("SET threads = 2")
    connection.register("observations", table)
    query = "SELECT period, citizenship, sum(value), count(*) FROM observations GROUP BY ALL"
    both = in_turn(lambda: estate.ask(door, BROAD), lambda: connection.sql(query).to_arrow_table(), 15)
    told = f"{both.door / both.plain:.2f} ({1000 * both.door:.0f} ms against {1000 * both.plain:.0f} ms)"
    yield Row(
        "by period and citizenship, half of it visible, through the door, times the plain query over all rows",
        told,
        "at most 1.5",
    )
    estate.ask(door, SELECTIVE)
    yield Row(
        "one owner, indicator and year, ms",
        f"{1000 * median(lambda: estate.ask(door, SELECTIVE)):.0f}",
        "under 60",
    )
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Row("memory of the process at its most, the plain rows included, MB", f"{used:,.0f}", "stated")


def accepting(estate: Estate) -> Iterator[Row]:
    """A submission of 100,000 observations by month, citizenship and sex: sealed as it is, and sorted by what protects them."""
    owner = estate.owners[3]
    sent = [month_of(owner, 2025, month, 8_334) for month in range(1, 13)]
    yield Row(
        "accepting 100,000 observations in 12 parcels, seconds",
        f"{estate.accept(owner, 'large', 'GREEN', sent):.2f}",
        "under 5",
    )
    table = pa.concat_tables([one.rows.drop_columns(["folded"]) for one in sent])
    seconds, parcels = estate.accept_observations(owner, "sorted", table)
    told = f"{seconds:.2f} (as {parcels} parcels)"
    yield Row(
        "the same by what protects it: sorted, small figures folded, what is linked to asylum sealed apart, seconds",
        told,
        "under 5",
    )


@contextmanager
def estate_of(folder: Path) -> Iterator[Estate]:
    with made_instance(folder / "home") as instance, instance.copied() as copy, served(copy):
        yield Estate(copy, folder / "store")


def main() -> int:
    """Measure, print, and write the page if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warehouse", description=__doc__)
    parser.add_argument("--rows", type=int, default=506, help="observations of each of 19,800 parcels")
    parser.add_argument(
        "--write", action="store_true", help="write docs/reference/benchmarks-warehouse.md too"
    )
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="lontar-bench-"))
    try:
        with estate_of(folder) as estate:
            parcels = estate.fill(asked.rows)
            rows = [*reading(estate, parcels, asked.rows), *accepting(estate)]
    finally:
        shutil.rmtree(folder)
    lines = [
        "| Measured | | Asked |",
        "|---|---|---|",
        *(f"| {row.what} | {row.measured} | {row.asked} |" for row in rows),
    ]
    return tell_page(PAGE, _HEAD, lines, write=asked.write)


if __name__ == "__main__":
    sys.exit(main())
