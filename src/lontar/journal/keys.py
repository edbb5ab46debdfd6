"""The key that signs checkpoints and exports: Ed25519, from a secret of the instance."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Signer:
    """Signs statements. `secret` is 32 bytes as hexadecimal digits."""

    def __init__(self, secret: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))

    @property
    def public(self) -> str:
        """The public key, as hexadecimal digits."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, statement: str) -> bytes:
        """Sign a text."""
        return self._key.sign(statement.encode())


def is_key(public: str) -> bool:
    """Say whether a text is a public key: 64 hexadecimal digits."""
    try:
        return len(bytes.fromhex(public)) == 32
    except ValueError:
        return False


def is_signed(public: str, statement: str, signature: bytes) -> bool:
    """Say whether a text was signed by the holder of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
