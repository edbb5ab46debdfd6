"""`lontar demo` calls this once the database is as it should be."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from lontar.members.demonstration import load_people


class Command(BaseCommand):
    """Let everybody of the demonstration be there."""

    help = "Load the people of the demonstration, as the owner role."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        with transaction.atomic(), connection.cursor() as cursor:
            load_people(cursor)
