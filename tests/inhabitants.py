"""Who is there in the portals of the tests: the people of the demonstration, and some whom it does not have."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

PASSWORD = "lontar-demo"
"""Of everybody here."""

DOMAIN = "lontar.example"


class Person(NamedTuple):
    """Somebody who can sign in."""

    id: str
    email: str


def _id(name: str) -> uuid.UUID:
    """As the demonstration makes ids."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://{DOMAIN}/{name}")


def person(address: str) -> Person:
    """Somebody at an address of the demonstration (`officer.xa`), the same in every portal."""
    email = f"{address}@{DOMAIN}"
    return Person(str(_id(email)), email)


BOTH = person("both")
"""Acts for XA and for XB."""
STRANGER = person("stranger")
"""Has an account, and no role anywhere."""


def fill(cursor: Any) -> None:
    """Let the people of the demonstration be there, and the two others, as the owner of the database. Django must be set up."""
    from lontar.members.demonstration import load_people

    load_people(cursor)
    settle(cursor, BOTH, {"XA": ("analyst",), "XB": ("analyst",)})
    settle(cursor, STRANGER, {})


def settle(
    cursor: Any, them: Person, roles: Mapping[str, Iterable[str]], functions: Iterable[str] = (), *, name: str = "Somebody",
    declared: bool = True,
) -> None:  # fmt: skip
    """Write one person with roles for participants, in an agency of each for each function; `declared` says that no State sent them."""
    cursor.execute(
        "insert into members_person (id, email, name, password, is_suspended) values (%s, %s, %s, %s, false)",
        (them.id, them.email, name, _password()),
    )
    for participant, some in roles.items():
        for role in some:
            cursor.execute(
                "insert into members_appointment (id, person_id, participant_id, role, since, certified)"
                " values (gen_random_uuid(), %s, %s, %s, now() - interval '1 day', now())",
                (them.id, participant, role),
            )
        for function in functions:
            cursor.execute(
                "insert into members_belonging (id, person_id, agency_id, since)"
                " values (gen_random_uuid(), %s, %s, now() - interval '1 day')",
                (them.id, _agency(cursor, participant, function)),
            )
        if declared:
            cursor.execute(
                "insert into members_secondment (id, since, person_id, participant_id, states)"
                " values (gen_random_uuid(), now() - interval '1 day', %s, %s, '{}')",
                (them.id, participant),
            )


def agency_of(participant: str, function: str) -> uuid.UUID:
    """The agency of a participant of the demonstration that has this function."""
    return _id(f"{participant} {function}")


def _agency(cursor: Any, participant: str, function: str) -> uuid.UUID:
    """The agency of a participant for a function, made where there is none."""
    agency = agency_of(participant, function)
    cursor.execute(
        "insert into members_agency (id, participant_id, name, functions) values (%s, %s, %s, %s) on conflict do nothing",
        (agency, participant, f"Agency for {function}", [function]),
    )
    return agency


@cache
def _password() -> str:
    """What is kept of the password of everybody: made once, since it is meant to take long."""
    from django.contrib.auth.hashers import ScryptPasswordHasher

    return str(ScryptPasswordHasher().encode(PASSWORD, "salt"))
