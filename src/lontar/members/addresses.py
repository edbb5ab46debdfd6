"""Addresses of e-mail, by which people are known until they are signed in."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[^@\s|]{1,64}@[^@\s|]{1,189}")
"""What the database takes too (sql/inviting.sql)."""


def read_address(told: str) -> str:
    """Give an address as it is kept, without blanks around it and in small letters; '' for what is none."""
    address = told.strip().lower()
    return address if _ADDRESS.fullmatch(address) else ""
