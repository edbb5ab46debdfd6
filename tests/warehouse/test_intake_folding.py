"""What is folded, added up and kept back, worked out by hand."""

from typing import Any

from tests.warehouse.observed import rows_of, shown, sort


def by_origin(period: str = "2025-Q1", **figures: float) -> list[dict[str, Any]]:
    return [{"citizenship": code, "value": value, "period": period} for code, value in figures.items()]


def by_sex(period: str = "2025-Q1", **figures: tuple[float, float]) -> list[dict[str, Any]]:
    return [
        {"citizenship": code, "sex": sex, "value": value, "period": period}
        for code, values in figures.items()
        for sex, value in zip("FM", values, strict=True)
    ]


def test_small_origins_are_folded_with_the_next_smallest() -> None:
    answer = sort("transits", by_origin(IN=50, PK=40, LK=12, BD=3))
    assert shown(answer, "citizenship") == {
        ("IN",): (50, False), ("PK",): (40, False), ("_O",): (15, True), ("_T",): (105, True),
    }  # fmt: skip
    linked = {row["citizenship"] for row in rows_of(answer) if row["linked"]}
    assert linked == {"LK", "BD"}


def test_two_small_origins_that_hold_enough_need_no_other() -> None:
    assert ("_O",) in shown(sort("transits", by_origin(IN=50, PK=40, LK=6, BD=5)), "citizenship")
    assert shown(sort("transits", by_origin(IN=50, PK=40, LK=6, BD=5)), "citizenship")[("_O",)] == (11, True)


def test_a_nought_does_not_count_as_a_second_origin() -> None:
    told = shown(sort("transits", by_origin(IN=50, PK=40, LK=0, _O=30)), "citizenship")
    assert told == {("IN",): (50, False), ("_O",): (70, True), ("_T",): (120, True)}


def test_the_sources_own_other_is_folded_with_the_small_ones() -> None:
    told = shown(sort("transits", by_origin(IN=50, PK=40, LK=3, _O=30)), "citizenship")
    assert told[("_O",)] == (33, True)


def test_without_anything_small_nothing_is_folded() -> None:
    told = shown(sort("transits", by_origin(IN=50, PK=40, _O=30)), "citizenship")
    assert told == {
        (code,): (v, f)
        for code, v, f in (("IN", 50, False), ("PK", 40, False), ("_O", 30, False), ("_T", 120, True))
    }


def test_what_cannot_be_folded_is_kept_back_whole() -> None:
    assert shown(sort("transits", by_origin(IN=50, PK=3)), "citizenship") == {("_T",): (53, True)}
    assert shown(sort("transits", by_origin(IN=50)), "citizenship") == {("_T",): (50, True)}


def test_a_finer_table_folds_what_a_coarser_one_does_and_its_fillers() -> None:
    rows = by_origin(IN=60, PK=50, NP=40, LK=12, BD=3) + by_sex(
        IN=(30, 30), PK=(20, 30), NP=(20, 20), LK=(11, 1), BD=(1, 2)
    )
    told = shown(sort("transits", rows), "citizenship", "sex")
    assert told[("_O", "_T")] == (15, True)
    assert told[("_O", "F")] == (12 + 20, True)
    assert told[("_O", "M")] == (3 + 20, True)
    assert ("LK", "F") not in told
    assert ("NP", "_T") in told


def test_a_code_without_a_row_in_one_line_is_folded() -> None:
    rows = [row for row in by_sex(IN=(30, 30), PK=(20, 30), NP=(20, 25), LK=(15, 1)) if row["value"] > 1]
    told = shown(sort("transits", rows), "citizenship", "sex")
    assert told[("_O", "F")][0] == 15 + 20 + 20
    assert told[("_O", "M")][0] == 25 + 30
    assert ("LK", "F") not in told


def test_an_absence_among_the_folded_makes_a_lower_bound() -> None:
    rows = [*by_origin(IN=50, PK=40, LK=30), {"citizenship": "BD", "absence": "suppressed"}]
    (fold,) = (row for row in rows_of(sort("transits", rows)) if row["folded"] and row["citizenship"] == "_O")
    assert (fold["value"], fold["low"], fold["high"], fold["absence"]) == (None, 70, None, None)


