"""Where a call works: a folder beside its output that is gone afterwards, and the one step in which the output appears."""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

_PREFIX, _OLD_PREFIX, _LOCK = ".lontar-", ".lontar-old-", "lock"
_OURS = ("account.json", "problems.csv", "problems.jsonl", "observations")
"""What a call writes; everything else in a folder is somebody else's."""


class Workplace:
    """A folder for one call, locked while it lives; leftovers of calls that were killed are cleared away first."""

    def __init__(self, parent: Path) -> None:
        self._parent = parent
        self._lock = -1

    def __enter__(self) -> Self:
        _sweep(self._parent)
        while not self._taken():
            pass  # another call was sweeping just then, and took the new folder for a leftover
        return self

    def _taken(self) -> bool:
        """Make a folder and lock it; whether it is still there, and ours."""
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._parent))
        self._lock = os.open(self.folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            return False
        if not (self.folder / _LOCK).exists():
            os.close(self._lock)
            return False
        return True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


def _sweep(parent: Path) -> None:
    """Remove folders of calls that ended without removing them: nobody holds their lock any more."""
    for folder in parent.glob(f"{_PREFIX}*"):
        if folder.name.startswith(_OLD_PREFIX) or not (folder / _LOCK).is_file():
            continue
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass  # its call is still at work
        finally:
            os.close(lock)


def put_in_place(made: Path, out: Path, replace: bool) -> None:
    """Move the finished folder to its place in one step. What others put into the folder it replaces stays there.

    Raises FileExistsError where the folder holds something and may not be replaced.
    """
    if not out.exists():
        made.rename(out)
        return
    if not replace and any(out.iterdir()):
        raise FileExistsError(17, f"the folder {out} is not empty")
    old = Path(tempfile.mkdtemp(prefix=_OLD_PREFIX, dir=out.parent))
    out.rename(old / "was")
    try:
        made.rename(out)
    except OSError:
        (old / "was").rename(out)
        old.rmdir()
        raise
    for kept in sorted((old / "was").iterdir()):
        if kept.name not in _OURS:
            kept.rename(out / kept.name)
    shutil.rmtree(old)
