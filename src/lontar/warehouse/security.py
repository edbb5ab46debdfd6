"""Row-level security of the warehouse: its tables are read through functions alone, which ask the policy as everything does."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from psycopg import sql

from lontar.sharing.protecting import Roles, TablePolicy, protect

POLICIES = (
    TablePolicy("warehouse_series", ""),
    TablePolicy("warehouse_submission", ""),
    TablePolicy("warehouse_key", ""),
    TablePolicy("warehouse_segment", ""),
    TablePolicy("warehouse_parcel", ""),
    TablePolicy("warehouse_fold", ""),
    TablePolicy("warehouse_reader", ""),
    TablePolicy("warehouse_notice", ""),
)
FUNCTIONS = (
    "begin_accepting(text, text, text[])", "places_to_accept(text, integer, integer, jsonb)",
    "accept_submission(text, text, jsonb, jsonb, jsonb, jsonb, jsonb, jsonb)", "idle_packs(uuid[])",
    "visible_parcels(text, date, date, timestamptz)", "parcel_facts(integer[])", "segment_places(integer[])",
    "read_parcels(integer[], text)",
)  # fmt: skip


def statements(roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements that set up what of this room lies in the database besides its tables."""
    folder = files("lontar.warehouse") / "sql"
    for name in ("reading.sql", "accepting.sql"):
        yield sql.SQL((folder / name).read_text("utf-8"))
    for function in FUNCTIONS:
        yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(roles.web))
    for policy in POLICIES:
        yield from protect(policy, roles)
