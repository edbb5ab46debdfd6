"""What the fictional participants of the demonstration sent: submissions in every step, by the functions that the pages use."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from django.utils import timezone

from lontar.catalogue import open_catalogue
from lontar.members.acting import Acting, acting
from lontar.members.demonstration import agency_id, person_id
from lontar.model.figures.indicators import Mark
from lontar.model.figures.periods import parse_period
from lontar.reporting import actions, queries
from lontar.reporting.desk import Desk
from lontar.reporting.mappings import by_name, indicators_of
from lontar.reporting.opening import the_desk
from lontar.reporting.signing import sign_submission
from lontar.reporting.statements import Statement, What
from lontar.reporting.stating import state_without_file
from lontar.reporting.worker import do_what_waits
from lontar.warehouse.accepting import Terms

_PATIENCE = 120
"""Seconds that a job may take which another worker took."""


class Sent(NamedTuple):
    """A file (its folder is the participant's) that an agency sends; signed under a mark (None: still a draft), or withdrawn again."""

    file: str
    mark: Mark | None = None
    reason: str = ""
    shared_with: frozenset[str] = frozenset()
    function: str = "statistics"
    withdrawn: str = ""


SENT: dict[str, tuple[Sent, ...]] = {
    "XA": (
        Sent("salidas_por_mar_2024.csv", "GREEN"),
        Sent("salidas_por_mar_2025.csv", "GREEN"),
        Sent("readmisiones_2026-T3.csv"),
        Sent("faulty/readmisiones_2026-T1.csv"),
    ),
    "XB": (
        Sent("masuk_ilegal_2025-T4.csv", "GREEN"),
        Sent("dokumen_palsu_2024.csv", "AMBER", withdrawn="The figures of one airport were counted twice."),
        Sent("faulty/masuk_ilegal_2026-T1.csv"),
    ),
    "XC": (
        Sent("faulty/coralia_sea_arrivals_2026-Q1.csv", "GREEN"),
        Sent(
            "coralia_sea_arrivals_2026-Q1.csv",
            "GREEN",
            reason="One figure of February was ten times too large.",
        ),
        Sent("coralia_asylum_2026-Q1.csv", "AMBER"),
    ),
    "XD": (Sent("otkazy_2025.csv", "AMBER", shared_with=frozenset({"XE"})),),
    "XE": (Sent("personnes_enregistrees_exercice_2025.csv", "GREEN"),),
    "XF": (Sent("farisle_2024.csv", "GREEN"), Sent("faulty/farisle_2025.csv")),
}
STATED: dict[str, tuple[tuple[str, str, What], ...]] = {"XD": (("sea_arrivals", "2025", "not_applicable"),)}
"""Indicator, period and what is said of it without a file."""


def load_submissions(folder: Path) -> None:
    """Let the fictional participants have sent their files, which lie in `folder`; where they have, nothing is done."""
    for participant, sent in SENT.items():
        with _as(_seat("focal", participant), participant) as act:
            if queries.submissions(act, act.now):
                continue
        for one in sent:
            _send(participant, one, folder / participant.lower(), the_desk())
        for indicator, period, what in STATED.get(participant, ()):
            _state(participant, indicator, period, what)


def _send(participant: str, one: Sent, folder: Path, desk: Desk) -> None:
    path = folder / one.file
    identity, paper = uuid4(), uuid4()
    key, mapping = desk.new_key(identity), by_name(participant, [path.name])
    with desk.written(paper, key.plain) as pen:
        pen.write(path.read_bytes())
    with _as(_seat("officer", participant), participant) as act:
        agency = str(agency_id(participant, one.function))
        actions.begin_submission(act, identity, agency, mapping, indicators_of(mapping), key)
        actions.keep_papers(act, identity, [actions.Kept(paper, "raw", path.name, pen.written)])
        actions.ask_job(act, identity, "harmonise")
    _wait(participant, identity)
    if one.mark is not None:
        _sign(participant, identity, Terms(mark=one.mark, shared_with=one.shared_with), one.reason)
    if one.withdrawn:
        with _as(_seat("focal", participant), participant) as act:
            actions.withdraw_sent(act, identity, one.withdrawn)


def _state(participant: str, indicator: str, period: str, what: What) -> None:
    identity = uuid4()
    said = Statement(
        participant, participant, open_catalogue().indicator(indicator), parse_period(period), what, ""
    )
    with _as(_seat("officer", participant), participant) as act:
        state_without_file(act, the_desk(), identity, str(agency_id(participant, "statistics")), said)
    _sign(participant, identity, Terms(mark="GREEN"), "")


def _sign(participant: str, identity: UUID, terms: Terms, reason: str) -> None:
    with _as(_seat("focal", participant), participant) as act:
        sign_submission(act, queries.submission(act, identity), terms, reason)
    _wait(participant, identity)


def _wait(participant: str, identity: UUID) -> None:
    """Do what waits, and wait for what another worker does."""
    do_what_waits()
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with _as(_seat("focal", participant), participant) as act:
            if not queries.submission(act, identity).is_under_way:
                return
        time.sleep(0.2)


def _seat(seat: str, participant: str) -> str:
    """The address of somebody of a participant; on the island one officer is everybody."""
    return f"{'officer' if participant == 'XF' else seat}.{participant.lower()}"


def _as(seat: str, participant: str) -> AbstractContextManager[Acting]:
    return acting(str(person_id(seat)), participant, timezone.now())
