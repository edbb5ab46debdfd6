"""The rules for one total: examples worked out by hand, and what holds of any figures."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lontar.disclosure.cells import Contribution, Echo, by_group, contribute, published
from lontar.disclosure.rules import judge, judge_for_everyone, shown_value, span_of
from lontar.model.policy.facts import Thing, Use
from tests.disclosure.worlds import JANUARY, NO_RULES, RULES, gives, of

OWNERS = ("XA", "XB", "XC", "XD", "XE", "XF")
TERRITORY = [*of(XA=30, XB=20, XC=25), gives("XA-ISLE", 12, group="XA")]

JUDGED = [
    # what is given, to whom, the answer, why
    (of(A=30, B=20, C=25, D=12), "", None, "four stand behind it, the largest is 34 %, and 32 hide A from C"),
    (of(A=30, B=20, C=25), "", "few", "three: two that compare notes know the third"),
    (TERRITORY, "", "few", "a territory counts with its State"),
    (of(A=30, B=20, C=25, D=0), "", "few", "who says 0 protects nobody"),
    ([*of(A=30, B=20, C=25), gives("D", 0, 4)], "", "few", "fewer than 5 may be none"),
    ([*of(A=30, B=20, C=25), gives("D", 1, 4)], "", None, "1 to 4 is somebody"),
    (of(A=30, B=20, C=25, D=12), "A", None, "three are left"),
    ([*of(A=30, B=20, C=25, D=0, E=12)], "A", None, "three are left, D not counted"),
    (of(A=71, B=9, C=10, D=10), "", "dominated", "71 % of 100"),
    (of(A=70, B=10, C=10, D=10), "", None, "70 % of 100 is not above 70 %"),
    (of(A=60, B=30, C=4, D=3, E=3), "", None, "60 % of 100, and 10 hide A from B"),
    (of(A=60, B=30, C=4, D=3, E=3), "B", "dominated", "without B, A is 60 of 70"),
    (of(A=100, B=95, C=5, D=4), "", "near", "100 + 95 of 204: 9 hide A from B, which is under 10 % of 100"),
    (of(A=100, B=95, C=5, D=5), "", None, "10 hide A from B"),
    (of(A=100, B=60, C=60, D=5), "B", "near", "B and C together come within 5 of A"),
    ([gives("A", 60, 72), *of(B=10, C=10, D=10)], "", "dominated", "A could be 72 of 102"),
]  # fmt: skip


@pytest.mark.parametrize(("given_", "viewer", "answer", "why"), JUDGED, ids=[case[3] for case in JUDGED])
def test_judged_by_hand(given_: list[Contribution], viewer: str, answer: str | None, why: str) -> None:
    assert judge(by_group(given_), RULES, viewer) == answer


def test_the_second_largest_is_a_viewer_too() -> None:
    figures = by_group(of(A=65, B=30, C=12, D=10))
    # A is 65 of 117; without B it is 65 of 87, which is 75 %. Nobody else sees so much.
    assert {viewer: judge(figures, RULES, viewer) for viewer in ("", *"ABCD")} == {
        "": None, "A": None, "B": "dominated", "C": None, "D": None,
    }  # fmt: skip
    assert judge_for_everyone(figures, RULES) == "dominated"


def test_few_outside_the_viewers_group() -> None:
    rules = msgspec.structs.replace(RULES, contributors=3)
    figures = by_group(of(A=30, B=20, C=25))
    assert judge(figures, rules) is None
    assert judge(figures, rules, "A") == "few_outside"
    assert judge_for_everyone(figures, rules) == "few_outside"


def test_what_is_published_elsewhere_hides_nobody() -> None:
    figures = by_group(of(A=300, B=300, C=100, D=20, E=20))
    assert judge_for_everyone(figures, RULES) is None
    echo = Echo(JANUARY, frozenset({"A"}), 300, 300)
    assert published(JANUARY, [echo]) == {"A"}
    # Without A and C, B is 300 of 340.
    assert judge_for_everyone(figures, RULES, published(JANUARY, [echo])) == "dominated"


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        (of(A=30, B=20, C=25, D=12), 85),
        (of(A=30, B=20, C=25, D=13), 90),
        (of(A=1, B=1, C=0.5), 5),
        (of(A=1, B=1, C=0.4), 0),
        ([*of(A=30), gives("B", 1, 4)], 35),
        ([gives("A", 0, 4), gives("B", 1, 4)], None),
    ],
)
def test_rounded_by_hand(given_: list[Contribution], shown: int | None) -> None:
    assert shown_value(by_group(given_), 5) == shown


FIGURES = st.integers(0, 60) | st.floats(0, 60)
GIVEN = st.lists(st.tuples(FIGURES, st.sampled_from([0, 0, 0, 1, 4])), min_size=0, max_size=6).map(
    lambda drawn: [gives(owner, low, low + more) for owner, (low, more) in zip(OWNERS, drawn, strict=False)]
)


@given(GIVEN, st.sampled_from([RULES, NO_RULES]))
@example(
    [gives("XA", 1, 1), gives("XB", 2, 2), gives("XC", 30.903565669009485, 30.903565669009485)], NO_RULES
)
def test_what_everybody_may_read_each_may(given_: list[Contribution], rules: object) -> None:
    """The largest two stand for all viewers: no other is refused what they are not."""
    assert isinstance(rules, type(RULES))
    figures = by_group(given_)
    alone = [judge(figures, rules, viewer) for viewer in ("", *OWNERS)]
    assert (judge_for_everyone(figures, rules) is None) == all(reason is None for reason in alone)


@given(GIVEN)
def test_taking_away_what_is_ones_own_leaves_enough(given_: list[Contribution]) -> None:
    figures = by_group(given_)
    if judge_for_everyone(figures, RULES) is None:
        for viewer in ("", *OWNERS):
            left = {group: figure.middle for group, figure in figures.items() if group != viewer}
            largest, second, *_ = sorted(left.values(), reverse=True)
            assert sum(figure > 0 for figure in left.values()) >= 3
            assert largest <= 0.7 * sum(left.values()) + 3
            assert sum(left.values()) - largest - second >= 0.1 * largest - 1e-9


@given(GIVEN)
def test_the_true_total_is_near_what_is_shown(given_: list[Contribution]) -> None:
    figures = by_group(given_)
    shown = shown_value(figures, RULES.rounding)
    if shown is not None:
        assert shown % RULES.rounding == 0
        for true in (sum(one.low for one in given_), sum(one.high for one in given_)):
            assert abs(true - shown) <= RULES.rounding + 1e-9
        middle = sum((one.low + one.high) / 2 for one in given_)
        span = span_of(shown, RULES.rounding, middle == int(middle))
        assert span.low - 1e-9 <= middle <= span.high + 1e-9


def test_of_whole_numbers_the_span_is_narrower() -> None:
    assert span_of(40, 5, is_whole=True) == (38, 42)
    assert span_of(40, 5, is_whole=False) == (37.5, 42.5)
    assert span_of(40, 10, is_whole=True) == (35, 44)
    assert span_of(0, 5, is_whole=True) == (0, 2)


def thing(**facts: object) -> Thing:
    told = {
        "owner": "XA",
        "agency": "xa.office",
        "topic": "t",
        "start": "2026-01-01",
        "end": "2026-01-31",
        "mark": "GREEN",
        **facts,
    }
    return Thing(**told)  # type: ignore[arg-type]


def test_what_is_linked_to_asylum_cannot_enter() -> None:
    linked = thing(classes=frozenset({"asylum", "victim"}), origin=frozenset({"XB"}))
    with pytest.raises(ValueError, match="asylum"):
        contribute(linked, "XA", 3, 3)
    with pytest.raises(ValueError, match="asylum"):
        Contribution(owner="XA", group="XA", low=3, high=3, classes=frozenset({"asylum"}))  # type: ignore[arg-type]
    assert contribute(thing(classes=frozenset({"victim"})), "XA", 3, 3) == Contribution(
        owner="XA", group="XA", low=3, high=3, classes=frozenset({"victim"})
    )


def test_what_its_owner_keeps_out_cannot_enter() -> None:
    for kept in (thing(use=Use(regional_totals=False)), thing(recalled=True)):
        with pytest.raises(ValueError, match="keeps it out"):
            contribute(kept, "XA", 3, 3)
    assert contribute(thing(not_before=datetime(2025, 1, 1, tzinfo=UTC)), "XA", 3, 4).high == 4


@pytest.mark.parametrize(("low", "high"), [(-1, 3), (4, 3), (0, float("inf"))])
def test_a_figure_lies_between_two_bounds(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="bounds"):
        gives("XA", low, high)


def test_an_owner_contributes_once_and_is_somebody() -> None:
    with pytest.raises(ValueError, match="once"):
        by_group([gives("XA", 3), gives("XA", 4)])
    with pytest.raises(ValueError, match="owner"):
        gives("", 3)
