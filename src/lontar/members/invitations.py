"""Accepting an invitation: by its link alone, before anybody is known. Through the gate, which knows no figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.contrib.auth.hashers import make_password
from django.db import connections

from lontar.members.secrets import hashed


class Invited(NamedTuple):
    """What an invitation that stands says."""

    participant: str
    email: str
    roles: tuple[str, ...]
    agency: str
    has_account: bool


def open_invitation(secret: str, moment: datetime) -> Invited | None:
    """Give what an invitation says, or None where there is none with this secret that stands."""
    told = _asked("open_invitation(%s, %s)", hashed(secret), moment)
    if told is None:
        return None
    facts: dict[str, Any] = msgspec.json.decode(told)
    return Invited(
        facts["participant"], facts["email"], tuple(facts["roles"]), facts["agency"], facts["has_account"]
    )


def accept_as_new(secret: str, moment: datetime, name: str, password: str) -> UUID | None:
    """Make the account of somebody invited, and give the person; None where the invitation does not stand, or the address has one."""
    told = _asked(
        "accept_invitation(%s, %s, null, %s, %s)", hashed(secret), moment, name, make_password(password)
    )
    return UUID(str(told)) if told else None


def accept_as(secret: str, moment: datetime, person: UUID) -> UUID | None:
    """Accept as the person who is signed in; None where the invitation does not stand, or is for another address."""
    told = _asked("accept_invitation(%s, %s, %s, '', '')", hashed(secret), moment, person)
    return UUID(str(told)) if told else None


def _asked(function: str, *values: Any) -> Any:
    with connections["gate"].cursor() as cursor:
        cursor.execute(f"select {function}", values)
        return cursor.fetchone()[0]