def test_intervals_are_added_as_intervals_and_the_worst_of_the_parts_is_told() -> None:
    rows = [
        *by_origin(IN=50, PK=40),
        {"citizenship": "LK", "low": 8, "high": 12, "status": "provisional"},
        {"citizenship": "BD", "value": 5, "match": "narrower", "note": "By birth.", "series_break": True},
    ]
    (fold,) = (row for row in rows_of(sort("transits", rows)) if row["folded"] and row["citizenship"] == "_O")
    assert (fold["value"], fold["low"], fold["high"]) == (None, 13, 17)
    assert (fold["status"], fold["match"], fold["series_break"]) == ("provisional", "narrower", True)
    assert fold["note"] == "Small figures were added up. By birth."
    assert fold["derived"]
    assert fold["source_value"] is fold["source_row"] is fold["source_file"] is None


def test_a_total_is_made_where_there_is_none() -> None:
    told = shown(sort("transits", by_origin("2025-01", IN=5, PK=8)), "citizenship", "period")
    assert told == {("_T", "2025-01"): (13, True)}
    rows = [*by_origin("2025-01", IN=5, PK=8), {"value": 20, "period": "2025-01"}]
    assert shown(sort("transits", rows), "citizenship") == {("_T",): (20, False)}


def test_a_group_is_left_out_of_the_total_beside_its_members() -> None:
    told = shown(sort("transits", by_origin(**{"034": 50, "IN": 30, "PK": 20})), "citizenship")
    assert told[("_T",)] == (50, True)
    assert ("034",) not in told
    assert ("_T",) not in shown(sort("transits", by_origin(**{"034": 60, "IN": 30, "PK": 20})), "citizenship")


def test_a_nearest_common_parent_is_no_group_of_what_stands_beside_it() -> None:
    rows = [
        *by_origin(IN=30, PK=20),
        {"citizenship": "034", "value": 15, "match": "broader", "note": "Either."},
    ]
    assert shown(sort("transits", rows), "citizenship")[("_T",)] == (65, True)


def test_quarters_are_made_of_three_months_of_a_flow() -> None:
    rows = [row for month in ("01", "02", "03", "04") for row in by_origin(f"2025-{month}", IN=5, PK=8)]
    told = shown(sort("transits", rows), "citizenship", "period")
    assert told[("IN", "2025-Q1")] == (15, True)
    assert told[("_T", "2025-Q1")] == (39, True)
    assert ("IN", "2025-Q2") not in told
    stock = shown(sort("in_reception", rows), "citizenship", "period")
    assert not {period for _, period in stock} & {"2025-Q1"}


def test_no_quarter_is_made_where_one_is_told() -> None:
    rows = [row for month in ("01", "02", "03") for row in by_origin(f"2025-{month}", IN=5, PK=8)]
    told = shown(sort("transits", rows + by_origin(IN=20, PK=30)), "citizenship", "period")
    assert told[("IN", "2025-Q1")] == (20, False)


def test_fine_places_are_added_up_where_no_total_is_told() -> None:
    rows = [row | {"place": place} for place in ("US_MIAMI", "US_BLAINE") for row in by_origin(IN=9, PK=8)]
    told = shown(sort("transits", rows), "citizenship", "place")
    assert told == {("IN", "_T"): (18, True), ("PK", "_T"): (16, True), ("_T", "_T"): (34, True)}
    with_total = shown(sort("transits", rows + by_origin(IN=18, PK=16)), "citizenship", "place")
    assert with_total[("IN", "_T")] == (18, False)


def test_places_that_hold_each_other_are_not_added_up() -> None:
    rows = [{"place": place, "value": 20} for place in ("US_COASTAL", "US_LIVERMORE")]
    assert shown(sort("transits", rows), "place") == {}


