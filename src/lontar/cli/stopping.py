"""A command that goes on until it is told to stop: by Ctrl-C, by whoever keeps the machine, or by a terminal that goes away."""

from __future__ import annotations

import signal
import time

_STEP = 0.1


class Stopping:
    """Whether the process was told to stop, also where whoever started it lets it ignore that.

    The handler only sets a flag: one that took a lock could wait for itself, where the signal arrives while the lock is held.
    """

    def __init__(self) -> None:
        self.is_told = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._tell)

    def _tell(self, *_: object) -> None:
        self.is_told = True

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is told, or for so long, and say whether it was."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self.is_told and (until is None or time.monotonic() < until):
            time.sleep(_STEP)
        return self.is_told
