"""A person acts: one transaction, in which the database knows who asks and everything that is done is journalled, or nothing is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from lontar.members.context import set_viewer
from lontar.model.errors import Refused
from lontar.model.policy.facts import Channel, Contribution, Grain, Viewer

NOTHING = "POL-404"
"""The code of what is said where a thing is absent or forbidden."""
NOTHING_HERE = "LV404"
"""The state (SQLSTATE) with which a function of the database says so."""
_FACTS = (
    "participant", "kind", "standing", "person", "agencies", "functions", "roles", "allegiance", "everyone",
)  # fmt: skip


@dataclass(frozen=True)
class Acting:
    """Who acts in this transaction, as the database knows them; the reading that was asked for; and a cursor.

    `refused` collects statements that are carried out, in a transaction of their own, where the act ends in a refusal: what its owner is
    told of it.
    """

    viewer: Viewer
    grain: Grain
    export: bool
    channel: Channel
    now: datetime
    cursor: Any
    refused: list[tuple[str, tuple[Any, ...]]]


@contextmanager
def acting(
    person: str,
    participant: str,
    now: datetime,
    *,
    grain: Grain = "figure",
    export: bool = False,
    token: str = "",
) -> Iterator[Acting]:
    """Open a transaction for a person who acts for a participant; both empty is the public.

    It stands by itself: within another transaction it is an error (RuntimeError), since who asks would outlive it.
    With `token`, the id of a person's token, a program asks. Whoever has no role in force for the participant is the public too.
    `now` is the moment at which the policy judges. An act that ends in an error is undone whole; one that is refused too, but for what
    the owner is told of the refusal.
    """
    told = _Told(person, participant, now, grain, export, token)
    refused: list[tuple[str, tuple[Any, ...]]] = []
    try:
        with _opened(told, refused) as act:
            yield act
    except Refused:
        if refused:
            with _opened(told, []) as act:
                for statement, values in refused:
                    act.cursor.execute(statement, values)
        raise


class _Told(NamedTuple):
    """What is told to the database of who asks."""

    person: str
    participant: str
    now: datetime
    grain: Grain
    export: bool
    token: str


@contextmanager
def _opened(told: _Told, refused: list[tuple[str, tuple[Any, ...]]]) -> Iterator[Acting]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        key = settings.HOME.secret("context")  # type: ignore[misc]
        set_viewer(cursor, key, **told._asdict())
        channel: Channel = "token" if told.token else "session"
        yield Acting(_viewer(cursor), told.grain, told.export, channel, told.now, cursor, refused)


def call(
    acting: Acting, function: str, *values: object, refusals: Mapping[str, Refused] | None = None
) -> Any:
    """Call a function of the database that does an act.

    Raises Refused where it answers that there is nothing here for the viewer, and for the errors (SQLSTATE) that `refusals` names.
    """
    try:
        acting.cursor.execute(f"select {function}", values)
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", "")
        if state == NOTHING_HERE:
            raise nothing_here() from None
        if refusals and state in refusals:
            raise refusals[state] from None
        raise
    return acting.cursor.fetchone()[0]


def nothing_here() -> Refused:
    """What absent and forbidden things answer, alike."""
    return Refused("POL-404", "", "there is nothing here for you.")


def _viewer(cursor: Any) -> Viewer:
    """The facts of the viewer, from the database."""
    cursor.execute(f"select {', '.join(f'v.{name}' for name in _FACTS)}, contributions() from viewer() v")
    *facts, given = cursor.fetchone()
    told = dict(zip(_FACTS, facts, strict=True))
    for name in ("agencies", "functions", "roles", "allegiance"):
        told[name] = frozenset(told[name])
    return Viewer(**told, contributed=msgspec.json.decode(given, type=tuple[Contribution, ...]))
