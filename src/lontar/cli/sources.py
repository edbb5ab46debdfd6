"""The files that a command is given: files, folders, standard input."""

import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

STDIN = "-"
_NO_DATA = {"SOURCE.yml"}
"""Files beside the data that say where they come from."""


class SourceFiles:
    """The files meant, with standard input kept in a file of its own for as long as it is needed."""

    def __init__(self, sources: tuple[str, ...], name: str | None) -> None:
        self._sources, self._name = sources, name

    def __enter__(self) -> list[tuple[Path, str]]:
        if self._sources.count(STDIN) > 1:
            raise click.UsageError("Standard input (-) can be read once only.")
        if self._name and STDIN not in self._sources:
            raise click.UsageError("--name names standard input; give - as source, or leave it out.")
        self._folder = TemporaryDirectory(prefix="lontar-stdin-")
        try:
            return _told_apart([file for source in self._sources for file in self._meant(source)])
        except BaseException:
            self._folder.cleanup()
            raise

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def _meant(self, source: str) -> list[tuple[Path, str]]:
        if source == STDIN:
            return [(self._kept(), self._name or "stdin")]
        if not source:
            raise click.UsageError("A source has no name; give a file, a folder, or -.")
        path = Path(source)
        if _is_folder(path):
            inside = sorted(
                p for p in path.iterdir() if p.is_file() and p.name not in _NO_DATA and p.name[0] != "."
            )
            if not inside:
                raise click.UsageError(f"The folder {source} holds no file.")
            return [(p, _readable(p.name)) for p in inside]
        return [(path, _readable(path.name))]

    def _kept(self) -> Path:
        path = Path(self._folder.name) / "input"
        with path.open("wb") as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
        return path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long: reading it will say so
        return False


def _told_apart(files: list[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """The same files; those that share a name are called by their whole path, in which names are told apart."""
    names = [name for _, name in files]
    return [(path, name if names.count(name) == 1 else _readable(path.as_posix())) for path, name in files]


def _readable(name: str) -> str:
    """A file's name as text on one line: bytes that are no UTF-8, and signs that nobody sees, become U+FFFD."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
