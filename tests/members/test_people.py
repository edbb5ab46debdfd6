"""Who sees whom: oneself, and an administrator the people of the own participant; a host operator nobody's name."""

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from lontar.members.context import set_viewer
from tests.databases import Copy, Instance
from tests.things.worlds import NOW, World

OFFICE, OTHER = (str(uuid.UUID(int=number)) for number in (1, 2))


class People:
    def __init__(self, copy: Copy) -> None:
        self.copy, world = copy, World()
        world.participants = {"XA": ("State", "member", ("XA",)), "XB": ("State", "member", ("XB",))}
        world.agencies = {OFFICE: ("XA", frozenset({"statistics"})), OTHER: ("XB", frozenset({"statistics"}))}
        self.officer = world.person(roles={"XA": ["data_officer"]}, agencies=[OFFICE])
        self.admin = world.person(roles={"XA": ["administrator"]}, agencies=[OFFICE])
        self.host = world.person(roles={"XA": ["host_operator"]}, agencies=[OFFICE])
        self.other = world.person(roles={"XB": ["administrator"]}, agencies=[OTHER], seconded=[("XA",)])
        self.both = world.person(roles={"XA": ["analyst"], "XB": ["analyst"]}, agencies=[OFFICE, OTHER])
        with copy.owner() as owner:
            world.write(owner)

    def sees(self, person: str, participant: str, table: str, column: str = "id") -> set[str]:
        with self.copy.web() as web, web.transaction():
            self.copy.ask(web, person, participant)
            return {str(row[0]) for row in web.execute(f"select {column} from members_{table}".encode())}


@pytest.fixture
def people(instance: Instance) -> Iterator[People]:
    with instance.copied() as copy:
        yield People(copy)


def test_everyone_sees_oneself(people: People) -> None:
    assert people.sees(people.officer, "XA", "person") == {people.officer}
    assert people.sees(people.host, "XA", "person") == {people.host}
    assert people.sees("", "", "person") == set()


def test_an_administrator_sees_the_people_of_the_own_participant(people: People) -> None:
    own = {people.officer, people.admin, people.host, people.both}
    assert people.sees(people.admin, "XA", "person") == own
    assert people.sees(people.other, "XB", "person") == {people.other, people.both}
    assert people.sees(people.admin, "XA", "appointment", "person_id") == own
    assert people.sees(people.admin, "XA", "belonging", "person_id") == own
    assert people.sees(people.other, "XB", "secondment", "person_id") == {people.other, people.both}
    assert people.sees(people.admin, "XA", "secondment", "person_id") == own
    assert people.sees(people.officer, "XA", "secondment", "person_id") == {people.officer}


def test_agencies_are_seen_by_their_own(people: People) -> None:
    assert people.sees(people.officer, "XA", "agency") == {OFFICE}
    assert people.sees(people.other, "XB", "agency") == {OTHER}
    assert people.sees("", "", "agency") == set()


def test_participants_are_known_to_all(people: People) -> None:
    assert people.sees("", "", "participant") == {"XA", "XB"}


def test_acting_for_one_participant_is_not_acting_for_the_other(people: People) -> None:
    """Permits come from the participant acted for; what forbids comes from every allegiance."""
    with people.copy.web() as web:
        for participant in ("XA", "XB"):
            with web.transaction():
                people.copy.ask(web, people.both, participant)
                told: Any = web.execute(
                    "select v.participant, v.allegiance, v.agencies from viewer() v"
                ).fetchone()
            assert (told[0], sorted(told[1]), sorted(told[2])) == (participant, ["XA", "XB"], [OFFICE, OTHER])


def test_whoever_acts_for_a_participant_without_a_role_there_is_the_public(people: People) -> None:
    with people.copy.web() as web, web.transaction():
        people.copy.ask(web, people.officer, "XB")
        assert web.execute("select v.participant, v.person, v.everyone from viewer() v").fetchone() == (
            "",
            "",
            True,
        )


@pytest.mark.parametrize(
    "table", ["participant", "agency", "person", "appointment", "belonging", "secondment", "contribution"]
)
def test_the_web_role_writes_none_of_it(people: People, table: str) -> None:
    for verb in (
        f"delete from members_{table}",
        f"update members_{table} set id = id",
        f"insert into members_{table} default values",
    ):
        with people.copy.web() as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute(verb.encode())


def test_what_one_signs_in_with_is_read_by_no_page(people: People) -> None:
    assert people.sees(people.officer, "XA", "person", "email") == {f"{people.officer}@lontar.example"}
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        people.sees(people.officer, "XA", "person", "password")


def test_one_person_has_one_account(people: People) -> None:
    with people.copy.owner() as owner, pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute("update members_person set email = 'the same'")


@pytest.mark.parametrize("bad", ["a|b", "|"])
def test_an_id_cannot_smuggle_parts_into_the_context(people: People, bad: str) -> None:
    with people.copy.web() as web, web.transaction():
        for names in ({"person": bad, "participant": "XA"}, {"person": people.officer, "participant": bad}):
            with pytest.raises(ValueError, match=r"holds no '\|'"):
                set_viewer(web.cursor(), people.copy.key, grain="figure", export=False, now=NOW, **names)
