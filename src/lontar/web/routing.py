"""Which role of the database a table is reached as: accounts and sessions as the gate, everything else as the role that serves pages."""

from __future__ import annotations

from typing import Any

AT_THE_GATE = frozenset(
    {"account", "auth", "contenttypes", "django_cache", "mfa", "sessions", "socialaccount", "usersessions"}
)
"""The applications whose tables hold what people sign in with."""
OURS_AT_THE_GATE = frozenset({"members.person", "members.issuer"})
"""Our own tables that do."""


class Router:
    """Sends what signs people in to the connection `gate`; it knows no figures, and the role that serves pages knows no secrets."""

    def db_for_read(self, model: Any, **_: object) -> str:
        """Give the connection that a table is read through."""
        about = model._meta  # noqa: SLF001
        is_account = about.app_label in AT_THE_GATE or about.label_lower in OURS_AT_THE_GATE
        return "gate" if is_account else "default"

    db_for_write = db_for_read

    def allow_relation(self, *_: object, **__: object) -> bool:
        """Both are one database."""
        return True

    def allow_migrate(self, db: str, *_: object, **__: object) -> bool:
        """Only the owner migrates, through the connection `default`."""
        return db == "default"
