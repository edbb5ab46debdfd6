"""Row-level security of things: the policy's own expression, and the spans that the viewer's participant contributed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files

from psycopg import sql

from lontar.members.security import Roles, TablePolicy, protect
from lontar.model.policy.language import Rule
from lontar.sharing.row_security import visible_rows

TABLES = ("things_thing", "things_span", "things_contribution")
_OWN = "participant = (select v.participant from viewer() v)"


def statements(roles: Roles, rules: Iterable[Rule]) -> Iterator[sql.Composable]:
    """Give the statements that set up what of this room lies in the database besides its tables."""
    yield sql.SQL((files("lontar.things") / "sql" / "things.sql").read_text("utf-8"))  # type: ignore[arg-type]
    yield sql.SQL("grant execute on function contributed_spans() to {}").format(sql.Identifier(roles.web))
    yield from protect(TablePolicy("things_thing", visible_rows(rules)), roles)
    yield from protect(TablePolicy("things_span", ""), roles)
    yield from protect(TablePolicy("things_contribution", _OWN), roles)
