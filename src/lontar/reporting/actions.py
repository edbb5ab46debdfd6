"""What people do with submissions. Each verb is done by functions of the database, which check who acts and journal it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
from django.db import transaction

from lontar.members.acting import Acting, call
from lontar.model.errors import Refused
from lontar.model.figures.indicators import Indicator
from lontar.reporting.desk import Desk, Key, Written
from lontar.reporting.standing import standing


class Kept(NamedTuple):
    """A paper that lies on the desk already: its id, kind and name, and what was written."""

    id: UUID
    kind: str
    name: str
    written: Written


def begin_submission(
    acting: Acting, submission: UUID, agency: str, mapping: str, indicators: Iterable[Indicator], key: Key
) -> None:
    """Begin a submission of one's own agency; `mapping` is '' where it is not known yet. Raises Refused for who sends nothing for it."""
    facts = standing(acting.viewer.participant, agency, indicators)
    values = (submission, agency, mapping, _json(facts), key.wrapped, key.master)
    _do(acting, "begin_submission(%s, %s, %s, %s, %s, %s)", *values)


def keep_papers(acting: Acting, submission: UUID, papers: Sequence[Kept], run: int = 0) -> None:
    """Let papers belong to a submission. Raises Refused where it is closed."""
    _do(acting, "keep_papers(%s, %s)", submission, as_rows(papers, run))


def say_mapping(
    acting: Acting, submission: UUID, agency: str, mapping: str, indicators: Iterable[Indicator]
) -> None:
    """Say under which mapping a submission is read. Raises Refused where it is closed."""
    facts = standing(acting.viewer.participant, agency, indicators)
    _do(acting, "say_mapping(%s, %s, %s)", submission, mapping, _json(facts))


def state_submission(acting: Acting, submission: UUID, paper: Kept, days: tuple[date, date]) -> None:
    """Let a submission that was begun without a file say what its paper says, of these days."""
    _do(acting, "state_submission(%s, %s, %s, %s)", submission, as_rows([paper], 1), *days)


def ask_job(acting: Acting, submission: UUID, what: str) -> UUID:
    """Have a worker do something with a submission. Raises Refused where it is closed, or something is being done with it."""
    job = uuid4()
    _do(acting, "ask_job(%s, %s, %s)", job, submission, what)
    return job


def cancel_job(acting: Acting, submission: UUID) -> None:
    """Have what is being done with a submission stopped; nothing is half done by it."""
    _do(acting, "cancel_job(%s)", submission)


def discard_submission(acting: Acting, desk: Desk, submission: UUID) -> None:
    """Throw a submission away that was not signed. Its papers go once nothing speaks of them any more."""
    papers = msgspec.json.decode(_do(acting, "discard_submission(%s)", submission), type=list[UUID])
    transaction.on_commit(lambda: desk.remove(papers), robust=True)


def withdraw_sent(acting: Acting, submission: UUID, reason: str) -> None:
    """Withdraw what was accepted, as a focal point: nobody but its owner reads it from now on. Raises Refused for whoever is none."""
    _do(acting, "withdraw_sent(%s, %s)", submission, reason)


def as_rows(papers: Sequence[Kept], run: int) -> str:
    """Give papers as the database takes them."""
    return _json(
        [[one.id, one.kind, one.name, one.written.size, one.written.sha256.hex(), run] for one in papers]
    )


def _do(acting: Acting, function: str, *values: object) -> str:
    return str(call(acting, f"{function}", *values, refusals=refusals()))


def refusals() -> dict[str, Refused]:
    """Give how errors of the database are told."""
    return {
        "LV070": Refused(
            "REP-010", "", "it was signed or thrown away meanwhile.", "Look at it as it is now."
        ),
        "LV023": Refused("POL-011", "", "the reason is too long.", "Say it in less than 2,000 characters."),
        "LV072": Refused(
            "REP-014", "", "these are too many repairs.", "Mend the file itself, and send it again."
        ),
        "LV073": Refused(
            "REP-015",
            "",
            "two people say two things of one cell.",
            "Choose between them before it is signed.",
        ),
        "LV071": Refused(
            "REP-011", "", "something is being done with it already.", "Wait until that is done, or stop it."
        ),
    }


def _json(told: object) -> str:
    return msgspec.json.encode(told).decode()
