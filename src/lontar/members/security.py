"""Row-level security of participants and people, and the viewer itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import get_args

from psycopg import sql

from lontar.model.policy.facts import DATA_ROLES, Function, Role
from lontar.sharing.protecting import Roles, TablePolicy, keep_for_gate, protect

PADS = 64
"""Bytes to which HMAC pads a key of SHA-256."""

OWN = "participant_id = (select v.participant from viewer() v)"
MANAGES = (
    "(select v.channel = 'session' and v.roles && array['administrator', 'focal_point'] from viewer() v)"
)
"""Administrators, and the focal points who agree with them."""
ONESELF = "(select v.person from viewer() v)"
_OWN_APPOINTED = f"select a.person_id from members_appointment a where {MANAGES}"
POLICIES = (
    TablePolicy("members_contribution", ""),
    TablePolicy("members_participant", "true"),
    TablePolicy("members_agency", OWN),
    TablePolicy("members_appointment", f"person_id::text = {ONESELF} or ({MANAGES} and {OWN})"),
    TablePolicy(
        "members_person",
        f"id::text = {ONESELF} or id in ({_OWN_APPOINTED})",
        columns=("id", "email", "name", "is_suspended", "last_login"),
    ),
    TablePolicy(
        "members_belonging",
        f"person_id::text = {ONESELF} or agency_id in (select g.id from members_agency g where {MANAGES})",
    ),
    TablePolicy("members_secondment", f"person_id::text = {ONESELF} or ({MANAGES} and {OWN})"),
    TablePolicy(
        "members_invitation",
        f"{MANAGES} and {OWN}",
        columns=("id", "participant_id", "email", "agency_id", "roles", "made_by", "made_at", "expires", "person_id", "ended"),
    ),
    TablePolicy("members_grant", f"{MANAGES} and {OWN}"),
    TablePolicy(
        "members_token",
        f"person_id::text = {ONESELF} and {OWN} and (select v.channel = 'session' from viewer() v)",
        columns=(
            "id", "person_id", "participant_id", "name", "topics", "grain", "may_send", "made", "expires", "ended", "used",
        ),
    ),
)  # fmt: skip
ACTS = (
    "ask_grant(text, uuid, text, uuid, text[])", "agree_grant(uuid)", "decline_grant(uuid)", "suspend_person(uuid)", "renew_password(uuid)",
    "end_appointment(uuid)", "add_agency(text, text[])",
    "certify_person(uuid)", "invite_person(text, uuid, text[], text[], bytea)", "withdraw_invitation(uuid)",
    "make_token(text, text[], text, boolean, integer, bytea)", "end_token(uuid)",
)  # fmt: skip
AT_THE_GATE = (
    "open_invitation(bytea, timestamptz)", "accept_invitation(bytea, timestamptz, uuid, text, text)", "open_token(bytea, timestamptz)",
)  # fmt: skip
"""What holds of a secret alone: who holds it is not known yet."""
_PERSON = "id, email, name, password, last_login, is_suspended"


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
    for function in ("appointments_of(uuid, timestamptz)", "may_renew_by_mail(uuid, timestamptz)"):
        yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(roles.gate))
    for policy in POLICIES:
        yield from protect(policy, roles)
    yield from keep_for_gate("members_issuer", roles, written=())
    yield from keep_for_gate("members_person", roles, _PERSON, ())
    yield sql.SQL("grant update (password, last_login) on members_person to {}").format(
        sql.Identifier(roles.gate)
    )


def acts_on_people(roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements that set up what is done with people, invitations and tokens; the journal's functions are there already."""
    words = {"DATA_ROLES": DATA_ROLES, "FUNCTIONS": get_args(Function), "ROLES": get_args(Role)}
    for name in ("people.sql", "inviting.sql"):
        text = (files("lontar.members") / "sql" / name).read_text("utf-8")
        for word, values in words.items():
            text = text.replace(f"array[{word}]", f"array[{', '.join(repr(one) for one in values)}]")
        yield sql.SQL(text)
    for functions, role in ((ACTS, roles.web), (AT_THE_GATE, roles.gate)):
        for function in functions:
            yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(role))


def pads(context_key: str) -> tuple[bytes, bytes]:
    """Give the inner and the outer pad of HMAC-SHA-256 (RFC 2104) for a key of hexadecimal digits."""
    key = bytes.fromhex(context_key).ljust(PADS, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)
