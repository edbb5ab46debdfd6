"""Rights are given by two persons; suspended, ended and certified by one; and an administrator has no data right."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from lontar.model.errors import Refused
from tests.members.scenes import LATER, OTHER, POLICE, People, agree, ask
from tests.things.worlds import NOW


def test_a_role_waits_for_a_second_person(people: People) -> None:
    grant = ask(people, people.admin, people.officer, role="analyst")
    assert people.roles(people.officer) == {"data_officer"}
    agree(people, people.focal, grant)
    assert people.roles(people.officer) == {"data_officer", "analyst"}
    assert [(one["act"], one.get("second_person")) for one in people.acts()] == [
        ("asked_grant", ""), ("agreed_grant", people.admin),
    ]  # fmt: skip


def test_an_administrator_cannot_grant_oneself_a_data_right(people: People) -> None:
    grant = ask(people, people.admin, people.admin, role="data_officer")
    for who in (people.admin, people.officer):
        with pytest.raises(Refused, match="nothing here for you"):
            agree(people, who, grant)
    assert people.roles(people.admin) == {"administrator"}
    agree(people, people.second, grant)
    assert people.roles(people.admin) == {"administrator", "data_officer"}


def test_the_person_concerned_does_not_agree(people: People) -> None:
    grant = ask(people, people.admin, people.focal, role="analyst")
    with pytest.raises(Refused, match="nothing here for you"):
        agree(people, people.focal, grant)


def test_where_one_officer_is_everything_it_is_waived_and_flagged(people: People) -> None:
    assert ask(people, people.island, people.island, participant="XF", role="analyst") is None
    assert "analyst" in people.roles(people.island, "XF")
    assert people.acts("XF")[-1]["second_person"] == "waived"


def test_whoever_sends_the_others_away_is_not_alone(people: People) -> None:
    from lontar.members.people import suspend

    for other in (people.second, people.focal):
        with people.as_(people.admin) as act:
            suspend(act, UUID(other))
    assert ask(people, people.admin, people.admin, role="analyst", now=LATER) is not None, (
        "it waits for a month"
    )
    after = NOW + timedelta(days=40)
    assert ask(people, people.admin, people.admin, role="analyst", now=after) is None


def test_whoever_lets_the_others_lapse_is_not_alone(people: People) -> None:
    much_later = NOW + timedelta(days=400)
    people.asked(
        "update members_appointment set certified = %s where person_id = %s returning id",
        much_later,
        people.admin,
    )
    assert people.roles(people.focal, now=much_later) == set()
    assert ask(people, people.admin, people.admin, role="analyst", now=much_later) is not None


@pytest.mark.parametrize("who", ["officer", "focal", "police", "xb_admin", "island"])
def test_whoever_does_not_administer_asks_for_nothing(people: People, who: str) -> None:
    for participant in ("XA", "XB", "XF"):
        with pytest.raises(Refused, match="nothing here for you"):
            ask(people, getattr(people, who), people.officer, participant=participant, role="analyst")


def test_absent_foreign_and_free_people_answer_alike(people: People) -> None:
    from lontar.members.people import certify, suspend

    said = set()
    for subject in (str(uuid.uuid4()), people.xb_focal, people.island):
        for act_on in (suspend, certify, ask_one):
            with pytest.raises(Refused) as error, people.as_(people.admin) as act:
                act_on(act, UUID(subject))
            said.add(str(error.value))
    assert len(said) == 1


def ask_one(act: Any, person: UUID) -> None:
    from lontar.members.people import ask_grant

    ask_grant(act, "appoint", person, role="analyst")


def test_a_foreign_agency_is_none(people: People) -> None:
    with pytest.raises(Refused, match="nothing here for you"):
        ask(people, people.admin, people.officer, "join", agency=UUID(OTHER))


def test_leaving_an_agency_waits_too_since_a_wall_would_fall(people: People) -> None:
    grant = ask(people, people.admin, people.police, "leave", agency=UUID(POLICE))
    with people.as_(people.police) as act:
        assert act.viewer.functions == {"enforcement"}
    agree(people, people.second, grant)
    with people.as_(people.police, now=LATER) as act:
        assert act.viewer.functions == set()


def test_who_sent_a_person_is_declared_by_each_participant(people: People) -> None:
    with people.as_(people.both) as act:
        assert not act.viewer.everyone
    people.asked(
        "delete from members_secondment where person_id = %s and participant_id = 'XB' returning id",
        people.both,
    )
    with people.as_(people.both) as act:
        assert act.viewer.everyone, "undeclared by one of them means every State"
    with pytest.raises(Refused, match="nothing here"):
        ask(people, people.admin, people.xb_focal, "declare", states=["XA"])
    grant = ask(people, people.xb_admin, people.both, "declare", "XB", states=["XF"])
    agree(people, people.xb_focal, grant, "XB")
    with people.as_(people.both, now=LATER) as act:
        assert (act.viewer.everyone, act.viewer.allegiance) == (False, {"XA", "XB", "XF"})


def test_suspension_is_at_once_and_resuming_waits(people: People) -> None:
    from lontar.members.people import suspend

    with people.as_(people.admin) as act:
        suspend(act, UUID(people.both))
    assert people.roles(people.both, now=LATER) == set()
    assert people.roles(people.both, "XB", LATER) == {"analyst"}, "another participant's own business"
    with people.as_(people.both, "XB", LATER) as act:
        assert act.viewer.allegiance == {"XA", "XB"}, "what forbids stays"
    grant = ask(people, people.admin, people.both, "resume", now=LATER)
    agree(people, people.focal, grant, now=LATER)
    assert people.roles(people.both, now=LATER + timedelta(days=1)) == {"analyst"}


def test_nobody_suspends_oneself_and_the_last_administrator_stays(people: People) -> None:
    from lontar.members.people import end_appointment, suspend

    with pytest.raises(Refused, match="MEM-004"), people.as_(people.admin) as act:
        suspend(act, UUID(people.admin))
    (role,) = people.asked("select id from members_appointment where person_id = %s", people.xb_admin)[0]
    with pytest.raises(Refused, match="MEM-005"), people.as_(people.xb_admin, "XB") as act:
        end_appointment(act, role)
    (role,) = people.asked("select id from members_appointment where person_id = %s", people.second)[0]
    with pytest.raises(Refused, match="nothing here"), people.as_(people.xb_admin, "XB") as act:
        end_appointment(act, role)
    with people.as_(people.admin) as act:
        end_appointment(act, role)
    assert people.roles(people.second, now=LATER) == set()


def test_roles_lapse_where_nobody_certifies(people: People) -> None:
    from lontar.members.people import certify

    late = NOW + timedelta(days=119)
    assert people.roles(people.officer, now=late) == {"data_officer"}
    with pytest.raises(Refused, match="MEM-006"), people.as_(people.admin, now=late) as act:
        certify(act, UUID(people.admin))
    with people.as_(people.admin, now=late) as act:
        certify(act, UUID(people.officer))
    after = NOW + timedelta(days=121)
    assert people.roles(people.officer, now=after) == {"data_officer"}
    assert people.roles(people.admin, now=after) == set()


def test_one_officer_certifies_oneself_and_the_journal_says_so(people: People) -> None:
    from lontar.members.people import certify

    with people.as_(people.island, "XF") as act:
        certify(act, UUID(people.island))
    assert people.acts("XF")[-1] == {
        "act": "certified", "person": people.island, "thing": people.island, "second_person": "waived",
    }  # fmt: skip


def test_a_grant_stands_for_a_month_and_while_who_asked_administers(people: People) -> None:
    from lontar.members.people import suspend

    grant = ask(people, people.admin, people.officer, role="analyst")
    with pytest.raises(Refused, match="MEM-001"):
        agree(people, people.focal, grant, now=NOW + timedelta(days=31))
    with people.as_(people.second) as act:
        suspend(act, UUID(people.admin))
    with pytest.raises(Refused, match="MEM-001"):
        agree(people, people.focal, grant, now=LATER)


def test_asking_twice_is_told_and_declining_ends_it(people: People) -> None:
    from lontar.members.people import decline_grant

    grant = ask(people, people.admin, people.officer, role="analyst")
    with pytest.raises(Refused, match="MEM-003"):
        ask(people, people.second, people.officer, role="analyst")
    assert grant
    with people.as_(people.focal) as act:
        decline_grant(act, grant)
    with pytest.raises(Refused, match="nothing here"):
        agree(people, people.second, grant)
    assert people.roles(people.officer) == {"data_officer"}


@pytest.mark.parametrize("act", ["agree", "decline"])
def test_a_grant_of_another_participant_is_none(people: People, act: str) -> None:
    from lontar.members.people import agree_grant, decline_grant

    grant = ask(people, people.admin, people.officer, role="analyst")
    assert grant
    do: Callable[..., None] = agree_grant if act == "agree" else decline_grant
    with pytest.raises(Refused, match="nothing here"), people.as_(people.xb_admin, "XB") as acting:
        do(acting, grant)


def test_a_second_factor_is_put_back_by_two_and_only_where_no_other_participant_relies_on_it(
    people: People,
) -> None:
    for person in (people.officer, people.both):
        people.asked(
            "insert into mfa_authenticator (type, data, user_id, created_at) values ('totp', '{}', %s, now()) returning id",
            person,
        )
    with pytest.raises(Refused, match="MEM-002"):
        ask(people, people.admin, people.both, "reset")
    grant = ask(people, people.admin, people.officer, "reset")
    agree(people, people.second, grant)
    assert people.asked("select user_id::text from mfa_authenticator") == [(people.both,)]


def test_sessions_end_with_every_change_of_rights(people: People) -> None:
    from lontar.members.people import end_appointment, suspend

    def open_session() -> None:
        people.asked(
            "insert into django_session values ('key', '', now()) on conflict do nothing returning 1"
        )
        people.asked(
            "insert into usersessions_usersession (created_at, ip, last_seen_at, session_key, user_agent, data, user_id)"
            " values (now(), '127.0.0.1', now(), 'key', '', '{}', %s) on conflict do nothing returning 1", people.officer,
        )  # fmt: skip

    def is_open() -> bool:
        return bool(people.asked("select 1 from django_session"))

    open_session()
    grant = ask(people, people.admin, people.officer, role="analyst")
    assert is_open(), "asking changes nothing yet"
    agree(people, people.second, grant)
    assert not is_open()
    open_session()
    (role,) = people.asked(
        "select id from members_appointment where person_id = %s and role = 'analyst'", people.officer
    )[0]
    with people.as_(people.admin) as act:
        end_appointment(act, role)
    assert not is_open()
    open_session()
    with people.as_(people.admin) as act:
        suspend(act, UUID(people.officer))
    assert not is_open()


def test_whoever_is_erased_leaves_the_id_alone(people: People) -> None:
    with people.copy.owner() as owner:
        owner.execute("select erase_person(%s, %s)", (people.officer, NOW))
        assert owner.execute("select email, name, is_suspended from members_person where id = %s", (people.officer,)).fetchone() == (
            f"erased@{people.officer}", "", True,
        )  # fmt: skip
    assert people.roles(people.officer) == set()
    assert people.acts()[-1] == {"act": "erased_person", "person": "", "thing": people.officer}


def test_the_gate_knows_people_and_no_figures(people: People) -> None:
    from lontar.instance.cluster import GATE

    with people.copy.access(GATE).connect(autocommit=True) as gate:
        assert len(gate.execute("select id, password from members_person").fetchall()) == 9
        for forbidden in (
            "select 1 from things_thing", "select 1 from things_terms", "select 1 from journal_entry", "select 1 from members_appointment",
            "select 1 from context_key", "update members_person set email = 'x'", "delete from members_person", "select viewer()",
            "select erase_person(gen_random_uuid(), now())", "select invite_administrator('XA', 'x', '', now())",
            "select 1 from members_token",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                gate.execute(forbidden.encode())


def test_the_role_that_serves_pages_reads_nothing_that_signs_people_in(people: People) -> None:
    with people.copy.web() as web:
        for table in (
            "mfa_authenticator",
            "django_session",
            "usersessions_usersession",
            "socialaccount_socialtoken",
            "gate_cache",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(f"select 1 from {table}".encode())
        for column in ("secret",):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
                people.copy.ask(web, people.admin, "XA")
                web.execute(f"select {column} from members_token".encode())


def test_an_agency_is_added_with_what_it_does_and_joined_by_two(people: People) -> None:
    from lontar.members.people import add_agency

    with people.as_(people.admin) as act:
        new = add_agency(act, " Coast guard ", ["enforcement"])
    for name, functions in (
        ("Coast guard", ["statistics"]),
        ("", ["statistics"]),
        ("No", []),
        ("No", ["magic"]),
    ):
        with pytest.raises(Refused, match="MEM-012"), people.as_(people.admin) as act:
            add_agency(act, name, functions)
    with pytest.raises(Refused, match="nothing here"), people.as_(people.focal) as act:
        add_agency(act, "Mine", ["statistics"])
    agree(people, people.second, ask(people, people.admin, people.officer, "join", agency=new))
    with people.as_(people.officer, now=LATER) as act:
        assert act.viewer.functions == {"statistics", "enforcement"}


def test_of_two_who_could_agree_the_other_does_so_oneself(people: People) -> None:
    """Else each would be given anything by the other alone, without a word of one's own."""
    people.asked("delete from members_appointment where person_id = %s returning 1", people.second)
    grant = ask(people, people.admin, people.focal, role="analyst")
    assert people.roles(people.focal) == {"focal_point"}
    agree(people, people.focal, grant)
    assert people.roles(people.focal) == {"focal_point", "analyst"}


def test_lapsed_roles_come_back_by_two(people: People) -> None:
    from lontar.members.people import certify

    late = NOW + timedelta(days=121)
    for keeper in (people.admin, people.second):
        people.asked(
            "update members_appointment set certified = %s where person_id = %s returning 1", late, keeper
        )
    with pytest.raises(Refused, match="MEM-014"), people.as_(people.admin, now=late) as act:
        certify(act, UUID(people.officer))
    agree(people, people.second, ask(people, people.admin, people.officer, "resume", now=late), now=late)
    assert people.roles(people.officer, now=late + timedelta(days=1)) == {"data_officer"}
