"""What a program reads with a token: what its person reads, of its topics, no finer than it may, and nothing that SH-14 keeps."""

import base64
import uuid
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.model.errors import Refused
from lontar.model.policy.facts import Thing
from lontar.sharing.deciding import Policy
from tests.members.scenes import OFFICE, People
from tests.things.worlds import NOW, World

POLICY = Policy(read_rules(open_catalogue().root))
LATER = NOW + timedelta(minutes=1)


def thing(
    people: People, topic: str = "returns", owner: str = "XA", agency: str = OFFICE, **facts: Any
) -> UUID:
    """A thing under these terms, written as whoever migrates could."""
    name = uuid.uuid4()
    told = Thing(owner=owner, agency=agency, topic=topic, start="2025-01-01", end="2025-03-31", **{"mark": "AMBER", **facts},
                 owner_group=frozenset({owner}))  # fmt: skip
    with people.copy.owner() as owned, owned.transaction():
        World(things={str(name): told})._write_things(owned)
    return name


def made(people: People, who: str | None = None, participant: str = "XA", **how: Any) -> str:
    from lontar.members.tokens import make_token

    with people.as_(who or people.officer, participant) as act:
        return make_token(act, "my program", how.pop("topics", ["returns"]), **how)


def read(people: People, secret: str, name: UUID, grain: str = "figure", now: Any = LATER) -> Thing:
    from lontar.members.tokens import presented
    from lontar.things.queries import read_thing

    token = presented(f"Bearer {secret}", now)
    assert token
    with people.as_(token.person, token.participant, now, grain=grain, token=token.id) as act:
        assert act.channel == "token"
        return read_thing(act, name, POLICY)[0]


def test_a_token_reads_what_its_person_reads(people: People) -> None:
    secret = made(people)
    assert secret.startswith("lontar_")
    assert read(people, secret, thing(people)).owner == "XA"
    assert people.acts()[-1]["act"] == "read"


@pytest.mark.parametrize(
    "facts",
    [{"mark": "RED"}, {"mark": "AMBER+STRICT"}, {"classes": frozenset({"victim"})}, {"classes": frozenset({"returnee"})},
     {"classes": frozenset({"rescue"})}, {"classes": frozenset({"asylum"}), "origin": frozenset({"XB"})}],
)  # fmt: skip
def test_a_token_never_reads_what_is_too_sensitive_for_a_program(
    people: People, facts: dict[str, Any]
) -> None:
    from lontar.things.queries import read_thing

    secret, name = made(people), thing(people, **facts, named=frozenset({people.officer}))
    with people.as_(people.officer) as act:
        assert read_thing(act, name, POLICY)
    with pytest.raises(Refused, match="nothing here for you"):
        read(people, secret, name)


def test_a_token_reads_of_its_topics_alone(people: People) -> None:
    secret, name = made(people, topics=["smugglers", "asylum"]), thing(people)
    with pytest.raises(Refused, match="nothing here for you"):
        read(people, secret, name)
    public = thing(people, owner="XB", mark="CLEAR", published=True)
    with pytest.raises(Refused, match="nothing here for you"):
        read(people, secret, public)


def test_no_token_is_of_a_topic_that_is_none(people: People) -> None:
    with pytest.raises(DatabaseError, match="no such token is made"), people.as_(people.officer) as act:
        act.cursor.execute("select make_token('x', array[null]::text[], 'figure', false, 9, '')")


def test_a_topic_that_is_none_opens_nothing(people: People) -> None:
    secret, name = made(people), thing(people)
    people.asked("update members_token set topics = array[null]::text[] returning 1")
    with pytest.raises(Refused, match="nothing here for you"):
        read(people, secret, name)


@pytest.mark.parametrize(("grain", "asked", "is_read"), [
    ("total", "figure", False), ("figure", "trace", False), ("figure", "figure", True), ("trace", "trace", True), ("trace", "total", True),
])  # fmt: skip
def test_a_token_reads_no_finer_than_it_may(people: People, grain: str, asked: str, is_read: bool) -> None:
    secret, name = made(people, grain=grain), thing(people)
    if is_read:
        assert read(people, secret, name, asked)
    else:
        with pytest.raises(Refused, match="nothing here for you"):
            read(people, secret, name, asked)


def test_a_token_dies_with_its_end_its_days_and_its_person(people: People) -> None:
    from lontar.members.people import suspend
    from lontar.members.tokens import end_token, presented

    ended, short, other = made(people), made(people, days=1), made(people, people.both, "XB")
    with people.as_(people.officer) as act:
        (name,) = people.asked(
            "select id from members_token where expires > %s and person_id = %s",
            NOW + timedelta(days=2),
            people.officer,
        )[0]
        end_token(act, name)
    assert presented(f"Bearer {ended}", LATER) is None
    assert presented(f"Bearer {short}", LATER)
    assert presented(f"Bearer {short}", NOW + timedelta(days=1)) is None
    with people.as_(people.admin) as act:
        suspend(act, UUID(people.officer))
        suspend(act, UUID(people.both))
    assert presented(f"Bearer {short}", LATER) is None
    assert presented(f"Bearer {other}", LATER), "another participant's own business"


