"""What a cursor of the database can do, whoever made it: Django or psycopg."""

from __future__ import annotations

from typing import Any, Protocol


class Cursor(Protocol):
    """Runs one statement at a time; rows hold what the database gave."""

    def execute(self, query: Any, params: Any = ..., /) -> Any:
        """Run one statement."""

    def nextset(self) -> Any:
        """Go to what the next of several statements gave, and say whether there is one."""

    def fetchone(self) -> Any:
        """Give the next row, or None."""

    def fetchall(self) -> Any:
        """Give all rows that are left."""
