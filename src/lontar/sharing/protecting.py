"""Row-level security in the one form that every table has: enabled, forced, and written for the role that serves pages.

Conditions ask `viewer()`, whose fields are the facts of the viewer and the reading by the policy's names (participant, kind, standing,
person, agencies, functions, roles, allegiance, everyone, grain, export, asked_at), and `alone`: bound to the States of the participant
alone. lontar.members makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from psycopg import sql

ASKED = "(select v.grain is not null from viewer() v)"
"""Costs nothing to compare, and so is asked first."""


class Roles(NamedTuple):
    """The roles of the database: the one that owns and migrates, the one that serves pages, and the one that signs people in."""

    owner: str
    web: str
    gate: str


class TablePolicy(NamedTuple):
    """Which rows of a table the web role reads ('' for none), of `columns` alone where they are named. It writes none: acts are functions.

    Who asks is asked before anything of a row is, unless `asks_first` says that the condition does so itself: whether something is null
    may be asked before a policy, and an error, or none, would tell.
    """

    table: str
    read: str
    columns: tuple[str, ...] = ()
    asks_first: bool = False


def protect(policy: TablePolicy, roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements that put a table under row-level security, enabled and forced; run again, they change nothing."""
    table, owner, web = sql.Identifier(policy.table), sql.Identifier(roles.owner), sql.Identifier(roles.web)
    yield sql.SQL("alter table {} enable row level security").format(table)
    yield sql.SQL("alter table {} force row level security").format(table)
    yield sql.SQL("revoke all on {} from public, {}").format(table, web)
    for name in ("owner_works", "web_reads"):
        yield sql.SQL("drop policy if exists {} on {}").format(sql.Identifier(name), table)
    yield sql.SQL("create policy owner_works on {} to {} using (true) with check (true)").format(table, owner)
    if policy.read:
        named = sql.SQL(", ").join(map(sql.Identifier, policy.columns))
        only = sql.SQL(" ({})").format(named) if policy.columns else sql.SQL("")
        yield sql.SQL("grant select{} on {} to {}").format(only, table, web)
        whole = policy.read if policy.asks_first else f"{ASKED} and ({policy.read})"
        yield sql.SQL("create policy web_reads on {} for select to {} using ({})").format(
            table, web, sql.SQL(whole)
        )


def keep_for_gate(
    table: str, roles: Roles, read: str = "", written: tuple[str, ...] = ("insert", "update", "delete")
) -> Iterator[sql.Composable]:
    """Give the statements that open a table to the role that signs people in: `read` are the columns it reads ('' for all).

    `written` are the verbs it writes by. Where `protect` was not asked of the table before, the role that serves pages has nothing of it.
    """
    named, owner, gate = sql.Identifier(table), sql.Identifier(roles.owner), sql.Identifier(roles.gate)
    yield sql.SQL("alter table {} enable row level security").format(named)
    yield sql.SQL("alter table {} force row level security").format(named)
    yield sql.SQL("revoke all on {} from public, {}").format(named, gate)
    for policy, role in (("owner_works", owner), ("gate_works", gate)):
        yield sql.SQL("drop policy if exists {} on {}").format(sql.Identifier(policy), named)
        yield sql.SQL("create policy {} on {} to {} using (true) with check (true)").format(
            sql.Identifier(policy), named, role
        )
    yield sql.SQL("grant select{} on {} to {}").format(sql.SQL(f" ({read})" if read else ""), named, gate)
    for verb in written:
        yield sql.SQL("grant " + verb + " on {} to {}").format(named, gate)


def closed_functions() -> sql.Composable:
    """Give the statement that closes every function to whoever was not granted it: PostgreSQL opens new ones to everybody."""
    return sql.SQL("revoke execute on all functions in schema public from public")


def dropped(tables: Iterable[str]) -> Iterator[sql.Composable]:
    """Give the statements that take policies away before what they call is made anew."""
    for table in tables:
        yield sql.SQL("drop policy if exists web_reads on {}").format(sql.Identifier(table))
