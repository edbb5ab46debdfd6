"""Before anything is sent: who would see it, and what one would see in return."""

from datetime import UTC, datetime

import msgspec
import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.model.policy.facts import Contribution, Thing, Use, Viewer
from lontar.sharing.deciding import Policy
from lontar.sharing.previews import ROLES, opened_by, preview

POLICY = Policy(read_rules(open_catalogue().root))
NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = Contribution(topic="returns", start="2025-01-01", end="2025-12-31")
QUARTER = Thing(
    owner="XA",
    agency="xa.office",
    topic="returns",
    start="2025-01-01",
    end="2025-03-31",
    mark="GREEN",
    owner_group=frozenset({"XA"}),
)


def seat(participant: str, *, gave: bool = False, standing: str = "member") -> Viewer:
    return Viewer(
        participant=participant, kind="State", standing=standing, person="someone", allegiance=frozenset({participant}),  # type: ignore[arg-type]
        contributed=(YEAR,) if gave else (),
    )  # fmt: skip


def who_sees(thing: Thing, *seats: Viewer, role: str = "analyst") -> dict[str, object]:
    return {
        one.participant: one.grain
        for one in preview(POLICY, thing, seats, False, NOW).seen
        if one.role == role
    }


def test_who_gave_sees_what_is_green() -> None:
    assert who_sees(QUARTER, seat("XB", gave=True), seat("XC")) == {"XB": "figure", "XC": None}


def test_whom_the_owner_names_is_told() -> None:
    thing = msgspec.structs.replace(
        QUARTER, mark="AMBER", shared_with=frozenset({"XC"}), use=Use(finest="total", export=False)
    )
    assert who_sees(thing, seat("XB", gave=True), seat("XC")) == {"XB": None, "XC": "total"}
    told = [one for one in preview(POLICY, thing, [seat("XC")], False, NOW).seen if one.participant == "XC"]
    assert {(one.export, one.rules, one.reasons) for one in told} == {
        (False, ("SH-02",), ("Its owner shared it with you by name.",))
    }
    assert [one.role for one in told] == [*ROLES, "enforcement"]


def test_police_is_told_of_apart() -> None:
    thing = msgspec.structs.replace(QUARTER, classes=frozenset({"victim"}))
    assert who_sees(thing, seat("XB", gave=True)) == {"XB": "figure"}
    assert who_sees(thing, seat("XB", gave=True), role="enforcement") == {"XB": "total"}


def test_the_public_is_told_of_last() -> None:
    seen = preview(POLICY, QUARTER, [seat("XB")], False, NOW).seen
    assert (seen[-1].role, seen[-1].grain) == ("public", None)
    published = msgspec.structs.replace(QUARTER, mark="CLEAR", published=True)
    assert preview(POLICY, published, [], False, NOW).seen[-1].grain == "figure"


@pytest.mark.parametrize(
    ("given", "count"),
    [
        (YEAR, 1),
        (Contribution(topic="returns", start="2025-01-01", end="2025-02-28"), 0),
        (Contribution(topic="asylum", start="2025-01-01", end="2025-12-31"), 0),
    ],
)
def test_what_a_contribution_would_open(given: Contribution, count: int) -> None:
    things = [
        QUARTER,
        msgspec.structs.replace(QUARTER, mark="AMBER"),
        msgspec.structs.replace(QUARTER, topic="stocks"),
    ]
    viewer = Viewer(
        participant="XB", kind="State", standing="member", person="someone", roles=frozenset({"analyst"})
    )
    assert len(list(opened_by(POLICY, viewer, given, things, NOW))) == count
    gave = msgspec.structs.replace(viewer, contributed=(YEAR,))
    assert list(opened_by(POLICY, gave, given, things, NOW)) == []
