"""Write to the journal, in the transaction of the act itself: what is not journalled did not happen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from lontar.instance.cursors import Cursor


def write_entry(
    cursor: Cursor, chain: str, act: str, at: datetime, **facts: str | int | bool | list[str]
) -> UUID:
    """Write one act into a participant's chain, and give the entry's id. Facts hold ids and words, never a name or a figure."""
    body = msgspec.json.encode({"act": act, **facts}, order="sorted").decode()
    cursor.execute("select append_entry(%s, %s, %s)", (chain, at, body))
    row = cursor.fetchone()
    assert row is not None
    return UUID(str(row[0]))
