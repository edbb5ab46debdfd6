"""What participants have in the portals of the tests: something of every kind that an address can name, made by those who may."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from lontar.model.policy.facts import Thing
from tests.databases import Copy, served
from tests.inhabitants import agency_of, person

T = TypeVar("T")
TOPIC = "irregular_entry"
READ_ON = datetime(2026, 1, 5, tzinfo=UTC).date()


@dataclass(frozen=True)
class Estate:
    """What one participant has: the ids by which addresses name it. `secret` opens the invitation."""

    participant: str
    person: str
    appointment: str
    grant: str
    invitation: str
    secret: str
    token: str
    thing: str


def furnish(copy: Copy, participant: str) -> Estate:
    """Let a participant of the demonstration (XA to XE) have something of everything. Django uses the copy."""
    from lontar.members.people import ask_grant, invite
    from lontar.members.tokens import make_token
    from lontar.things.actions import register_thing

    xx = participant.lower()
    officer, admin = person(f"officer.{xx}"), person(f"admin.{xx}")
    agency = agency_of(participant, "statistics")
    with _as(officer.id, participant) as act:
        make_token(act, f"Monthly figures of {participant}", [TOPIC], days=30)
        thing = register_thing(act, _thing(act.viewer, str(agency)))
    with _as(admin.id, participant) as act:
        grant = ask_grant(act, "appoint", uuid.UUID(officer.id), role="analyst")
        invitation, secret = invite(act, f"guest.{xx}@agency.example", agency, ["data_officer"], ())
    with copy.owner() as owner:
        _read(owner, participant)
        token = _only(owner, "select id from members_token where person_id = %s", officer.id)
        role = _only(owner, "select id from members_appointment where person_id = %s", officer.id)
    return Estate(participant, officer.id, role, str(grant), str(invitation), secret, token, str(thing))


def apart(copy: Copy, act: Callable[[], T]) -> T:
    """Do something with Django's tables, on a copy, in a thread of its own: the one in which a browser is driven may not use them."""

    def do() -> T:
        with served(copy):
            return act()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result()


def _as(who: str, participant: str) -> Any:
    from django.utils import timezone

    from lontar.members.acting import acting

    return acting(who, participant, timezone.now())


def _thing(viewer: Any, agency: str) -> Thing:
    return Thing(
        owner=viewer.participant, agency=agency, topic=TOPIC, start="2025-01-01", end="2025-03-31", mark="AMBER",
        owner_group=viewer.allegiance,
    )  # fmt: skip


def _read(owner: Any, participant: str) -> None:
    """Let somebody have read what the participant has, and the week have passed."""
    owner.execute(
        "insert into journal_reading (id, owner, reader, day, topic, rule, told)"
        " values (gen_random_uuid(), %s, 'RSO', %s, %s, 'SH-02', %s)",
        (participant, READ_ON, TOPIC, READ_ON),
    )


def _only(owner: Any, query: str, *values: object) -> str:
    """The first of what the owner of the database finds."""
    return str(owner.execute(query, values).fetchone()[0])
