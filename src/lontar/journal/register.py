"""The readers' register: an owner is told who read what it owns, a week later: participant, day, topic and rule, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from lontar.instance.cursors import Cursor
from lontar.journal.writing import write_entry

LATER = timedelta(days=7)
"""After how long an owner is told: nobody can watch another read."""


class Read(NamedTuple):
    """On that day, people of that participant read things of that topic under that rule; `refused` where they were not let."""

    reader: str
    day: date
    topic: str
    rule: str


def tell_owners(cursor: Cursor, at: datetime) -> int:
    """Tell owners of readings that are a week old, each participant, day, topic and rule once, and give how many entries that made.

    Runs as the owner role, once a day. What was told stands in the owner's chain; until then it can be seen by nobody.
    """
    until = at.astimezone(UTC).date() - LATER
    cursor.execute(
        "select distinct owner, reader, day, topic, rule from journal_reading where told is null and day <= %s"
        " order by owner, day, reader, topic, rule",
        (until,),
    )
    found = cursor.fetchall()
    for owner, reader, day, topic, rule in found:
        write_entry(cursor, owner, "was_read", at, reader=reader, day=day.isoformat(), topic=topic, rule=rule)
    cursor.execute(
        "update journal_reading set told = %s where told is null and day <= %s", (at.date(), until)
    )
    return len(found)


def readers(cursor: Cursor) -> list[Read]:
    """Give what the viewer's participant was told, the latest day first."""
    cursor.execute(
        "select distinct reader, day, topic, rule from journal_reading order by day desc, reader, topic, rule"
    )
    return [Read(*row) for row in cursor.fetchall()]
