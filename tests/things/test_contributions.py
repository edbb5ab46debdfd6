"""What a signed thing opens to its owner, and when it ceases to."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from lontar.model.errors import Refused
from lontar.model.policy.facts import Use
from tests.databases import Instance, served
from tests.things.test_actions import Scene
from tests.things.worlds import NOW

OTHERS = str(uuid.UUID(int=7))


@pytest.fixture
def scene(instance: Instance) -> Iterator[Scene]:
    with instance.copied() as copy, served(copy):
        scene = Scene(copy)
        with copy.owner() as owner:
            for number, (start, end) in enumerate(
                [("2025-01-01", "2025-03-31"), ("2025-02-01", "2025-02-28")]
            ):
                owner.execute(
                    "insert into things_thing (id, terms, span) values (%s, terms_of(%s), span_of(%s, %s, 'returns', %s, %s))",
                    (
                        one := str(uuid.UUID(int=7 + number)),
                        _green_of_xb(scene),
                        one,
                        _green_of_xb(scene),
                        start,
                        end,
                    ),
                )
        yield scene


def _green_of_xb(scene: Scene) -> str:
    import msgspec

    from lontar.things.rows import terms_row
    from tests.things.test_actions import OTHER

    facts = scene.facts(owner="XB", agency=OTHER, owner_group=frozenset({"XB"}), mark="GREEN")
    return msgspec.json.encode(terms_row(facts)).decode()


def sees(scene: Scene, later: timedelta = timedelta(seconds=1)) -> int:
    """How many of the other State's two GREEN things the officer sees: a quarter's, and a month's within it."""
    from lontar.members.acting import acting

    with acting(scene.officer, "XA", NOW + later) as act:
        act.cursor.execute(
            "select count(*) from things_thing where id in (%s, %s)", (OTHERS, str(uuid.UUID(int=8)))
        )
        return int(act.cursor.fetchone()[0])


def sign(scene: Scene, thing: uuid.UUID, *, nil: bool = False) -> None:
    from lontar.things.actions import sign as signing

    with scene.as_(scene.focal) as act:
        signing(act, thing, nil=nil)


def change(scene: Scene, thing: uuid.UUID, **changes: object) -> None:
    """Put a thing under other terms, and let the other person agree where that is asked."""
    from lontar.things.actions import agree_to_terms, change_terms

    with scene.as_(scene.focal) as act:
        changed = change_terms(act, thing, reason="agreed", **changes)
    if changed.waits:
        with scene.as_(scene.officer) as act:
            agree_to_terms(act, changed.waits)


def test_what_is_signed_opens_what_lies_within_it(scene: Scene) -> None:
    thing = scene.register(mark="GREEN")
    assert sees(scene) == 0
    sign(scene, thing)
    sign(scene, thing)
    assert sees(scene) == 2
    assert scene.acts() == ["registered", "signed"]


def test_a_nil_return_opens_its_own_period_alone(scene: Scene) -> None:
    sign(scene, scene.register(mark="GREEN"), nil=True)
    assert sees(scene) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"mark": "AMBER"}, {"mark": "AMBER+STRICT"}, {"mark": "RED"}, {"shared_with": frozenset({"XB"}), "list_only": True},
        {"classes": frozenset({"asylum"}), "origin": frozenset({"XD"})}, {"kind": "other"}, {"topic": "asylum"},
        {"expires": NOW}, {"mark": "CLEAR"}, {"use": Use(finest="total")}, {"start": "2010-01-01"},
        {"start": "2025-01-02"}, {"recalled": True}, {"not_before": NOW + timedelta(days=1)},
    ],
)  # fmt: skip
def test_what_others_may_not_read_opens_nothing(scene: Scene, facts: dict[str, object]) -> None:
    sign(
        scene, scene.register(**{"mark": "GREEN", "named": frozenset({scene.officer, scene.focal}), **facts})
    )
    assert sees(scene) == (1 if facts.get("start") == "2025-01-02" else 0)


def test_what_is_signed_before_it_may_be_read_opens_from_then_until_it_ends(scene: Scene) -> None:
    thing = scene.register(
        mark="CLEAR", published=True, not_before=NOW + timedelta(days=2), expires=NOW + timedelta(days=4)
    )
    sign(scene, thing)
    assert [sees(scene, timedelta(days=days)) for days in (0, 2, 3, 4)] == [0, 0, 2, 0]


@pytest.mark.parametrize(
    "changes",
    [{"mark": "AMBER"}, {"recalled": True}, {"classes": frozenset({"asylum"}), "origin_open": True}],
)
def test_what_is_taken_back_opens_nothing_any_more_until_it_is_given_again(
    scene: Scene, changes: dict[str, object]
) -> None:
    thing = scene.register(mark="GREEN")
    sign(scene, thing)
    change(scene, thing, **changes)
    assert sees(scene) == 0
    change(scene, thing, mark="GREEN", recalled=False, classes=frozenset(), origin_open=False)
    assert sees(scene) == 2


def test_what_was_signed_before_it_was_given_opens_when_it_is(scene: Scene) -> None:
    thing = scene.register(mark="AMBER")
    sign(scene, thing)
    assert sees(scene) == 0
    change(scene, thing, mark="GREEN")
    assert sees(scene) == 2


@pytest.mark.parametrize("who", ["officer", "police", "admin", "auditor", "reader"])
def test_only_a_focal_point_of_its_owner_signs(scene: Scene, who: str) -> None:
    from lontar.things.actions import sign as signing

    thing = scene.register(mark="GREEN")
    with (
        pytest.raises(Refused, match="nothing here for you"),
        scene.as_(getattr(scene, who), "XB" if who == "reader" else "XA") as act,
    ):
        signing(act, thing)
    assert sees(scene) == 0
