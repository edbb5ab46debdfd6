"""Row-level security of the journal: a participant reads its own chain, and nobody writes but through the journal's functions."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from psycopg import sql

from lontar.sharing.protecting import Roles, TablePolicy, protect

_CHAIN = "(select v.participant from viewer() v where v.alone and v.roles && array['auditor', 'focal_point'])"
_OWN = f"chain = {_CHAIN}"
POLICIES = (
    TablePolicy("journal_entry", _OWN, columns=("id", "chain", "at", "commitment")),
    TablePolicy("journal_content", "entry in (select e.id from journal_entry e)"),
    TablePolicy("journal_link", _OWN),
    TablePolicy("journal_head", _OWN),
    TablePolicy("journal_reading", f"owner = {_CHAIN} and told is not null"),
    TablePolicy("journal_checkpoint", "true"),
    TablePolicy("journal_leaf", _OWN),
)


def statements(roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements that set up what of this room lies in the database besides its tables."""
    yield sql.SQL((files("lontar.journal") / "sql" / "journal.sql").read_text("utf-8"))
    for policy in POLICIES:
        yield from protect(policy, roles)