def test_a_token_that_died_between_opening_and_reading_reads_nothing(people: People) -> None:
    from lontar.things.queries import read_thing

    made(people)
    (name,) = people.asked("update members_token set ended = %s returning id", NOW)[0]
    public = thing(people, owner="XB", mark="CLEAR", published=True)
    with (
        pytest.raises(Refused, match="nothing here"),
        people.as_(people.officer, "XA", LATER, token=str(name)) as act,
    ):
        read_thing(act, public, POLICY)


def test_a_token_is_of_one_person_for_one_participant(people: People) -> None:
    made(people, people.both, "XA")
    (name,) = people.asked("select id from members_token")[0]
    for person, participant in ((people.both, "XB"), (people.officer, "XA")):
        with people.as_(person, participant, LATER, token=str(name)) as act:
            assert act.viewer.participant == ""
    with people.as_(people.both, "XA", LATER, token=str(name)) as act:
        assert act.viewer.participant == "XA"


def test_a_program_does_nothing(people: People) -> None:
    """No act of any room is done with a token: it reads, and nothing else."""
    from lontar.members.people import ask_grant, certify, end_appointment, invite, suspend
    from lontar.members.tokens import end_token, make_token
    from lontar.things.actions import change_terms, own_facts, recall, register_thing, sign

    made(people, people.island, "XF")
    (name,) = people.asked("select id from members_token")[0]
    theirs = thing(people, owner="XF", agency=str(UUID(int=4)))
    (role,) = people.asked("select id from members_appointment where person_id = %s limit 1", people.island)[
        0
    ]
    facts = Thing(owner="XF", agency=str(UUID(int=4)), topic="returns", start="2025-01-01", end="2025-03-31", mark="AMBER",
                  owner_group=frozenset({"XF"}))  # fmt: skip
    acts = [
        lambda act: register_thing(act, facts), lambda act: own_facts(act, theirs), lambda act: sign(act, theirs),
        lambda act: recall(act, theirs, "no"), lambda act: change_terms(act, theirs, reason="no", mark="GREEN"),
        lambda act: invite(act, "a@b.example", UUID(int=4), ["analyst"], ()), lambda act: suspend(act, UUID(people.island)),
        lambda act: certify(act, UUID(people.island)), lambda act: end_appointment(act, role),
        lambda act: ask_grant(act, "appoint", UUID(people.island), role="analyst"), lambda act: end_token(act, name),
        lambda act: make_token(act, "more", ["returns"]),
    ]  # fmt: skip
    before = people.acts("XF")
    for do in acts:
        with (
            pytest.raises(Refused, match="nothing here for you"),
            people.as_(people.island, "XF", LATER, token=str(name)) as act,
        ):
            do(act)
    assert people.acts("XF") == before


def test_a_program_sees_no_colleague_and_no_journal(people: People) -> None:
    made(people, people.island, "XF")
    (name,) = people.asked("select id from members_token")[0]
    with people.as_(people.island, "XF", LATER, token=str(name)) as act:
        for table in (
            "members_invitation",
            "members_grant",
            "members_token",
            "journal_entry",
            "journal_reading",
        ):
            act.cursor.execute(f"select count(*) from {table}")
            assert act.cursor.fetchone() == (0,), table
        act.cursor.execute("select id::text from members_person")
        assert act.cursor.fetchall() == [(people.island,)]


@pytest.mark.parametrize("how", [{"days": 91}, {"days": 0}, {"topics": []}, {"grain": "row"}])
def test_what_no_token_may_be_is_told(people: People, how: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="MEM-010"):
        made(people, **how)


def test_twenty_tokens_are_enough(people: People) -> None:
    for _ in range(20):
        made(people)
    with pytest.raises(Refused, match="MEM-010"):
        made(people)


@pytest.mark.parametrize("who", ["admin", "xb_admin"])
def test_whoever_has_no_data_right_makes_none(people: People, who: str) -> None:
    with pytest.raises(Refused, match="nothing here"):
        made(people, getattr(people, who), "XB" if who == "xb_admin" else "XA")


def test_a_token_is_ended_by_its_person_alone(people: People) -> None:
    from lontar.members.tokens import end_token

    made(people)
    (name,) = people.asked("select id from members_token")[0]
    for who in (people.admin, people.focal, people.both):
        with pytest.raises(Refused, match="nothing here"), people.as_(who) as act:
            end_token(act, name)


def test_an_app_password_is_given_with_its_persons_address(people: People) -> None:
    from lontar.members.tokens import presented

    secret = made(people)

    def basic(address: str) -> str:
        return "Basic " + base64.b64encode(f"{address}:{secret}".encode()).decode()

    assert presented(basic(f"{people.officer}@lontar.example"), LATER)
    assert presented(basic(f"{people.both}@lontar.example"), LATER) is None
    for said in (
        "Basic",
        "Basic ???",
        "Basic " + base64.b64encode(b"\xff:x").decode(),
        "Bearer",
        f"Digest {secret}",
        "",
        "Bearer lontar_no",
    ):
        assert presented(said, LATER) is None, said


def test_only_the_hash_of_a_token_is_kept(people: People) -> None:
    secret = made(people)
    with people.copy.owner() as owner:
        kept = owner.execute("select t::text from members_token t").fetchall()
    assert secret not in str(kept)
    assert people.asked("select used from members_token") == [(None,)]
    from lontar.members.tokens import presented

    presented(f"Bearer {secret}", LATER)
    assert people.asked("select used from members_token") == [(LATER.date(),)]
