"""`lontar demo` calls this: what others published enters the store as echoes."""

import secrets
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from lontar.catalogue import open_catalogue
from lontar.catalogue.loader import Catalogue
from lontar.warehouse.echoes import Echo, Topics, load_echo
from lontar.warehouse.entering import Ids
from lontar.warehouse.knowing import dimensions_of
from lontar.warehouse.looking_after import sweep
from lontar.warehouse.opening import open_store


class Command(BaseCommand):
    """Load echoes, as the owner role; `echoes` are pairs of a source and the folder of its observations."""

    help = "Load what others published."
    stealth_options = ("echoes",)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        catalogue = open_catalogue()
        store, topics = open_store(settings.HOME), _topics(catalogue)  # type: ignore[misc]
        ids = Ids(uuid.uuid4, secrets.token_bytes)
        with transaction.atomic(), connection.cursor() as cursor:
            sweep(cursor, store)
        for told, folder in options["echoes"]:
            tables = {path.stem: pq.read_table(path) for path in sorted(Path(folder).glob("*.parquet"))}
            with transaction.atomic(), connection.cursor() as cursor:
                load_echo(cursor, store, Echo(**told), tables, topics, ids, datetime.now(UTC))


def _topics(catalogue: Catalogue) -> Topics:
    return Topics({one.id: one.topic for one in catalogue.indicators()}, partial(dimensions_of, catalogue))
