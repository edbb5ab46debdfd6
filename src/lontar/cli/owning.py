"""Work in the database as the role that owns it, which no process that serves pages can."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lontar.model.errors import SourceProblem

if TYPE_CHECKING:
    from psycopg import Cursor

    from lontar.instance.home import Home


def known_participant(cursor: Cursor[Any], participant: str) -> None:
    """Refuse what is no participant of this instance."""
    from lontar.catalogue.findings import closest

    cursor.execute("select id from members_participant order by id")
    known = [str(row[0]) for row in cursor.fetchall()]
    if participant not in known:
        said = f"'{participant}' is no participant of this instance."
        raise SourceProblem(
            "JOU-002", participant, said, closest(participant, known) or "See 'lontar catalogue show'."
        )


@contextmanager
def as_owner_role() -> Iterator[tuple[Home, Cursor[Any]]]:
    """A transaction as the role that owns the database."""
    import psycopg

    from lontar.instance.home import Home, default_home
    from lontar.instance.server import access_as, does_not_answer, running_database

    home = Home(default_home())
    _ = home.facts
    with running_database(home):
        try:
            with access_as("owner", home).connect() as connection, connection.cursor() as cursor:
                yield home, cursor
        except psycopg.OperationalError as error:
            raise does_not_answer(error) from None
