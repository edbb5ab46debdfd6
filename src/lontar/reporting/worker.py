"""A worker takes one job after another and does each in a process of its own, so that nothing of one is left for the next."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.process import BaseProcess
from uuid import uuid4

import msgspec
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from lontar.harmonise.own_people import OwnPeople
from lontar.harmonise.progress import Cancelled, Progress
from lontar.members.acting import acting
from lontar.model.errors import LontarError, Refused, SourceProblem
from lontar.reporting import queries
from lontar.reporting.actions import Kept, say_mapping
from lontar.reporting.desk import Desk, seal_words
from lontar.reporting.harmonising import (
    Place,
    harmonise_submission,
    is_sure,
    recognise_submission,
    remove_left_open,
)
from lontar.reporting.jobs import Job, drop_files, end_job, is_to_go_on, take_job, tell_job
from lontar.reporting.mappings import indicators_of
from lontar.reporting.opening import open_desk, workplace
from lontar.reporting.queries import Outcome
from lontar.reporting.repairs import read_repairs
from lontar.reporting.signing import accept_signed

Clock = Callable[[], datetime]
PAUSE = 0.3
"""Seconds between two looks for a job."""
LONGEST = 3600
"""Seconds that one job may take."""
_log = logging.getLogger("lontar.reporting")
_FAILED = "[LON-001] something went wrong in Lontar itself; nothing was half-written. Send the file again, and tell those who keep Lontar."


def work(is_told_to_stop: Callable[[], bool], clock: Clock = timezone.now) -> None:
    """Take jobs and do them until told to stop; one under way is ended with it, and asked for again by whoever wants it."""
    remove_left_open(workplace(settings.HOME))  # type: ignore[misc]
    while not is_told_to_stop():
        try:
            job = take_job(clock())
            if job is not None:
                _do_apart(job, is_told_to_stop, clock)
                continue
        except DatabaseError:
            _log.exception("the database does not answer a worker")
            connections.close_all()
        time.sleep(PAUSE)


def _do_apart(job: Job, is_told_to_stop: Callable[[], bool], clock: Clock) -> None:
    connections.close_all()
    child = multiprocessing.get_context("fork").Process(target=_do_alone, args=(job, clock))
    child.start()
    try:
        outcome = _waited(child, lambda: _may_go_on(job, clock), is_told_to_stop)
    finally:
        child.kill()
        child.join()
        remove_left_open(workplace(settings.HOME))  # type: ignore[misc]
    if outcome:
        _end(job, clock, outcome, _FAILED if outcome == "failed" else "")


def _waited(
    child: BaseProcess, may_go_on: Callable[[], bool], is_told_to_stop: Callable[[], bool]
) -> Outcome:
    """Wait for a process; gives how its job is to be ended, '' where it did that itself."""
    deadline = time.monotonic() + LONGEST
    while child.is_alive():
        if time.monotonic() > deadline or is_told_to_stop():
            return "failed"
        child.join(PAUSE)
        if child.is_alive() and not may_go_on():
            return "cancelled"
    return "failed" if child.exitcode else ""


def _do_alone(job: Job, clock: Clock) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        do_job(job, clock)
    except Exception:  # what is left of it is told here, where no value of a file is written
        _log.exception("a job (%s) was not done", job.what)
        sys.exit(1)


def do_what_waits(clock: Clock = timezone.now) -> None:
    """Do every job that waits, in this process."""
    while job := take_job(clock()):
        do_job(job, clock)


def do_job(job: Job, clock: Clock = timezone.now) -> None:
    """Do a job, and end it: whatever keeps it from being done is told to its sender."""
    desk = open_desk(settings.HOME)  # type: ignore[misc]
    with acting(job.person, job.participant, clock()) as act:
        told = queries.submission(act, job.submission)
    try:
        _WORK[job.what](job, told, desk, clock)
    except Cancelled:
        _tell(job, clock, "cancelled", "", queries.key_of(desk, told))
    except OwnPeople as problem:
        with acting(job.person, job.participant, clock()) as act:
            papers = drop_files(act, job.id)
            end_job(act, job.id, "refused", seal_words(str(problem), queries.key_of(desk, told), job.id))
        desk.remove(papers)
    except (SourceProblem, Refused) as problem:
        _tell(job, clock, "refused", str(problem), queries.key_of(desk, told))
    except LontarError as error:
        _tell(job, clock, "failed", str(error), queries.key_of(desk, told))


def _harmonise(job: Job, told: queries.Submission, desk: Desk, clock: Clock) -> None:
    place = Place(desk, workplace(settings.HOME))  # type: ignore[misc]
    with acting(job.person, job.participant, clock()) as act:
        repairs = read_repairs(act, told.id, queries.key_of(desk, told))
    became = harmonise_submission(told, job.participant, repairs, place, _Telling(job, clock))
    run = 1 + max((one.run for one in told.papers), default=0)
    try:
        with acting(job.person, job.participant, clock()) as act:
            before = end_job(act, job.id, "done", None, became.papers, run, became.told)
    except BaseException:
        desk.remove([one.id for one in became.papers])
        raise
    desk.remove(before)


def _recognise(job: Job, told: queries.Submission, desk: Desk, clock: Clock) -> None:
    """Find out which table it is; where that is sure, it is harmonised at once, and else its people are asked."""
    found = recognise_submission(told, job.participant, Place(desk, workplace(settings.HOME)))  # type: ignore[misc]
    if is_sure(found, len(told.of_kind("raw"))):
        mapping = found[0].mapping
        with acting(job.person, job.participant, clock()) as act:
            say_mapping(act, told.id, told.agency, mapping, indicators_of(mapping))
            told = queries.submission(act, told.id)
        _harmonise(job, told, desk, clock)
        return
    paper = uuid4()
    with desk.written(paper, queries.key_of(desk, told)) as pen:
        pen.write(msgspec.json.encode(found))
    with acting(job.person, job.participant, clock()) as act:
        end_job(act, job.id, "done", None, [Kept(paper, "recognised", "recognised.json", pen.written)], 1)


def _accept(job: Job, told: queries.Submission, desk: Desk, clock: Clock) -> None:  # noqa: ARG001 - as it is when it is accepted
    with acting(job.person, job.participant, clock()) as act:
        tell_job(act, job.id, "accepting", 0, 0)
    desk.remove(accept_signed(job, desk, clock))


_WORK = {"harmonise": _harmonise, "recognise": _recognise, "accept": _accept}


def _tell(job: Job, clock: Clock, outcome: Outcome, words: str, key: bytes) -> None:
    with acting(job.person, job.participant, clock()) as act:
        end_job(act, job.id, outcome, seal_words(words, key, job.id) if words else None)


def _end(job: Job, clock: Clock, outcome: Outcome, words: str) -> None:
    """End a job whose process is gone."""
    desk = open_desk(settings.HOME)  # type: ignore[misc]
    try:
        with acting(job.person, job.participant, clock()) as act:
            key = queries.key_of(desk, queries.submission(act, job.submission))
        _tell(job, clock, outcome, words, key)
    except Refused:
        _log.warning("a job ended of which nobody speaks any more")


class _Telling:
    """Tells how far a job is, and has it cancelled where that is wanted."""

    def __init__(self, job: Job, clock: Clock) -> None:
        self._job, self._clock, self._next = job, clock, 0.0

    def __call__(self, told: Progress) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + PAUSE
        with acting(self._job.person, self._job.participant, self._clock()) as act:
            if tell_job(act, self._job.id, told.stage, told.done, told.total):
                raise Cancelled


def _may_go_on(job: Job, clock: Clock) -> bool:
    """Tell that a job is being done; False once it is to stop, or whoever asked for it may not any more."""
    try:
        with acting(job.person, job.participant, clock()) as act:
            return is_to_go_on(act, job.id)
    except Refused:
        return False
