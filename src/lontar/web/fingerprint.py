"""What of this version the database must hold: its migrations, functions and rules; and whether it does."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules

import allauth
import django
import msgspec
import psycopg
from psycopg import sql

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_allegiances, read_rules
from lontar.instance.home import Home
from lontar.instance.server import access_as, does_not_answer
from lontar.model.errors import Unavailable
from lontar.sharing.protecting import Roles

ROOMS = ("lontar.members", "lontar.journal", "lontar.things", "lontar.warehouse", "lontar.reporting")
"""Rooms that have tables and functions in the database."""


@cache
def fingerprint() -> str:
    """Give a hash of all that `lontar migrate` puts into the database: it changes with every migration, function, rule and grant."""
    told = sha256()
    for part in _parts():
        told.update(len(part).to_bytes(8) + part)
    return told.hexdigest()


def statements(roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements by which the database says what it holds, to the two roles that serve."""
    yield sql.SQL(
        "create or replace function installed() returns text language sql immutable as $$ select {}::text $$"
    ).format(sql.Literal(fingerprint()))
    yield sql.SQL("grant execute on function installed() to {}, {}").format(
        *map(sql.Identifier, (roles.web, roles.gate))
    )


def refuse_another_version(home: Home) -> None:
    """Raise Unavailable where the database does not answer to both roles that serve, or holds what another version needs."""
    for role in ("web", "gate"):
        if _installed(home, role) != fingerprint():
            said = "the database is not as this version needs it."
            raise Unavailable("INS-029", "", said, "Run 'lontar migrate'.")


def _installed(home: Home, role: str) -> str:
    try:
        with access_as(role, home).connect(connect_timeout=5) as connection:
            row = connection.execute("select installed()").fetchone()
    except (psycopg.errors.UndefinedFunction, psycopg.errors.InsufficientPrivilege):
        return ""
    except psycopg.OperationalError as error:
        raise does_not_answer(error) from None
    return str(row[0]) if row else ""


def _parts() -> Iterator[bytes]:
    catalogue = open_catalogue()
    yield msgspec.json.encode(read_rules(catalogue.root))
    allegiances = read_allegiances(catalogue)
    yield msgspec.json.encode([(code, sorted(allegiances.of(code))) for code in sorted(allegiances.codes)])
    yield f"Django {django.__version__}, allauth {allauth.__version__}".encode()
    yield msgspec.json.encode(catalogue.participants())
    for room in ROOMS:
        for found in iter_modules(import_module(f"{room}.migrations").__path__):
            yield (files(f"{room}.migrations") / f"{found.name}.py").read_bytes()
        yield (files(room) / "security.py").read_bytes()
        for path in sorted((files(room) / "sql").iterdir(), key=lambda path: path.name):
            yield path.read_bytes()
    for name in ("protecting.py", "row_security.py", "terms.py"):
        yield (files("lontar.sharing") / name).read_bytes()
