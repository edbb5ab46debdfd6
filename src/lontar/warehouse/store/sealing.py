"""Keys, and what is sealed with them: AES-256-GCM, each key wrapped by the one above it."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lontar.model.errors import Unavailable

KEY_BYTES = 32
_NONCE_BYTES = 12
Part = Literal["figures", "trace"]
_NONCES: dict[Part, bytes] = {"figures": b"lontar fig 1", "trace": b"lontar trc 1"}
"""A segment's key seals two texts and no more, each under a nonce of its own: no nonce is ever used twice with a key."""


def new_key() -> bytes:
    """Make a key."""
    return secrets.token_bytes(KEY_BYTES)


def fingerprint(key: bytes) -> str:
    """Give what tells keys apart and says nothing of them."""
    return sha256(b"lontar key|" + key).hexdigest()[:16]


def wrap(key: bytes, under: bytes, name: str) -> bytes:
    """Wrap the key of that name under another; only the same name opens it again."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(under).encrypt(nonce, key, name.encode())


def unwrap(wrapped: bytes, under: bytes, name: str) -> bytes:
    """Open a wrapped key. Raises Unavailable where it, its name or the key above it is another."""
    try:
        return AESGCM(under).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], name.encode())
    except (InvalidTag, ValueError):
        remedy = "Restore the database and the secrets from one backup: they belong together."
        raise Unavailable("WAR-001", name, "its key cannot be opened.", remedy) from None


def seal(plain: bytes, key: bytes, part: Part, segment: str) -> bytes:
    """Seal a part of a segment; how long it was is told only roughly (Padmé, Nikitin and others 2019: 12 % at most)."""
    size = len(plain).to_bytes(8, "big")
    padded = size + plain + bytes(_padded(len(plain) + 8) - len(plain) - 8)
    return AESGCM(key).encrypt(_NONCES[part], padded, _name(part, segment))


def unseal(sealed: bytes, key: bytes, part: Part, segment: str, place: str) -> memoryview:
    """Open a part of a segment that was read at a place. Raises Unavailable, naming the place, where a single byte of it is another."""
    try:
        padded = AESGCM(key).decrypt(_NONCES[part], sealed, _name(part, segment))
    except (InvalidTag, ValueError):
        remedy = (
            "Nothing of it was read. Restore it from a backup; figures that it holds are missing until then."
        )
        raise Unavailable("WAR-002", place, "the segment is damaged.", remedy) from None
    size = int.from_bytes(padded[:8], "big")
    return memoryview(padded)[8 : 8 + size]


def _name(part: Part, segment: str) -> bytes:
    return f"lontar segment 1|{segment}|{part}".encode()


def _padded(size: int) -> int:
    """The next size of which only the leading bits tell anything: as many as the exponent has."""
    exponent = size.bit_length() - 1
    rounded = 1 << max(0, exponent - exponent.bit_length())
    return (size + rounded - 1) // rounded * rounded
