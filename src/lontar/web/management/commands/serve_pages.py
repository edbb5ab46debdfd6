"""`lontar serve` and `lontar demo` start this as a process of its own, which never had the owner's secrets in its memory."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lontar.model.errors import LontarError
from lontar.web.serving import serve


class Command(BaseCommand):
    """Serve the portal."""

    help = "Serve the portal on a socket that is open already."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--socket", type=int, required=True, help="The number of the open socket.")
        parser.add_argument(
            "--workers", type=int, required=True, help="How many requests are answered at once."
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        try:
            serve(options["socket"], options["workers"])
        except LontarError as error:
            self.stderr.write(str(error))
            sys.exit(3)
