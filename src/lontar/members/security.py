"""Row-level security: what of this room is set up in the database besides its tables, and the form that every room's policies have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple

from psycopg import sql

PADS = 64
"""Bytes to which HMAC pads a key of SHA-256."""


class Roles(NamedTuple):
    """The two roles of the database: the one that owns and migrates, and the one that serves pages."""

    owner: str
    web: str


class TablePolicy(NamedTuple):
    """Which rows of a table the web role reads, and which it may write ('' for none)."""

    table: str
    read: str
    insert: str = ""
    update: str = ""
    delete: str = ""


def protect(policy: TablePolicy, roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements that put a table under row-level security, enabled and forced; run again, they change nothing."""
    table, owner, web = sql.Identifier(policy.table), sql.Identifier(roles.owner), sql.Identifier(roles.web)
    yield sql.SQL("alter table {} enable row level security").format(table)
    yield sql.SQL("alter table {} force row level security").format(table)
    yield sql.SQL("revoke all on {} from public, {}").format(table, web)
    for name in ("owner_works", "web_reads", "web_inserts", "web_updates", "web_deletes"):
        yield sql.SQL("drop policy if exists {} on {}").format(sql.Identifier(name), table)
    yield sql.SQL("create policy owner_works on {} to {} using (true) with check (true)").format(table, owner)
    allowed = (
        ("select", "web_reads", policy.read, "for select to {} using ({})"),
        ("insert", "web_inserts", policy.insert, "for insert to {} with check ({})"),
        ("update", "web_updates", policy.update, "for update to {} using ({})"),
        ("delete", "web_deletes", policy.delete, "for delete to {} using ({})"),
    )
    for verb, name, condition, form in allowed:
        if condition:
            yield sql.SQL("grant " + verb + " on {} to {}").format(table, web)
            written = sql.SQL("create policy {} on {} " + form)
            yield written.format(sql.Identifier(name), table, web, sql.SQL(condition))


OWN = "participant_id = (select v.participant from viewer() v)"
ADMINISTERED = "(select 'administrator' = any (v.roles) from viewer() v)"
ONESELF = "(select v.person from viewer() v)"
POLICIES = (
    TablePolicy("members_participant", "(select v.grain is not null from viewer() v)"),
    TablePolicy("members_agency", OWN),
    TablePolicy("members_appointment", f"person_id::text = {ONESELF} or ({ADMINISTERED} and {OWN})"),
    TablePolicy("members_person", f"id::text = {ONESELF} or id in (select a.person_id from members_appointment a where {ADMINISTERED})"),
    TablePolicy("members_belonging", f"person_id::text = {ONESELF} or agency_id in (select g.id from members_agency g where {ADMINISTERED})"),
    TablePolicy("members_secondment", f"person_id::text = {ONESELF} or person_id in (select a.person_id from members_appointment a where {ADMINISTERED})"),
)  # fmt: skip


def statements(roles: Roles, context_key: str) -> Iterator[sql.Composable]:
    """Give the statements that set up the viewer, its key, and the policies of this room's tables."""
    yield sql.SQL("create table if not exists context_key (inner_pad bytea not null, outer_pad bytea not null)")
    yield sql.SQL("revoke all on context_key from public, {}").format(sql.Identifier(roles.web))
    yield sql.SQL("delete from context_key")
    inner, outer = pads(context_key)
    yield sql.SQL("insert into context_key values ({}, {})").format(sql.Literal(inner), sql.Literal(outer))
    yield sql.SQL("grant usage on schema public to {}").format(sql.Identifier(roles.web))
    yield sql.SQL((files("lontar.members") / "sql" / "viewer.sql").read_text("utf-8"))  # type: ignore[arg-type]
    yield sql.SQL("grant execute on function viewer() to {}").format(sql.Identifier(roles.web))
    for policy in POLICIES:
        yield from protect(policy, roles)


def dropped(tables: Sequence[str]) -> Iterator[sql.Composable]:
    """Give the statements that take policies away before what they call is made anew."""
    for table in tables:
        for name in ("web_reads", "web_inserts", "web_updates", "web_deletes"):
            yield sql.SQL("drop policy if exists {} on {}").format(sql.Identifier(name), sql.Identifier(table))


def pads(context_key: str) -> tuple[bytes, bytes]:
    """Give the inner and the outer pad of HMAC-SHA-256 (RFC 2104) for a key of hexadecimal digits."""
    key = bytes.fromhex(context_key).ljust(PADS, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)
