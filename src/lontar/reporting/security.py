"""Row-level security of submissions: their tables are read and written through functions alone, which ask the policy first."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from psycopg import sql

from lontar.sharing.protecting import Roles, TablePolicy, protect

POLICIES = (
    TablePolicy("reporting_submission", ""),
    TablePolicy("reporting_paper", ""),
    TablePolicy("reporting_job", ""),
    TablePolicy("reporting_event", ""),
    TablePolicy("reporting_repair", ""),
)
FUNCTIONS = (
    "begin_submission(uuid, uuid, text, jsonb, bytea, text)", "keep_papers(uuid, jsonb)", "say_mapping(uuid, text, jsonb)",
    "read_submission(uuid)", "own_submissions(timestamptz, integer)", "discard_submission(uuid)", "ask_job(uuid, uuid, text)",
    "cancel_job(uuid)", "take_job(text, timestamptz, interval)", "tell_job(uuid, text, bigint, bigint)",
    "end_job(uuid, text, bytea, jsonb, jsonb)",
    "sign_submission(uuid, uuid, bytea, text, text, text)", "signed_words(uuid)",
    "keep_accepted(uuid, uuid, boolean)", "taken_place_of(uuid)",
    "withdraw_sent(uuid, text)", "keep_repairs(uuid, jsonb)",
    "choose_repair(uuid, uuid)", "undo_repair(uuid, uuid)", "read_repairs(uuid)",
    "state_submission(uuid, jsonb, date, date)",
)  # fmt: skip


def statements(roles: Roles) -> Iterator[sql.Composable]:
    """Give the statements that set up what of this room lies in the database besides its tables."""
    folder = files("lontar.reporting") / "sql"
    for name in ("submissions.sql", "jobs.sql", "repairs.sql"):
        yield sql.SQL((folder / name).read_text("utf-8"))
    yield sql.SQL("revoke all on reporting_event_id_seq from public, {}").format(sql.Identifier(roles.web))
    for function in FUNCTIONS:
        yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(roles.web))
    for policy in POLICIES:
        yield from protect(policy, roles)
