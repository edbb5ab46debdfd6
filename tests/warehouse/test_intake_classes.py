"""Which class and origin each row gets, worked out by hand."""

from typing import Any

import pytest

from lontar.warehouse.intake.origins import own_codes
from lontar.warehouse.intake.sorting import sort_into_parcels
from lontar.warehouse.intake.terms import Sender, Sorted
from tests.warehouse.observed import XA, allegiances, observed, rows_of, rules, shown, sort

ENOUGH = [{"citizenship": "IN", "value": 40}, {"citizenship": "PK", "value": 30}]


def only(answer: Sorted, **wanted: Any) -> dict[str, Any]:
    """The one row, as it was told, with these values."""
    (row,) = (
        row
        for row in rows_of(answer)
        if not row["folded"] and all(row[name] == value for name, value in wanted.items())
    )
    return row


def test_what_is_not_linked_has_the_indicators_own_classes() -> None:
    rows = rows_of(sort("trafficking_victims", [{"value": 2}, {"sex": "F", "value": 1}]))
    assert [row["classes"] for row in rows] == [frozenset(), {"victim"}]
    assert {(row["origin"], row["open"]) for row in rows} == {(frozenset(), False)}


def test_a_linked_indicator_is_linked_row_by_row_with_its_origin() -> None:
    rows = [
        {"citizenship": "BD", "value": 500},
        {"value": 900},
        {"citizenship": "_U", "value": 3},
        {"citizenship": "IN", "habitual_residence": "NP", "value": 3},
        {"citizenship": "PK", "match": "broader", "value": 3},
        {"citizenship": "_X", "citizenship_list": ["LK", "MV"], "value": 3},
        {"citizenship": "_X", "value": 3},
        {"citizenship": "034", "value": 3},
        {"citizenship": "XXA", "value": 3},
    ]
    told = sorted(rows_of(sort("asylum_applications", rows)), key=lambda row: row["source_row"])
    assert all(row["linked"] for row in told)
    assert [row["open"] for row in told] == [False, True, True, False, True, False, True, False, True]
    assert "BD" in told[0]["origin"]
    assert {"IN", "NP"} <= told[3]["origin"]
    assert "PK" in told[4]["origin"]
    assert {"LK", "MV"} <= told[5]["origin"]
    assert {"IN", "PK", "BD", "034"} <= told[7]["origin"]
    assert told[1]["origin"] == told[8]["origin"] == frozenset()


def test_several_codes_without_their_list_are_open() -> None:
    (row,) = rows_of(sort("asylum_applications", [{"citizenship": "_X", "value": 3}]))
    assert row["open"]


def test_own_people_by_a_match_that_is_not_exact_are_like_others() -> None:
    rows = [{"citizenship": "NAT", "value": 3, "match": "partial", "note": "By birth."}]
    assert only(sort("transits", rows))["linked"]


def test_an_origin_never_meets_the_owners_group() -> None:
    indian = Sender("IN", frozenset({"IN"}))
    (row,) = rows_of(sort("asylum_applications", [{"citizenship": "034", "value": 3}], sender=indian))
    assert "IN" not in row["origin"]
    assert "PK" in row["origin"]


def test_own_people_of_a_linked_indicator_are_a_fault() -> None:
    with pytest.raises(ValueError, match="own people"):
        sort("asylum_applications", [{"citizenship": "XA", "value": 3}])


def test_an_indicator_that_says_nothing_of_asylum_is_linked() -> None:
    meant = rules().indicators["sea_arrivals"]
    undeclared = type(meant)(
        **{name: getattr(meant, name) for name in meant.__struct_fields__} | {"asylum_link": ""}
    )
    told = sort_into_parcels(
        {"sea_arrivals": observed("sea_arrivals", [{"value": 50}])},
        XA,
        type(rules())({"sea_arrivals": undeclared}, rules().origin_of, rules().ancestors, 10),
    )
    assert [row["classes"] for row in rows_of(told)] == [{"asylum", "rescue"}]


@pytest.mark.parametrize(
    ("row", "is_shown"),
    [
        ({"value": 10}, True),
        ({"value": 9}, False),
        ({"value": 0}, False),
        ({"low": 10, "high": 14}, True),
        ({"low": 9, "high": 14}, False),
        ({"value": 12, "low": 8, "high": 16}, False),
        ({"absence": "suppressed"}, False),
        ({"value": 50, "period": "2025-01"}, True),
        ({"value": 50, "period": "2025-W07"}, False),
        ({"value": 50, "period": "2025-01-15"}, False),
        ({"value": 50, "period": "2025-01-16/P31D"}, True),
        ({"value": 50, "place": "PA_DARIEN"}, False),
        ({"value": 50, "mode": "air"}, True),
        ({"value": 50, "destination": "US"}, True),
    ],
)
def test_what_says_nothing_of_origin(row: dict[str, Any], is_shown: bool) -> None:
    told = only(sort("transits", [row]))
    assert told["linked"] is not is_shown
    assert told["open"] is not is_shown


