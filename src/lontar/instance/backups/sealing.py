"""A stream sealed under a passphrase: the key of its chunks is of this file alone, scrypt of the passphrase and a salt."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
import unicodedata
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import BinaryIO, NamedTuple

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lontar.instance.streams import TAG, Broken, ChunkSealer, Writable, opened_chunks
from lontar.model.errors import SourceProblem

FORMAT = 1
OPENING, _END = b"Lontar backup ", b"\nend of backup\n"
_SALT, _PROOF, _SUM = 32, 32, 8
_HEAD = len(OPENING) + 2 + 1 + _SALT + _PROOF + _SUM
WORK = 17
"""scrypt's N is 2 to this power (OWASP's advice; r 8, p 1): 128 MB of memory and a third of a second for each guess."""
_MOST_WORK = 20


class _Keys(NamedTuple):
    sealing: bytes
    proof: bytes


def _derive(passphrase: str, salt: bytes, work: int) -> _Keys:
    told = unicodedata.normalize("NFC", passphrase).encode()
    both = Scrypt(salt=salt, length=64, n=2**work, r=8, p=1).derive(told)
    return _Keys(both[:32], both[32:])


def _head(work: int, salt: bytes, keys: _Keys) -> bytes:
    """The head: what opens the file, a proof of the passphrase, and a sum that tells damage from a wrong passphrase."""
    told = OPENING + b"%d\n" % FORMAT + bytes([work]) + salt
    told += hmac.digest(keys.proof, told, "sha256")
    return told + sha256(told).digest()[:_SUM]


class Sealer:
    """Seals what is written into it."""

    def __init__(self, sink: Writable, passphrase: str) -> None:
        salt = secrets.token_bytes(_SALT)
        keys = _derive(passphrase, salt, WORK)
        head = _head(WORK, salt, keys)
        sink.write(head)
        self._sink, self._chunks = sink, ChunkSealer(sink, keys.sealing, head)

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        return self._chunks.write(data)

    def finish(self) -> None:
        """Seal what is left, and say that this is the end."""
        self._chunks.finish()
        self._sink.write(_END)


class Opener:
    """Reads what was sealed. Raises SourceProblem where a byte is another, and says where; nothing that was altered is given out."""

    def __init__(
        self, file: BinaryIO, place: str, passphrase: str, told: Callable[[int], None] = lambda _: None
    ) -> None:
        self._file, self._place, self._told = file, place, told
        self._size = refuse_what_is_no_backup(file, place)
        file.seek(0)
        self._head = file.read(_HEAD)
        self._key = self._open(passphrase).sealing
        self._chunks, self._rest = self._opened(), b""

    def read(self, size: int) -> bytes:
        """Give so many bytes, fewer at the end."""
        parts, left = [], size
        while left:
            if not self._rest:
                self._rest = next(self._chunks, b"")
                if not self._rest:
                    break
            part, self._rest = self._rest[:left], self._rest[left:]
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def _open(self, passphrase: str) -> _Keys:
        told, total = self._head[:-_SUM], self._head[-_SUM:]
        work = self._head[len(OPENING) + 2]
        if sha256(told).digest()[:_SUM] != total or not 1 <= work <= _MOST_WORK:
            raise self._damaged(0, _HEAD)
        signed, proof = told[:-_PROOF], told[-_PROOF:]
        keys = _derive(passphrase, signed[-_SALT:], work)
        if not hmac.compare_digest(hmac.digest(keys.proof, signed, "sha256"), proof):
            remedy = "Give the one that it was made with; nobody can open it without."
            raise SourceProblem("INS-041", self._place, "the passphrase does not open it.", remedy)
        return keys

    def _opened(self) -> Iterator[bytes]:
        """Every chunk in its order, opened."""
        body = self._size - _HEAD - len(_END)
        try:
            for plain, length in opened_chunks(self._file, body, self._key, self._head):
                yield plain
                self._told(length)
        except Broken as broken:
            if broken.is_cut_off:
                raise _cut_off(self._place, broken.start + broken.length) from None
            raise self._damaged(broken.start, broken.length) from None

    def _damaged(self, start: int, length: int) -> SourceProblem:
        said = f"it is damaged between byte {start + 1:,} and byte {start + length:,}."
        return SourceProblem("INS-042", self._place, said, "Use another copy of it.")


def refuse_what_is_no_backup(file: BinaryIO, place: str) -> int:
    """Give the size of a backup, without opening it. Raises SourceProblem for what is none, is of a later form, or was cut off."""
    found = os.fstat(file.fileno())
    file.seek(0)
    opening = file.read(len(OPENING) + 2) if stat.S_ISREG(found.st_mode) else b""
    form = opening[len(OPENING) :]
    if not opening.startswith(OPENING) or form[1:] != b"\n":
        raise SourceProblem(
            "INS-040", place, "this is no backup of Lontar.", "Name a file that 'lontar backup' wrote."
        )
    if form != b"%d\n" % FORMAT:
        remedy = "Install the Lontar that made it, or a later one."
        raise SourceProblem("INS-044", place, "it was made by a later Lontar.", remedy)
    file.seek(max(0, found.st_size - len(_END)))
    if found.st_size < _HEAD + TAG + len(_END) or file.read() != _END:
        raise _cut_off(place, found.st_size)
    return found.st_size


def _cut_off(place: str, size: int) -> SourceProblem:
    said = f"it is cut off: its end does not stand where it ends, at byte {size:,}."
    return SourceProblem("INS-043", place, said, "Use another copy of it.")
