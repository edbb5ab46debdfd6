"""A backup is made: the database at one moment, and with it every file that it calls current at that moment.

Why all of them are there: a file comes into the store before the transaction that makes it current, and is removed after one that makes
it current no more. So a file that is current at the moment of the snapshot lies in the store at that moment. From before that moment
until all files are taken nobody removes one: whoever removes holds the lock REMOVAL, and here it is held meanwhile. So the file is
still there when the store is listed, which is after. (Hard links before and after the dump would not do: a file could come and go
between the two.)
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from lontar import __version__
from lontar.instance.backups.archive import (
    DATABASE,
    DESK,
    FACTS,
    NAME,
    SECRETS,
    STORE,
    ArchiveWriter,
    Manifest,
)
from lontar.instance.backups.dumping import Snapshot
from lontar.instance.backups.sealing import OPENING, Sealer
from lontar.instance.cluster import Cluster
from lontar.instance.home import REMOVAL, Home, sync_names
from lontar.instance.server import is_own
from lontar.model.errors import Refused, SourceProblem, Unavailable

PATIENCE = 60.0
"""Seconds that whoever removes files of the store may take to end."""


class Progress:
    """How far a backup is, for whoever watches: `whole` is a guess, `done` the bytes taken so far."""

    def __init__(self, told: Callable[[int, int], None] = lambda _done, _whole: None) -> None:
        self._told, self.done, self.whole = told, 0, 0

    def expect(self, size: int) -> None:
        """Set how many bytes there are."""
        self.whole = size

    def add(self, size: int) -> None:
        """Tell of so many more."""
        self.done += size
        self._told(self.done, self.whole)


def make_backup(home: Home, to: Path, passphrase: str, progress: Progress | None = None) -> Manifest:
    """Write a backup of an instance, whole or not at all, while it may run; give what is in it.

    Raises Unavailable, Refused or SourceProblem where it cannot be made; then nothing is left of it.
    """
    refuse_to_make(home, to)
    with _alone(home), _written_whole(to) as file, Cluster(home).running() as cluster, _no_removal(home):
        sealer = Sealer(file, passphrase)
        manifest = _write(home, cluster, sealer, progress or Progress())
        sealer.finish()
    return manifest


def refuse_to_make(home: Home, to: Path) -> None:
    """Raise what can be said before anything is begun, and before a passphrase is asked for."""
    facts = home.facts
    if not is_own():
        said = f"the database of the instance {facts.id} is an operator's, and is backed up there."
        remedy = "docs/how-to/back-up-and-restore.md says in which order to take both."
        raise Refused("INS-048", "LONTAR_DATABASE_URL", said, remedy)
    try:
        is_there = to.exists() or to.is_symlink()
    except OSError as error:
        raise _cannot_be_written(to, error) from None
    if is_there:
        said = "there is a file of that name, which may be all that is left one day."
        raise SourceProblem("INS-046", str(to), said, "Name a new one.")
    if to.absolute().resolve().is_relative_to(home.folder.resolve()):
        said = "this is in the instance's folder, with which it would be lost."
        raise SourceProblem("INS-046", str(to), said, "Name a file elsewhere, at best on another machine.")


def _write(home: Home, cluster: Cluster, sealer: Sealer, progress: Progress) -> Manifest:
    archive = ArchiveWriter(sealer, progress.add)
    with Snapshot.taken(cluster) as snapshot:
        moment, tables, current = datetime.now(UTC), snapshot.rows(), snapshot.current_files()
        progress.expect(snapshot.size() + sum(_size(path) for _, path in _sealed_files(home)))
        for name, path in [(FACTS, home.folder / FACTS), *_files_of(home, SECRETS)]:
            _add(archive, name, path)
        snapshot.dump(lambda part: archive.add_bytes(f"{DATABASE}/{len(archive.members):06}", part))
    for name, path in _sealed_files(home):
        with contextlib.suppress(FileNotFoundError):
            _add(archive, name, path)
    taken = {member.name for member in archive.members}
    manifest = Manifest(
        id=home.facts.id, kind=home.facts.kind, version=__version__, postgres=cluster.binaries.major(), moment=moment,
        members=archive.members, tables=tables,
        missing=sorted(current - taken),
    )  # fmt: skip
    archive.finish(manifest)
    return manifest


def _files_of(home: Home, part: str) -> list[tuple[str, Path]]:
    """Every file of a folder of the instance, under its name in the backup; drafts, whose names begin with a dot, are not looked at."""
    folder = home.folder / part
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(f"{part}/{path.relative_to(folder).as_posix()}", path) for path in found]
    kept = [(name, path) for name, path in named if "/." not in name]
    for name, path in kept:
        if not NAME.fullmatch(name):
            said = "it has a name that Lontar does not give, and is not known to belong here."
            raise Unavailable("INS-053", str(path), said, "Move it elsewhere.")
    return kept


def _sealed_files(home: Home) -> list[tuple[str, Path]]:
    return [*_files_of(home, STORE), *_files_of(home, DESK)]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _add(archive: ArchiveWriter, name: str, path: Path) -> None:
    """Add a file. Raises FileNotFoundError where it is not there, Unavailable where it cannot be read."""
    try:
        with path.open("rb") as file:
            archive.add(name, file, os.fstat(file.fileno()).st_size)
    except FileNotFoundError:
        raise
    except OSError as error:
        said = f"it cannot be read: {(error.strerror or str(error)).lower()}."
        remedy = "Run this as the account that keeps the instance; see whether the disk is sound."
        raise Unavailable("INS-053", str(path), said, remedy) from None


@contextlib.contextmanager
def _alone(home: Home) -> Iterator[None]:
    """Keep another backup of the instance away for that long. Raises Unavailable where one is being made."""
    with _locked(home, "backup") as is_mine:
        if not is_mine:
            said = f"another backup of it is being made (process {home.holder('backup')})."
            raise Unavailable("INS-050", str(home.folder), said, "Wait until it is done.")
        yield


def _locked(home: Home, name: str) -> contextlib.AbstractContextManager[bool]:
    """Take a lock. Raises Unavailable where this account may not."""
    if not os.access(home.folder, os.W_OK):
        remedy = "Run this as the account that keeps the instance."
        raise Unavailable("INS-053", str(home.folder), "this account may not write here.", remedy)
    return home.locked(name)


@contextlib.contextmanager
def _no_removal(home: Home) -> Iterator[None]:
    """Let nobody remove a file of the store for that long."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with _locked(home, REMOVAL) as is_mine:
            if is_mine:
                yield
                return
        if time.monotonic() > deadline:
            said = (
                f"files of the store are being removed (process {home.holder(REMOVAL)}), which does not end."
            )
            raise Unavailable("INS-050", str(home.folder), said, "See what that process does.")
        time.sleep(0.05)


