"""How far a call has come, told while it runs; whoever is told may cancel it."""

import time
from collections.abc import Callable
from typing import Literal

import msgspec

from lontar.model.errors import LontarError
from lontar.model.problems import Problem

Stage = Literal["reading", "understanding", "writing", "accounting"]
_SECONDS_APART = 0.2


class Progress(msgspec.Struct, frozen=True):
    """The stage of a call, and how many rows of how many are done in it; `total` is 0 while nobody knows it.

    While text is read, rows are lines of the files, titles and blank ones included; afterwards they are rows of data.
    The stage of writing begins again, once, where rows turn out to share what must differ.
    """

    stage: Stage
    done: int
    total: int


Tell = Callable[[Progress], None]
"""What a call tells its progress to; it may raise Cancelled."""


class Cancelled(LontarError):
    """Nobody must act: whoever follows the call wanted it no more. What was there before is as it was."""

    def __init__(self) -> None:
        problem = Problem("cancelled")
        super().__init__(problem.code, "", f"{problem.message()}.", problem.remedy())


class Teller:
    """Tells progress a few times a second; where nobody listens it does nothing."""

    def __init__(self, tell: Tell | None = None) -> None:
        self._tell, self._next = tell, 0.0
        self._last = Progress("reading", 0, 0)

    @property
    def is_heard(self) -> bool:
        """Whether somebody listens."""
        return self._tell is not None

    def begin(self, stage: Stage, total: int = 0) -> None:
        """Tell that a stage begins, with so many rows to do."""
        self._last = Progress(stage, 0, total)
        self._say()

    def reach(self, done: int, total: int | None = None) -> None:
        """Tell, if it is time, how many rows are done; `total` where it is known better than before."""
        most = self._last.total if total is None else max(total, 0)
        self._last = Progress(self._last.stage, max(0, min(done, most) if most else done), most)
        self.beat()

    def beat(self) -> None:
        """Tell, if it is time, that the call is still at work."""
        if self._tell is not None and time.monotonic() >= self._next:
            self._say()

    def end(self) -> None:
        """Tell that every row of the stage is done."""
        self._last = msgspec.structs.replace(self._last, done=self._last.total or self._last.done)
        self._say()

    def _say(self) -> None:
        if self._tell is not None:
            self._next = time.monotonic() + _SECONDS_APART
            self._tell(self._last)
