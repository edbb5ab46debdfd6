"""Tokens: what a person's programs read with, and send drafts with; never what is RED, AMBER+STRICT or protected (rule SH-14)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import connections

from lontar.members.acting import Acting, call
from lontar.members.secrets import hashed, new_secret
from lontar.model.errors import Refused
from lontar.model.policy.facts import Grain

PREFIX = "lontar_"
LONGEST = 90
"""Days that a token holds at most."""


class Token(NamedTuple):
    """Whose a token is that is in force."""

    id: str
    person: str
    participant: str
    may_send: bool
    grain: Grain


def make_token(
    acting: Acting,
    name: str,
    topics: Iterable[str],
    *,
    grain: Grain = "figure",
    may_send: bool = False,
    days: int = LONGEST,
) -> str:
    """Make a token for oneself and the participant acted for, and give its secret, which is kept nowhere.

    Raises Refused for whoever has no data right, for more than ninety days or no topic, and beyond twenty tokens.
    """
    secret = new_secret(PREFIX)
    limits = {
        "LV047": Refused(
            "MEM-010",
            "",
            "no such token is made.",
            "Give a name, topics, 1 to 90 days; end one if you have 20.",
        )
    }
    call(
        acting,
        "make_token(%s, %s, %s, %s, %s, %s)",
        name,
        sorted(topics),
        grain,
        may_send,
        days,
        hashed(secret),
        refusals=limits,
    )
    return secret


def end_token(acting: Acting, token: UUID) -> None:
    """End one of one's own tokens at once."""
    call(acting, "end_token(%s)", token)


def presented(authorization: str, moment: datetime) -> Token | None:
    """Give whose the token is that a program presents in this header (RFC 6750, or RFC 7617 with the person's address), or None.

    What is no token, ended, expired, or of somebody suspended is None, alike.
    """
    scheme, _, said = authorization.partition(" ")
    address, secret = "", said.strip()
    if scheme.lower() == "basic":
        address, secret = _basic(secret)
    elif scheme.lower() != "bearer":
        return None
    with connections["gate"].cursor() as cursor:
        cursor.execute("select open_token(%s, %s)", (hashed(secret), moment))
        told = cursor.fetchone()[0]
    if told is None:
        return None
    found = msgspec.json.decode(told)
    if scheme.lower() == "basic" and found["email"] != address.strip().lower():
        return None
    return Token(found["id"], found["person"], found["participant"], found["may_send"], found["grain"])


def _basic(said: str) -> tuple[str, str]:
    try:
        address, _, secret = base64.b64decode(said, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return address, secret
