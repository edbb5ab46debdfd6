"""Editions: nobody learns from one after the other what a participant gave that joined, corrected or recalled."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.disclosure.audit import audit_edition
from lontar.disclosure.cells import Cell, Contribution, Echo
from lontar.disclosure.editions import Audit, Edition, Findings, Shown, Withheld, make_edition
from lontar.disclosure.intervals import feasible_interval
from lontar.disclosure.rules import TOO_FEW
from lontar.model.figures.thresholds import Thresholds
from tests.conftest import WHOLE_CALLS
from tests.disclosure.worlds import JANUARY, NO_RULES, RULES, YEAR, gives, no_audit, of

FIVE = {"A": 100, "B": 110, "C": 90, "D": 120, "E": 80}
JOINED = {**FIVE, "F": 300}
CORRECTED = {**FIVE, "B": 410}
RECALLED = {group: figure for group, figure in FIVE.items() if group != "D"}


def make(
    worlds: Sequence[Mapping[str, int]],
    rules: Thresholds = RULES,
    audit: Audit = audit_edition,
    cell: Cell = JANUARY,
) -> list[Edition]:
    """Make an edition of one cell after the other."""
    editions: list[Edition] = []
    for world in worlds:
        editions.append(make_edition({cell: of(**world)}, editions, rules, [], audit))
    return editions


def strict_audit(
    draft: Edition, earlier: Sequence[Edition], echoes: Sequence[Echo], thresholds: Thresholds
) -> Findings:
    """The audit with the thresholds as they are, whatever the rules were."""
    return audit_edition(draft, earlier, echoes, RULES)


def test_an_edition_tells_a_number_or_one_sentence() -> None:
    edition = make([FIVE])[0]
    assert edition.told(JANUARY) == "500"
    assert make([RECALLED, {"A": 1}])[1].told(JANUARY) == TOO_FEW
    assert edition.told(JANUARY._replace(code="F")) == TOO_FEW


@pytest.mark.parametrize("changed", [JOINED, CORRECTED], ids=["joins", "corrects"])
def test_one_change_leaves_the_total_as_it_was(changed: Mapping[str, int]) -> None:
    first, second = make([FIVE, changed])
    assert second.totals[JANUARY] == first.totals[JANUARY] == Shown(500, 5, since=1)


def test_a_recall_takes_the_total_away_with_the_next_edition() -> None:
    first, second, third = make([FIVE, RECALLED, FIVE])
    assert first.told(JANUARY) == "500"
    assert second.totals[JANUARY] == Withheld("recalled")
    # What everybody knew already may stand again when it is given again.
    assert third.totals[JANUARY] == Shown(500, 5, since=1)


def test_a_recall_of_a_territory_alone_counts_too() -> None:
    isle = gives("A-ISLE", 40, group="A")
    first = make_edition({JANUARY: [*of(**FIVE), isle]}, [], RULES, [], audit_edition)
    second = make_edition({JANUARY: of(**FIVE)}, [first], RULES, [], audit_edition)
    assert (first.told(JANUARY), second.totals[JANUARY]) == ("540", Withheld("recalled"))


def test_four_changes_hide_each_other() -> None:
    changed = {"A": 130, "B": 150, "C": 120, "D": 90, "E": 80, "F": 60}
    assert make([FIVE, changed])[1].totals[JANUARY] == Shown(630, 5, since=2)


def test_of_four_changes_none_may_be_nearly_all() -> None:
    changed = {"A": 101, "B": 111, "C": 91, "D": 420, "E": 80}
    assert make([FIVE, changed])[1].totals[JANUARY] == Shown(500, 5, since=1)


def test_changes_count_from_every_edition() -> None:
    """Against the second edition four changed, against the first only one did."""
    second = {"A": 130, "B": 150, "C": 120, "D": 90, "E": 80}
    third = {**FIVE, "A": 160}
    editions = make([FIVE, second, third])
    assert [edition.told(JANUARY) for edition in editions] == ["500", "570", "570"]


ATTACKS = {"joins": (JOINED, "F", 300), "corrects": (CORRECTED, "B", 410), "recalls": (RECALLED, "D", 120)}


@pytest.mark.parametrize(("changed", "group", "figure"), ATTACKS.values(), ids=ATTACKS)
def test_the_difference_of_two_editions_tells_nothing(
    changed: Mapping[str, int], group: str, figure: int
) -> None:
    editions = make([FIVE, changed])
    assert difference(editions) in {None, 0}
    assert all(edition.exposed == () for edition in editions)


@pytest.mark.parametrize(("changed", "group", "figure"), ATTACKS.values(), ids=ATTACKS)
def test_with_rules_and_audit_switched_off_it_tells_the_figure(
    changed: Mapping[str, int], group: str, figure: int
) -> None:
    editions = make([FIVE, changed], NO_RULES, no_audit)
    told = difference(editions)
    assert told is not None
    assert abs(abs(told) - abs(sum(changed.values()) - sum(FIVE.values()))) <= 5


@pytest.mark.parametrize("group", ["F", "D"])
def test_the_audit_alone_stops_it_for_whole_figures(group: str) -> None:
    worlds = [FIVE, JOINED if group == "F" else RECALLED]
    beaten = make(worlds, NO_RULES, no_audit)
    if group == "F":
        interval = feasible_interval(beaten, [], JANUARY, group, "A")
        assert (interval.low, interval.high) == (296, 304)
    assert difference(make(worlds, NO_RULES, strict_audit)) in {None, 0}


def test_the_rule_alone_stops_it() -> None:
    for changed in (JOINED, CORRECTED, RECALLED):
        assert difference(make([FIVE, changed], RULES, no_audit)) in {None, 0}


def test_a_figure_and_its_correction_are_two_unknowns() -> None:
    """B had 110 and has 410. A knows that the four others had 398 to 402 and have 698 to 702: so B has at least 296 more."""
    beaten = make([FIVE, CORRECTED], NO_RULES, no_audit)
    assert feasible_interval(beaten, [], JANUARY, "B", "A") == (296, 702)
    assert feasible_interval(beaten, [], JANUARY, "C", "A") == (0, 402)


def test_what_the_audit_withholds_falls_back_to_what_stood_before() -> None:
    first = make([FIVE])[0]
    changed = {"A": 130, "B": 150, "C": 120, "D": 90, "E": 80, "F": 60}

    def all_withheld(
        draft: Edition, earlier: Sequence[Edition], echoes: Sequence[Echo], thresholds: Thresholds
    ) -> Findings:
        return Findings(frozenset({JANUARY}), ())

    second = make_edition({JANUARY: of(**changed)}, [first], RULES, [], all_withheld)
    assert second.totals[JANUARY] == first.totals[JANUARY]
    assert make_edition({JANUARY: of(**changed)}, [], RULES, [], all_withheld).totals == {
        JANUARY: Withheld("audit")
    }


def difference(editions: Sequence[Edition]) -> int | None:
    """What the last edition tells beyond the first."""
    first, last = editions[0].shown(JANUARY), editions[-1].shown(JANUARY)
    return None if first is None or last is None else last.value - first.value


def test_a_year_shown_before_and_its_months_shown_after() -> None:
    """The year was shown without F, the months are shown for the first time, with F: their sum less the year would be F."""
    months = [
        JANUARY._replace(start=f"2026-{month:02}-01", end=f"2026-{month:02}-{days}")
        for month, days in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)
    ]
    year = {group: 12 * figure for group, figure in FIVE.items()}
    first = make_edition({YEAR: of(**year)}, [], RULES, [], audit_edition)
    given_ = {month: of(**JOINED) for month in months} | {YEAR: of(**year, F=3600)}
    beaten = make_edition(given_, [first], RULES, [], no_audit)
    assert first.told(YEAR) == beaten.told(YEAR) == "6000"
    assert all(beaten.told(month) == "800" for month in months)
    assert feasible_interval([first, beaten], [], YEAR, "F") == (3600 - 26, 3600 + 26)
    second = make_edition(given_, [first], RULES, [], audit_edition)
    low, high = feasible_interval([first, second], [], YEAR, "F", "A")
    assert low <= 3240
    assert high >= 3960
    assert 0 < sum(second.told(month) == TOO_FEW for month in months) < 12


FIGURES = st.integers(0, 200)
WORLDS = st.lists(st.dictionaries(st.sampled_from("ABCDEF"), FIGURES, min_size=3), min_size=1, max_size=3)


@WHOLE_CALLS
@given(WORLDS, st.randoms(use_true_random=False))
def test_the_order_of_contributions_changes_nothing(worlds: list[dict[str, int]], random: object) -> None:
    shuffled = []
    for world in worlds:
        pairs = list(world.items())
        random.shuffle(pairs)  # type: ignore[attr-defined]
        shuffled.append(dict(pairs))
    assert make(worlds) == make(shuffled)


@WHOLE_CALLS
@given(WORLDS)
def test_what_was_ever_shown_is_never_shown_otherwise(worlds: list[dict[str, int]]) -> None:
    """Of each version at least four stand behind it, and at least four changed between any two."""
    editions = make(worlds)
    shown = {edition.shown(JANUARY) for edition in editions} - {None}
    behind = [worlds[one.since - 1] for one in shown if one is not None]
    for world in behind:
        assert sum(figure > 0 for figure in world.values()) >= 4
        for other in behind:
            if other is not world:
                changed = [g for g in world.keys() | other.keys() if world.get(g, 0) != other.get(g, 0)]
                assert len(changed) >= 4 or world == other
    for one in shown:
        assert one is not None
        assert abs(one.value - sum(worlds[one.since - 1].values())) <= 5


def test_what_stands_in_an_edition_cannot_be_changed() -> None:
    edition = make([FIVE])[0]
    with pytest.raises(TypeError):
        edition.totals[JANUARY] = Withheld("few")  # type: ignore[index]
    with pytest.raises(AttributeError):
        edition.number = 2  # type: ignore[misc]


def test_a_cell_of_which_nobody_gives_any_more_is_withheld() -> None:
    first = make([FIVE])[0]
    given_: dict[Cell, list[Contribution]] = {}
    assert make_edition(given_, [first], RULES, [], audit_edition).totals == {JANUARY: Withheld("recalled")}
