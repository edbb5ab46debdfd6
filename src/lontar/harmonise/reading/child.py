"""The reading child: parses files that nobody vouches for, under limits, and writes rows as text.

Run as `python -m lontar.harmonise.reading.child`; a ReadRequest on stdin, a Landing on stdout. It drops
personal columns before anything is written.
"""

import os
import resource
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

import msgspec
import pyarrow as pa

from lontar.harmonise.reading.confinement import confine
from lontar.harmonise.reading.fileread import Into, read_file
from lontar.harmonise.reading.landing import BEGUN, LandedFile, LandedProblem, Landing, ReadRequest
from lontar.harmonise.reading.pace import Pace, lines_beforehand
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.store import RowStore
from lontar.harmonise.reading.unpacking import Unreadable, fingerprint

_WORTH_A_THREAD = 1 << 23
"""Bytes of a file from which on it is read while its fingerprint is being taken."""


def main() -> None:
    """Read the request, land every file, answer."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=ReadRequest)
    network = confine(request.limits, request.parent)
    pa.set_cpu_count(1)
    answer = land(request, network, _tell_begun)
    sys.stdout.buffer.write(msgspec.json.encode(answer))


def _tell_begun(file: int) -> None:
    sys.stderr.write(f"{BEGUN}{file}\n")
    sys.stderr.flush()


def land(request: ReadRequest, network: str, begin: Callable[[int], None] = lambda _: None) -> Landing:
    """Land all files of a request into one table of rows; `begin` is told the number of each file before it is opened."""
    pace = _pace(request)

    def landed(index: int) -> LandedFile:
        begin(index)
        file = _land_file(index, request, store, pace)
        if pace is not None:
            pace.leave(index)
        return file

    with RowStore(Path(request.out), request.many) as store:
        files = tuple(landed(index) for index in range(len(request.files)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Landing(
        files=files, slots=tuple(store.headers), lists=store.lists(), in_order=store.in_order, peak_bytes=peak,
        network=network,
    )  # fmt: skip


def _pace(request: ReadRequest) -> Pace | None:
    """Where the parent wants to know how far the child has come: the lines of all texts are counted first."""
    if not request.tells_pace:
        return None
    pace = Pace(Path(request.out), len(request.files))
    if request.shape.format in ("text", "jsonl") and len(request.files) > 1:
        for index, file in enumerate(request.files):
            pace.expect(index, lines_beforehand(file.place(), file.name))
    return pace


def _land_file(index: int, request: ReadRequest, store: RowStore, pace: Pace | None) -> LandedFile:
    """Land one file; it is opened once, so that what is read is what was fingerprinted, whatever becomes of its name."""
    source = request.files[index]
    path = source.place()
    try:
        if path.exists() and not path.is_file():
            raise OSError(0, "it is a folder" if path.is_dir() else "it is no regular file")
        held = path.open("rb")
    except OSError as error:
        return _unopened(source.name, _unreadable(error))
    with held, Scratch(Path(request.out)) as scratch:
        return _land_held(index, Path(f"/proc/self/fd/{held.fileno()}"), request, Into(store, scratch, pace))


def _land_held(index: int, path: Path, request: ReadRequest, into: Into) -> LandedFile:
    taken = _Fingerprint(path)
    try:
        landed = _read_held(index, path, request, into)
        sha256, size = taken.result()
    except OSError as error:
        if taken.failure() is None:
            raise
        into.store.forget(index)
        return _unopened(request.files[index].name, _unreadable(taken.failure() or error))
    return msgspec.structs.replace(landed, sha256=sha256, size=size)


class _Fingerprint:
    """The fingerprint and size of a file; of a large one they are taken while it is read."""

    def __init__(self, path: Path) -> None:
        self._taken: Future[tuple[str, int]] = Future()
        if path.stat().st_size < _WORTH_A_THREAD:
            self._take(path)
        else:
            Thread(target=self._take, args=(path,), daemon=True).start()

    def _take(self, path: Path) -> None:
        try:
            self._taken.set_result(fingerprint(path))
        except OSError as error:
            self._taken.set_exception(error)

    def result(self) -> tuple[str, int]:
        """Wait for it; raises OSError where the file cannot be read."""
        return self._taken.result()

    def failure(self) -> OSError | None:
        """Why the file cannot be read, if it cannot."""
        failure = self._taken.exception()
        return failure if isinstance(failure, OSError) else None


def _read_held(index: int, path: Path, request: ReadRequest, into: Into) -> LandedFile:
    name = request.files[index].name
    try:
        return read_file(index, path, request, into)
    except Unreadable as unreadable:
        into.store.forget(index)
        return _unopened(name, unreadable.problem)
    except (MemoryError, pa.ArrowMemoryError):
        into.store.forget(index)
        detail = {"detail": f"{request.limits.memory_bytes // 2**20} MB of memory"}
        return _unopened(name, LandedProblem(kind="too_large", details=detail))


def _unreadable(error: OSError) -> LandedProblem:
    kind = "no_file" if isinstance(error, FileNotFoundError) else "not_readable"
    return LandedProblem(kind=kind, details={"detail": error.strerror or str(error)})


def _unopened(name: str, problem: LandedProblem) -> LandedFile:
    return LandedFile(name=name, sha256="", size=0, opened=False, problems=(problem,))


if __name__ == "__main__":
    try:
        main()
    except OSError as error:
        sys.stderr.write(f"{error.errno or 0} {error.strerror or error}\n")
        sys.stderr.flush()
        os._exit(4)
    # Straight out: at an orderly end the threads of the libraries are sometimes torn down while they still run.
    sys.stdout.flush()
    os._exit(0)
