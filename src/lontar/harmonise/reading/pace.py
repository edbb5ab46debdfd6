"""How far the reading child has come: two numbers in a small file, which the child writes and its parent looks at."""

import os
import struct
from pathlib import Path

_NAME, _FORM, _CHUNK = "pace", struct.Struct("<qq"), 1 << 20


class Pace:
    """The child's side: rows read and rows expected of each file; of text, lines."""

    def __init__(self, folder: Path, files: int) -> None:
        self._file = os.open(folder / _NAME, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        self._expected, self._reached = [0] * files, [0] * files

    def expect(self, file: int, rows: int) -> None:
        """Say how many rows a file has; 0 if that is not known yet."""
        self._expected[file] = rows or self._expected[file]
        self._write()

    def reach(self, file: int, row: int) -> None:
        """Say which row of a file was read last."""
        self._reached[file] = row
        self._write()

    def leave(self, file: int) -> None:
        """Say that there is no more to read of a file."""
        self._expected[file] = self._expected[file] or self._reached[file]
        self.reach(file, self._expected[file])

    def _write(self) -> None:
        total = sum(self._expected) if all(self._expected) else 0
        os.pwrite(self._file, _FORM.pack(sum(self._reached), total), 0)


class PaceSeen:
    """The parent's side."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)

    def rows(self) -> tuple[int, int]:
        """Rows read, and rows that there are (0 while that is not known)."""
        told = os.pread(self._file, _FORM.size, 0)
        done, total = _FORM.unpack(told) if len(told) == _FORM.size else (0, 0)
        return max(done, 0), max(total, 0)

    def close(self) -> None:
        """Look no more."""
        os.close(self._file)


def lines_in(path: Path) -> int:
    """How many lines a text has, whichever sign ends them."""
    ends, returns, last = 0, 0, b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            ends, last = ends + chunk.count(b"\n"), chunk
            returns += chunk.count(b"\r") if not ends else 0
    return (ends or returns) + (bool(last) and not last.endswith((b"\n", b"\r")))


def lines_beforehand(path: Path, name: str) -> int:
    """The lines of a file that is not packed and can be read; else 0."""
    try:
        is_plain = path.is_file() and not name.lower().endswith((".gz", ".zip"))
        return lines_in(path) if is_plain else 0
    except OSError:
        return 0
