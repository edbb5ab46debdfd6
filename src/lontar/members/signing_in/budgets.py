"""Budgets of guesses: how often something may be tried within a while, counted for all processes in one table.

A count is one statement that inserts or adds (`insert ... on conflict do update ... returning`), so that tries that arrive together
are each counted: of any number, exactly as many pass as the budget allows. What is counted is known by a keyed hash alone, so that the
table holds no address and no name.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from random import SystemRandom
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import connections, router

_TAKE = """
insert into gate_cache as c (cache_key, value, expires) values (%s, '1', now() + make_interval(secs => %s))
on conflict (cache_key) do update
   set value = case when c.expires <= now() then '1' else (c.value::bigint + 1)::text end,
       expires = case when c.expires <= now() then excluded.expires else c.expires end
returning value::bigint, extract(epoch from expires - now())::float
"""
_GIVE_BACK = "update gate_cache set value = greatest(value::bigint - 1, 0)::text where cache_key = %s and expires > now()"
_CLEAR = "delete from gate_cache where expires < now()"
_CLEARING = 200
"""One in so many counts clears away what is past."""
_RANDOM = SystemRandom()
MINUTE, DAY = 60, 24 * 60 * 60


class Budget(NamedTuple):
    """So many tries within so many seconds, of one kind of thing."""

    kind: str
    tries: int
    seconds: int


PASSWORD = (Budget("password", 10, 15 * MINUTE), Budget("password", 50, DAY))
"""Of one address, or of one device that is known for it."""
NETWORK = (Budget("network", 30, 15 * MINUTE), Budget("network", 300, DAY))
"""Of one address of the network, whatever addresses of people are tried from there."""
FACTOR = (Budget("factor", 5, 15 * MINUTE), Budget("factor", 20, DAY))
"""Codes of a second factor, which are short."""

LETTER = (Budget("letter", 3, 15 * MINUTE), Budget("letter", 10, DAY))
"""Links to a new password that one person is sent because somebody asked on the page."""
TOLD = (Budget("told", 1, DAY),)
"""Mails to one person about codes that somebody guesses at."""


class Taken(NamedTuple):
    """What became of a try: seconds to wait where a budget was spent, else 0; and what was counted, to be given back."""

    wait: int
    keys: tuple[str, ...]

    def give_back(self) -> None:
        """Count the try as never made: it was no guess."""
        for key in self.keys:
            _run(_GIVE_BACK, key)


def take(budgets: Iterable[Budget], what: str) -> Taken:
    """Count one try of something against budgets, the first first; none is counted after one that is spent."""
    keys: list[str] = []
    for budget in budgets:
        key = _key(budget, what)
        tried, left = _run(_TAKE, key, budget.seconds)
        if tried > budget.tries:
            return Taken(max(1, round(left)), tuple(keys))
        keys.append(key)
    return Taken(0, tuple(keys))


def _key(budget: Budget, what: str) -> str:
    said = f"{budget.kind}|{budget.tries}|{budget.seconds}|{what}"
    return f"budget:{hmac.new(settings.SECRET_KEY.encode(), said.encode(), sha256).hexdigest()}"


def _run(statement: str, *values: str | int) -> tuple[int, float]:
    """Carry out a statement where the shared cache is; what it says, or zeros."""
    connection = connections[router.db_for_write(caches["default"].cache_model_class)]  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        if _RANDOM.randrange(_CLEARING) == 0:
            cursor.execute(_CLEAR)
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
    return (row[0], row[1]) if row else (0, 0.0)
