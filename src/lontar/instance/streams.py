"""Streams sealed under a key, chunk by chunk: none can be altered, moved, left out or cut off unseen.

The form is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): AES-256-GCM, whose nonce is the number of the chunk and a byte that says
whether it is the last. A key is of one stream alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 2**20
TAG = 16


class Writable(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take all of them."""


class ChunkSealer:
    """Seals what is written into it; `told` is what both sides know besides, and what each chunk is bound to."""

    def __init__(self, sink: Writable, key: bytes, told: bytes) -> None:
        self._sink, self._cipher, self._told = sink, AESGCM(key), told
        self._pending, self._number = bytearray(), 0

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._pending += data
        while len(self._pending) > CHUNK:
            self._put(bytes(self._pending[:CHUNK]), is_last=False)
            del self._pending[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seal what is left, as the last chunk."""
        self._put(bytes(self._pending), is_last=True)

    def _put(self, chunk: bytes, *, is_last: bool) -> None:
        self._sink.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, self._told))
        self._number += 1


class Broken(Exception):
    """A chunk is not as it was sealed: where it lies, and whether it is whole but not the last though nothing follows."""

    def __init__(self, start: int, length: int, *, is_cut_off: bool) -> None:
        super().__init__(start, length)
        self.start, self.length, self.is_cut_off = start, length, is_cut_off


def opened_chunks(file: BinaryIO, size: int, key: bytes, told: bytes) -> Iterator[tuple[bytes, int]]:
    """Open `size` bytes of a file from where it stands: each chunk, and how many bytes it was sealed.

    Raises Broken where a byte is another; nothing that was altered is given out.
    """
    cipher, start = AESGCM(key), file.tell()
    count = max(1, math.ceil(size / (CHUNK + TAG)))
    for number in range(count):
        is_last = number == count - 1
        place = number * (CHUNK + TAG)
        length = size - place if is_last else CHUNK + TAG
        plain = _opened(cipher, file.read(length), number, is_last, told)
        if plain is None:
            is_cut_off = (
                is_last
                and _opened(cipher, _again(file, start + place, length), number, False, told) is not None
            )
            raise Broken(start + place, length, is_cut_off=is_cut_off)
        yield plain, length


def _again(file: BinaryIO, place: int, length: int) -> bytes:
    file.seek(place)
    return file.read(length)


def _opened(cipher: AESGCM, sealed: bytes, number: int, is_last: bool, told: bytes) -> bytes | None:
    try:
        return cipher.decrypt(_nonce(number, is_last), sealed, told)
    except (InvalidTag, ValueError):
        return None


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
