"""Submissions of the tests: begun as the page of sending begins them, and done by the functions of a worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping

if TYPE_CHECKING:
    from lontar.members.acting import Acting

EXAMPLES = Path(__file__).parents[1] / "examples" / "fictional"
TABLES = {
    "XA": ("xa/salidas_por_mar", "salidas_por_mar_2024.csv"),
    "XB": ("xb/dokumen_palsu", "dokumen_palsu_2024.csv"),
}
"""A mapping of a participant, and a file of it that has nothing to repair."""


def example(participant: str, year: int = 2024) -> dict[str, bytes]:
    """The file of a participant, by its name."""
    name = TABLES[participant][1].replace("2024", str(year))
    return {name: (EXAMPLES / participant.lower() / name).read_bytes()}


def begin(act: Acting, agency: str, files: Mapping[str, bytes], mapping: str = "") -> UUID:
    """Let files lie on the desk as a submission of an agency, with a job that waits where it is known which table they are."""
    from lontar.reporting import actions
    from lontar.reporting.opening import the_desk

    identity, desk = uuid4(), the_desk()
    key, kept = desk.new_key(identity), []
    for name, content in files.items():
        paper = uuid4()
        with desk.written(paper, key.plain) as pen:
            pen.write(content)
        kept.append(actions.Kept(paper, "raw", name, pen.written))
    indicators = open_mapping(open_catalogue(), mapping).indicators.values() if mapping else ()
    actions.begin_submission(act, identity, agency, mapping, indicators, key)
    actions.keep_papers(act, identity, kept)
    if mapping:
        actions.ask_job(act, identity, "harmonise")
    return identity


def sign(
    act: Acting, identity: UUID, mark: str = "GREEN", reason: str = "", *, published: bool = False
) -> None:
    """Sign a submission as it is now."""
    from lontar.reporting import queries
    from lontar.reporting.signing import sign_submission
    from lontar.warehouse.accepting import Terms

    sign_submission(act, queries.submission(act, identity), Terms(mark=mark, published=published), reason)  # type: ignore[arg-type]


def do_what_waits(clock: Callable[[], datetime]) -> None:
    """Do every job that waits."""
    from lontar.reporting import worker

    worker.do_what_waits(clock)


def leave_half_done(clock: Callable[[], datetime]) -> None:
    """Take the job that waits, and tell of the half of it; a day passes until somebody asks what became of it."""
    from lontar.members.acting import acting
    from lontar.reporting.jobs import take_job, tell_job

    job = take_job(clock())
    assert job is not None
    with acting(job.person, job.participant, clock() + timedelta(days=1)) as act:
        tell_job(act, job.id, "understanding", 1200, 2400)
