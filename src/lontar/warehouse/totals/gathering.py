"""What owners contribute to regional totals, and what others published of the same, cell by cell; through the door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lontar.disclosure.cells import Cell, Contribution, Echo
from lontar.model.figures.periods import parse_period
from lontar.warehouse.door.query import Every, Query
from lontar.warehouse.knowing import dimensions_of

if TYPE_CHECKING:
    from lontar.catalogue import Catalogue
    from lontar.instance.cursors import Cursor
    from lontar.warehouse.door.reading import Door

STRETCHES: tuple[Every, ...] = ("month", "quarter", "year")
_NOT_DIVIDED = ("place", "position", "event", "facility")
"""Dimensions by which no regional total is divided: they tell where somebody is."""


@dataclass
class Gathered:
    """Contributions and echoes by cell, the text of each cell's period, and the addresses of the parcels that were counted."""

    contributions: dict[Cell, list[Contribution]] = field(default_factory=dict)
    echoes: list[Echo] = field(default_factory=list)
    periods: dict[Cell, str] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Region:
    """Who takes part: of each participant its allegiance group (those that share a State have one), and of an area whose it is."""

    groups: Mapping[str, str]
    area_of: Mapping[str, str]


def region_of(cursor: Cursor) -> Region:
    """Read who takes part."""
    cursor.execute("select id, states from members_participant order by id")
    states = {str(row[0]): frozenset(row[1]) or frozenset({str(row[0])}) for row in cursor.fetchall()}
    groups: dict[str, str] = {}
    for one, own in states.items():
        near = [other for other, theirs in states.items() if own & theirs]
        groups[one] = min(groups.get(other, other) for other in near)
    return Region(groups, {state: one for one, own in states.items() for state in own})


def gather(
    door: Door, catalogue: Catalogue, cursor: Cursor, at: datetime, indicators: Iterable[str]
) -> Gathered:
    """Gather everything that may enter an edition at this moment, as the owner role.

    What is told in part (months that are not there, absences) is not the total of a stretch, and contributes nothing to it.
    """
    region, found = region_of(cursor), Gathered()
    for indicator in indicators:
        for dimension, every in _questions(catalogue, indicator):
            by = ("owner", *([dimension] if dimension else []))
            asked = Query(indicator=indicator, by=by, every=every)
            answer = door.contributions(cursor, at, asked)
            found.counted.update(address for source in answer.sources for address in source.parcels)
            for cell, row in _cells(catalogue, asked, dimension, answer.figures.to_pylist(), found.periods):
                if row["owner"] in region.groups:
                    found.contributions.setdefault(cell, []).append(Contribution(
                        owner=row["owner"], group=region.groups[row["owner"]], low=row["low"], high=row["high"], classes=frozenset(),
                    ))  # fmt: skip
            echoed = Query(indicator=indicator, by=("area", *by[1:]), every=every, source="published")
            told = door.contributions(cursor, at, echoed).figures.to_pylist()
            found.echoes += _echoes(_cells(catalogue, echoed, dimension, told, {}), region)
    return found


def _questions(catalogue: Catalogue, indicator: str) -> Iterator[tuple[str, Every]]:
    """As a whole and by each dimension, in each stretch. Stocks are told of days, and enter no total yet."""
    if catalogue.indicator(indicator).stock:
        return
    for every in STRETCHES:
        yield "", every
        for dimension, codelist in dimensions_of(catalogue, indicator).items():
            if dimension not in _NOT_DIVIDED and codelist.pattern is None:
                yield dimension, every


def _cells(
    catalogue: Catalogue, asked: Query, dimension: str, rows: list[dict[str, Any]], periods: dict[Cell, str]
) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """The cell of each row that is told in full. Of codes that hold each other the finest are taken."""
    holders: set[str] = set()
    if dimension:
        codelist = dimensions_of(catalogue, asked.indicator)[dimension]
        holders = {over for code in {row[dimension] for row in rows} for over in codelist.ancestors(code)}
    for row in rows:
        code = row[dimension] if dimension else ""
        if row["high"] is None or row["low"] < 0 or code in holders:
            continue
        period = parse_period(row["period"])
        told = (row["unit"], row["stage"], period.start.isoformat(), period.end.isoformat(), dimension, code)
        cell = Cell(asked.indicator, *told)
        periods[cell] = row["period"]
        yield cell, row


def _echoes(cells: Iterable[tuple[Cell, dict[str, Any]]], region: Region) -> Iterator[Echo]:
    for cell, row in cells:
        owner = region.area_of.get(row["area"])
        if owner is not None:
            yield Echo(cell, frozenset({region.groups[owner]}), row["low"], row["high"])
