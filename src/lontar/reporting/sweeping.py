"""Remove what lies on the desk for nothing: what a process that was stopped left there, and what could not go while a backup was made."""

from __future__ import annotations

import time

from lontar.instance.cursors import Cursor
from lontar.reporting.desk import Desk

PATIENCE = 86_400
"""Seconds after which nobody is still writing what nothing names."""


def sweep(cursor: Cursor, desk: Desk) -> int:
    """Remove the papers that no submission names, and half-written ones, once they are a day old; give how many. Runs as the owner role."""
    cursor.execute("select desk_files()")
    return desk.sweep(frozenset(str(row[0]) for row in cursor.fetchall()), time.time() - PATIENCE)
