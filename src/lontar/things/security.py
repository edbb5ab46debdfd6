"""Row-level security of things: the policy asked of their terms, once a query, and looked up for each thing by a bit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from psycopg import sql

from lontar.model.policy.language import Rule
from lontar.sharing.protecting import Roles, TablePolicy, protect
from lontar.sharing.row_security import terms_opened

VISIBLE = "get_byte((select open_terms()), terms) > get_byte((select span_bars()), span)"
_OWN_TERMS = "owner = (select v.participant from viewer() v)"
_OWN_THING = f"terms in (select t.id from things_terms t where t.{_OWN_TERMS})"
_WRITES = "(select v.roles && array['data_officer', 'focal_point'] from viewer() v)"
POLICIES = (
    TablePolicy("things_thing", VISIBLE, f"{_WRITES} and {_OWN_THING}", f"{_WRITES} and {_OWN_THING}"),
    TablePolicy("things_terms", _OWN_TERMS, f"{_WRITES} and {_OWN_TERMS}"),
    TablePolicy("things_span", "(select v.grain is not null from viewer() v)", _WRITES),
)


def statements(roles: Roles, rules: Iterable[Rule]) -> Iterator[sql.Composable]:
    """Give the statements that set up what of this room lies in the database besides its tables."""
    opened = terms_opened(rules)
    text = (files("lontar.things") / "sql" / "things.sql").read_text("utf-8")
    yield sql.SQL(text.replace("ASKED_ONCE", opened.declared).replace("TERMS_OPENED", opened.told))
    for function in (
        "open_terms()",
        "span_bars()",
        "facts_of(uuid)",
        "keep_refused(uuid)",
        "number_of_terms(things_terms)",
        "other_writers(uuid)",
    ):
        yield sql.SQL("grant execute on function " + function + " to {}").format(sql.Identifier(roles.web))
    for policy in POLICIES:
        yield from protect(policy, roles)
