"""Erase what an entry says: the chain stays whole, and another entry says which was erased, and why."""

from __future__ import annotations

from datetime import datetime

from lontar.instance.cursors import Cursor
from lontar.journal.writing import write_entry


def erase_content(cursor: Cursor, chain: str, place: int, reason: str, at: datetime) -> bool:
    """Erase what an entry of a chain says, as the owner role. Gives whether there was anything to erase.

    What says that something was erased is not erased itself.
    """
    cursor.execute(
        "delete from journal_content c using journal_link l where l.entry = c.entry and l.chain = %s and l.place = %s"
        " and coalesce(c.body::jsonb ->> 'act', '') <> 'erased' returning c.entry",
        (chain, place),
    )
    if cursor.fetchone() is None:
        return False
    write_entry(cursor, chain, "erased", at, place=place, reason=reason)
    return True
