"""How a database is reached: the instance's own server, or an operator's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import psycopg
from psycopg.conninfo import conninfo_to_dict

from lontar.instance.cluster import DATABASE, GATE, OWNER, WEB, Access, Cluster
from lontar.instance.home import Home
from lontar.model.errors import Unavailable

ROLES = {"owner": OWNER, "web": WEB, "gate": GATE}
_URLS = {
    "owner": "LONTAR_DATABASE_URL",
    "web": "LONTAR_DATABASE_WEB_URL",
    "gate": "LONTAR_DATABASE_GATE_URL",
}


def is_own() -> bool:
    """Whether the instance starts its own server, rather than using an operator's."""
    return not any(os.environ.get(name) for name in _URLS.values())


@contextlib.contextmanager
def running_database(home: Home) -> Iterator[None]:
    """Have the database answer: the instance's own server runs for that long, an operator's is taken as it is."""
    if not is_own():
        yield
        return
    with Cluster(home).running():
        yield


def answers(home: Home) -> bool:
    """Say whether the database answers to its owner now. Starts nothing."""
    try:
        access_as("owner", home).connect(connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def does_not_answer(error: Exception) -> Unavailable:
    """Say in one sentence why the database cannot be reached, and what mends it."""
    said = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
    if "password authentication failed" in said or "no password supplied" in said:
        remedy = "Give the secret that the database knows: secrets/ of the instance's folder, or the address of an operator's."
        return Unavailable("INS-026", "", "the database does not take the secret of this role.", remedy)
    return Unavailable(
        "INS-017", "", f"the database does not answer: {said.rstrip('.?')}.", "See that it runs."
    )


def access_as(role: str, home: Home) -> Access:
    """Say how to reach the database as the role that migrates ('owner'), the one that serves ('web'), or the one that signs in ('gate').

    LONTAR_DATABASE_URL is an operator's database and its owner; LONTAR_DATABASE_WEB_URL and LONTAR_DATABASE_GATE_URL the same with the
    other two roles. Without them it is the instance's own server. Raises Unavailable for an address that is none.
    """
    url = os.environ.get(_URLS[role])
    if url is None and os.environ.get("LONTAR_DATABASE_URL"):
        said = f"the address of the role '{role}' is not set."
        raise Unavailable("INS-020", _URLS[role], said, "Give postgresql://role:secret@host/database.")
    if url is None:
        return Cluster(home).access(ROLES[role])
    try:
        told = conninfo_to_dict(url)
    except Exception:
        remedy = "Give postgresql://role:secret@host:port/database."
        raise Unavailable("INS-020", _URLS[role], "this is no address of a database.", remedy) from None
    return Access(
        str(told.get("host") or ""), int(str(told.get("port") or 5432)), str(told.get("dbname") or DATABASE),
        str(told.get("user") or ROLES[role]), str(told.get("password") or ""),
    )  # fmt: skip
