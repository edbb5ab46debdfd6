"""The files that a command is given: files, folders, standard input."""

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
        self._folder = TemporaryDirectory(prefix="lontar-stdin-")
        return [file for source in self._sources for file in self._meant(source)]

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def _meant(self, source: str) -> list[tuple[Path, str]]:
        if source == STDIN:
            return [(self._kept(), self._name or "stdin")]
        path = Path(source)
        if path.is_dir():
            inside = sorted(
                p for p in path.iterdir() if p.is_file() and p.name not in _NO_DATA and p.name[0] != "."
            )
            if not inside:
                raise click.UsageError(f"The folder {source} holds no file.")
            return [(p, p.name) for p in inside]
        return [(path, path.name)]

    def _kept(self) -> Path:
        path = Path(self._folder.name) / "input"
        with path.open("wb") as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
        return path
