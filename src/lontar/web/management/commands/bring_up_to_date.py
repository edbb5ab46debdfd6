"""`lontar create` and `lontar migrate` call this, so that the command line imports no page."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lontar.web.assets import lay_out
from lontar.web.migrating import migrate


class Command(BaseCommand):
    """Migrate, put functions, grants and the rules of sharing in force, and lay out the files that pages need."""

    help = "Bring the database to what this version needs, as the owner role."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        migrate(settings.HOME)  # type: ignore[misc]
        lay_out()
