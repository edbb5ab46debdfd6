"""A backup becomes an instance again: all of it is checked first, then put beside, compared, and moved into place, what it is last.

What is not whole lies in a folder of its own, `.restoring`. The next restoring clears it, whatever ended the one before.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from lontar import __version__
from lontar.instance.backups.archive import (
    DATABASE,
    DESK,
    FACTS,
    SECRETS,
    STORE,
    Manifest,
    Source,
    read_archive,
)
from lontar.instance.backups.dumping import Filling, answering, count_rows
from lontar.instance.backups.making import Progress
from lontar.instance.backups.sealing import Opener, refuse_what_is_no_backup
from lontar.instance.binaries import Binaries
from lontar.instance.cluster import Cluster
from lontar.instance.home import Home, sync_names
from lontar.instance.server import is_own
from lontar.model.errors import Refused, SourceProblem, Unavailable

_DRAFT, _WHOLE = ".restoring", "whole"
_LEFT_BESIDE = {_DRAFT, "postgres.lock", "lost+found"}
_PARTS = ("postgres", STORE, DESK, SECRETS, FACTS)
"""In the order in which they are moved into place: what says that here is an instance comes last."""


def refuse_to_restore(home: Home, backup: Path) -> None:
    """Raise what can be said before a passphrase is asked for: of the folder, and of what is no backup at all."""
    if not is_own():
        said = "the database is an operator's, and is restored there."
        raise Refused("INS-048", "LONTAR_DATABASE_URL", said, "Unset it to restore into the instance's own.")
    with _written_to(home):
        _refuse_what_runs(home)
        _refuse_what_is_there(home)
    refuse_to_open(backup)


def refuse_to_open(backup: Path) -> None:
    """Raise SourceProblem for what is no backup, is of a later form, or was cut off."""
    with _opened(backup) as file:
        refuse_what_is_no_backup(file, str(backup))


def check_backup(backup: Path, passphrase: str, progress: Progress | None = None) -> Manifest:
    """Check every byte of a backup, and give what is in it. Raises SourceProblem where one is another, or it is of a later Lontar."""
    told = (progress or Progress()).add
    with _opened(backup) as file:
        manifest = read_archive(Opener(file, str(backup), passphrase, told), str(backup))
    _refuse_what_is_later(backup, manifest)
    return manifest


def restore_backup(home: Home, backup: Path, passphrase: str, progress: Progress | None = None) -> Manifest:
    """Put the instance of a backup into a folder that is empty or absent, whole or not at all; give what it was compared with.

    Raises Refused, SourceProblem or Unavailable where that cannot be; then no instance is there.
    """
    progress = progress or Progress()
    progress.expect(2 * backup.stat().st_size if backup.is_file() else 0)
    refuse_to_restore(home, backup)
    checked = check_backup(backup, passphrase, progress)
    with _written_to(home), _kept(home):
        draft = Home(home.folder / _DRAFT)
        with _opened(backup) as file, _drafting(draft, str(backup)) as restoring:
            opener = Opener(file, str(backup), passphrase, progress.add)
            manifest = read_archive(opener, str(backup), restoring.take)
            restoring.compare(manifest)
        if manifest != checked:
            shutil.rmtree(draft.folder)
            said = "the backup was another one when it was read again."
            raise Unavailable("INS-052", str(backup), said, "No instance was left there; try again.")
        _move_into_place(draft, home)
    return manifest


@contextlib.contextmanager
def _written_to(home: Home) -> Iterator[None]:
    """Raise Unavailable for whatever keeps the folder from being written."""
    try:
        yield
    except OSError as error:
        said = f"the instance cannot be written: {(error.strerror or 'the disk refuses').lower()}."
        remedy = "Make room, or name another folder by LONTAR_HOME; no instance is there."
        raise Unavailable("INS-047", str(home.folder), said, remedy) from None


class _Restoring:
    """An instance that grows in a folder of its own."""

    def __init__(self, home: Home, cluster: Cluster, place: str, closing: contextlib.ExitStack) -> None:
        self._home, self._cluster = home, cluster
        self._place, self._closing = place, closing
        self._filling: Filling | None = None

    def take(self, name: str, source: Source) -> None:
        """Take one member: a part of the database, or a file."""
        if name.startswith(f"{DATABASE}/"):
            self._fill(source)
            return
        self._closing.close()
        path = self._home.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = 0o644 if name == FACTS else 0o600
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            while part := source.read(2**20):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())

    def _fill(self, source: Source) -> None:
        """Give the database a part of the dump; before the first the cluster is made, with its roles and their secrets."""
        if self._filling is None:
            self._cluster.start()
            self._filling = self._closing.enter_context(Filling.begun(self._cluster))
        self._filling.take(source)

    def compare(self, manifest: Manifest) -> None:
        """Raise Unavailable where a table has not as many rows as it had."""
        self._closing.close()
        if self._filling is None:
            said = "there is no database in it."
            raise Unavailable("INS-052", self._place, said, "No instance was left there; try again.")
        with answering(self._cluster) as connection:
            found = count_rows(connection)
            connection.execute("analyze")
        for table in sorted({*found, *manifest.tables}):
            now, then = found.get(table, 0), manifest.tables.get(table, 0)
            if now != then:
                said = f"rows of the table {table} restored: {now:,}; backed up: {then:,}."
                raise Unavailable("INS-052", self._place, said, "No instance was left there; try again.")


@contextlib.contextmanager
def _drafting(draft: Home, place: str) -> Iterator[_Restoring]:
    """A folder for what is not whole yet, with a server that ends with it; it is left there only if nothing went wrong."""
    cluster = Cluster(draft)
    try:
        with contextlib.ExitStack() as closing:
            yield _Restoring(draft, cluster, place, closing)
        cluster.stop()
        for folder in (path for path in draft.folder.rglob("*") if path.is_dir() and _is_ours(draft, path)):
            sync_names(folder)
    except BaseException:
        cluster.stop()
        _clear(draft)
        raise
    finally:
        cluster.forget()


def _is_ours(draft: Home, folder: Path) -> bool:
    """Whether we wrote it; PostgreSQL looks after its own."""
    return folder.relative_to(draft.folder).parts[0] != "postgres"


def _move_into_place(draft: Home, home: Home) -> None:
    """Move every part, and last what says that here is an instance."""
    (draft.folder / _WHOLE).touch()
    sync_names(draft.folder)
    for part in _PARTS:
        if part == FACTS:
            sync_names(home.folder)
        if (draft.folder / part).exists():
            (draft.folder / part).rename(home.folder / part)
    sync_names(home.folder)
    shutil.rmtree(draft.folder, ignore_errors=True)


@contextlib.contextmanager
def _kept(home: Home) -> Iterator[None]:
    """The folder, for this process alone, cleared of what one before left that did not end."""
    home.folder.mkdir(parents=True, mode=0o755, exist_ok=True)
    with home.locked("postgres") as is_mine:
        if not is_mine:
            raise _another_runs(home)
        _refuse_what_is_there(home)
        draft = Home(home.folder / _DRAFT)
        if (draft.folder / _WHOLE).exists():
            for part in _PARTS:
                shutil.rmtree(home.folder / part, ignore_errors=True)
        if draft.folder.exists():
            _clear(draft)
        draft.folder.mkdir(mode=0o700)
        yield


def _clear(draft: Home) -> None:
    """End what still runs in a draft, and remove it."""
    Cluster(draft).end_orphans()
    shutil.rmtree(draft.folder)


def _refuse_what_runs(home: Home) -> None:
    if not (home.folder / "postgres.lock").exists():
        return
    with home.locked("postgres") as is_mine:
        if not is_mine:
            raise _another_runs(home)


def _another_runs(home: Home) -> Unavailable:
    said = f"another Lontar (process {home.holder('postgres')}) runs here."
    return Unavailable("INS-013", str(home.folder), said, "Stop it first, or use another folder.")


def _refuse_what_is_there(home: Home) -> None:
    """Raise Refused unless the folder is empty, absent, or holds only what one before left that did not end."""
    if not home.folder.exists():
        return
    remedy = "Set LONTAR_HOME to a folder that is empty or not there yet."
    if not home.folder.is_dir():
        raise Refused("INS-045", str(home.folder), "this is no folder.", remedy)
    left = {*_LEFT_BESIDE, *(_PARTS[:-1] if (home.folder / _DRAFT / _WHOLE).exists() else ())}
    if any(path.name not in left for path in home.folder.iterdir()):
        said = "an instance is here already." if home.exists else "the folder is not empty."
        raise Refused("INS-045", str(home.folder), said, remedy)


def _refuse_what_is_later(backup: Path, manifest: Manifest) -> None:
    if _numbers(manifest.version) > _numbers(__version__):
        said = f"it was made by Lontar {manifest.version}, and this is {__version__}."
        raise SourceProblem("INS-044", str(backup), said, "Install the Lontar that made it, or a later one.")
    here = Binaries.find().major()
    if manifest.postgres > here:
        said = f"it was made with PostgreSQL {manifest.postgres}, and the programs here are of {here}."
        remedy = "Set LONTAR_PG_BIN to programs of that version, or of a later one."
        raise SourceProblem("INS-044", str(backup), said, remedy)


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version, to compare; what is not a number counts as nothing."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


@contextlib.contextmanager
def _opened(backup: Path) -> Iterator[BinaryIO]:
    """A backup, to be read. Raises SourceProblem where it cannot be."""
    try:
        file = backup.open("rb")
    except OSError as error:
        said = f"{(error.strerror or 'it cannot be read').lower()}."
        raise SourceProblem("INS-040", str(backup), said, "Name a file that 'lontar backup' wrote.") from None
    with file:
        yield file
