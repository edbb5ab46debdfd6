"""Say to the database who asks: set at the start of a transaction, signed, and gone with its end."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from lontar.instance.cursors import Cursor
from lontar.model.policy.facts import GRAINS, Grain


def set_viewer(
    cursor: Cursor,
    key: str,
    *,
    person: str,
    participant: str,
    grain: Grain,
    export: bool,
    now: datetime,
    token: str = "",
) -> None:
    """Set who asks for the rest of this transaction, and end what an earlier one left (open cursors, settings); both empty is the public.

    `token` is the id of the token that a program asks with. `key` is the secret 'context' of the instance, as hexadecimal digits.
    Setting it again replaces it; outside a transaction it is lost at once.
    """
    if "|" in person + participant + token:
        raise ValueError("an id holds no '|'")
    if grain not in GRAINS:
        raise ValueError(f"there is no grain '{grain}'")
    cursor.execute("close all; reset all; select pg_current_xact_id()::text, pg_backend_pid()::text")
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    assert row is not None
    transaction, process = map(str, row)
    said = "|".join(
        [
            person,
            participant,
            grain,
            "true" if export else "false",
            now.isoformat(),
            token,
            transaction,
            process,
        ]
    )
    signed = hmac.new(bytes.fromhex(key), said.encode(), sha256).hexdigest()
    cursor.execute("select set_config('lontar.viewer', %s, true)", (f"{said}|{signed}",))
