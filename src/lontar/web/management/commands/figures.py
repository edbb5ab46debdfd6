"""`lontar figures` calls this."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from lontar.members.acting import acting
from lontar.warehouse.door.opening import the_door
from lontar.warehouse.door.query import parse_query


class Command(BaseCommand):
    """Read figures as somebody; `told` is the question and who asks, and takes the answer."""

    help = "Read figures through the door."
    stealth_options = ("told",)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        told: dict[str, Any] = options["told"]
        query = parse_query(told["question"])
        with acting(told["person"], told["participant"], datetime.now(UTC), grain=told["grain"]) as act:
            door = the_door()
            if told["grain"] == "total" and not told["as_list"]:
                told["answer"] = door.totals(act, query)
            else:
                told["answer"] = door.rows(act, query) if told["as_list"] else door.read(act, query)