def test_periods_by_origin_have_one_length() -> None:
    rows = [row for n in (1, 2, 3, 4) for row in by_origin(f"2025-Q{n}", IN=20, PK=30)]
    told = shown(sort("transits", rows + by_origin("2025", IN=80, PK=120)), "citizenship", "period")
    assert ("IN", "2025-Q1") in told
    assert ("IN", "2025") not in told
    first = sort("transits", by_origin("2025", IN=80, PK=120))
    later = shown(sort("transits", rows, first.precedents), "citizenship", "period")
    assert not {code for code, _ in later} & {"IN", "PK"}


def test_a_line_with_a_small_figure_is_kept_back_with_its_table() -> None:
    rows = [{"value": 100}, {"sex": "F", "value": 4}, {"sex": "M", "value": 96}]
    assert shown(sort("transits", rows), "sex") == {("_T",): (100, False)}
    rows = [{"value": 100}, {"sex": "F", "value": 44}, {"sex": "M", "value": 56}]
    assert len(shown(sort("transits", rows), "sex")) == 3


def test_a_finer_table_is_kept_back_with_a_coarser_one() -> None:
    rows = [{"sex": "F", "value": 4}, {"sex": "M", "value": 96}]
    rows += [{"sex": "M", "mode": mode, "value": 48} for mode in ("air", "land")]
    assert shown(sort("transits", rows), "sex") == {}


def test_a_table_that_misses_little_of_a_total_is_kept_back() -> None:
    rows = [{"value": 100}, {"sex": "F", "value": 40}, {"sex": "M", "value": 56}]
    assert shown(sort("transits", rows), "sex") == {("_T",): (100, False)}
    assert shown(sort("transits", [{"value": 95}, *by_origin(IN=50, PK=40)]), "citizenship") == {
        ("_T",): (95, False)
    }


def test_a_small_month_takes_one_more_with_it() -> None:
    rows = [{"period": f"2025-{month:02d}", "value": value} for month, value in ((1, 50), (2, 60), (3, 4))]
    told = shown(sort("transits", [*rows, {"value": 114}]), "period")
    assert told == {("2025-Q1",): (114, False), ("2025-01",): (50, False)}
    first = sort("transits", rows)
    assert set(shown(first, "period")) == {("2025-01",), ("2025-02",)}
    assert shown(sort("transits", [{"value": 114}], first.precedents), "period") == {}


def test_a_correction_keeps_the_fold_or_is_kept_back_whole() -> None:
    first = sort("transits", by_origin(IN=50, PK=40, LK=12, BD=3))
    same = shown(sort("transits", by_origin(IN=55, PK=40, LK=12, BD=20), first.precedents), "citizenship")
    assert same[("_O",)] == (32, True)
    assert sort("transits", by_origin(IN=55, PK=40, LK=12, BD=20), first.precedents).precedents == ()
    assert shown(sort("transits", by_origin(IN=50, PK=4, LK=12, BD=3), first.precedents), "citizenship") == {}
    assert shown(sort("transits", by_origin(IN=50, PK=40, LK=3, BD=3), first.precedents), "citizenship") == {}


def test_what_was_kept_back_stays_so() -> None:
    first = sort("transits", [{"value": 53}, *by_origin(IN=50, PK=3)])
    later = sort("transits", [{"value": 90}, *by_origin(IN=50, PK=40)], first.precedents)
    assert shown(later, "citizenship") == {("_T",): (90, False)}


def test_a_later_table_folds_what_an_earlier_coarser_one_does() -> None:
    first = sort("transits", by_origin(IN=60, PK=50, NP=40, LK=12, BD=3))
    finer = by_sex(IN=(30, 30), PK=(25, 25), NP=(20, 20), LK=(12, 12), BD=(15, 15))
    told = shown(sort("transits", finer, first.precedents), "citizenship", "sex")
    assert told[("_O", "F")] == (27, True)
    second = sort("transits", finer)
    assert second.precedents
    coarser = shown(
        sort("transits", by_origin(IN=60, PK=50, NP=40, LK=24, BD=3), second.precedents), "citizenship"
    )
    assert set(coarser) == {("_T",)}


