"""Programs that ask with a token of a person instead of a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.http import HttpRequest

from lontar.members.acting import Acting, acting
from lontar.members.signing_in.asking import acting_in
from lontar.members.tokens import presented
from lontar.model.policy.facts import Grain


@contextmanager
def acting_by_token(
    request: HttpRequest, now: datetime, *, grain: Grain = "figure", export: bool = False
) -> Iterator[Acting | None]:
    """Open the transaction in which the person of a token acts; None where a token is presented that is not in force.

    Without one it is the reader of the page, or the public.
    """
    header = request.headers.get("Authorization")
    if header is None:
        with acting_in(request, grain=grain, export=export, now=now) as act:
            yield act
        return
    token = presented(header, now)
    if token is None:
        yield None
        return
    with acting(token.person, token.participant, now, grain=grain, export=export, token=token.id) as act:
        yield act
