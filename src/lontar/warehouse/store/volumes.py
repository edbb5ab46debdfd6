"""Volumes: files that are written once, to the disk, and later removed. The seam behind which they could lie elsewhere."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Protocol
from uuid import UUID

from lontar.instance.home import write_whole
from lontar.model.errors import Unavailable

_ENDING = ".volume"


class Volumes(Protocol):
    """Where volumes lie: a folder, or an object store (`read` is then a request for a range)."""

    def put(self, volume: UUID, content: bytes) -> None:
        """Keep a volume, whole or not at all, before this comes back."""

    def read(self, volume: UUID, place: int, length: int) -> bytes:
        """Give a part of a volume. Raises FileNotFoundError where there is no such volume (any more)."""

    def size(self, volume: UUID) -> int:
        """Give how many bytes a volume has; 0 where there is none."""

    def remove(self, volumes: Iterable[UUID]) -> None:
        """Remove volumes that are there, unless they are being copied now: then they stay until the store is swept."""

    def all(self) -> Iterator[UUID]:
        """Give every volume that is there."""


class VolumeFolder:
    """Volumes as files of a folder. `removing` is entered before anything is removed, and says whether it may be."""

    def __init__(
        self, folder: Path, removing: Callable[[], AbstractContextManager[bool]] = lambda: nullcontext(True)
    ) -> None:
        self.folder, self._removing = folder, removing

    def put(self, volume: UUID, content: bytes) -> None:
        """Write the file beside, to the disk, and then under its name. Raises Unavailable where there is no room."""
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            write_whole(self._path(volume), content, mode=0o600, replace=False)
        except OSError as error:
            said = f"it cannot be written: {(error.strerror or 'the disk refuses').lower()}."
            raise Unavailable(
                "WAR-003", str(self.folder), said, "Make room there; nothing was kept of this."
            ) from None

    def read(self, volume: UUID, place: int, length: int) -> bytes:
        """Read a part of the file; less of it where the file is shorter."""
        handle = os.open(self._path(volume), os.O_RDONLY | os.O_CLOEXEC)
        try:
            parts = []
            while length and (part := os.pread(handle, length, place)):
                parts.append(part)
                place, length = place + len(part), length - len(part)
            return b"".join(parts)
        finally:
            os.close(handle)

    def size(self, volume: UUID) -> int:
        """Ask the file."""
        try:
            return self._path(volume).stat().st_size
        except FileNotFoundError:
            return 0

    def remove(self, volumes: Iterable[UUID]) -> None:
        """Remove the files."""
        with self._removing() as is_free:
            for volume in volumes if is_free else ():
                self._path(volume).unlink(missing_ok=True)

    def all(self) -> Iterator[UUID]:
        """Give every file that is called as a volume is."""
        for path in self.folder.glob(f"*{_ENDING}") if self.folder.is_dir() else ():
            with contextlib.suppress(ValueError):
                yield UUID(path.stem)

    def sweep_drafts(self) -> None:
        """Remove what a process that was stopped left half written."""
        with self._removing() as is_free:
            for path in self.folder.glob(f".*{_ENDING}.*") if is_free else ():
                path.unlink(missing_ok=True)

    def _path(self, volume: UUID) -> Path:
        return self.folder / f"{volume}{_ENDING}"
