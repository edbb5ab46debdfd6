"""Starting the reading child and taking its answer."""

import signal
import subprocess
from pathlib import Path

import msgspec

from lontar.harmonise.reading.landing import Landing, ReadRequest
from lontar.harmonise.reading.starting import Process, start_child, stop_child
from lontar.model.errors import LontarError, SourceProblem, Unavailable
from lontar.model.problems import Problem

_GRACE_SECONDS = 10
_OUT_OF_MEMORY = (
    "MemoryError", "bad_alloc", "Cannot allocate memory", "memory allocation of", "can't start new thread",
)  # fmt: skip
"""What Python, C++, the system and Rust say where a process may have no more memory."""


class ReadingChild:
    """A reading child at work; the parent may do other things until it asks for the answer."""

    def __init__(self, request: ReadRequest, process: Process | None = None) -> None:
        self._request = request
        self._process = process or start_child()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(msgspec.json.encode(request))
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already; its answer says why
        self._process.stdin = None

    def answer(self) -> Landing:
        """Wait for the landing; raises SourceProblem if the child ran into a limit, Unavailable if it broke."""
        try:
            out, err = self._process.communicate(timeout=self._request.limits.seconds + _GRACE_SECONDS)
        except subprocess.TimeoutExpired as expired:
            self.stop()
            raise self._limit(f"{self._request.limits.seconds} seconds") from expired
        if self._process.returncode == 0:
            return msgspec.json.decode(out, type=Landing)
        raise self._failure(err.decode("utf-8", "replace"))

    def stop(self) -> None:
        """End the child, whatever it does."""
        stop_child(self._process)

    def _failure(self, said: str) -> Exception:
        last = said.strip().splitlines()[-1] if said.strip() else _ended(self._process.returncode)
        if self._process.returncode == 4:
            return Problem("no_space", details={"detail": last.partition(" ")[2]}).error(Unavailable)
        if self._process.returncode == -24:  # SIGXCPU
            return self._limit(f"{self._request.limits.seconds} seconds")
        if any(sign in said for sign in _OUT_OF_MEMORY):
            return self._limit(f"{self._request.limits.memory_bytes // 2**20} MB of memory")
        return Problem("reader_stopped", details={"detail": last}).error(Unavailable)

    def _limit(self, what: str) -> LontarError:
        name = self._request.files[0].name if len(self._request.files) == 1 else ""
        return Problem("too_large", file=name, details={"detail": what}).error(SourceProblem)


def _ended(status: int) -> str:
    """How a process ended that said nothing."""
    if status >= 0:
        return f"exit status {status}"
    return f"it was ended by {signal.Signals(-status).name}"


def landed_parts(out: Path) -> list[Path]:
    """The Parquet files in which the child landed the rows, in order."""
    return sorted(out.glob("rows.*.parquet"), key=lambda path: int(path.name.split(".")[1]))
