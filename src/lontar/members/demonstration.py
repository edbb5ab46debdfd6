"""The people of the demonstration: of six fictional participants, and of the regional office. Their password is known to all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from lontar.instance.cursors import Cursor
from lontar.members.listing import DUE
from lontar.members.words import ROLES

PASSWORD = "lontar-demo"  # noqa: S105
DOMAIN = "lontar.example"
OFFICE = "RSO"
ISLAND = "XF"
SEATS = {
    "officer": ("Data officer", "data_officer", "statistics"),
    "focal": ("Focal point", "focal_point", "statistics"),
    "police": ("Liaison officer", "liaison_officer", "enforcement"),
    "protection": ("Case worker", "case_worker", "protection"),
    "admin": ("Administrator", "administrator", ""),
}
"""Of each participant: name, role, and the function of the agency ('' for none)."""
_AGENCIES = {
    "statistics": "Statistics office",
    "enforcement": "Border police",
    "protection": "Protection service",
}
_AT_THE_OFFICE = {"analyst": "Analyst", "auditor": "Auditor", "host_operator": "Host operator"}


class Demonstrator(NamedTuple):
    """Somebody of the demonstration: address, name, participant, roles, and functions of the agencies."""

    email: str
    name: str
    participant: str
    roles: tuple[str, ...]
    functions: tuple[str, ...]


def demonstrators() -> Iterator[Demonstrator]:
    """Give everybody who can sign in to the demonstration."""
    for participant in ("XA", "XB", "XC", "XD", "XE"):
        for seat, (name, role, function) in SEATS.items():
            address = f"{seat}.{participant.lower()}@{DOMAIN}"
            yield Demonstrator(
                address, f"{name} of {participant}", participant, (role,), (function,) if function else ()
            )
    every = tuple(sorted(set(ROLES) - {"host_operator"}))
    functions = tuple(_AGENCIES)
    yield Demonstrator(f"officer.xf@{DOMAIN}", "The officer of XF", ISLAND, every, functions)
    for role, name in _AT_THE_OFFICE.items():
        yield Demonstrator(f"{role.partition('_')[0]}@{DOMAIN}", name, OFFICE, (role,), ())


def person_id(seat: str) -> UUID:
    """Give the id of somebody by the first part of their address, as `focal.xa`."""
    return _id(f"{seat}@{DOMAIN}")


def agency_id(participant: str, function: str) -> UUID:
    """Give the id of the agency of a participant that does that."""
    return _id(f"{participant} {function}")


def load_people(cursor: Cursor) -> None:
    """Let everybody of the demonstration be there, as the owner role; who is there already stays as they are, and is certified anew."""
    cursor.execute("select id from members_participant")
    there = {str(row[0]) for row in cursor.fetchall()}
    password, now = make_password(PASSWORD), timezone.now()
    for participant in sorted(there - {OFFICE}):
        for function, name in _AGENCIES.items():
            cursor.execute(
                "insert into members_agency (id, participant_id, name, functions) values (%s, %s, %s, %s) on conflict do nothing",
                (agency_id(participant, function), participant, name, [function]),
            )
    for one in demonstrators():
        if one.participant in there:
            _load(cursor, one, password, now)
    for participant in ("XA", "XB", "XC", "XD", "XE"):
        _ask(cursor, participant, now)
    cursor.execute(
        "update members_appointment set certified = %s where certified < %s",
        (now - DUE, now - DUE - timedelta(days=20)),
    )


def _load(cursor: Cursor, one: Demonstrator, password: str, now: datetime) -> None:
    them = _id(one.email)
    cursor.execute(
        "insert into members_person (id, email, name, password, is_suspended) values (%s, %s, %s, %s, false)"
        " on conflict do nothing returning id",
        (them, one.email, one.name, password),
    )
    if cursor.fetchone() is None:
        return
    certified = now - DUE if one.roles == ("liaison_officer",) else now
    for role in one.roles:
        cursor.execute(
            "insert into members_appointment (id, person_id, participant_id, role, since, certified) values (%s, %s, %s, %s, %s, %s)",
            (_id(f"{one.email} {role}"), them, one.participant, role, certified, certified),
        )
    for function in one.functions:
        cursor.execute(
            "insert into members_belonging (id, person_id, agency_id, since) values (%s, %s, %s, %s)",
            (_id(f"{one.email} {function}"), them, agency_id(one.participant, function), now),
        )
    cursor.execute(
        "insert into members_secondment (id, person_id, participant_id, states, since) values (%s, %s, %s, '{}', %s)",
        (_id(f"{one.email} sent"), them, one.participant, now),
    )


def _ask(cursor: Cursor, participant: str, now: datetime) -> None:
    """Something that the administrator asked, and that waits for the focal point."""
    place = f"{participant.lower()}@{DOMAIN}"
    cursor.execute(
        "insert into members_grant (id, participant_id, what, person_id, role, states, asked_by, asked_at, outcome, decided_by)"
        " values (%s, %s, 'appoint', %s, 'analyst', '{}', %s, %s, '', '') on conflict do nothing",
        (_id(f"{participant} asks"), participant, _id(f"officer.{place}"), str(_id(f"admin.{place}")), now),
    )


def _id(name: str) -> UUID:
    """The same id in every demonstration."""
    return uuid5(NAMESPACE_URL, f"https://{DOMAIN}/{name}")
