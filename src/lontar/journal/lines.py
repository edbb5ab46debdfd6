"""The texts that are hashed and signed. The stand-alone verifier writes the same from an export, without this module."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

START = b"\0" * 32
"""The hash before the first entry of a chain."""


def moment(at: datetime) -> str:
    """Write a moment as the lines do: UTC, with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_line(chain: str, place: int, at: str, commitment: bytes, before: bytes) -> bytes:
    """Give the line of an entry, whose SHA-256 is the hash of the chain up to it."""
    return f"lontar entry 1|{chain}|{place}|{at}|{commitment.hex()}|{before.hex()}".encode()


def commitment(salt: bytes, body: str) -> bytes:
    """Give what an entry commits to its content with."""
    return sha256(salt + body.encode()).digest()


def leaf_line(chain: str, length: int, head: bytes, nonce: bytes) -> bytes:
    """Give the line of a blinded head in a checkpoint's tree."""
    return f"lontar leaf 1|{chain}|{length}|{head.hex()}|{nonce.hex()}".encode()


def checkpoint_statement(instance: str, number: int, at: str, size: int, root: bytes, before: bytes) -> str:
    """Give the text of a checkpoint, which is signed; `before` is the SHA-256 of the statement before it."""
    return f"lontar checkpoint 1|{instance}|{number}|{at}|{size}|{root.hex()}|{before.hex()}"


def head_statement(instance: str, chain: str, length: int, head: bytes, at: str) -> str:
    """Give the text that an export signs: how long the chain was when it was exported, and its last hash."""
    return f"lontar head 1|{instance}|{chain}|{length}|{head.hex()}|{at}"
