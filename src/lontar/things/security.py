"""Row-level security of things: the policy asked of their terms, once a query, and looked up for each thing by a byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from psycopg import sql

from lontar.model.policy.language import Rule
from lontar.sharing.protecting import Roles, TablePolicy, protect
from lontar.sharing.row_security import terms_opened, vocabularies

VISIBLE = "get_byte((select open_terms()), terms) > get_byte((select span_bars()), span)"
_OWN = (
    "owner = (select v.participant from viewer() v) and (select v.roles && array['data_officer', 'focal_point'] from viewer() v)"
    " and get_byte((select open_terms()), before) = 2 and get_byte((select open_terms()), after) = 2"
    " and thing in (select g.id from things_thing g)"
)
"""A proposal is a thing made of two: whoever reads it could read the thing before and after."""
POLICIES = (
    TablePolicy("things_thing", VISIBLE, columns=("id",), asks_first=True),  # its id is never null
    TablePolicy("things_terms", ""),
    TablePolicy("things_span", ""),
    TablePolicy(
        "things_proposal",
        _OWN,
        columns=(
            "id",
            "thing",
            "owner",
            "proposed_by",
            "proposed_at",
            "why",
            "falls",
            "agreed_by",
            "agreed_at",
        ),
    ),
)
"""Of things only their ids are read, of what they are only through functions: numbers of terms and spans would tell how many there are."""
FUNCTIONS = (
    "open_terms()", "span_bars()", "read_thing(uuid)", "own_facts(uuid)", "register_thing(uuid, jsonb, text, date, date)",
    "change_terms(uuid, jsonb, text)", "agree_to_terms(uuid)", "withdraw_proposal(uuid)", "recall_unseen(uuid, text)",
    "sign_thing(uuid, boolean)",
)  # fmt: skip


def statements(roles: Roles, rules: Iterable[Rule], areas: Iterable[str]) -> Iterator[sql.Composable]:
    """Give the statements that set up what of this room lies in the database besides its tables; `areas` are all codes that are known."""
    opened = terms_opened(rules)
    folder = files("lontar.things") / "sql"
    yield sql.SQL(
        (folder / "reading.sql")
        .read_text("utf-8")
        .replace("ASKED_ONCE", opened.declared)
        .replace("TERMS_OPENED", opened.told)
        .replace("FIRST_RULE", opened.first_rule)
        .replace("VOCABULARIES", vocabularies())
    )
    yield sql.SQL((folder / "acts.sql").read_text("utf-8"))
    yield sql.SQL("revoke all on known_area from public, {}").format(sql.Identifier(roles.web))
    yield sql.SQL("insert into known_area select unnest({}::text[]) on conflict do nothing").format(
        sql.Literal(sorted(areas))
    )
    for function in FUNCTIONS:
        yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(roles.web))
    for policy in POLICIES:
        yield from protect(policy, roles)
