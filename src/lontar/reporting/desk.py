"""The desk: what was sent and is not signed yet lies here, sealed, paper by paper. No key, no reading; a lost key is a shredded paper.

Figures that were accepted are elsewhere (lontar.warehouse); what lies here enters no answer of anybody.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lontar.instance.home import sync_names
from lontar.instance.streams import Broken, ChunkSealer, opened_chunks
from lontar.model.errors import Unavailable

_ENDING = ".paper"
_NONCE = 12


class Key(NamedTuple):
    """The key of a submission's papers: as it is, as the database keeps it, and the fingerprint of the master key that wraps it."""

    plain: bytes
    wrapped: bytes
    master: str


class Written(NamedTuple):
    """How many bytes were sealed, and their hash."""

    size: int
    sha256: bytes


class Desk:
    """A folder of sealed papers. `master` are 32 bytes; `removing` is entered before anything is removed, and says whether it may be."""

    def __init__(
        self,
        folder: Path,
        master: bytes,
        removing: Callable[[], AbstractContextManager[bool]] = lambda: nullcontext(True),
    ) -> None:
        self._folder, self._master, self._removing = folder, AESGCM(master), removing
        self._fingerprint = sha256(b"lontar desk" + master).hexdigest()[:16]

    def new_key(self, submission: UUID) -> Key:
        """Make the key of a submission."""
        plain, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE)
        return Key(plain, nonce + self._master.encrypt(nonce, plain, submission.bytes), self._fingerprint)

    def key(self, submission: UUID, wrapped: bytes) -> bytes:
        """Unwrap the key of a submission. Raises Unavailable where it is another's, or damaged."""
        try:
            return self._master.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], submission.bytes)
        except (InvalidTag, ValueError):
            remedy = "Restore the secret 'desk' of this instance from its copy."
            raise Unavailable("REP-001", "", "the key of a submission does not open.", remedy) from None

    def pen(self, paper: UUID, key: bytes) -> Pen:
        """Begin to write a paper; nothing of it is there until the pen is told to keep it. Raises Unavailable for want of room."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            draft = self._folder / f".{paper}{_ENDING}"
            file = os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        except OSError as error:
            raise _no_room(error) from None
        return Pen(file, draft, self._path(paper), ChunkSealer(file, _own(key, paper), paper.bytes))

    @contextlib.contextmanager
    def written(self, paper: UUID, key: bytes) -> Iterator[Pen]:
        """Seal a paper: it is there, whole and on the disk, when this ends well, and else nothing of it."""
        pen = self.pen(paper, key)
        try:
            yield pen
            pen.keep()
        finally:
            pen.drop()

    def read(self, paper: UUID, key: bytes) -> Iterator[bytes]:
        """Open a paper, piece by piece. Raises Unavailable where it is damaged or not there; nothing altered is given out."""
        try:
            with self._path(paper).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                for plain, _ in opened_chunks(file, size, _own(key, paper), paper.bytes):
                    yield plain
        except (Broken, FileNotFoundError):
            said = "a paper of a submission is damaged or gone."
            raise Unavailable(
                "REP-002", f"{paper}", said, "Restore the folder 'desk' from a backup."
            ) from None

    def whole(self, paper: UUID, key: bytes) -> bytes:
        """Open a paper that is small."""
        return b"".join(self.read(paper, key))

    def remove(self, papers: Iterable[UUID]) -> None:
        """Remove papers that are there, unless they are being copied now: then they stay until the desk is swept."""
        with self._removing() as is_free:
            for paper in papers if is_free else ():
                self._path(paper).unlink(missing_ok=True)

    def sweep(self, needed: Container[str], before: float) -> int:
        """Remove the files that nobody needs and that were last written before a moment (seconds since 1970); give how many."""
        gone = 0
        with self._removing() as is_free:
            for path in self._folder.glob(f"*{_ENDING}") if is_free else ():
                with contextlib.suppress(FileNotFoundError):  # a draft that was kept or dropped meanwhile
                    if path.name not in needed and path.stat().st_mtime < before:
                        path.unlink()
                        gone += 1
        return gone

    def _path(self, paper: UUID) -> Path:
        return self._folder / f"{paper}{_ENDING}"


class Pen:
    """Takes what is sealed, counts and hashes it."""

    def __init__(self, file: BinaryIO, draft: Path, path: Path, sealer: ChunkSealer) -> None:
        self._file, self._draft, self._path, self._sealer = file, draft, path, sealer
        self._hash, self._size = sha256(), 0

    def write(self, data: bytes) -> int:
        """Take some bytes. Raises Unavailable for want of room."""
        self._hash.update(data)
        self._size += len(data)
        try:
            return self._sealer.write(data)
        except OSError as error:
            raise _no_room(error) from None

    def keep(self) -> Written:
        """Let the paper be there, on the disk, before this comes back. Raises Unavailable for want of room."""
        try:
            self._sealer.finish()
            self._file.flush()
            os.fsync(self._file.fileno())
            self._draft.replace(self._path)
            sync_names(self._path.parent)
        except OSError as error:
            raise _no_room(error) from None
        finally:
            self.drop()
        return self.written

    def drop(self) -> None:
        """Leave nothing of what was not kept."""
        with contextlib.suppress(OSError):
            self._file.close()
        self._draft.unlink(missing_ok=True)

    @property
    def written(self) -> Written:
        """What was taken so far."""
        return Written(self._size, self._hash.digest())


def seal_words(words: str, key: bytes, place: UUID) -> bytes:
    """Seal a few words that a row of the database keeps, bound to that row."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, words.encode(), place.bytes)


def open_words(sealed: bytes, key: bytes, place: UUID) -> str:
    """Open them. Raises Unavailable where they were altered, or belong to another row."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.bytes).decode()
    except (InvalidTag, ValueError):
        said = "what was written of a submission is damaged."
        raise Unavailable("REP-002", f"{place}", said, "Restore the database from a backup.") from None


def _own(key: bytes, paper: UUID) -> bytes:
    """The key of one paper: nonces count its chunks, so that no two papers may share one."""
    return hmac.digest(key, b"lontar paper" + paper.bytes, "sha256")


def _no_room(error: OSError) -> Unavailable:
    said = f"the file cannot be kept: {(error.strerror or 'the disk refuses').lower()}."
    return Unavailable(
        "REP-003",
        "",
        said,
        "Nothing of it was kept. Tell whoever looks after this Lontar; then send it again.",
    )
