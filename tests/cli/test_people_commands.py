"""`lontar person`: the keeper of the machine invites a first administrator, ends a lost second factor, and erases."""

import os
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lontar.instance.cluster import GATE, OWNER, WEB
from tests.databases import Copy, Instance, served
from tests.members.scenes import PASSWORD, People, visitor
from tests.things.worlds import World

LONTAR = Path(sys.executable).with_name("lontar")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def copy(instance: Instance) -> Iterator[Copy]:
    with instance.copied() as made, served(made):
        yield made


@pytest.fixture
def lontar(copy: Copy) -> Run:
    """The command, in the instance whose database is this copy."""
    environment = {**os.environ, "LONTAR_HOME": str(copy.instance.home.folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for name, role in (("", OWNER), ("WEB_", WEB), ("GATE_", GATE)):
        of = copy.access(role)
        environment[f"LONTAR_DATABASE_{name}URL"] = (
            f"postgresql://{of.user}:{of.password}@/{of.dbname}?host={of.host}"
        )

    def run(*words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [LONTAR, *words], env=environment, capture_output=True, text=True, input=answer, check=False
        )

    return run


def test_a_first_administrator_is_invited_and_signs_in(lontar: Run, copy: Copy) -> None:
    world = World(participants={"XA": ("State", "member", ("XA",))})
    with copy.owner() as owner:
        world.write(owner)
    told = lontar("person", "invite", "XA", "First@Agency.example")
    assert told.returncode == 0, told.stderr
    (link,) = re.findall(r"^https://localhost(/account/invitation/[\w-]+/)$", told.stdout.strip())
    new = visitor()
    assert new.post(link, {"name": "First", "password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert (
        new.post("/account/login/", {"login": "first@agency.example", "password": PASSWORD}).status_code
        == 302
    )
    page = new.get("/administration/agencies/").content.decode()
    assert "There is no agency yet" in page
    assert (
        new.post("/administration/agencies/", {"name": "Statistics", "functions": ["statistics"]}).status_code
        == 302
    )
    again = new.post(
        "/administration/agencies/", {"name": "Statistics", "functions": ["statistics"]}
    ).content.decode()
    assert "There is an agency of that name" in again
    with copy.owner() as owner:
        acts = owner.execute(
            "select body::jsonb ->> 'act', body::jsonb ->> 'second_person' from journal_content"
        ).fetchall()
    assert ("invited", "waived") in acts


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("invite", "XZ", "a@b.example"), "[JOU-002]"),
        (("invite", "XA", "nobody"), "[MEM-007]"),
        (("erase", "--yes", str(uuid.UUID(int=99))), "[MEM-011]"),
        (("erase", "--yes", "somebody"), "[MEM-011]"),
        (("reset", str(uuid.UUID(int=99))), "[MEM-011]"),
    ],
)
def test_what_is_not_there_is_told_in_one_sentence(lontar: Run, words: tuple[str, ...], said: str) -> None:
    told = lontar("person", *words)
    assert (told.returncode, told.stderr[: len(said)], told.stdout) == (2, said, "")
    assert len(told.stderr.splitlines()) == 1


def test_a_person_is_erased_if_it_is_meant(lontar: Run, copy: Copy) -> None:
    people = People(copy)
    told = lontar("person", "erase", people.officer, answer="n\n")
    assert told.returncode != 0
    assert people.asked("select is_suspended from members_person where id = %s", people.officer) == [(False,)]
    told = lontar("person", "erase", people.officer, answer="y\n")
    assert told.returncode == 0, told.stderr
    assert people.asked("select name, is_suspended from members_person where id = %s", people.officer) == [
        ("", True)
    ]


def test_a_lost_second_factor_of_whoever_acts_for_several_is_ended(lontar: Run, copy: Copy) -> None:
    people = People(copy)
    people.asked(
        "insert into mfa_authenticator (type, data, user_id, created_at) values ('totp', '{}', %s, now()) returning id",
        people.both,
    )
    assert lontar("person", "reset", people.both).returncode == 0
    assert people.asked("select 1 from mfa_authenticator") == []
    for participant in ("XA", "XB"):
        assert people.acts(participant)[-1]["act"] == "ended_second_factor"
