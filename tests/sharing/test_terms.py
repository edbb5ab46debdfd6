"""Terms: what is taken together keeps every protection, and whatever falls is seen to fall."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.model.policy.facts import (
    ALWAYS,
    GRAINS,
    MARKS,
    NEVER,
    PUBLIC,
    Contribution,
    Question,
    Thing,
    Use,
    Viewer,
)
from lontar.sharing.deciding import Policy
from lontar.sharing.terms import fallen, together

POLICY = Policy(read_rules(open_catalogue().root))
NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = Contribution(topic="returns", start="2025-01-01", end="2025-12-31")
STATES = ("XB", "XC", "XD")
MOMENTS = st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)])


@st.composite
def things(draw: st.DrawFn) -> Thing:
    """Things of one agency and topic, with every fact drawn."""
    classes = draw(st.frozensets(st.sampled_from(["asylum", "victim", "returnee", "rescue"])))
    origin = draw(st.frozensets(st.sampled_from(STATES)))
    return Thing(
        owner="XA", agency="xa.office", topic="returns", start="2025-01-01", end="2025-03-31", mark=draw(st.sampled_from(MARKS)),
        kind=draw(st.sampled_from(["figures", "personal_file"])), owner_group=frozenset({"XA"}),
        shared_with=draw(st.frozensets(st.sampled_from(STATES))), named=draw(st.frozensets(st.sampled_from(["ada", "ben"]))),
        list_only=draw(st.booleans()),
        use=Use(finest=draw(st.sampled_from(GRAINS)), export=draw(st.booleans()), regional_totals=draw(st.booleans()),
                no_onward=draw(st.booleans()), no_ranking=draw(st.booleans())),
        sent_to_office=draw(st.booleans()), in_edition=draw(st.booleans()), not_before=draw(MOMENTS | st.just(ALWAYS)),
        expires=draw(MOMENTS | st.just(NEVER)), recalled=draw(st.booleans()), published=draw(st.booleans()), classes=classes,
        origin=origin, origin_open=draw(st.booleans()) or ("asylum" in classes and not origin),
    )  # fmt: skip


@st.composite
def viewers(draw: st.DrawFn) -> Viewer:
    if draw(st.integers(0, 9)) == 0:
        return PUBLIC
    participant = draw(st.sampled_from(["XA", *STATES]))
    return Viewer(
        participant=participant, kind=draw(st.sampled_from(["State", "office"])), standing=draw(st.sampled_from(["member", "observer"])),
        person=draw(st.sampled_from(["ada", "ben"])), agencies=draw(st.frozensets(st.sampled_from(["xa.office", "xa.police"]))),
        functions=draw(st.frozensets(st.sampled_from(["enforcement", "statistics"]))),
        roles=draw(st.frozensets(st.sampled_from(["data_officer", "focal_point", "analyst", "administrator"]))),
        allegiance=draw(st.frozensets(st.sampled_from(["XA", *STATES]))), everyone=draw(st.booleans()),
        contributed=(YEAR,) if draw(st.booleans()) else (),
    )  # fmt: skip


@given(things(), things())
def test_taking_together_lets_nothing_fall(first: Thing, second: Thing) -> None:
    both = together(first, second)
    assert fallen(first, both) == fallen(second, both) == ()


@given(things(), things(), viewers(), st.sampled_from(GRAINS), st.booleans())
def test_whoever_reads_what_was_taken_together_could_read_each(
    first: Thing, second: Thing, viewer: Viewer, grain: str, export: bool
) -> None:
    """Nothing is learnt of a part by reading the whole, who could not read the part."""
    asked = Question(viewer=viewer, thing=together(first, second), grain=grain, export=export, now=NOW)  # type: ignore[arg-type]
    if POLICY.allows(asked):
        for part in (first, second):
            assert POLICY.allows(msgspec.structs.replace(asked, thing=part)), POLICY.decide(asked)


@given(things(), things(), viewers(), st.sampled_from(GRAINS), st.booleans())
def test_terms_in_which_nothing_fell_let_nobody_read_more(
    before: Thing, after: Thing, viewer: Viewer, grain: str, export: bool
) -> None:
    """What the solver proves of the model, asked of the code."""
    after = msgspec.structs.replace(
        after, shared_with=after.shared_with & before.shared_with, named=after.named & before.named,
        sent_to_office=after.sent_to_office and before.sent_to_office, in_edition=after.in_edition and before.in_edition,
        published=after.published and before.published,
    )  # fmt: skip
    asked = Question(viewer=viewer, thing=after, grain=grain, export=export, now=NOW)  # type: ignore[arg-type]
    if not fallen(before, after) and POLICY.allows(asked):
        assert POLICY.allows(msgspec.structs.replace(asked, thing=before))


@given(things(), things())
def test_it_does_not_matter_which_comes_first(first: Thing, second: Thing) -> None:
    assert together(first, second) == together(second, first)


@given(things(), things())
def test_what_differs_and_does_not_fall_only_rises(before: Thing, after: Thing) -> None:
    if not fallen(before, after):
        assert MARKS.index(after.mark) >= MARKS.index(before.mark)
        assert after.classes >= before.classes
        assert after.origin >= before.origin
        assert GRAINS.index(after.use.finest) <= GRAINS.index(before.use.finest)
    assert fallen(before, before) == ()


@pytest.mark.parametrize("changed", [{"owner": "XB"}, {"agency": "xa.police"}, {"topic": "asylum"}])
def test_things_of_two_agencies_or_topics_are_not_taken_together(changed: dict[str, str]) -> None:
    thing = Thing(
        owner="XA", agency="xa.office", topic="returns", start="2025-01-01", end="2025-03-31", mark="RED"
    )
    with pytest.raises(ValueError, match="not put together"):
        together(thing, msgspec.structs.replace(thing, **changed))
