"""Bring the database to what this version of Lontar needs: its tables, its functions, and the policy in force. As the owner role."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, transaction

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_allegiances, read_rules
from lontar.instance.home import Home
from lontar.instance.server import access_as
from lontar.journal import security as of_journal
from lontar.members import security as of_members
from lontar.members.loading import load_participants
from lontar.sharing.protecting import Roles, dropped
from lontar.things import security as of_things


def migrate(home: Home, verbosity: int = 0) -> None:
    """Migrate, then set up functions, grants, policies and participants anew, in one transaction."""
    call_command("migrate", verbosity=verbosity, interactive=False)
    roles = Roles(access_as("owner", home).user, access_as("web", home).user)
    catalogue = open_catalogue()
    rules, allegiances = read_rules(catalogue.root), read_allegiances(catalogue)
    tables = [policy.table for policy in (*of_things.POLICIES, *of_journal.POLICIES, *of_members.POLICIES)]
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (
            *dropped(tables),
            *of_members.statements(roles, home.secret("context")),
            *of_journal.statements(roles),
            *of_things.statements(roles, rules, allegiances.codes),
        ):
            cursor.execute(statement)
        load_participants(cursor, home.facts.kind, catalogue.participants(), allegiances)
