"""What is told of submissions to those who may read them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from lontar.members.acting import Acting, call, nothing_here
from lontar.reporting.desk import Desk, open_words

Step = Literal["draft", "checked", "accepted", "superseded", "withdrawn"]
Outcome = Literal["", "done", "refused", "cancelled", "failed"]


class Paper(msgspec.Struct, frozen=True):
    """A sealed file on the desk; `removed` ones left their hash alone."""

    id: UUID
    kind: str
    name: str
    size: int
    run: int
    sha256: str
    removed: bool


class Job(msgspec.Struct, frozen=True):
    """What is being done with a submission, or was done last; `said` is sealed."""

    id: UUID
    what: str
    stage: str
    done: int
    total: int
    outcome: Outcome
    is_cancelled: bool
    asked_at: datetime
    said: str | None

    @property
    def is_under_way(self) -> bool:
        """Whether it waits or is done now."""
        return not self.outcome

    @property
    def percent(self) -> int:
        """How much of the stage is done, in hundredths; 0 where it is not known."""
        return min(100, 100 * self.done // self.total) if self.total else 0


class Event(msgspec.Struct, frozen=True):
    """What was done, by whom and when."""

    what: str
    who: str
    at: datetime


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One submission, as its own people see it."""

    id: UUID
    agency: str
    agency_name: str
    mapping: str
    step: Step
    since: datetime
    begun_by: str
    begun_by_name: str
    begun_at: datetime
    wrapped: str
    accepted: str
    signed_by_name: str
    period_start: date | None
    period_end: date | None
    refused: int | None
    may_write: bool
    may_sign: bool
    papers: list[Paper]
    job: Job | None
    events: list[Event]

    def of_kind(self, kind: str) -> list[Paper]:
        """Give its papers of one kind."""
        return [paper for paper in self.papers if paper.kind == kind]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of its figures; None where there are none."""
        return (self.period_start, self.period_end) if self.period_start and self.period_end else None

    @property
    def may_be_signed(self) -> bool:
        """Whether the viewer may sign it now."""
        is_whole = self.step in {"draft", "checked"} and bool(self.days) and self.refused == 0
        return self.may_sign and is_whole and not self.is_under_way

    @property
    def may_be_repaired(self) -> bool:
        """Whether the viewer may repair it now."""
        return (
            self.may_write
            and self.step == "draft"
            and not self.is_under_way
            and bool(self.of_kind("problems"))
        )

    @property
    def may_be_withdrawn(self) -> bool:
        """Whether the viewer may withdraw it now."""
        return self.may_sign and self.step in {"accepted", "superseded"}

    @property
    def is_under_way(self) -> bool:
        """Whether something is being done with it."""
        return self.job is not None and self.job.is_under_way


class TakenPlace(msgspec.Struct, frozen=True):
    """Whether anything of the same table was accepted before, and whether it is about days that these figures meet."""

    any: bool
    met: bool


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A submission in a list."""

    id: UUID
    agency: str
    agency_name: str
    mapping: str
    step: Step
    since: datetime
    begun_by_name: str
    period_start: date | None
    period_end: date | None
    refused: int | None
    files: list[str]
    outcome: Outcome | None


def submission(acting: Acting, identity: UUID) -> Submission:
    """Give one submission. Raises Refused where there is nothing here for the viewer."""
    told = call(acting, "read_submission(%s)::text", identity)
    if told is None:
        raise nothing_here()
    return msgspec.json.decode(told, type=Submission)


def submissions(acting: Acting, earlier_than: datetime, most: int = 50) -> list[Listed]:
    """Give the submissions of the viewer's participant that the viewer may read, the latest first."""
    told = call(acting, "own_submissions(%s, %s)::text", earlier_than, most)
    return msgspec.json.decode(told, type=list[Listed])


def taken_place_of(acting: Acting, identity: UUID) -> TakenPlace:
    """Say what of the same table was accepted before. Raises Refused where there is nothing here for the viewer."""
    told = call(acting, "taken_place_of(%s)::text", identity)
    if told is None:
        raise nothing_here()
    return msgspec.json.decode(told, type=TakenPlace)


def own_agencies(acting: Acting) -> list[tuple[str, str]]:
    """Give the agencies that the viewer works in for the participant acted for: id and name."""
    acting.cursor.execute(
        "select g.id::text, g.name from members_agency g where g.id::text = any (%s) order by g.name, g.id",
        (sorted(acting.viewer.agencies),),
    )
    return [(str(one), str(name)) for one, name in acting.cursor.fetchall()]


def key_of(desk: Desk, told: Submission) -> bytes:
    """Give the key of a submission's papers."""
    return desk.key(told.id, bytes.fromhex(told.wrapped))


def said_of(desk: Desk, told: Submission) -> str:
    """Give what its sender is told of the last job; '' for nothing."""
    if told.job is None or not told.job.said:
        return ""
    return open_words(bytes.fromhex(told.job.said), key_of(desk, told), told.job.id)
