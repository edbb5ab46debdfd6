"""`lontar totals freeze` calls this."""

import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from lontar.catalogue import open_catalogue
from lontar.warehouse.door.opening import the_door
from lontar.warehouse.entering import Ids
from lontar.warehouse.opening import open_store
from lontar.warehouse.totals.freezing import freeze


class Command(BaseCommand):
    """Freeze an edition of regional totals, as the owner role; `told` takes what came of it."""

    help = "Freeze an edition of regional totals."
    stealth_options = ("told",)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        told: dict[str, Any] = options["told"]
        store, ids = open_store(settings.HOME), Ids(uuid.uuid4, secrets.token_bytes)  # type: ignore[misc]
        with transaction.atomic(), connection.cursor() as cursor:
            told["frozen"] = freeze(
                the_door(),
                store,
                open_catalogue(),
                cursor,
                datetime.now(UTC),
                ids,
                indicators=told["indicators"] or None,
            )
