"""Say something without a file: a submission whose observations nobody has to read out of anything."""

from __future__ import annotations

from uuid import UUID, uuid4

from lontar.members.acting import Acting
from lontar.reporting import actions
from lontar.reporting.desk import Desk
from lontar.reporting.statements import SERIES, Statement, as_parquet, statement_rows


def state_without_file(acting: Acting, desk: Desk, submission: UUID, agency: str, said: Statement) -> None:
    """Begin a submission that says this; it is signed as any other. Raises Refused for whoever sends nothing for the agency."""
    key, paper = desk.new_key(submission), uuid4()
    mapping = f"{SERIES}{said.indicator.id}"
    actions.begin_submission(acting, submission, agency, mapping, (said.indicator,), key)
    with desk.written(paper, key.plain) as pen:
        pen.write(as_parquet(statement_rows(said)))
    kept = actions.Kept(paper, "observations", said.indicator.id, pen.written)
    try:
        actions.state_submission(acting, submission, kept, (said.period.start, said.period.end))
    except BaseException:
        desk.remove([paper])
        raise
