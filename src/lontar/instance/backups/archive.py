"""What lies in a backup: a tar of members, and last a manifest that says what all of them are."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO, Protocol, cast

import msgspec

from lontar.instance.home import Kind
from lontar.model.errors import SourceProblem

MANIFEST = "manifest.json"
FACTS, SECRETS, STORE, DESK, DATABASE = "instance.json", "secrets", "store", "desk", "database"
NAME = re.compile(
    rf"{re.escape(FACTS)}|(?:{SECRETS}|{STORE}|{DESK}|{DATABASE})(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+"
)
_STEP = 2**20


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a backup."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup is: of which instance and moment, by which Lontar and PostgreSQL, with which members and how many rows of each table.

    `missing` are files of the store and the desk that the database calls current and that were not there to be taken.
    """

    id: str
    kind: Kind
    version: str
    postgres: int
    moment: datetime
    members: list[Member]
    tables: dict[str, int]
    missing: list[str]

    @property
    def files(self) -> int:
        """How many files of the store and the desk are in it."""
        return sum(member.name.startswith((f"{STORE}/", f"{DESK}/")) for member in self.members)

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(self.tables.values())


class Source(Protocol):
    """Gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Give so many, fewer at the end."""


class Measured:
    """Passes on what is read, counts and hashes it."""

    def __init__(self, source: Source, told: Callable[[int], None] = lambda _: None) -> None:
        self._source, self._told = source, told
        self._hash, self._size = sha256(), 0

    def read(self, size: int = _STEP) -> bytes:
        """Give so many bytes, fewer at the end."""
        part = self._source.read(size)
        self._hash.update(part)
        self._size += len(part)
        self._told(len(part))
        return part

    def as_member(self, name: str) -> Member:
        """Say what was read, to its end."""
        while self.read():
            pass
        return Member(name=name, size=self._size, sha256=self._hash.hexdigest())


class ArchiveWriter:
    """Writes members one after the other, and last the manifest."""

    def __init__(self, sink: object, told: Callable[[int], None]) -> None:
        self._tar = tarfile.open(  # noqa: SIM115
            fileobj=cast("BinaryIO", sink),
            mode="w|",
            format=tarfile.PAX_FORMAT,
            bufsize=_STEP,
        )
        self._told = told
        self.members: list[Member] = []

    def add(self, name: str, source: Source, size: int) -> None:
        """Add a member of that size. Raises OSError where the source has fewer bytes."""
        measured = Measured(source, self._told)
        told = tarfile.TarInfo(name)
        told.size, told.mode = size, 0o600
        self._tar.addfile(told, cast("BinaryIO", measured))
        self.members.append(measured.as_member(name))

    def add_bytes(self, name: str, content: bytes) -> None:
        """Add a member that is at hand."""
        self.add(name, io.BytesIO(content), len(content))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, and end the tar."""
        self.add_bytes(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        self._tar.close()


Take = Callable[[str, Source], None]
"""Is given the name of each member and its content, of which it may read all or nothing."""


def read_archive(opener: Source, place: str, take: Take = lambda _name, _source: None) -> Manifest:
    """Hand on every member, and give the manifest. Raises SourceProblem unless there is each that the manifest names, as it says."""
    found: list[Member] = []
    try:
        with tarfile.open(fileobj=cast("BinaryIO", opener), mode="r|", bufsize=_STEP) as tar:
            for told in tar:
                content = tar.extractfile(told)
                if content is None or not (told.name == MANIFEST or NAME.fullmatch(told.name)):
                    raise _not_as_written(place, told.name)
                if told.name == MANIFEST:
                    manifest = msgspec.json.decode(content.read(), type=Manifest)
                    break
                measured = Measured(content)
                take(told.name, measured)
                found.append(measured.as_member(told.name))
            else:
                raise _not_as_written(place, MANIFEST)
        while opener.read(_STEP):
            pass
    except (tarfile.TarError, msgspec.MsgspecError):
        raise _not_as_written(place, MANIFEST) from None
    for one, said in zip(found, manifest.members, strict=False):
        if one != said:
            raise _not_as_written(place, one.name)
    if len(found) != len(manifest.members):
        raise _not_as_written(place, MANIFEST)
    return manifest


def _not_as_written(place: str, name: str) -> SourceProblem:
    said = f"its part '{name}' is not what 'lontar backup' writes."
    return SourceProblem("INS-042", place, said, "Use another copy of it.")
