"""Before anything is sent: who would see it, and what one would see in return."""

from datetime import UTC, datetime

import msgspec
import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.model.policy.facts import Span, Thing, Use, Viewer
from lontar.sharing.deciding import Policy
from lontar.sharing.previews import ROLES, Seat, opened_by, preview

POLICY = Policy(read_rules(open_catalogue().root))
NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = Span(topic="returns", start="2025-01-01", end="2025-12-31")
QUARTER = Thing(
    owner="XA",
    agency="xa.office",
    topic="returns",
    start="2025-01-01",
    end="2025-03-31",
    mark="GREEN",
    owner_group=frozenset({"XA"}),
)


def seat(participant: str, *, gave: bool = False, named: bool = False, standing: str = "member") -> Seat:
    viewer = Viewer(
        participant=participant, kind="State", standing=standing, person="someone", allegiance=frozenset({participant}),  # type: ignore[arg-type]
        contributed=(YEAR,) if gave else (),
    )  # fmt: skip
    return Seat(viewer=viewer, named=named)


def who_sees(thing: Thing, *seats: Seat) -> dict[str, object]:
    return {
        one.participant: one.grain for one in preview(POLICY, thing, seats, NOW).seen if one.role == "analyst"
    }


def test_contributors_that_agreed_are_named_and_others_only_hinted_at() -> None:
    seats = (seat("XB", gave=True, named=True), seat("XC", gave=True), seat("XD"))
    assert who_sees(QUARTER, *seats) == {"XB": "figure", "XC": None, "XD": None}
    assert preview(POLICY, QUARTER, seats, NOW).others
    assert not preview(POLICY, QUARTER, [seats[0], seats[2]], NOW).others


def test_whoever_does_not_agree_is_told_alike_whether_it_gave_or_not() -> None:
    """The preview of one's own thing tells nothing of another's contributions but that there are some."""
    gave, did_not = (preview(POLICY, QUARTER, [seat("XB", gave=it)], NOW).seen for it in (True, False))
    assert gave == did_not


def test_whom_the_owner_names_is_always_told() -> None:
    thing = msgspec.structs.replace(
        QUARTER, mark="AMBER", shared_with=frozenset({"XC"}), use=Use(finest="total", export=False)
    )
    assert who_sees(thing, seat("XB", gave=True, named=True), seat("XC")) == {"XB": None, "XC": "total"}
    told = [one for one in preview(POLICY, thing, [seat("XC")], NOW).seen if one.participant == "XC"]
    assert {(one.export, one.rules, one.reasons) for one in told} == {
        (False, ("SH-02",), ("Its owner shared it with you by name.",))
    }
    assert [one.role for one in told] == list(ROLES)


def test_the_public_is_told_of_last() -> None:
    seen = preview(POLICY, QUARTER, [seat("XB")], NOW).seen
    assert (seen[-1].role, seen[-1].grain) == ("public", None)
    published = msgspec.structs.replace(QUARTER, mark="CLEAR", published=True)
    assert preview(POLICY, published, [], NOW).seen[-1].grain == "figure"


@pytest.mark.parametrize(
    ("given", "count"),
    [
        (YEAR, 1),
        (Span(topic="returns", start="2025-01-01", end="2025-02-28"), 0),
        (Span(topic="asylum", start="2025-01-01", end="2025-12-31"), 0),
    ],
)
def test_what_a_contribution_would_open(given: Span, count: int) -> None:
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
