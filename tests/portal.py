"""The portal as browsers meet it, on a copy of the database with the people of the demonstration."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.contrib.auth.hashers import ScryptPasswordHasher

from tests.databases import Copy, Instance, served

PASSWORD = "lontar-demo"
OFFICER, OTHER, ADMIN = (f"{who}@lontar.example" for who in ("officer.xa", "officer.xb", "admin.xa"))


class Light(ScryptPasswordHasher):
    """As the portal's own, without its slowness."""

    work_factor, block_size, parallelism = 2, 1, 1


class Browser:
    """One browser, with its cookies, somewhere in the network."""

    def __init__(self, network: str = "192.0.2.1") -> None:
        from django.test import Client

        self.client = Client(HTTP_HOST="localhost", REMOTE_ADDR=network)

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.client.post(path, fields or {}, **more)

    def sign_in(self, email: str = OFFICER, password: str = PASSWORD, **more: Any) -> Any:
        return self.post("/account/login/", {"login": email, "password": password}, **more)

    @property
    def is_signed_in(self) -> bool:
        return self.get("/").context["reader"] is not None

    @property
    def session(self) -> Any:
        return self.client.session

    def change_session(self, **values: Any) -> None:
        session = self.client.session
        session.update(values)
        session.save()


_KEPT = ("members_person", "members_appointment")
_EMPTIED = (
    "django_session", "usersessions_usersession", "gate_cache", "mfa_authenticator", "socialaccount_socialaccount", "members_issuer",
)  # fmt: skip


class Portal:
    """The portal on one copy."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        with self.owner() as owner:
            for table in _KEPT:
                owner.execute(f"create table kept_{table} as select * from {table}".encode())

    def begin_anew(self) -> None:
        """Let nobody have signed in, and everybody be as in the beginning."""
        with self.owner() as owner, owner.transaction():
            for table in _EMPTIED:
                owner.execute(f"delete from {table}".encode())
            owner.execute("delete from members_appointment")
            owner.execute("insert into members_appointment select * from kept_members_appointment")
            owner.execute(
                "update members_person p set email = k.email, name = k.name, password = k.password,"
                " is_suspended = k.is_suspended, last_login = null from kept_members_person k where k.id = p.id"
            )

    def owner(self) -> psycopg.Connection[Any]:
        return self.copy.owner()

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Carry out a statement as the owner."""
        with self.owner() as owner:
            cursor = owner.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def id_of(self, email: str) -> str:
        return str(self.sql("select id from members_person where email = %s", email)[0][0])

    def suspend(self, email: str) -> None:
        self.sql("update members_person set is_suspended = true where email = %s", email)


@contextmanager
def portal_of(instance: Instance) -> Iterator[Portal]:
    """The portal on a new copy of the instance's database, with its people."""
    with instance.copied() as copy, served(copy):
        from django.test.utils import override_settings, setup_test_environment, teardown_test_environment

        from lontar.members.demonstration import load_people

        setup_test_environment()
        try:
            with override_settings(PASSWORD_HASHERS=["tests.portal.Light"]):
                with copy.owner() as owner, owner.transaction():
                    load_people(owner.cursor())
                yield Portal(copy)
        finally:
            teardown_test_environment()


def text_of(response: Any) -> str:
    """What a page says, without what differs from one answer to the next."""
    text = response.content.decode()
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", text)


def code_of(secret: str, step: int = 0) -> str:
    """The code that an authenticator app shows now, or so many steps later.

    At the end of a step it waits for the next, which would else have begun when the code arrives.
    """
    while time.time() % 30 > 27:
        time.sleep(0.1)
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))
