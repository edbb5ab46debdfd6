"""The audit: totals that are safe one by one and tell a figure together, each worked out by hand."""

from collections.abc import Mapping, Sequence

import pytest

from lontar.disclosure.audit import audit_edition, usefulness
from lontar.disclosure.cells import Cell, Contribution, Echo, by_group
from lontar.disclosure.editions import Edition, Withheld, make_edition
from lontar.disclosure.intervals import feasible_interval
from lontar.disclosure.rules import TOO_FEW
from tests.disclosure.worlds import (
    FEBRUARY,
    JANUARY,
    MARCH,
    MEN,
    NO_RULES,
    QUARTER,
    RULES,
    UNKNOWN,
    WOMEN,
    YEAR,
    gives,
    no_audit,
    of,
)

QUARTERS = [
    JANUARY._replace(start=f"2026-{first}", end=f"2026-{last}")
    for first, last in (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31"))
]
Given = Mapping[Cell, Sequence[Contribution]]
EVEN = {"A": 500, "B": 500, "C": 500, "D": 500, "E": 500}
SECRET = {"A": 1900, "B": 50, "C": 50, "D": 50, "E": 50}


def both(given_: Given, echoes: Sequence[Echo] = ()) -> tuple[Edition, Edition]:
    """Make an edition without the audit, and one with it."""
    beaten = make_edition(given_, [], RULES, echoes, no_audit)
    return beaten, make_edition(given_, [], RULES, echoes, audit_edition)


def together(*parts: Mapping[str, int]) -> list[Contribution]:
    return of(**{group: sum(part[group] for part in parts) for group in parts[0]})


def test_a_month_that_is_the_quarter_less_the_others() -> None:
    """January is withheld (A is 90 % of it), but is 7100 - 2500 - 2500 = 2100, by rounding between 2094 and 2106."""
    given_ = {
        JANUARY: of(**SECRET),
        FEBRUARY: of(**EVEN),
        MARCH: of(**EVEN),
        QUARTER: together(SECRET, EVEN, EVEN),
    }
    beaten, safe = both(given_)
    assert beaten.totals[JANUARY] == Withheld("dominated")
    # B takes its own 50 away from the most that January can be.
    assert feasible_interval([beaten], [], JANUARY, "A", "B") == (0, 2106 - 50)
    told = {cell: safe.told(cell) for cell in given_}
    # The least useful goes: a month, not the quarter.
    assert (told[JANUARY], told[QUARTER]) == (TOO_FEW, "7100")
    assert sorted([told[FEBRUARY], told[MARCH]]) == ["2500", TOO_FEW]
    assert feasible_interval([safe], [], JANUARY, "A", "B").high >= 2090


def test_a_quarter_that_is_the_year_less_the_others() -> None:
    given_ = {quarter: of(**(SECRET if quarter == QUARTER else EVEN)) for quarter in QUARTERS}
    given_[YEAR] = together(SECRET, EVEN, EVEN, EVEN)
    beaten, safe = both(given_)
    assert feasible_interval([beaten], [], QUARTER, "A", "B") == (0, 2100 + 8 - 50)
    assert safe.told(YEAR) == "9600"
    assert sum(safe.told(quarter) == TOO_FEW for quarter in QUARTERS) == 2


def test_a_code_that_is_the_total_less_the_others() -> None:
    """Only A gives people of unknown sex: 300 = 4800 - 2500 - 2000, by rounding at most 306."""
    men = {"A": 400, "B": 400, "C": 400, "D": 400, "E": 400}
    given_ = {WOMEN: of(**EVEN), MEN: of(**men), UNKNOWN: of(A=300)}
    given_[JANUARY] = of(A=1200, B=900, C=900, D=900, E=900)
    beaten, safe = both(given_)
    assert feasible_interval([beaten], [], UNKNOWN, "A") == (0, 306)
    # The smaller of the two codes goes, not the whole.
    assert {cell: safe.told(cell) for cell in given_} == {
        WOMEN: "2500",
        MEN: TOO_FEW,
        UNKNOWN: TOO_FEW,
        JANUARY: "4800",
    }
    assert feasible_interval([safe], [], UNKNOWN, "A").high >= 330


def test_one_that_gives_years_only_is_the_year_less_the_months() -> None:
    """A, B, C and D give quarters; E gives the year alone, in which it is one of five."""
    given_ = {quarter: of(A=100, B=100, C=100, D=100) for quarter in QUARTERS}
    given_[YEAR] = of(A=400, B=400, C=400, D=400, E=400)
    beaten, safe = both(given_)
    assert feasible_interval([beaten], [], YEAR, "E") == (390, 410)
    low, high = feasible_interval([safe], [], YEAR, "E", "A")
    assert low <= 360
    assert high >= 440


def test_tables_that_tell_nothing_of_each_other_stay() -> None:
    given_ = {
        JANUARY: of(**EVEN),
        JANUARY._replace(stage="identified"): of(**EVEN, F=9000),
        WOMEN: of(**EVEN),
    }
    beaten, safe = both(given_)
    assert beaten.totals == safe.totals


def years_and_quarters(**of_the_year: int) -> dict[Cell, list[Contribution]]:
    """Quarters of 402, each shown as 400: between 398 and 402; the year has who gives years alone as well."""
    given_: dict[Cell, list[Contribution]] = {quarter: of(A=102, B=100, C=100, D=100) for quarter in QUARTERS}
    return given_ | {YEAR: of(A=408, B=400, C=400, D=400, **of_the_year)}


def test_how_low_a_figure_could_be_counts_as_much() -> None:
    """1708 is shown as 1710, so from 1708 on; less at most 1608 that leaves at least 100 for E, which is just what E has."""
    beaten, safe = both(years_and_quarters(E=100))
    assert feasible_interval([beaten], [], YEAR, "E", "A") == (100, 120)
    assert feasible_interval([safe], [], YEAR, "E", "A").low <= 90


def test_of_two_that_are_alike_each_knows_the_other() -> None:
    beaten, safe = both(years_and_quarters(E=100, F=100))
    assert feasible_interval([beaten], [], YEAR, "E", "A") == (0, 220)
    assert feasible_interval([beaten], [], YEAR, "E", "F") == (100, 120)
    assert feasible_interval([safe], [], YEAR, "E", "F").low <= 90


def test_who_alone_gives_something_knows_that_nobody_else_does() -> None:
    """Only E gives by sex, so its figures cannot be A's."""
    given_ = {JANUARY: of(A=60, E=40), WOMEN: of(E=10), MEN: of(E=30)}
    edition = make_edition(given_, [], NO_RULES, [], no_audit)
    assert feasible_interval([edition], [], JANUARY, "A", "E") == (58, 62)


def test_an_echo_of_one_figure() -> None:
    """With A's figure published, B is 300 of what C cannot take away: 340."""
    given_ = {JANUARY: of(A=300, B=300, C=100, D=20, E=20)}
    assert both(given_)[1].told(JANUARY) == "740"
    for value in (300, 290):
        assert both(given_, [Echo(JANUARY, frozenset("A"), value, value)])[1].told(JANUARY) == TOO_FEW


def test_what_is_published_is_no_secret_and_hides_nobody() -> None:
    given_ = {JANUARY: of(**EVEN, F=500)}
    for value, exposed in ((500, 0), (480, 0), (100, 0)):
        edition = both(given_, [Echo(JANUARY, frozenset("A"), value, value)])[1]
        assert (edition.told(JANUARY), len(edition.exposed)) == ("3000", exposed)


@pytest.mark.parametrize("value", [100, 1900])
def test_what_is_published_of_the_largest_opens_no_total(value: int) -> None:
    """Without A nobody is nearly all of January; it is withheld all the same. An echo that is far off makes no secret less of one."""
    given_ = {
        JANUARY: of(**SECRET),
        FEBRUARY: of(**EVEN),
        MARCH: of(**EVEN),
        QUARTER: together(SECRET, EVEN, EVEN),
    }
    safe = both(given_, [Echo(JANUARY, frozenset("A"), value, value)])[1]
    assert safe.told(JANUARY) == TOO_FEW
    if value == 100:
        assert sorted([safe.told(FEBRUARY), safe.told(MARCH)]) == ["2500", TOO_FEW]


@pytest.mark.parametrize(("value", "told"), [(500, True), (451, True), (440, False), (0, False)])
def test_an_echo_tells_what_it_is_near_to(value: int, told: bool) -> None:
    figures = by_group(of(A=500, B=10))
    assert Echo(JANUARY, frozenset("A"), value, value).tells(figures, 10) is told
    assert Echo(JANUARY, frozenset("AB"), value + 10, value + 10).tells(figures, 10) is told
    assert not Echo(JANUARY, frozenset("C"), value, value).tells(figures, 10)


def test_an_echo_of_a_month_opens_the_other() -> None:
    """A gives two months; both totals are withheld (A is most of them), their sum is not. Somebody publishes A's February."""
    both_months = JANUARY._replace(end="2026-02-28")
    january, february = {**SECRET, "A": 900}, {**SECRET, "A": 900}
    given_ = {
        JANUARY: of(**january),
        FEBRUARY: of(**february),
        both_months: of(A=1800, B=900, C=900, D=100, E=100),
    }
    echo = Echo(FEBRUARY, frozenset("A"), 900, 900)
    beaten = make_edition(given_, [], RULES, [], no_audit)
    assert beaten.told(both_months) == "3800"
    free = feasible_interval([beaten], [], JANUARY, "A", "B")
    told = feasible_interval([beaten], [echo], JANUARY, "A", "B")
    assert told.high == free.high - 900


def test_an_echo_of_two_figures_together() -> None:
    """A and B together are published; so C and D together are known, and D knows C."""
    given_ = {JANUARY: of(A=500, B=500, C=300, D=200)}
    echo = Echo(JANUARY, frozenset("AB"), 1000, 1000)
    beaten, safe = both(given_, [echo])
    assert beaten.told(JANUARY) == "1500"
    assert feasible_interval([beaten], [echo], JANUARY, "C", "D") == (298, 302)
    assert safe.totals[JANUARY] == Withheld("audit")


def test_what_was_shown_before_cannot_be_taken_back() -> None:
    """An echo comes out after an edition; the next one shows no more, and tells its makers what is exposed."""
    given_ = {JANUARY: of(A=500, B=500, C=300, D=200)}
    first = make_edition(given_, [], RULES, [], audit_edition)
    given_[FEBRUARY] = of(**EVEN)
    given_[JANUARY._replace(end="2026-02-28")] = of(A=1000, B=1000, C=800, D=700, E=500)
    second = make_edition(given_, [first], RULES, [Echo(JANUARY, frozenset("AB"), 1000, 1000)], audit_edition)
    assert second.totals[JANUARY] == first.totals[JANUARY]
    assert any(one.cell == JANUARY and "C" in one.groups for one in second.exposed)


def test_small_totals_leave_too_little_room() -> None:
    """4 + 1 + 1 + 1 is shown as 5, so at most 7; A takes its 4 away, and three others have 3 between them: less than 5 apart."""
    beaten, safe = both({JANUARY: of(A=4, B=1, C=1, D=1)})
    assert beaten.told(JANUARY) == "5"
    assert safe.totals[JANUARY] == Withheld("audit")


def test_sums_that_are_no_whole_numbers_are_known_less_closely() -> None:
    given_ = {JANUARY: of(A=500.25, B=500, C=300, D=200)}
    edition = make_edition(given_, [], RULES, [], audit_edition)
    assert feasible_interval([edition], [], JANUARY, "A", "B") == (0, 1002.5)


def test_a_figure_that_does_not_add_up_binds_nobody() -> None:
    """E's quarter is far less than its months: nothing is concluded from either, and nothing breaks."""
    given_ = {JANUARY: of(**EVEN), FEBRUARY: of(**EVEN), MARCH: of(**EVEN)}
    given_[QUARTER] = of(A=1500, B=1500, C=1500, D=1500, E=900)
    safe = both(given_)[1]
    assert safe.exposed == ()
    assert [safe.told(cell) for cell in given_] == ["2500", "2500", "2500", "6900"]


def test_the_same_question_has_the_same_answer() -> None:
    given_ = {
        JANUARY: of(**SECRET),
        FEBRUARY: of(**EVEN),
        MARCH: of(**EVEN),
        QUARTER: together(SECRET, EVEN, EVEN),
    }
    turned = {cell: list(reversed(given_[cell])) for cell in reversed(given_)}
    assert both(given_)[1] == both(turned)[1]


def test_the_least_useful_is_small_short_and_a_code() -> None:
    ordered = [
        (WOMEN, 10),
        (WOMEN, 1000),
        (QUARTER._replace(dimension="sex", code="F"), 1000),
        (JANUARY, 10),
        (QUARTER, 10),
        (YEAR, 10),
    ]
    weights = [usefulness(*one) for one in ordered]
    assert weights == sorted(weights)


def test_bounds_stand_for_their_middle() -> None:
    given_ = {JANUARY: [*of(A=50, B=50, C=50, D=50), gives("E", 1, 4)]}
    edition = make_edition(given_, [], RULES, [], audit_edition)
    assert edition.told(JANUARY) == "205"
