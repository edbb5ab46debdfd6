"""`lontar backup` and `lontar restore`: the whole of an instance in one sealed file, and the way back."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lontar.cli.saying import NO, counted, say_error, say_json
from lontar.instance.home import Home, default_home
from lontar.model.errors import LontarError, SourceProblem, Unavailable

if TYPE_CHECKING:
    from lontar.instance.backups.archive import Manifest
    from lontar.instance.backups.making import Progress

SHORTEST = 15
"""Characters of a passphrase that stands alone (NIST SP 800-63B-4)."""
_LONGEST = 2**16
_NAMED = 5
_passphrase_option = click.option(
    "--passphrase-file", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
    help="A file with the passphrase as its first line; - is standard input. Without it you are asked.",
)  # fmt: skip
_json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON what is in the backup.")


@click.command("backup")
@click.argument("to", type=click.Path(path_type=Path))
@_passphrase_option
@_json_option
def backup(to: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Write the whole of the instance (database, store and secrets) into the new file TO, sealed under a passphrase.

    The instance may run and be written to: what is in the backup is its state at one moment. TO appears whole or not at all. Nobody can
    open it without the passphrase: keep that elsewhere. Exit status 1: the database is an operator's, or a file of the store is
    missing (the backup is written all the same). 2: TO is there already, or the passphrase is too short. 3: it cannot be made now.
    """
    from lontar.instance.backups.making import make_backup, refuse_to_make

    home, started = Home(default_home()), time.monotonic()
    refuse_to_make(home, to)
    passphrase = _read_passphrase(passphrase_file, is_new=True)
    with _progress("Backing up") as progress:
        manifest = make_backup(home, to, passphrase, progress)
    _tell(to, "", manifest, started, as_json=as_json)


@click.command("restore")
@click.argument("backup", metavar="FROM", type=click.Path(path_type=Path))
@click.option(
    "--check", is_flag=True, help="Only check every byte of it and say what is in it; nothing is restored."
)
@_passphrase_option
@_json_option
def restore(backup: Path, check: bool, passphrase_file: Path | None, as_json: bool) -> None:
    """Put the instance of the backup FROM into LONTAR_HOME, which must be empty or not there yet.

    Everything is checked before anything is put in place; then the rows of every table are counted and compared. The instance is there
    whole or not at all. Run 'lontar migrate' next. Exit status 1: the folder is not empty, the database is an operator's, or the backup
    lacks a file of the store (everything else is restored). 2: it is no backup, damaged or of a later Lontar, or the passphrase is
    another. 3: another Lontar runs there, or the disk is full.
    """
    from lontar.instance.backups.restoring import (
        check_backup,
        refuse_to_open,
        refuse_to_restore,
        restore_backup,
    )

    home, started = Home(default_home()), time.monotonic()
    if check:
        refuse_to_open(backup)
    else:
        refuse_to_restore(home, backup)
    passphrase = _read_passphrase(passphrase_file, is_new=False)
    with _progress("Checking" if check else "Restoring") as progress:
        if check:
            manifest = check_backup(backup, passphrase, progress)
        else:
            manifest = restore_backup(home, backup, passphrase, progress)
    _tell(backup, "" if check else str(home.folder), manifest, started, as_json=as_json)


def _read_passphrase(file: Path | None, *, is_new: bool) -> str:
    """Read the passphrase from the file, or ask for it. Raises SourceProblem where there is none, or a new one is too short."""
    if file is None:
        if not sys.stdin.isatty():
            said = "there is no passphrase, and nobody to ask."
            raise SourceProblem("INS-049", "", said, "Give a file that holds it, with --passphrase-file.")
        told = str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True))
    else:
        told = _first_line(file)
    if is_new and len(told) < SHORTEST:
        said = f"the passphrase has {counted(len(told), 'character')}, and needs {SHORTEST} at least."
        remedy = "Take six words or more that nobody would guess together."
        raise SourceProblem("INS-049", "" if file is None else str(file), said, remedy)
    return told


def _first_line(file: Path) -> str:
    try:
        with click.open_file(str(file), encoding="utf-8") as stream:
            line = str(stream.read(_LONGEST)).partition("\n")[0]
    except OSError as error:
        said = f"the passphrase cannot be read: {(error.strerror or 'it does not open').lower()}."
        raise SourceProblem("INS-049", str(file), said, "Name a file that holds it.") from None
    except UnicodeDecodeError:
        said = "the passphrase is no text in UTF-8."
        raise SourceProblem("INS-049", str(file), said, "Write it as text, in the first line.") from None
    if not line:
        raise SourceProblem("INS-049", str(file), "its first line is empty.", "Write the passphrase there.")
    return line


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    """A bar on a terminal; elsewhere nothing."""
    from lontar.instance.backups.making import Progress

    if not sys.stderr.isatty():
        yield Progress()
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:

        def tell(done: int, whole: int) -> None:
            bar.update(min(1000, done * 1000 // max(1, whole)) - bar.pos)

        yield Progress(tell)
        bar.update(1000 - bar.pos)


def _tell(file: Path, folder: str, manifest: Manifest, started: float, *, as_json: bool) -> None:
    """Say what is in the backup, and exit with 1 where files of the store are missing."""
    size, seconds = file.stat().st_size, round(time.monotonic() - started, 3)
    if as_json:
        from lontar.cli.answers import BackupTold

        say_json(
            BackupTold(
                file=str(file), folder=folder, bytes=size, seconds=seconds, instance=manifest.id, kind=manifest.kind,
                version=manifest.version, moment=manifest.moment, tables=manifest.tables, files=manifest.files, missing=manifest.missing,
            )
        )  # fmt: skip
    else:
        click.echo(_summary(file, folder, manifest, size, seconds))
    if manifest.missing:
        say_error(_missing(file, manifest.missing))
        raise click.exceptions.Exit(NO)


def _summary(file: Path, folder: str, manifest: Manifest, size: int, seconds: float) -> str:
    what = (
        f"{file}: the instance {manifest.id} of kind '{manifest.kind}', as it was on {manifest.moment:%Y-%m-%d at %H:%M:%S} UTC under"
        f" Lontar {manifest.version}: {counted(manifest.rows, 'row')} in {counted(len(manifest.tables), 'table')},"
        f" {counted(manifest.files, 'file')} of the store; {size / 1e6:,.1f} MB, {seconds:.1f} s."
    )
    if not folder:
        return what
    return (
        f"{what}\nEvery file and the rows of every table are as they were. The instance is in {folder}.\n"
        "Next: 'lontar migrate', 'lontar journal verify', and what docs/how-to/back-up-and-restore.md says of what came after that moment."
    )


def _missing(file: Path, missing: list[str]) -> LontarError:
    named = ", ".join(missing[:_NAMED]) + (" and more" if len(missing) > _NAMED else "")
    said = f"{counted(len(missing), 'file')} that the database calls current are missing: {named}."
    remedy = "Get them back from an earlier backup; everything else is in this one."
    return Unavailable("INS-054", str(file), said, remedy)
