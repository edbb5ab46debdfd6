"""The desk of an instance."""

from functools import cache
from pathlib import Path

from django.conf import settings

from lontar.instance.home import REMOVAL, Home
from lontar.reporting.desk import Desk

FOLDER = "desk"


def open_desk(home: Home) -> Desk:
    """Give the desk of an instance."""
    return Desk(home.folder / FOLDER, bytes.fromhex(home.secret("desk")), lambda: home.locked(REMOVAL))


@cache
def the_desk() -> Desk:
    """Give the desk of this process's instance."""
    return open_desk(settings.HOME)  # type: ignore[misc]


def workplace(home: Home) -> Path:
    """Give the folder in which files lie open while they are worked on; what is in it was left by a process that was stopped."""
    return home.folder / FOLDER / ".work"
