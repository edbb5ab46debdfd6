"""The log: what happened where, and never about whom. It goes to standard error."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from typing import Any

_OURS = "lontar"


class WithoutPeople(logging.Formatter):
    """Writes one line: moment, level, logger, and of a request its method, route and status.

    Addresses are written as routes, so that no token, name or query is in them. What libraries say is not written, since it may hold
    values; of
    an exception its kind is, where it was raised, and the lines of our own that led there.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        told = [moment, record.levelname.lower(), record.name, _said(record), _fault(record)]
        return " ".join(part for part in told if part)


def _said(record: logging.LogRecord) -> str:
    request = getattr(record, "request", None)
    if request is not None:
        match = getattr(request, "resolver_match", None)
        route = match.route if match is not None else "-"
        return f"{getattr(request, 'method', '-')} /{route} {getattr(record, 'status_code', '-')}"
    if record.name.partition(".")[0] == _OURS:
        return record.getMessage()
    return f"{record.module}:{record.lineno}"


def _fault(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    error: Any = record.exc_info[1]
    *outer, last = traceback.extract_tb(error.__traceback__) or [None]
    frames = [last, *(frame for frame in reversed(outer) if frame and "/lontar/" in frame.filename)]
    lines = " < ".join(f"{frame.name} {frame.filename}:{frame.lineno}" for frame in frames if frame)
    return f"{type(error).__name__} at {lines}"
