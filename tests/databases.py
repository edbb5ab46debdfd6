"""A real PostgreSQL for the tests: one instance made by the commands themselves, and an empty copy of its database for each test."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from lontar.instance.cluster import DATABASE, GATE, OWNER, SUPERUSER, WEB, Access, Cluster
from lontar.instance.home import Home
from lontar.members.context import set_viewer
from lontar.model.policy.facts import Grain
from tests.things.worlds import NOW


class Instance:
    """An instance with a running server."""

    def __init__(self, home: Home, cluster: Cluster) -> None:
        self.home, self.cluster = home, cluster

    @contextmanager
    def copied(self, template: str = DATABASE) -> Iterator["Copy"]:
        """A copy of the migrated and empty database, or of another that nobody uses now; gone afterwards."""
        name = f"copy_{uuid.uuid4().hex}"
        self.as_superuser(
            f"create database {name} template {template} owner {OWNER}",
            f"grant connect on database {name} to {WEB}, {GATE}",
            f"revoke all on database {name} from public",
        )
        try:
            yield Copy(self, name)
        finally:
            self.as_superuser(f"drop database {name} with (force)")

    def as_superuser(self, *statements: str) -> None:
        """Carry out statements as whoever holds the machine could."""
        with self.cluster.access(SUPERUSER, "postgres").connect(autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


class Copy:
    """One database of an instance."""

    def __init__(self, instance: Instance, name: str) -> None:
        self.instance, self.name = instance, name
        self.key = instance.home.secret("context")

    def access(self, role: str) -> Access:
        return self.instance.cluster.access(role, self.name)

    def owner(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the role that migrates; every statement stands by itself."""
        return self.access(OWNER).connect(autocommit=True)

    def web(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the role that serves pages."""
        return self.access(WEB).connect(autocommit=True)

    def ask(
        self, web: psycopg.Connection[Any], person: str, participant: str, *, grain: Grain = "figure", export: bool = False,
        now: datetime = NOW,
    ) -> None:  # fmt: skip
        """Say who asks in the open transaction of a connection of the role that serves pages."""
        set_viewer(
            web.cursor(),
            self.key,
            person=person,
            participant=participant,
            grain=grain,
            export=export,
            now=now,
        )


@contextmanager
def made_instance(folder: Path, kind: str = "demo") -> Iterator[Instance]:
    """An instance made by `lontar create` in this folder, with its server running."""
    environment = {**os.environ, "LONTAR_HOME": str(folder)}
    lontar = Path(sys.executable).with_name("lontar")
    subprocess.run([lontar, "create", "--kind", kind], env=environment, check=True, capture_output=True)
    home = Home(folder)
    cluster = Cluster(home)
    with cluster.running(alone=True):
        yield Instance(home, cluster)


def configured(instance: Instance) -> None:
    """Let Django in this process know its settings: those of the role that serves pages, in this instance."""
    os.environ |= {
        "LONTAR_HOME": str(instance.home.folder),
        "DJANGO_SETTINGS_MODULE": "lontar.web.settings",
    }
    import django

    django.setup()


@contextmanager
def served(copy: "Copy") -> Iterator["Copy"]:
    """Let Django, as the roles that serve pages and sign people in, use this copy of the database."""
    configured(copy.instance)
    from django.db import connections

    for connection in connections.all():
        connection.close()
        connection.settings_dict["NAME"] = copy.name
    try:
        yield copy
    finally:
        for connection in connections.all():
            connection.close()
