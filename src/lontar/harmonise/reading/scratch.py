"""Files without a name, for what a file holds before personal columns are dropped: gone with the process, however it ends."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class Scratch:
    """Makes nameless files on the disk of a folder; they are there until the end of the block."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def file(self) -> tuple[IO[bytes], Path]:
        """A new file to write to, and the path by which this process can read it (proc(5): /proc/self/fd)."""
        stream = self._open.enter_context(tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115
        return stream, Path(f"/proc/self/fd/{stream.fileno()}")
