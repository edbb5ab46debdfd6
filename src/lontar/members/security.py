"""Row-level security of participants and people, and the viewer itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from psycopg import sql

from lontar.sharing.protecting import Roles, TablePolicy, keep_for_gate, protect

PADS = 64
"""Bytes to which HMAC pads a key of SHA-256."""

OWN = "participant_id = (select v.participant from viewer() v)"
ADMINISTERED = "(select 'administrator' = any (v.roles) from viewer() v)"
ONESELF = "(select v.person from viewer() v)"
_MANAGED = f"person_id::text = {ONESELF} or person_id in (select a.person_id from members_appointment a where {ADMINISTERED})"
_MANAGED_PERSON = (
    f"id::text = {ONESELF} or id in (select a.person_id from members_appointment a where {ADMINISTERED})"
)
_AGENCIES = (
    f"person_id::text = {ONESELF} or agency_id in (select g.id from members_agency g where {ADMINISTERED})"
)
POLICIES = (
    TablePolicy("members_contribution", ""),
    TablePolicy("members_participant", "true"),
    TablePolicy("members_agency", OWN),
    TablePolicy("members_appointment", f"person_id::text = {ONESELF} or ({ADMINISTERED} and {OWN})"),
    TablePolicy(
        "members_person",
        _MANAGED_PERSON,
        columns=("id", "email", "name", "is_suspended", "secondments_declared"),
    ),
    TablePolicy("members_belonging", _AGENCIES),
    TablePolicy("members_secondment", _MANAGED),
)  # fmt: skip


def statements(roles: Roles, context_key: str) -> Iterator[sql.Composable]:
    """Give the statements that set up the viewer, its key, and the policies of this room's tables."""
    yield sql.SQL(
        "create table if not exists context_key (inner_pad bytea not null, outer_pad bytea not null)"
    )
    yield sql.SQL("revoke all on context_key from public, {}").format(sql.Identifier(roles.web))
    yield sql.SQL("delete from context_key")
    inner, outer = pads(context_key)
    yield sql.SQL("insert into context_key values ({}, {})").format(sql.Literal(inner), sql.Literal(outer))
    yield sql.SQL("revoke create on schema public from public")
    yield sql.SQL(
        "do $$ begin execute format('revoke temporary, create on database %I from public', current_database()); end $$"
    )
    yield sql.SQL("grant usage on schema public to {}, {}").format(
        *map(sql.Identifier, (roles.web, roles.gate))
    )
    yield sql.SQL((files("lontar.members") / "sql" / "viewer.sql").read_text("utf-8"))
    for function in ("viewer()", "contributions()", "seats(text, date, date)"):
        yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(roles.web))
    yield sql.SQL((files("lontar.members") / "sql" / "gate.sql").read_text("utf-8"))
    yield sql.SQL("grant execute on function appointments_of(uuid, timestamptz) to {}").format(
        sql.Identifier(roles.gate)
    )
    for policy in POLICIES:
        yield from protect(policy, roles)
    yield from keep_for_gate("members_issuer", roles, written=())
    yield from keep_for_gate(
        "members_person",
        roles,
        "id, email, name, password, last_login, is_suspended, secondments_declared",
        (),
    )
    yield sql.SQL("grant update (password, last_login) on members_person to {}").format(
        sql.Identifier(roles.gate)
    )


def pads(context_key: str) -> tuple[bytes, bytes]:
    """Give the inner and the outer pad of HMAC-SHA-256 (RFC 2104) for a key of hexadecimal digits."""
    key = bytes.fromhex(context_key).ljust(PADS, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)