def test_another_unit_or_agency_is_bound_by_the_same_fold() -> None:
    rows = [
        row | {"stage": stage} for stage in ("voluntary", "forced") for row in by_origin(IN=50, PK=40, LK=30)
    ]
    rows[2]["value"] = 3
    told = shown(sort("returns", rows), "citizenship", "stage")
    assert told[("_O", "voluntary")] == (43, True)
    assert told[("_O", "forced")] == (70, True)
    assert ("PK", "forced") not in told


def test_the_sources_own_other_comes_before_a_smaller_origin() -> None:
    told = shown(sort("transits", by_origin(IN=50, PK=40, LK=3, _O=60)), "citizenship")
    assert told[("_O",)] == (63, True)
    assert ("PK",) in told


def test_a_fold_stays_whole_also_when_a_code_is_not_sent_for_once() -> None:
    first = sort("transits", by_origin(IN=50, PK=40, LK=6, NP=3, BD=2))
    second = sort("transits", by_origin(IN=50, PK=40, LK=6, NP=6), first.precedents)
    assert shown(second, "citizenship")[("_O",)] == (12, True)
    fixed = (*first.precedents, *second.precedents)
    third = shown(sort("transits", by_origin(IN=50, PK=40, LK=6, NP=6, BD=20), fixed), "citizenship")
    assert third[("_O",)] == (32, True)


def test_once_a_correction_was_kept_back_its_series_stays_closed() -> None:
    first = sort("transits", by_origin(IN=50, PK=40, LK=12, BD=3))
    second = sort("transits", by_origin(IN=50, PK=4, LK=12, BD=3), first.precedents)
    fixed = (*first.precedents, *second.precedents)
    assert shown(sort("transits", [{"value": 69}], fixed), "citizenship") == {}
    assert shown(sort("transits", [{"value": 69}], first.precedents), "citizenship") == {("_T",): (69, False)}


def test_a_total_does_not_come_after_own_people_that_were_shown_alone() -> None:
    own = {"citizenship": "NAT", "value": 50}
    first = sort("transits", [own])
    assert shown(first, "citizenship") == {("NAT",): (50, False)}
    alone = sort("transits", [{"citizenship": "NAT", "value": 5}])
    assert shown(alone, "citizenship") == {("NAT",): (5, False)}
    assert shown(sort("transits", [{"value": 12}], alone.precedents), "citizenship") == {}
    with_own = sort("transits", [{"value": 60}, {"citizenship": "NAT", "value": 5}], alone.precedents)
    assert len(shown(with_own, "citizenship")) == 2


def test_areas_that_hold_each_other_are_one_series() -> None:
    rows = [{"area": area, "value": value} for area, value in (("034", 100), ("IN", 94), ("PK", 6))]
    assert shown(sort("transits", rows), "area") == {}
    assert set(shown(sort("transits", rows[1:]), "area")) == {("IN",)}


def test_places_told_in_two_ways_are_not_added_up() -> None:
    rows = [{"place": "US_MIAMI", "value": 20}, {"place": "US_MIAMI", "event": "E1", "value": 15}]
    assert shown(sort("dead", rows), "place") == {}
    assert shown(sort("dead", rows[:1]), "place") == {("_T",): (20, True)}


def test_what_was_shown_and_would_now_tell_something_small_closes_its_series() -> None:
    def told(month: str, women: float) -> list[dict[str, Any]]:
        return [{"period": month, "sex": sex, "value": value} for sex, value in (("F", women), ("M", 50))]

    first = sort("transits", [*told("2025-01", 30), *told("2025-02", 30), *told("2025-Q1", 64)])
    assert len(shown(first, "period", "sex")) == 6
    again = [*told("2025-01", 30), *told("2025-02", 30), *told("2025-03", 4), *told("2025-Q1", 64)]
    second = sort("transits", again, first.precedents)
    assert shown(second, "period", "sex") == {}
    fixed = (*first.precedents, *second.precedents)
    assert shown(sort("transits", [{"period": "2025-01", "value": 80}], fixed), "period") == {}
