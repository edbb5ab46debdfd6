"""Bring the database to what this version of Lontar needs: its tables, its functions, and the policy in force. As the owner role."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection, transaction

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.instance.cluster import OWNER, WEB
from lontar.instance.home import Home
from lontar.members import security as of_members
from lontar.members.security import Roles
from lontar.things import security as of_things


def migrate(home: Home, roles: Roles = Roles(OWNER, WEB), verbosity: int = 0) -> None:
    """Migrate, then set up functions, grants and policies anew, in one transaction."""
    call_command("migrate", verbosity=verbosity, interactive=False)
    rules = read_rules(open_catalogue().root)
    tables = [*of_things.TABLES, *(policy.table for policy in of_members.POLICIES)]
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in (
            *of_members.dropped(tables),
            *of_members.statements(roles, home.secret("context")),
            *of_things.statements(roles, rules),
        ):
            cursor.execute(statement)  # type: ignore[arg-type]
