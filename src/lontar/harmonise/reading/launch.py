"""Starting the reading child and taking its answer."""

import signal
import subprocess
import time
from pathlib import Path

import msgspec

from lontar.harmonise.progress import Teller
from lontar.harmonise.reading.landing import BEGUN, Landing, Limits, ReadRequest
from lontar.harmonise.reading.pace import PaceSeen
from lontar.harmonise.reading.starting import Process, start_child, stop_child
from lontar.model.errors import LontarError, SourceProblem, Unavailable
from lontar.model.problems import Problem

_GRACE_SECONDS, _SECONDS_APART = 10, 0.2
_OUT_OF_MEMORY = (
    "MemoryError", "bad_alloc", "Cannot allocate memory", "memory allocation of", "can't start new thread",
)  # fmt: skip
"""What Python, C++, the system and Rust say where a process may have no more memory."""


_BROKE = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP)
"""How a process ends whose own code went wrong; by any other signal it was ended from outside."""


class ReadingChild:
    """A reading child at work; the parent may do other things until it asks for the answer."""

    def __init__(self, request: ReadRequest, process: Process | None = None) -> None:
        self._request = request
        self._pace = PaceSeen(Path(request.out)) if request.tells_pace else None
        self._process = process or start_child()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(msgspec.json.encode(request))
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already; its answer says why
        self._process.stdin = None

    def answer(self, teller: Teller | None = None) -> Landing:
        """Wait for the landing, and tell how far it is.

        Raises SourceProblem if a file ended the child or met a limit, Unavailable if something else did, and
        whatever the teller raises; the child has ended then.
        """
        limits = self._request.limits
        try:
            out, err = self._waited(teller or Teller())
        except subprocess.TimeoutExpired as expired:
            self.stop()
            raise too_long(limits, self._file(_decoded(expired.stderr))) from expired
        except BaseException:
            self.stop()
            raise
        finally:
            if self._pace is not None:
                self._pace.close()
        if self._process.returncode == 0:
            return msgspec.json.decode(out, type=Landing)
        said = _decoded(err)
        raise how_it_ended(self._process.returncode, said, limits, self._file(said))

    def _waited(self, teller: Teller) -> tuple[bytes, bytes]:
        """What the child said when it ended; raises TimeoutExpired when its time is over."""
        end = time.monotonic() + self._request.limits.seconds + _GRACE_SECONDS
        while True:
            left = max(0.0, end - time.monotonic())
            try:
                return self._process.communicate(
                    timeout=left if self._pace is None else min(left, _SECONDS_APART)
                )
            except subprocess.TimeoutExpired:
                if self._pace is None or left <= _SECONDS_APART:
                    raise
                teller.reach(*self._pace.rows())

    def stop(self) -> None:
        """End the child, whatever it does."""
        stop_child(self._process)

    def _file(self, said: str) -> str:
        """The file that it was reading."""
        begun = [line.removeprefix(BEGUN) for line in said.splitlines() if line.startswith(BEGUN)]
        names = [file.name for file in self._request.files]
        if begun and begun[-1].isdecimal():
            return names[int(begun[-1])]
        return names[0] if len(names) == 1 else ""


def how_it_ended(status: int, said: str, limits: Limits, file: str) -> LontarError:
    """Why a child gave no answer, by its status and what it said: never in its own words, which may quote the file."""
    if status == 4:
        last = said.strip().splitlines()[-1] if said.strip() else ""
        return Problem("no_space", details={"detail": last.partition(" ")[2]}).error(Unavailable)
    if status == -signal.SIGXCPU:
        return too_long(limits, file)
    if any(sign in said for sign in _OUT_OF_MEMORY):
        return _limit(f"{limits.memory_bytes // 2**20} MB of memory", file)
    if status == 1 or -status in _BROKE:
        details = {"detail": "it broke on something in the file that nobody foresaw"}
        return Problem("reader_stopped", file=file, details=details).error(SourceProblem)
    detail = f"exit status {status}" if status >= 0 else f"it was ended by {signal.Signals(-status).name}"
    return Problem("reader_stopped", file=file, details={"detail": detail}).error(Unavailable)


def too_long(limits: Limits, file: str) -> LontarError:
    """The time is over."""
    return _limit(f"{limits.seconds} seconds", file)


def _limit(what: str, file: str) -> LontarError:
    return Problem("too_large", file=file, details={"detail": what}).error(SourceProblem)


def _decoded(said: bytes | None) -> str:
    return (said or b"").decode("utf-8", "replace")


def landed_parts(out: Path) -> list[Path]:
    """The Parquet files in which the child landed the rows, in order."""
    return sorted(out.glob("rows.*.parquet"), key=lambda path: int(path.name.split(".")[1]))
