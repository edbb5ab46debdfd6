"""Bring the database to what this version of Lontar needs: its tables, its functions, and the policy in force. As the owner role."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_allegiances, read_rules
from lontar.instance.home import Home
from lontar.instance.server import access_as
from lontar.journal import security as of_journal
from lontar.members import security as of_members
from lontar.members.loading import load_participants
from lontar.model.errors import Unavailable
from lontar.reporting import security as of_reporting
from lontar.sharing.protecting import Roles, closed_functions, dropped, keep_for_gate
from lontar.things import security as of_things
from lontar.warehouse import security as of_warehouse
from lontar.web import fingerprint

GATE_TABLES = (
    "account_emailaddress", "account_emailconfirmation", "django_session", "gate_cache", "mfa_authenticator", "socialaccount_socialaccount",
    "socialaccount_socialapp", "socialaccount_socialtoken", "usersessions_usersession",
)  # fmt: skip
"""Where the libraries that sign people in keep what they need."""
_OPEN = """
select exists (select from pg_proc where proleakproof)
    or has_function_privilege(%s, 'pg_stat_get_activity(integer)', 'execute') or has_table_privilege(%s, 'pg_locks', 'select')
"""


def _refuse_what_tells_too_much(cursor: Any, roles: Roles) -> None:
    """Raise Unavailable where the server tells the role that serves pages more than it may know."""
    cursor.execute(_OPEN, (roles.web, roles.web))
    if cursor.fetchone()[0]:
        said = "the server tells every role what row-level security hides, and what others do."
        remedy = "Have a superuser run what 'lontar database --closing' prints, in this database, and then come back."
        raise Unavailable("INS-021", "", said, remedy)


def migrate(home: Home, verbosity: int = 0) -> None:
    """Migrate, then set up functions, grants, policies and participants anew, in one transaction."""
    call_command("migrate", verbosity=verbosity, interactive=False)
    call_command("createcachetable", verbosity=verbosity)
    roles = Roles(*(access_as(role, home).user for role in ("owner", "web", "gate")))
    catalogue = open_catalogue()
    rules, allegiances = read_rules(catalogue.root), read_allegiances(catalogue)
    rooms = (of_things, of_journal, of_members, of_warehouse, of_reporting)
    tables = [policy.table for room in rooms for policy in room.POLICIES]
    with transaction.atomic(), connection.cursor() as cursor:
        _refuse_what_tells_too_much(cursor, roles)
        for statement in (
            *dropped(tables),
            *of_members.statements(roles, home.secret("context")),
            *of_journal.statements(roles),
            *of_members.acts_on_people(roles),
            *of_things.statements(roles, rules, allegiances.codes),
            *of_warehouse.statements(roles),
            *of_reporting.statements(roles),
            *(line for table in GATE_TABLES for line in keep_for_gate(table, roles)),
            *fingerprint.statements(roles),
            closed_functions(),
        ):
            cursor.execute(statement)
        load_participants(cursor, home.facts.kind, catalogue.participants(), allegiances)
