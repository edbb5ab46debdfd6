"""An owner learns who read what it owns, a week later, and nothing that is the reader's own secret."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.journal.register import Read, readers, tell_owners
from lontar.model.errors import Refused
from lontar.sharing.deciding import Policy
from tests.databases import Instance, served
from tests.things.test_actions import Scene
from tests.things.worlds import NOW

POLICY = Policy(read_rules(open_catalogue().root))


@pytest.fixture
def scene(instance: Instance) -> Iterator[Scene]:
    with instance.copied() as copy, served(copy):
        yield Scene(copy)


def read(scene: Scene, thing: uuid.UUID, person: str, participant: str) -> None:
    from lontar.things.queries import read_thing

    with scene.as_(person, participant) as act:
        read_thing(act, thing, POLICY)


def told(scene: Scene, at: datetime) -> int:
    with scene.copy.owner() as owner, owner.transaction(), owner.cursor() as cursor:
        return tell_owners(cursor, at)


def register_of(scene: Scene, person: str, participant: str) -> list[Read]:
    with scene.as_(person, participant) as act:
        return readers(act.cursor)


def test_an_owner_is_told_after_a_week_and_once_for_all_alike(scene: Scene) -> None:
    shared, hidden = scene.register(shared_with=frozenset({"XB"})), scene.register()
    for _ in range(3):
        read(scene, shared, scene.reader, "XB")
    with pytest.raises(Refused):
        read(scene, hidden, scene.reader, "XB")
    read(scene, hidden, scene.officer, "XA")
    assert told(scene, NOW + timedelta(days=6, hours=23)) == 0
    assert register_of(scene, scene.auditor, "XA") == []
    assert told(scene, NOW + timedelta(days=7)) == 2
    assert told(scene, NOW + timedelta(days=8)) == 0
    assert register_of(scene, scene.auditor, "XA") == [
        Read("XB", NOW.date(), "returns", "SH-02"), Read("XB", NOW.date(), "returns", "refused")
    ]  # fmt: skip


def test_the_chain_tells_the_owner_no_more(scene: Scene) -> None:
    shared = scene.register(shared_with=frozenset({"XB"}))
    read(scene, shared, scene.reader, "XB")
    before = scene.journal("XA")
    told(scene, NOW + timedelta(days=7))
    assert scene.journal("XA")[len(before) :] == [
        {
            "act": "was_read",
            "reader": "XB",
            "day": NOW.date().isoformat(),
            "topic": "returns",
            "rule": "SH-02",
        }
    ]
    assert scene.reader not in str(scene.journal("XA"))
    assert scene.acts("XB") == ["read"]


@pytest.mark.parametrize("who", ["officer", "admin", "police"])
def test_the_register_is_for_auditors_and_focal_points(scene: Scene, who: str) -> None:
    read(scene, scene.register(shared_with=frozenset({"XB"})), scene.reader, "XB")
    told(scene, NOW + timedelta(days=7))
    assert register_of(scene, getattr(scene, who), "XA") == []
    assert register_of(scene, scene.focal, "XA") != []


def test_nobody_sees_the_register_of_another(scene: Scene) -> None:
    read(scene, scene.register(shared_with=frozenset({"XB"})), scene.reader, "XB")
    told(scene, NOW + timedelta(days=7))
    assert register_of(scene, scene.reader, "XB") == []
    assert register_of(scene, scene.auditor, "XB") == []
