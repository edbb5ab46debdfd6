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

PATIENCE = timedelta(minutes=2)
"""A job of which nothing was heard for so long has failed: its worker was stopped."""


class Told(msgspec.Struct, frozen=True):
    """What the database knows of what files became: first and last day of the figures, and how many cells are to be repaired."""

    first: date | None = None
    last: date | None = None
    refused: int | None = None


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
    acting: Acting, job: UUID, outcome: Outcome, said: bytes | None, papers: Sequence[Kept] = (), run: int = 0, told: Told | None = None
) -> list[UUID]:  # fmt: skip
    """End a job, with what its sender is told, sealed; gives the papers of earlier passes, which are to be removed."""
    words = msgspec.json.encode(told or Told()).decode()
    before = call(
        acting, "end_job(%s, %s, %s, %s, %s)::text", job, outcome, said, as_rows(papers, run), words
    )
    return msgspec.json.decode(before, type=list[UUID])
