"""Devices that are known for a person: whoever signed in there before has a budget of guesses of its own.

Somebody who guesses at a colleague's password from elsewhere spends the budget that all unknown devices share, and keeps the colleague's
own devices out of nothing (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

LASTS = 180 * 24 * 60 * 60
_SALT = "lontar.device"


def known_device(request: HttpRequest, email: str) -> str:
    """Give the id of the device where it is known for this address, else ''."""
    told = request.COOKIES.get(_name(email))
    if not told:
        return ""
    try:
        whose, device = signing.loads(told, salt=_SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return ""
    return str(device) if whose == _whose(email) else ""


def remember_device(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """Let the device be known for this address from now on, for 180 days; one that is known keeps its id."""
    device = known_device(request, email) or secrets.token_hex(16)
    response.set_cookie(
        _name(email),
        signing.dumps([_whose(email), device], salt=_SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _whose(email: str) -> str:
    """A person's address, as nobody can read it."""
    key = f"{_SALT}|{settings.SECRET_KEY}".encode()
    return hmac.new(key, email.lower().encode(), sha256).hexdigest()[:32]


def _name(email: str) -> str:
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}lontar-device-{_whose(email)[:12]}"
