"""What stands while rights change: nothing that was asked, agreed to or declared before outlives what it was about."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError

from lontar.model.errors import Refused
from tests.members.scenes import LATER, OFFICE, POLICE, People, agree, ask, invite
from tests.things.worlds import NOW


def test_whoever_is_suspended_accepts_no_invitation_that_stood(people: People) -> None:
    from lontar.members.invitations import accept_as
    from lontar.members.people import suspend

    _, secret = invite(
        people, people.admin, "XA", OFFICE, f"{people.officer}@lontar.example", roles=["analyst"]
    )
    (grant,) = people.asked("select id from members_grant where invitation_id is not null limit 1")[0]
    agree(people, people.second, grant)
    with people.as_(people.admin) as act:
        suspend(act, UUID(people.officer))
    assert accept_as(secret, NOW, UUID(people.officer)) is None
    assert people.roles(people.officer, now=LATER) == set()


def leave(people: People) -> None:
    """The officer leaves the agency and has no role any more."""
    from lontar.members.people import end_appointment

    agree(people, people.second, ask(people, people.admin, people.officer, "leave", agency=UUID(OFFICE)))
    (role,) = people.asked("select id from members_appointment where person_id = %s", people.officer)[0]
    with people.as_(people.admin) as act:
        end_appointment(act, role)


@pytest.mark.parametrize("more", [{"what": "join", "agency": UUID(POLICE)}, {"role": "analyst"}])
def test_who_left_is_not_bound_anew_by_a_request_that_waited(people: People, more: dict[str, Any]) -> None:
    grant = ask(people, people.admin, people.officer, **more)
    leave(people)
    with pytest.raises(Refused, match="no longer stands"):
        agree(people, people.second, grant, now=LATER)
    assert not people.asked(
        "select 1 from members_belonging where person_id = %s and until is null", people.officer
    )


def test_a_second_factor_stays_that_another_participant_relies_on_meanwhile(people: People) -> None:
    grant = ask(people, people.admin, people.officer, "reset")
    people.asked(
        "insert into members_appointment (id, person_id, participant_id, role, since, certified)"
        " values (gen_random_uuid(), %s, 'XB', 'analyst', %s, %s) returning 1", people.officer, NOW, NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="no longer stands"):
        agree(people, people.second, grant, now=LATER)


def test_who_comes_back_is_declared_anew(people: People) -> None:
    from lontar.members.invitations import accept_as

    agree(people, people.second, ask(people, people.admin, people.officer, "declare"))
    leave(people)
    _, secret = invite(people, people.admin, "XA", OFFICE, f"{people.officer}@lontar.example", sent_by=None)
    (grant,) = people.asked("select id from members_grant where invitation_id is not null limit 1")[0]
    agree(people, people.second, grant, now=LATER)
    assert accept_as(secret, LATER, UUID(people.officer))
    with people.as_(people.officer, now=LATER + timedelta(days=1)) as act:
        assert act.viewer.everyone


@pytest.mark.parametrize("act", ["end_appointment", "suspend_person"])
def test_of_two_who_send_each_other_away_one_stays(people: People, act: str) -> None:
    pair = (people.admin, people.second)
    roles = [
        people.asked("select id from members_appointment where person_id = %s", one)[0][0] for one in pair
    ]
    whom: list[Any] = roles if act == "end_appointment" else list(pair)
    refused: list[str] = []
    with people.copy.web() as first, people.copy.web() as second:

        def answer() -> None:
            try:
                second.execute(f"select {act}(%s)".encode(), (whom[0],))
                second.execute("commit")
            except psycopg.Error as error:
                refused.append(str(error.sqlstate))

        for one, connection in zip(pair, (first, second), strict=True):
            connection.execute("begin")
            people.copy.ask(connection, one, "XA")
        first.execute(f"select {act}(%s)".encode(), (whom[1],))
        waits = Thread(target=answer)
        waits.start()
        waits.join(0.3)
        first.execute("commit")
        waits.join()
    assert refused == ["LV404"]
    assert people.asked(
        "select person_id::text from members_appointment where participant_id = 'XA' and role = 'administrator'"
        " and until is null and suspended is null"
    ) == [(people.admin,)]


def test_no_right_names_a_state_that_is_none(people: People) -> None:
    with pytest.raises(IntegrityError, match="grant_is_whole"), people.as_(people.admin) as act:
        act.cursor.execute(
            "select ask_grant('declare', %s, '', null, array[null]::text[])", (people.officer,)
        )
