"""Cells that were not understood are repaired, and read again."""

from __future__ import annotations

import uuid

import msgspec
import pytest

from lontar.model.errors import Refused
from tests.reporting.senders import EXAMPLES, Senders

FAULTY = EXAMPLES / "fictional" / "xb" / "faulty" / "masuk_ilegal_2026-T1.csv"


def faulty(senders: Senders) -> uuid.UUID:
    identity = senders.send("XB", {FAULTY.name: FAULTY.read_bytes()}, "xb/masuk_ilegal")
    senders.work()
    return identity


def questions(senders: Senders, identity: uuid.UUID, person: str) -> list:  # type: ignore[type-arg]
    from lontar.reporting import queries, repairs
    from lontar.reporting.accounts import problems_of
    from lontar.reporting.grouping import questions_of

    with senders.as_(person, "XB") as act:
        told = queries.submission(act, identity)
        key = queries.key_of(senders.desk, told)
        standing = repairs.read_repairs(act, identity, key)
    return questions_of(problems_of(senders.desk, told), standing, key)[0]


def say(senders: Senders, identity: uuid.UUID, person: str, question, seen: str = "", **said: str) -> None:  # type: ignore[no-untyped-def]
    from lontar.reporting import queries, repairs

    with senders.as_(person, "XB") as act:
        told = queries.submission(act, identity)
        answer = msgspec.structs.replace(question.said, **said)
        repairs.keep_repairs(act, identity, queries.key_of(senders.desk, told), [(answer, seen)])


def read_again(senders: Senders, identity: uuid.UUID) -> int | None:
    from lontar.reporting import actions

    with senders.as_(senders.officer["XB"], "XB") as act:
        actions.ask_job(act, identity, "harmonise")
    senders.work()
    return senders.look(identity, senders.officer["XB"], "XB").refused


def test_what_is_read_as_its_suggestion_is_understood(senders: Senders) -> None:
    identity, officer = faulty(senders), senders.officer["XB"]
    assert senders.look(identity, officer, "XB").refused
    asked = questions(senders, identity, officer)
    assert {one.first.suggestion for one in asked} >= {"Amberland", "Ebonia"}
    for one in asked:
        say(senders, identity, officer, one, like=one.first.suggestion)
    assert read_again(senders, identity) == 0
    assert questions(senders, identity, officer) == []
    assert read_again(senders, identity) == 0


def test_a_text_may_be_left_out_for_a_reason(senders: Senders) -> None:
    identity, officer = faulty(senders), senders.officer["XB"]
    for one in questions(senders, identity, officer):
        say(senders, identity, officer, one, ignore="No such place is known.")
    assert read_again(senders, identity) == 0


def test_what_two_people_say_of_one_cell_stands_side_by_side_until_one_is_chosen(senders: Senders) -> None:
    from lontar.reporting import repairs
    from lontar.reporting.signing import sign_submission
    from lontar.warehouse.accepting import Terms

    identity, officer, focal = faulty(senders), senders.officer["XB"], senders.focal["XB"]
    one = questions(senders, identity, officer)[0]
    say(senders, identity, officer, one, like=one.first.suggestion)
    say(senders, identity, focal, one, ignore="A slip of the pen.")
    (again,) = (asked for asked in questions(senders, identity, officer) if asked.key == one.key)
    assert again.standing.said.like == one.first.suggestion
    assert [rival.said.ignore for rival in again.rivals] == ["A slip of the pen."]
    told = senders.look(identity, focal, "XB")
    with pytest.raises(Refused, match="two things of one cell"), senders.as_(focal, "XB") as act:
        sign_submission(act, told, Terms(mark="GREEN"), "")
    with senders.as_(officer, "XB") as act:
        repairs.choose_repair(act, identity, again.rivals[0].id)
    (after,) = (asked for asked in questions(senders, identity, officer) if asked.key == one.key)
    assert (after.standing.said.ignore, after.rivals) == ("A slip of the pen.", [])


def test_a_repair_that_was_seen_is_replaced_and_one_that_is_taken_back_is_gone(senders: Senders) -> None:
    from lontar.reporting import repairs

    identity, officer = faulty(senders), senders.officer["XB"]
    one = questions(senders, identity, officer)[0]
    say(senders, identity, officer, one, like=one.first.suggestion)
    first = questions(senders, identity, officer)[0].standing
    say(senders, identity, officer, one, seen=str(first.id), ignore="It is no place.")
    second = questions(senders, identity, officer)[0]
    assert (second.standing.said.ignore, second.rivals) == ("It is no place.", [])
    with senders.as_(officer, "XB") as act:
        repairs.undo_repair(act, identity, second.standing.id)
    assert questions(senders, identity, officer)[0].standing is None


def test_nobody_else_repairs_or_reads_repairs(senders: Senders) -> None:
    from lontar.reporting import queries, repairs

    identity, officer = faulty(senders), senders.officer["XB"]
    one = questions(senders, identity, officer)[0]
    say(senders, identity, officer, one, like=one.first.suggestion)
    with senders.as_(officer, "XB") as act:
        key = queries.key_of(senders.desk, queries.submission(act, identity))
    standing = questions(senders, identity, officer)[0].standing.id
    for person, participant in ((senders.officer["XA"], "XA"), (senders.police["XB"], "XB"), ("", "")):
        for deed in (
            lambda act: repairs.read_repairs(act, identity, key),
            lambda act: repairs.keep_repairs(act, identity, key, [(one.said, "")]),
            lambda act: repairs.undo_repair(act, identity, standing),
            lambda act: repairs.choose_repair(act, identity, standing),
        ):
            with pytest.raises(Refused, match="nothing here"), senders.as_(person, participant) as act:
                deed(act)


def test_no_word_of_a_repair_lies_open_in_the_database(senders: Senders) -> None:
    identity, officer = faulty(senders), senders.officer["XB"]
    one = questions(senders, identity, officer)[0]
    say(senders, identity, officer, one, ignore="canary-7919-canary")
    with senders.copy.owner() as owner:
        rows = owner.execute("select to_jsonb(r)::text from reporting_repair r").fetchall()
    assert rows
    assert "canary" not in str(rows)
    assert b"canary-7919".hex() not in str(rows)