class _Written:
    """A file that says in a sentence why it cannot be written."""

    def __init__(self, file: BinaryIO, place: Path) -> None:
        self._file, self._place = file, place

    def write(self, data: bytes) -> int:
        """Write all of it. Raises Unavailable where there is no room."""
        try:
            return self._file.write(data)
        except OSError as error:
            raise _cannot_be_written(self._place, error) from None


@contextlib.contextmanager
def _written_whole(to: Path) -> Iterator[_Written]:
    """A file that only its owner can read, which gets its name when it is whole and on the disk; else nothing is left of it."""
    draft = to.with_name(f"{to.name}.part")
    try:
        file = _open_draft(draft)
    except OSError as error:
        raise _cannot_be_written(to, error) from None
    try:
        yield _Written(file, to)
        _put_in_place(file, draft, to)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finally:
        with contextlib.suppress(OSError):  # of a full disk, which was told
            file.close()


def _put_in_place(file: BinaryIO, draft: Path, to: Path) -> None:
    try:
        file.flush()
        os.fsync(file.fileno())
        draft.rename(to)
        sync_names(to.parent)
    except OSError as error:
        raise _cannot_be_written(to, error) from None


def _open_draft(draft: Path) -> BinaryIO:
    """Open it, in place of one that a backup which was killed left behind. Raises Unavailable where that backup goes on."""
    while True:
        with contextlib.suppress(FileNotFoundError), draft.open("rb") as left:
            _lock(left, draft)
            if not OPENING.startswith(left.read(len(OPENING))):
                said = "there is a file of that name, which may be all that is left one day."
                raise SourceProblem("INS-046", str(draft), said, "Name a new one.")
            draft.unlink()
        with contextlib.suppress(FileExistsError):
            file = os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")
            _lock(file, draft)
            return file


def _lock(file: BinaryIO, draft: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        said = "another backup is being written there."
        raise Unavailable(
            "INS-050", str(draft), said, "Wait until it is done, or name another file."
        ) from None


def _cannot_be_written(place: Path, error: OSError) -> Unavailable:
    said = f"it cannot be written: {(error.strerror or 'the disk refuses').lower()}."
    return Unavailable("INS-047", str(place), said, "Make room, or name another place; nothing was kept.")
