"""Freeze an edition of regional totals: gather, judge, audit with all that was shown before, and keep. As the owner role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lontar.disclosure.audit import audit_edition
from lontar.disclosure.cells import Cell, Figure
from lontar.disclosure.editions import Audit, Edition, Exposed, Shown, Total, Withheld, make_edition
from lontar.disclosure.rules import Reason
from lontar.model.figures.thresholds import Thresholds
from lontar.model.policy.facts import Thing, Use
from lontar.things.rows import terms_row
from lontar.warehouse.entering import Ids, as_json
from lontar.warehouse.totals.gathering import Gathered, gather

if TYPE_CHECKING:
    from lontar.catalogue import Catalogue
    from lontar.instance.cursors import Cursor
    from lontar.warehouse.door.reading import Door
    from lontar.warehouse.store.keeping import Store

EDITIONS = "editions"
"""Who owns editions: nobody who takes part."""


class Frozen(NamedTuple):
    """An edition as it was made: its number, how many totals it shows, how many it withholds, and figures that nothing protects now."""

    number: int
    shown: int
    withheld: int
    exposed: tuple[Exposed, ...]


class _Kept(msgspec.Struct, frozen=True):
    """An edition as it is sealed: its totals (value, rounding, since; or why one is withheld), and what groups contributed."""

    number: int
    cells: list[Cell]
    totals: list[tuple[int, int, int] | Reason]
    contributed: list[tuple[Cell, dict[str, tuple[float, float, list[str]]]]]


def freeze(
    door: Door, store: Store, catalogue: Catalogue, cursor: Cursor, at: datetime, ids: Ids, *,
    thresholds: Thresholds | None = None, audit: Audit = audit_edition, indicators: Iterable[str] | None = None,
) -> Frozen:  # fmt: skip
    """Make the next edition, of these indicators (else all), and keep it, in the caller's transaction.

    What an owner recalled since the last edition is counted no more. `thresholds` are those in force on the day unless others are
    given; `audit` looks for what could be worked out.
    """
    cursor.execute("lock table warehouse_edition in exclusive mode")
    earlier = _earlier(cursor, store)
    named = sorted(indicators if indicators is not None else catalogue.ids("indicators"))
    found = gather(door, catalogue, cursor, at, named)
    made = make_edition(
        found.contributions,
        earlier,
        thresholds or catalogue.thresholds(at.date().isoformat()),
        found.echoes,
        audit,
    )
    _keep(cursor, store, catalogue, made, found, at, ids)
    shown = sum(isinstance(total, Shown) for total in made.totals.values())
    return Frozen(made.number, shown, len(made.totals) - shown, made.exposed)


def _keep(
    cursor: Cursor, store: Store, catalogue: Catalogue, made: Edition, found: Gathered, at: datetime, ids: Ids
) -> None:
    shown = {cell: total for cell, total in sorted(made.totals.items()) if isinstance(total, Shown)}
    topics = {cell: catalogue.indicator(cell.indicator).topic for cell in shown}
    things = {topic: str(ids.uuid()) for topic in sorted(set(topics.values()))}
    spans = [
        {
            "thing": thing, "topic": topic, "start": min(cell.start for cell in shown if topics[cell] == topic),
            "end": max(cell.end for cell in shown if topics[cell] == topic),
        }
        for topic, thing in things.items()
    ]  # fmt: skip
    rows = [
        {**cell._asdict(), "thing": things[topics[cell]], "period": _text(cell, found.periods), "value": total.value,
         "rounding": total.rounding, "since": total.since}
        for cell, total in shown.items()
    ]  # fmt: skip
    sealed, wrapped = store.seal_working(str(made.number), msgspec.json.encode(_kept(made)))
    told = {"number": made.number, "sealed": sealed.hex(), "wrapped": wrapped.hex(), "master": store.master}
    cursor.execute(
        "select array_agg(p.number) from warehouse_parcel p where encode(p.address, 'hex') = any (%s)",
        (sorted(found.counted),),
    )
    row = cursor.fetchone()
    counted = row[0] if row and row[0] else []
    cursor.execute(
        "select keep_edition(%s, %s, %s, %s, %s, %s)",
        (as_json(told), at, as_json(terms_row(_facts(at))), as_json(spans), as_json(rows), counted),
    )


def _facts(at: datetime) -> Thing:
    """The facts of an edition: of nobody, read as totals alone."""
    day = at.date().isoformat()
    return Thing(owner=EDITIONS, agency=EDITIONS, topic=EDITIONS, start=day, end=day, mark="AMBER",
                 use=Use(finest="total", no_ranking=True), in_edition=True)  # fmt: skip


def _text(cell: Cell, periods: Mapping[Cell, str]) -> str:
    """The period of a cell; of one that only an earlier edition had, from its days."""
    from lontar.model.figures.periods import days_period

    known = periods.get(cell)
    if known is not None:
        return known
    return days_period(
        datetime.fromisoformat(cell.start).date(), datetime.fromisoformat(cell.end).date()
    ).text


def _kept(made: Edition) -> _Kept:
    contributed = [
        (cell, {group: (one.low, one.high, sorted(one.owners)) for group, one in figures.items()})
        for cell, figures in made.contributed.items()
    ]
    totals = [
        (total.value, total.rounding, total.since) if isinstance(total, Shown) else total.reason
        for total in made.totals.values()
    ]
    return _Kept(made.number, list(made.totals), totals, contributed)


def _earlier(cursor: Cursor, store: Store) -> list[Edition]:
    """All editions so far, with what each was computed from."""
    cursor.execute("select number, sealed, wrapped, master from warehouse_edition order by number")
    found = []
    for number, sealed, wrapped, master in cursor.fetchall():
        kept = msgspec.json.decode(
            store.open_working(str(number), bytes(sealed), bytes(wrapped), master), type=_Kept
        )
        contributed = {
            cell: {
                group: Figure(low, high, frozenset(owners)) for group, (low, high, owners) in figures.items()
            }
            for cell, figures in kept.contributed
        }
        totals: dict[Cell, Total] = {
            cell: Withheld(told) if isinstance(told, str) else Shown(*told)
            for cell, told in zip(kept.cells, kept.totals, strict=True)
        }
        found.append(Edition(number=kept.number, totals=totals, contributed=contributed))
    return found
