"""A person acts: one transaction, in which the database knows who asks and everything that is done is journalled, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from lontar.members.context import set_viewer
from lontar.model.errors import Refused
from lontar.model.policy.facts import Contribution, Grain, Viewer

_FACTS = (
    "participant", "kind", "standing", "person", "agencies", "functions", "roles", "allegiance", "everyone",
)  # fmt: skip


@dataclass(frozen=True)
class Acting:
    """Who acts in this transaction, as the database knows them; the reading that was asked for; and a cursor.

    `refused` collects statements that are carried out even where the act ends in a refusal: what its owner is told of it.
    """

    viewer: Viewer
    grain: Grain
    export: bool
    now: datetime
    cursor: Any
    refused: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)


@contextmanager
def acting(
    person: str, participant: str, now: datetime, *, grain: Grain = "figure", export: bool = False
) -> Iterator[Acting]:
    """Open a transaction for a person who acts for a participant; both empty is the public.

    It stands by itself: within another transaction it is an error (RuntimeError), since who asks would outlive it.
    Whoever has no role in force for the participant is the public too. `now` is the moment at which the policy judges. An act that ends
    in an error is undone whole; one that is refused too, but for what the owner is told of the refusal.
    """
    refusal = None
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        key = settings.HOME.secret("context")  # type: ignore[misc]
        set_viewer(cursor, key, person=person, participant=participant, grain=grain, export=export, now=now)
        act = Acting(_viewer(cursor), grain, export, now, cursor)
        try:
            with transaction.atomic():
                yield act
        except Refused as error:
            refusal = error
            for statement, values in act.refused:
                cursor.execute(statement, values)
    if refusal is not None:
        raise refusal


def _viewer(cursor: Any) -> Viewer:
    """The facts of the viewer, from the database."""
    cursor.execute(f"select {', '.join(f'v.{name}' for name in _FACTS)} from viewer() v")
    told = dict(zip(_FACTS, cursor.fetchone(), strict=True))
    for name in ("agencies", "functions", "roles", "allegiance"):
        told[name] = frozenset(told[name])
    cursor.execute(
        "select topic, period_start, period_end, nil from members_contribution"
        " where participant = %s and since <= %s and %s < until",
        (told["participant"], *[_asked(cursor)] * 2),
    )
    given = tuple(
        Contribution(topic=topic, start=start.isoformat(), end=end.isoformat(), nil=nil)
        for topic, start, end, nil in cursor.fetchall()
    )
    return Viewer(**told, contributed=given)


def _asked(cursor: Any) -> datetime:
    cursor.execute("select v.asked_at from viewer() v")
    moment = cursor.fetchone()[0]
    assert isinstance(moment, datetime)
    return moment
