"""Figures through the door: what is added to what, what is not, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lontar.model.errors import SourceProblem
from lontar.warehouse.door.query import parse_query
from lontar.warehouse.parcels import Parcel
from tests.warehouse.scenes import Region, observations, parcels_of

MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 13))


def entries(
    figures: Mapping[str, float], reporter: str = "XA", indicator: str = "irregular_entries", **more: Any
) -> list[Parcel]:
    return parcels_of(
        observations(indicator, [{"period": p, "value": v, **more} for p, v in figures.items()], reporter)
    )


def rows(region: Region, question: str, state: str = "XA", person: str = "") -> list[dict[str, Any]]:
    """What an analyst of a State is answered: the columns that are not as usual."""
    with region.as_(person or region.analyst[state], state if not person else "RSO") as act:
        answer = region.door().read(act, parse_query(question))
    usual = {
        "unit": "detections",
        "stage": "_Z",
        "absent": 0,
        "missing": 0,
        "match": "exact",
        "provisional": False,
        "series_break": False,
    }
    return [
        {name: value for name, value in row.items() if usual.get(name, object()) != value and name != "there"}
        for row in answer.figures.to_pylist()
    ]


def test_months_add_up_to_quarters_years_and_everything(region: Region) -> None:
    region.send("XA", entries(dict(zip(MONTHS, range(1, 13), strict=True))))
    assert rows(region, "irregular_entries every year") == [
        {"period": "2025", "low": 78.0, "high": 78.0, "figures": 12}
    ]
    assert [(row["period"], row["low"]) for row in rows(region, "irregular_entries every quarter")] == [
        ("2025-Q1", 6.0), ("2025-Q2", 15.0), ("2025-Q3", 24.0), ("2025-Q4", 33.0)
    ]  # fmt: skip
    asked = "irregular_entries from 2025-02 to 2025-04"
    with region.as_(region.analyst["XA"], "XA") as act:
        answer = region.door().read(act, parse_query(asked + " every month"))
    assert answer.figures.column("low").to_pylist() == [2.0, 3.0, 4.0]


def test_periods_of_one_length_are_added_and_never_a_month_to_its_quarter(region: Region) -> None:
    region.send(
        "XA",
        entries({**dict.fromkeys(MONTHS[:6], 10), "2025-Q1": 31, "2025-Q2": 32, "2024": 100, "2024-Q1": 20}),
    )
    told = [(row["period"], row["low"], row["high"]) for row in rows(region, "irregular_entries every half")]
    assert told == [("2024-S1", 20.0, None), ("2025-S1", 63.0, 63.0)]
    assert [(row["period"], row["low"]) for row in rows(region, "irregular_entries every year")] == [
        ("2024", 100.0),
        ("2025", 63.0),
    ]
    assert [row["low"] for row in rows(region, "irregular_entries every quarter from 2025 to 2025")] == [
        31.0,
        32.0,
    ]
    assert len(rows(region, "irregular_entries every month")) == 6


def test_months_that_are_not_there_leave_the_sum_open(region: Region) -> None:
    region.send("XA", entries(dict.fromkeys(MONTHS[:9], 10)))
    (row,) = rows(region, "irregular_entries every year")
    assert (row["low"], row["high"], row["missing"]) == (90.0, None, 3)


def test_an_absence_leaves_the_sum_open_and_what_does_not_apply_adds_nothing(region: Region) -> None:
    told = [
        {"period": "2025-01", "value": 5},
        {"period": "2025-02", "absence": "not_collected"},
        {"period": "2025-03", "value": 7},
    ]
    region.send("XA", parcels_of(observations("irregular_entries", told)))
    (row,) = rows(region, "irregular_entries every quarter")
    assert (row["low"], row["high"], row["absent"]) == (12.0, None, 1)
    told[1]["absence"] = "not_applicable"
    region.send(
        "XA", parcels_of(observations("irregular_entries", told)), kind="correction", reason="no coast"
    )
    (row,) = rows(region, "irregular_entries every quarter")
    assert (row["low"], row["high"]) == (12.0, 12.0)


def test_intervals_add_as_intervals(region: Region) -> None:
    told = [
        {"period": "2025-01", "value": 5},
        {"period": "2025-02", "low": 1, "high": 4},
        {"period": "2025-03", "low": 3},
    ]
    region.send("XA", parcels_of(observations("irregular_entries", told[:2])))
    (row,) = rows(region, "irregular_entries every half")
    assert (row["low"], row["high"]) == (6.0, None)
    (row,) = [one for one in rows(region, "irregular_entries every month") if one["period"] == "2025-02"]
    assert (row["low"], row["high"]) == (1.0, 4.0)
    region.send("XA", parcels_of(observations("irregular_entries", told)), kind="further")
    (row,) = rows(region, "irregular_entries every quarter")
    assert (row["low"], row["high"]) == (9.0, None)


def test_stocks_are_never_added_over_time(region: Region) -> None:
    region.send("XA", entries({"2025-01-31": 40, "2025-02-28": 50}, indicator="in_reception", unit="persons"))
    with pytest.raises(SourceProblem, match="never added over time"):
        rows(region, "in_reception every all from 2025 to 2025")
    assert rows(region, "in_reception every year") == []
    assert [row["low"] for row in rows(region, "in_reception every day")] == [40.0, 50.0]


def test_units_and_stages_stay_apart(region: Region) -> None:
    told = [
        {"period": "2025", "value": 5, "stage": "suspected"}, {"period": "2025", "value": 3, "stage": "convicted"},
    ]  # fmt: skip
    region.send("XA", parcels_of(observations("smugglers", told)))
    assert [(row["stage"], row["low"]) for row in rows(region, "smugglers every year")] == [
        ("convicted", 3.0),
        ("suspected", 5.0),
    ]


def test_periods_that_fit_no_year_are_shown_and_never_added(region: Region) -> None:
    region.send("XA", entries({"2024-10-01/P1Y": 100}))
    with region.as_(region.analyst["XA"], "XA") as act:
        answer = region.door().read(act, parse_query("irregular_entries every year"))
    assert answer.figures.num_rows == 0
    assert answer.left_out.unaligned == 1
    assert [(row["period"], row["low"]) for row in rows(region, "irregular_entries")] == [
        ("2024-10-01/P1Y", 100.0)
    ]


def test_a_total_is_the_table_of_totals_and_else_the_sum_of_the_smallest_table(region: Region) -> None:
    told = [
        {"period": "2025", "value": 30}, {"period": "2025", "value": 12, "sex": "F"}, {"period": "2025", "value": 17, "sex": "M"},
        {"period": "2024", "value": 12, "sex": "F"}, {"period": "2024", "value": 17, "sex": "M"},
        {"period": "2024", "value": 5, "sex": "F", "citizenship": "AF"},
    ]  # fmt: skip
    region.send("XA", parcels_of(observations("irregular_entries", told)))
    assert [(row["period"], row["low"]) for row in rows(region, "irregular_entries every year")] == [
        ("2024", 29.0),
        ("2025", 30.0),
    ]
    by_citizenship = rows(region, "irregular_entries by citizenship every year")
    assert [(row["citizenship"], row["low"]) for row in by_citizenship] == [("AF", 5.0)]


def test_a_group_is_not_added_to_its_members(region: Region) -> None:
    from tests.warehouse.scenes import dimensions_of

    known = dimensions_of("irregular_entries")["age"]
    parents = {code: known.ancestors(code) for code in known.codes}
    child = next(code for code, above in parents.items() if above and above[0] not in ("_T", "_U"))
    told = [
        {"period": "2025", "value": 10, "age": parents[child][0]},
        {"period": "2025", "value": 4, "age": child},
    ]
    region.send("XA", parcels_of(observations("irregular_entries", told)))
    assert [row["low"] for row in rows(region, "irregular_entries every year")] == [4.0]
    assert sorted(row["low"] for row in rows(region, "irregular_entries by age every year")) == [4.0, 10.0]
    with pytest.raises(SourceProblem, match="counts twice"):
        rows(region, f"irregular_entries where age = {child}, {parents[child][0]} every year")


def test_what_is_not_shared_is_in_no_sum(region: Region) -> None:
    from lontar.warehouse.accepting import Terms

    region.send("XA", entries({"2025": 1000}))
    region.send("XB", entries({"2025": 7919}, "XB"), Terms(mark="AMBER"))
    region.send("XC", entries({"2025": 20}, "XC"))
    assert [row["low"] for row in rows(region, "irregular_entries every year")] == [1020.0]
    assert [row["low"] for row in rows(region, "irregular_entries every year", "XB")] == [7919.0]
    assert [row["low"] for row in rows(region, "irregular_entries every year", "XD")] == []
    assert [row["low"] for row in rows(region, "irregular_entries every year", person=region.office)] == [
        8939.0
    ]


def test_a_correction_takes_the_place_of_what_it_corrects_and_the_past_can_be_asked_for(
    region: Region,
) -> None:
    region.send("XA", entries({"2025": 100, "2024": 50}))
    before = region.moment()
    region.send("XA", entries({"2025": 90}), kind="correction", reason="twice counted")
    assert [row["low"] for row in rows(region, "irregular_entries every year")] == [50.0, 90.0]
    asked = f"irregular_entries every year as of {before.isoformat()}"
    assert [row["low"] for row in rows(region, asked)] == [50.0, 100.0]


def test_two_series_of_one_owner_are_never_added(region: Region) -> None:
    region.send("XA", entries({"2025": 100}))
    region.send("XA", entries({"2025": 60}), series="xa/coast_guard")
    with region.as_(region.analyst["XA"], "XA") as act:
        answer = region.door().read(act, parse_query("irregular_entries every year"))
    assert answer.figures.column("low").to_pylist() == [60.0]
    assert answer.left_out.other_voices == 1


def test_vintages_of_one_figure_are_history(region: Region) -> None:
    from tests.warehouse.scenes import day

    told = [
        {"period": "2025-01", "value": 5, "vintage": day("2025-02-01")},
        {"period": "2025-01", "value": 6, "vintage": day("2025-03-01")},
    ]
    region.send("XA", parcels_of(observations("irregular_entries", told)))
    assert [row["low"] for row in rows(region, "irregular_entries every month")] == [6.0]
    assert [row["low"] for row in rows(region, "irregular_entries every month vintage 2025-02-15")] == [5.0]


def test_filters_and_groups(region: Region) -> None:
    told = [
        {"period": "2025", "value": v, "citizenship": c, "sex": s}
        for c, s, v in (("AF", "F", 11), ("AF", "M", 12), ("PK", "F", 13), ("PK", "M", 14))
    ]
    region.send("XA", parcels_of(observations("irregular_entries", told)))
    region.send("XB", parcels_of(observations("irregular_entries", told, "XB")))
    assert [row["low"] for row in rows(region, "irregular_entries where citizenship = AF every year")] == [
        46.0
    ]
    by_sex = rows(region, "irregular_entries where citizenship = AF by sex, owner every year")
    assert [(row["owner"], row["sex"], row["low"]) for row in by_sex] == [
        ("XA", "F", 11.0), ("XA", "M", 12.0), ("XB", "F", 11.0), ("XB", "M", 12.0)
    ]  # fmt: skip
    assert [
        row["low"]
        for row in rows(region, "irregular_entries where owner = XB and sex = F, M by citizenship every year")
    ] == [23.0, 27.0]
    with pytest.raises(SourceProblem, match="no code"):
        rows(region, "irregular_entries where citizenship = Atlantis every year")


def test_notes_and_matches_travel_with_a_sum(region: Region) -> None:
    region.send("XA", entries({"2025": 5}, match="broader", note="also counts crews"))
    region.send("XB", entries({"2025": 6}, "XB", status="provisional"))
    with region.as_(region.analyst["XA"], "XA") as act:
        answer = region.door().read(act, parse_query("irregular_entries every year"))
    assert answer.figures.select(["low", "match", "provisional"]).to_pylist() == [
        {"low": 11.0, "match": "broader", "provisional": True}
    ]
    assert answer.notes == ("also counts crews",)
    assert {source.owner for source in answer.sources} == {"XA", "XB"}
