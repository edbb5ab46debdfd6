"""What is said without a file."""

from __future__ import annotations

import uuid

import pytest

from lontar.catalogue import open_catalogue
from lontar.model.figures.periods import parse_period
from tests.reporting.senders import Senders
from tests.warehouse.scenes import OFFICES


def state(senders: Senders, what: str, indicator: str = "irregular_entries") -> uuid.UUID:
    from lontar.reporting.statements import Statement
    from lontar.reporting.stating import state_without_file

    identity = uuid.uuid4()
    said = Statement("XA", "XA", open_catalogue().indicator(indicator), parse_period("2025-Q1"), what, "")  # type: ignore[arg-type]
    with senders.as_(senders.officer["XA"], "XA") as act:
        state_without_file(act, senders.desk, identity, OFFICES["XA"], said)
    return identity


def contributions(senders: Senders) -> list[tuple[object, ...]]:
    with senders.copy.owner() as owner:
        return owner.execute(
            "select participant, topic, period_start::text, period_end::text, nil, until > %s from members_contribution",
            (senders.now,),
        ).fetchall()


@pytest.mark.parametrize("what", ["nil", "not_applicable"])
@pytest.mark.parametrize("indicator", ["irregular_entries", "smugglers"])
def test_that_there_was_none_is_signed_and_counts_for_its_own_period_alone(
    senders: Senders, what: str, indicator: str
) -> None:
    identity = state(senders, what, indicator)
    senders.sign(identity, "XA")
    senders.work()
    told = senders.look(identity, senders.focal["XA"], "XA")
    assert told.step == "accepted"
    topic = open_catalogue().indicator(indicator).topic
    in_force = {one for one in contributions(senders) if one[-1]}
    assert in_force == {("XA", topic, "2025-01-01", "2025-03-31", True, True)}


@pytest.mark.parametrize("what", ["not_collected", "withheld", "awaited"])
def test_why_there_is_no_figure_is_accepted_and_opens_nothing(senders: Senders, what: str) -> None:
    identity = state(senders, what, "smugglers")
    senders.sign(identity, "XA")
    senders.work()
    told = senders.look(identity, senders.focal["XA"], "XA")
    assert told.step == "accepted"
    assert not [one for one in contributions(senders) if one[-1]]


def test_what_is_withdrawn_counts_no_longer(senders: Senders) -> None:
    from lontar.reporting import actions

    identity = state(senders, "nil")
    senders.sign(identity, "XA")
    senders.work()
    with senders.as_(senders.focal["XA"], "XA") as act:
        actions.withdraw_sent(act, identity, "There was one after all.")
    assert not [one for one in contributions(senders) if one[-1]]
