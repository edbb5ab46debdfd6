"""Who gave is told in a preview of those alone that agreed to be named."""

import uuid
from collections.abc import Callable

import pytest

from lontar.model.policy.facts import Span, Viewer
from tests.databases import Instance, served
from tests.things.worlds import NOW, World

ABOUT = Span(topic="returns", start="2025-01-01", end="2025-03-31")
AGENCY = str(uuid.UUID(int=1))
Ask = Callable[..., tuple[list[Viewer], bool]]


@pytest.fixture
def asked(instance: Instance) -> Ask:
    """What somebody of XA is told where these gave: XB and XD agreed to be named, XC did not."""

    def ask(gave: tuple[str, ...], role: str, about: Span = ABOUT) -> tuple[list[Viewer], bool]:
        from lontar.members.acting import acting
        from lontar.members.queries import seats

        world = World(
            participants={name: ("State", "member", (name,)) for name in ("XA", "XB", "XC", "XD")},
            agencies={AGENCY: ("XA", frozenset())},
            contributions=[(name, "returns", "2025-01-01", "2025-12-31", False) for name in gave],
        )
        person = world.person(roles={"XA": [role]}, agencies=[AGENCY])
        with instance.copied() as copy, served(copy):
            with copy.owner() as owner:
                world.write(owner)
                owner.execute("update members_participant set named = true where id in ('XB', 'XD')")
            with acting(person, "XA", NOW) as act:
                return seats(act, about)

    return ask


def givers(found: list[Viewer]) -> list[str]:
    return [one.participant for one in found if one.contributed]


def test_those_who_agreed_are_named_and_others_hinted_at(asked: Ask) -> None:
    found, others = asked(("XA", "XB", "XC"), "focal_point")
    assert [one.participant for one in found] == ["XA", "XB", "XC", "XD"]
    assert (givers(found), others) == (["XA", "XB"], True)


def test_whether_one_who_did_not_agree_gave_changes_nothing_but_the_hint(asked: Ask) -> None:
    with_it, without = asked(("XB", "XC"), "data_officer"), asked(("XB",), "data_officer")
    assert with_it[0] == without[0]
    assert (with_it[1], without[1]) == (True, False)


@pytest.mark.parametrize(
    "about",
    [
        Span(topic="returns", start="2025-12-01", end="2026-02-28"),
        Span(topic="asylum", start="2025-01-01", end="2025-03-31"),
    ],
)
def test_another_period_or_topic_is_not_this_one(asked: Ask, about: Span) -> None:
    found, others = asked(("XB", "XC"), "focal_point", about)
    assert (givers(found), others) == ([], False)


@pytest.mark.parametrize("role", ["analyst", "auditor"])
def test_whoever_may_not_write_is_told_nothing(asked: Ask, role: str) -> None:
    assert asked(("XB",), role) == ([], False)
