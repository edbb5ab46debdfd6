"""The example files of a checkout, and where what they become is kept."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

import lontar
from lontar.catalogue import Catalogue
from lontar.catalogue.mappings import fitting_mappings, open_mapping
from lontar.catalogue.structs import read_struct
from lontar.cli.summary import summary
from lontar.harmonise.account import Account
from lontar.model.errors import CatalogueProblem


def home() -> Path:
    """Where this installation keeps its state: LONTAR_HOME, else var/ of the checkout or of the current folder."""
    told = os.environ.get("LONTAR_HOME")
    if told:
        return Path(told)
    checkout = Path(lontar.__file__).parents[2]
    return (checkout if (checkout / "examples").is_dir() else Path()) / "var"


SOURCE = "SOURCE.yml"
FICTIONAL = "fictional"
"""The folder of what the fictional participants send: nothing in it was ever published, so that it is no echo."""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands beside real files: who published them, where they were taken from, under which licence, and what was changed."""

    publisher: str
    title: str
    licence: str
    licence_grade: Literal["A", "B"]
    taken_from: str
    changes: str
    files: dict[str, str]


class Examples:
    """The published files under examples/, by the mapping whose file names they fit."""

    def __init__(self, catalogue: Catalogue, folder: Path | None = None) -> None:
        self._catalogue = catalogue
        self._folder = folder or Path(lontar.__file__).parents[2] / "examples"
        self._out = home() / "demo"

    @property
    def fictional(self) -> Path:
        """Where the files of the fictional participants lie, a folder for each."""
        return self._folder / FICTIONAL

    def families(self) -> dict[str, list[Path]]:
        """Mapping id -> its example files, sorted; raises CatalogueProblem where there are no examples."""
        if not self._folder.is_dir():
            remedy = "Run the demonstration in a checkout of the project."
            raise CatalogueProblem("CAT-001", str(self._folder), "there are no examples here.", remedy)
        found: dict[str, list[Path]] = {}
        for path in sorted(self._folder.rglob("*")):
            reporter = path.relative_to(self._folder).parts[0]
            if reporter == FICTIONAL or not path.is_file():
                continue
            for mapping in fitting_mappings(self._catalogue, reporter, path.name):
                found.setdefault(mapping, []).append(path)
        return dict(sorted(found.items()))

    def harmonise(self, *, again: bool = False) -> Iterator[str]:
        """Harmonise every family that is not done yet, and tell the account of each."""
        from lontar.harmonise.run import harmonise_files

        for mapping, files in self.families().items():
            bundle, out = open_mapping(self._catalogue, mapping), self._out / mapping
            if again or not self._is_done(out, bundle.version, files):
                harmonise_files([(path, path.name) for path in files], bundle, out, replace=True)
            yield summary(_read_account(out), out)

    def observations(self) -> list[Path]:
        """All observation files of the demonstration."""
        return sorted(
            path
            for mapping in self.families()
            for path in (self._out / mapping / "observations").glob("*.parquet")
        )

    def sources(self) -> Iterator[tuple[str, Source, dict[str, str], Path]]:
        """Give of each family: mapping, what is told of the source beside its files, their hashes, the folder of observations."""
        for mapping, files in self.families().items():
            source = next(folder / SOURCE for folder in files[0].parents if (folder / SOURCE).is_file())
            account = _read_account(self._out / mapping)
            yield mapping, read_struct(source, Source), account.hashes, self._out / mapping / "observations"

    def _is_done(self, out: Path, version: str, files: list[Path]) -> bool:
        try:
            account = json.loads((out / "account.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return False
        told = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        return bool(account["mapping_version"] == version and account["hashes"] == told)


def _read_account(out: Path) -> Account:
    return msgspec.json.decode((out / "account.json").read_bytes(), type=Account)
