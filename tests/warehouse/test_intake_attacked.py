"""Hidden figures cannot be worked out: an attacker solves all equations, over several submissions and corrections."""

from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lontar.warehouse.intake import folding, sorting
from tests.conftest import PROVING
from tests.warehouse.attacker import CODES, INDICATOR, attacked
from tests.warehouse.observed import SMALLEST, rows_of, sort

SEEDS = range(2000 if PROVING else 120)


@pytest.mark.parametrize("state", ["", "IN"], ids=["reads class none", "reads what has another origin too"])
def test_no_hidden_figure_is_worked_out(state: str) -> None:
    assert {seed: found for seed in SEEDS if (found := attacked(seed, state))} == {}


def worlds_that_fall(state: str = "") -> int:
    return sum(bool(attacked(seed, state)) for seed in range(60))


def test_without_fillers_the_attacker_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "folded_codes", partial(folding.folded_codes, fillers=False))
    assert worlds_that_fall() > 3


def test_without_anything_fixed_before_the_attacker_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    forgetting = sorting.sort_into_parcels
    monkeypatch.setattr(
        "tests.warehouse.observed.sort_into_parcels",
        lambda tables, sender, rules, _: forgetting(tables, sender, rules),
    )
    assert worlds_that_fall() > 3


def test_with_origins_of_their_own_the_attacker_succeeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorting, "_together", lambda cells, layout, number, known, linked: (number, known))
    assert worlds_that_fall("IN") > 3


FIGURES = st.one_of(
    st.fixed_dictionaries({"value": st.integers(0, 60).map(float)}),
    st.fixed_dictionaries({"low": st.integers(0, 20).map(float), "high": st.integers(20, 40).map(float)}),
    st.just({"absence": "suppressed"}),
)
ROWS = st.dictionaries(
    st.fixed_dictionaries({
        "citizenship": st.sampled_from(["_T", "_U", "034", *CODES]),
        "habitual_residence": st.sampled_from(["_T", "_T", "_T", "NP", "MM"]),
        "sex": st.sampled_from(["_T", "_T", "F", "M"]),
        "place": st.sampled_from(["_T", "_T", "_T", "US_MIAMI", "US_BLAINE"]),
        "period": st.sampled_from(["2025", "2025-Q1", "2025-01", "2025-02", "2025-03", "2025-W03", "2024-04-01/P1Y"]),
        "match": st.sampled_from(["exact", "exact", "broader"]),
    }).map(lambda row: tuple(sorted(row.items()))),
    FIGURES,
    max_size=40,
)  # fmt: skip


def told(rows: dict[tuple[tuple[str, str], ...], dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(key) | figure for key, figure in rows.items()]


@settings(max_examples=1000 if PROVING else 40)
@given(ROWS)
def test_every_row_stays_once_and_nothing_small_by_origin_is_shown(rows: Any) -> None:
    answer = rows_of(sort(INDICATOR, told(rows)))
    originals = [row for row in answer if not row["folded"]]
    assert sorted(row["source_row"] for row in originals) == list(range(2, len(rows) + 2))
    assert sum(row["value"] or 0 for row in originals) == sum(row.get("value", 0) for row in told(rows))
    for row in answer:
        is_own = row["citizenship"] == "XA" and row["habitual_residence"] == "_T" and row["match"] == "exact"
        size = row["value"] if row["low"] is None else row["low"]
        days = (row["period_end"] - row["period_start"]).days
        if not row["linked"] and not is_own:
            assert size is not None
            assert size >= SMALLEST
            assert row["place"] == "_T"
            assert days >= (27 if row["citizenship"] == row["habitual_residence"] == "_T" else 89)
        if row["folded"]:
            assert not row["linked"]
        assert row["linked"] == bool(row["origin"] or row["open"])
        assert "XA" not in row["origin"]


@settings(max_examples=300 if PROVING else 20)
@given(ROWS)
def test_what_was_added_up_is_the_sum_of_rows_that_were_told(rows: Any) -> None:
    answer = rows_of(sort(INDICATOR, told(rows)))
    for row in (row for row in answer if row["folded"] and row["value"] is not None):
        parts = [
            one["value"]
            for one in answer
            if not one["folded"] and one["value"] is not None and row["period_start"] <= one["period_start"]
            and one["period_end"] <= row["period_end"]
        ]  # fmt: skip
        assert row["value"] <= sum(parts)
        assert row["derived"]
        assert row["source_value"] is None


@settings(max_examples=500 if PROVING else 25)
@given(ROWS)
def test_what_is_sent_again_is_answered_alike(rows: Any) -> None:
    first = sort(INDICATOR, told(rows))
    again = sort(INDICATOR, told(rows), first.precedents)
    assert again.precedents == ()
    assert rows_of(again) == rows_of(first)
