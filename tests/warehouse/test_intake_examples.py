"""Real files, sorted as if a fictional participant had sent them: counts, sums, and totals that the sources declare."""

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from lontar.warehouse.intake.terms import Sorted
from tests.factories import Harmonised
from tests.warehouse.observed import SMALLEST, XA, observed, rows_of, rules, sort_into_parcels

FILES = {
    "pa/darien_by_nationality": "transits",
    "mx/irregular_by_nationality": "irregular_stays",
    "us/usbp_monthly": "irregular_entries",
}
Answered = Callable[[str], tuple[list[dict[str, Any]], Sorted]]


@pytest.fixture(scope="module")
def answered(harmonised: Callable[[str], Harmonised]) -> Answered:
    """Mapping -> its observations, and what intake makes of them."""

    @cache
    def run(mapping: str) -> tuple[list[dict[str, Any]], Sorted]:
        rows = harmonised(mapping).observations[FILES[mapping]]
        table = observed(FILES[mapping], rows)
        return rows, sort_into_parcels({FILES[mapping]: table}, XA, rules(), ())

    return run


@pytest.mark.parametrize(
    ("mapping", "sent", "parcels", "added"),
    [
        ("pa/darien_by_nationality", 2387, 160, 895),
        ("mx/irregular_by_nationality", 5659, 205, 1478),
        ("us/usbp_monthly", 3528, 336, 168),
    ],
)
def test_the_counts_are_as_they_were(
    answered: Answered, mapping: str, sent: int, parcels: int, added: int
) -> None:
    told, answer = answered(mapping)
    rows = rows_of(answer)
    assert (
        len(told)
        == sent
        == sum(not row["folded"] for row in rows)
        == sum(one.rows for one in answer.kept_back)
    )
    assert sum(row["folded"] for row in rows) == added
    assert len(answer.parcels) == parcels
    assert sum(row["value"] or 0 for row in rows if not row["folded"]) == sum(
        row["value"] or 0 for row in told
    )


@pytest.mark.parametrize("mapping", FILES)
def test_totals_and_what_is_shown_of_them_agree(answered: Answered, mapping: str) -> None:
    """What is shown by nationality, with what is folded, adds up to the total of the same period."""
    told, answer = answered(mapping)
    truth: dict[str, float] = defaultdict(float)
    shown: dict[str, float] = defaultdict(float)
    totals: dict[str, float] = {}
    for row in told:
        truth[row["period"]] += row["value"] or 0
    for row in rows_of(answer):
        if not row["linked"]:
            assert row["value"] >= SMALLEST
            if row["citizenship"] == "_T":
                totals[row["period"]] = row["value"]
            else:
                shown[row["period"]] += row["value"]
    assert {period: totals[period] for period in totals if period in truth} == {
        period: value for period, value in truth.items() if period in totals
    }
    assert shown == {period: totals[period] for period in shown}


def test_the_months_of_the_united_states_are_those_of_its_sectors(answered: Answered) -> None:
    _, answer = answered("us/usbp_monthly")
    months = {row["period"]: row["value"] for row in rows_of(answer) if row["folded"]}
    assert len(months) == 168
    assert months["1999-10"] == 94391
