"""Row-level security of the warehouse: its tables are read through functions alone, which ask the policy as everything does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from psycopg import sql

from lontar.sharing.protecting import Roles, TablePolicy, protect

_TOLD = (
    "select v.participant from viewer() v where v.alone and v.roles && "
    "array['analyst', 'auditor', 'case_worker', 'data_officer', 'focal_point', 'liaison_officer', 'reviewer']"
)
"""A notice may be of what is linked to the asylum of another State, to which the person who asks could be bound too."""
POLICIES = (
    TablePolicy("warehouse_series", ""),
    TablePolicy("warehouse_submission", ""),
    TablePolicy("warehouse_key", ""),
    TablePolicy("warehouse_segment", ""),
    TablePolicy("warehouse_parcel", ""),
    TablePolicy("warehouse_precedent", ""),
    TablePolicy("warehouse_edition", ""),
    TablePolicy("warehouse_total", ""),
    TablePolicy("warehouse_reader", ""),
    TablePolicy("warehouse_notice", f"reader = ({_TOLD}) and reader <> ''"),
)
FUNCTIONS = (
    "begin_accepting(text, text[])", "places_to_accept(text, integer, integer, jsonb)",
    "accept_submission(text, text, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb)", "idle_volumes(uuid[])", "echo_sources()",
    "withdraw_submission(uuid, text)", "places_to_purge(uuid)", "purge_submission(uuid, text, jsonb, uuid[])",
    "open_parcels(text, text[], date, date, timestamptz, text, text, text)", "parcel_facts(integer[])", "segment_places(integer[])",
    "open_totals(text, text, date, date, text)",
)  # fmt: skip


def statements(roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements that set up what of this room lies in the database besides its tables."""
    folder = files("lontar.warehouse") / "sql"
    for name in ("reading.sql", "accepting.sql", "withdrawing.sql", "totals.sql"):
        yield sql.SQL((folder / name).read_text("utf-8"))
    yield sql.SQL("revoke all on drawn_number from public, {}").format(sql.Identifier(roles.web))
    for function in FUNCTIONS:
        yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(roles.web))
    for policy in POLICIES:
        yield from protect(policy, roles)
