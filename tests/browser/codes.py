"""One-time codes as an authenticator's program computes them (RFC 6238), without any library of the portal's."""

from __future__ import annotations

import base64
import hmac
import struct
import time

STEP, DIGITS = 30, 6


def code(secret: str, at: float | None = None) -> str:
    """The code of a secret in base 32 at that moment (seconds since 1970; now, where none is given)."""
    padded = secret.upper().replace(" ", "")
    key = base64.b32decode(padded + "=" * (-len(padded) % 8))
    counter = int(time.time() if at is None else at) // STEP
    digest = hmac.digest(key, struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"
