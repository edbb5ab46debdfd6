"""Participants with their people: XA has two administrators, a focal point and an officer; XB one of each; XF one officer who is all."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from tests.databases import Copy
from tests.things.worlds import NOW, World

if TYPE_CHECKING:
    from django.test import Client

PASSWORD = "a password of the tests"
LATER = NOW + timedelta(days=1)
OFFICE, POLICE, OTHER, ISLAND = (str(uuid.UUID(int=number)) for number in (1, 2, 3, 4))


def visitor(**headers: str) -> Client:
    """A browser in which nobody has signed in."""
    from django.test import Client

    return Client(headers={"accept-language": "en", **headers}, SERVER_NAME="localhost")


@cache
def hashed_password() -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


class People:
    """The people of a copy of the database, and what they do there; Django uses the copy."""

    def __init__(self, copy: Copy) -> None:
        self.copy, world = copy, World()
        world.participants = {
            "XA": ("State", "member", ("XA",)), "XB": ("State", "member", ("XB",)), "XF": ("State", "member", ("XF",)),
            "RSO": ("office", "invited", ()),
        }  # fmt: skip
        world.agencies = {
            OFFICE: ("XA", frozenset({"statistics"})), POLICE: ("XA", frozenset({"enforcement"})),
            OTHER: ("XB", frozenset({"statistics"})), ISLAND: ("XF", frozenset({"statistics", "enforcement"})),
        }  # fmt: skip
        self.admin = world.person(roles={"XA": ["administrator"]}, agencies=[OFFICE])
        self.second = world.person(roles={"XA": ["administrator"]}, agencies=[OFFICE])
        self.focal = world.person(roles={"XA": ["focal_point"]}, agencies=[OFFICE])
        self.officer = world.person(roles={"XA": ["data_officer"]}, agencies=[OFFICE])
        self.police = world.person(roles={"XA": ["liaison_officer"]}, agencies=[POLICE])
        self.xb_admin = world.person(roles={"XB": ["administrator"]}, agencies=[OTHER])
        self.xb_focal = world.person(roles={"XB": ["focal_point"]}, agencies=[OTHER])
        self.both = world.person(roles={"XA": ["analyst"], "XB": ["analyst"]}, agencies=[OFFICE])
        self.island = world.person(
            roles={"XF": ["administrator", "data_officer", "focal_point"]}, agencies=[ISLAND]
        )
        with copy.owner() as owner:
            world.write(owner)

    def today(self) -> None:
        """Have everybody certified today, for pages, which ask the clock."""
        self.asked("update members_appointment set certified = now() returning id")

    def browser(self, person: str) -> Client:
        """A browser in which a person has signed in with the password."""
        self.asked(
            "update members_person set password = %s where id = %s returning id", hashed_password(), person
        )
        client = visitor()
        told = client.post("/account/login/", {"login": f"{person}@lontar.example", "password": PASSWORD})
        assert told.status_code == 302, told.content.decode()[:2000]
        return client

    def as_(
        self, person: str, participant: str = "XA", now: datetime = NOW, **how: Any
    ) -> AbstractContextManager[Any]:
        from lontar.members.acting import acting

        return acting(person, participant, now, **how)

    def roles(self, person: str, participant: str = "XA", now: datetime = NOW) -> set[str]:
        """The roles in which the database lets a person act."""
        with self.as_(person, participant, now) as act:
            return set(act.viewer.roles)

    def asked(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.copy.owner() as owner:
            return owner.execute(query.encode(), values).fetchall()

    def acts(self, participant: str = "XA") -> list[dict[str, Any]]:
        """What the journal of a participant says."""
        rows = self.asked(
            "select c.body from journal_content c join journal_entry e on e.id = c.entry where e.chain = %s order by e.number", participant
        )  # fmt: skip
        return [msgspec.json.decode(row[0]) for row in rows]


def ask(
    people: People,
    who: str,
    subject: str,
    what: str = "appoint",
    participant: str = "XA",
    now: Any = NOW,
    **more: Any,
) -> UUID | None:
    from lontar.members.people import ask_grant

    with people.as_(who, participant, now) as act:
        return ask_grant(act, what, UUID(subject), **more)


def agree(people: People, who: str, grant: UUID | None, participant: str = "XA", now: Any = NOW) -> None:
    from lontar.members.people import agree_grant

    assert grant is not None
    with people.as_(who, participant, now) as act:
        agree_grant(act, grant)


def invite(
    people: People, who: str, participant: str, agency: str, email: str = "New@Agency.example ", **more: Any
) -> tuple[UUID, str]:
    from lontar.members.people import invite as invite_person

    with people.as_(who, participant) as act:
        return invite_person(
            act, email, UUID(agency), more.get("roles", ["data_officer"]), more.get("sent_by", ())
        )
