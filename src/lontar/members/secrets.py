"""Secrets that are shown once and kept as their hash: of links of invitations, and of tokens."""

from __future__ import annotations

import secrets
from hashlib import sha256

BYTES = 32
"""Of chance in a secret: nobody guesses one, and so its hash needs no salt."""


def new_secret(prefix: str = "") -> str:
    """Make a secret of letters, digits, - and _; the prefix says what it is of to whoever finds one in a file."""
    return prefix + secrets.token_urlsafe(BYTES)


def hashed(secret: str) -> bytes:
    """Give what is kept of a secret."""
    return sha256(secret.encode()).digest()