@pytest.mark.parametrize(("period", "is_shown"), [("2025-Q1", True), ("2025", True), ("2025-02", False)])
def test_what_says_an_origin(period: str, is_shown: bool) -> None:
    answer = sort("transits", [row | {"period": period} for row in ENOUGH])
    assert [row["linked"] for row in rows_of(answer) if not row["folded"]] == [not is_shown] * 2


def test_where_people_are_returned_to_is_an_origin() -> None:
    rows = [{"destination": "IN", "period": "2025-01", "value": 40}]
    assert only(sort("returns", rows))["linked"]
    assert not only(sort("transits", rows))["linked"]


@pytest.mark.parametrize("code", ["XA", "NAT"])
@pytest.mark.parametrize("period", ["2025-01-15", "2025-01", "2025"])
def test_own_people_are_shown_whatever_their_number(code: str, period: str) -> None:
    assert not only(sort("transits", [{"citizenship": code, "period": period, "value": 1}]))["linked"]


def test_own_people_are_not_shown_beside_a_total_that_leaves_few_others() -> None:
    own = {"citizenship": "NAT", "value": 50}
    assert not only(sort("transits", [own, {"value": 60}]), citizenship="NAT")["linked"]
    few = sort("transits", [own, {"value": 53}])
    assert only(few, citizenship="NAT")["linked"]
    assert only(few, citizenship="NAT")["open"]
    assert not only(few, citizenship="_T")["linked"]


def test_people_of_two_origins_told_at_once_are_linked() -> None:
    rows = [{"citizenship": code, "habitual_residence": "NP", "value": 50} for code in ("IN", "PK")]
    assert all(row["linked"] for row in rows_of(sort("transits", rows)))


def test_all_linked_rows_by_origin_of_overlapping_periods_share_their_origins() -> None:
    rows = [{"citizenship": code, "period": "2025-01", "value": 5} for code in ("IN", "PK")]
    rows += [{"citizenship": "LK", "period": "2026-01", "value": 5}]
    answer = sort("transits", rows)
    assert (
        {"IN", "PK"} <= only(answer, citizenship="IN")["origin"] == only(answer, citizenship="PK")["origin"]
    )
    assert "LK" not in only(answer, citizenship="IN")["origin"]
    rows += [{"citizenship": "_U", "period": "2025-Q1", "value": 5}]
    assert only(sort("transits", rows), citizenship="IN")["open"]


def test_own_codes_are_closed_like_origins() -> None:
    china = allegiances().of("CN")
    assert own_codes(allegiances(), china, ["HK", "CN", "IN", "156", "030", "_U", "XXA"]) >= {
        "HK",
        "CN",
        "030",
        "NAT",
    }
    assert own_codes(allegiances(), china, ["IN", "_U", "XXA", "FOR"]) == {"NAT"}
    assert own_codes(allegiances(), frozenset(), ["IN", "CN"]) == frozenset()


def test_the_order_of_the_input_decides_nothing_but_the_order_of_rows() -> None:
    rows = [
        {"citizenship": code, "value": n} for n, code in enumerate(("IN", "PK", "LK", "BD", "NP"), start=6)
    ]
    assert shown(sort("transits", rows), "citizenship") == shown(sort("transits", rows[::-1]), "citizenship")
    keys = [
        [(one.start, one.classes, one.origin) for one in sort("transits", r).parcels]
        for r in (rows, rows[::-1])
    ]
    assert keys[0] == keys[1]


def test_how_much_was_kept_back_is_counted() -> None:
    answer = sort(
        "transits", [{"value": 50}, {"value": 3, "period": "2025-01"}, {"value": 7, "period": "2025-W07"}]
    )
    assert sorted((one.start.isoformat(), one.rows, one.linked) for one in answer.kept_back) == [
        ("2025-01-01", 1, 0), ("2025-01-01", 1, 1), ("2025-02-10", 1, 1),
    ]  # fmt: skip


def test_own_people_are_not_shown_beside_a_total_that_leaves_one_origin() -> None:
    rows = [{"citizenship": "NAT", "value": 50}, {"citizenship": "IN", "value": 30}, {"value": 80}]
    assert only(sort("transits", rows), citizenship="NAT")["linked"]
    rows += [{"citizenship": "PK", "value": 20}, {"value": 20, "period": "2025-Q2"}]
    rows[2] = {"value": 100}
    assert not only(sort("transits", rows), citizenship="NAT")["linked"]
