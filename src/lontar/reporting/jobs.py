"""Jobs: taken by a worker, told of while they are done, and ended; each in the name of whoever asked, as the database wrote it."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection, transaction

from lontar.members.acting import Acting, call
from lontar.reporting.actions import Kept, as_rows
from lontar.reporting.queries import Outcome

Days = tuple[date, date] | None
PATIENCE = timedelta(minutes=2)
"""A job of which nothing was heard for so long has failed: its worker was stopped."""


class Job(msgspec.Struct, frozen=True):
    """What is to be done with which submission, in whose name."""

    id: UUID
    submission: UUID
    what: str
    person: str
    participant: str


def take_job(now: datetime) -> Job | None:
    """Take the job that waits longest; None where there is none."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text, pg_backend_pid()::text")
        said = "|".join(("take a job", *map(str, cursor.fetchone())))
        key = bytes.fromhex(settings.HOME.secret("context"))  # type: ignore[misc]
        proof = hmac.new(key, said.encode(), sha256).hexdigest()
        cursor.execute("select take_job(%s, %s, %s::interval)::text", (proof, now, str(PATIENCE)))
        told = cursor.fetchone()[0]
    return msgspec.json.decode(told, type=Job) if told else None


def tell_job(acting: Acting, job: UUID, stage: str, done: int, total: int) -> bool:
    """Tell how far a job is; gives whether it is to stop."""
    return bool(call(acting, "tell_job(%s, %s, %s, %s)", job, stage, done, total))


def is_to_go_on(acting: Acting, job: UUID) -> bool:
    """Tell that a job is still being done; gives whether it may go on. Raises Refused where it ended."""
    return not call(acting, "tell_job(%s, null, null, null)", job)


def end_job(
    acting: Acting,
    job: UUID,
    outcome: Outcome,
    said: bytes | None,
    papers: Sequence[Kept] = (),
    run: int = 0,
    days: Days = None,
) -> list[UUID]:
    """End a job, with what its sender is told, sealed; `days` are the first and the last that its figures are about.

    Gives the papers of earlier passes, which are to be removed.
    """
    first, last = days or (None, None)
    told = call(
        acting, "end_job(%s, %s, %s, %s, %s, %s)::text", job, outcome, said, as_rows(papers, run), first, last
    )
    return msgspec.json.decode(told, type=list[UUID])
