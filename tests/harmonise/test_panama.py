"""Panama's transits through Darién against a plain reading of the same tables."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import Harmonised, family_files

NATIONALITIES, AGES = "pa/darien_by_nationality", "pa/darien_by_sex_age"
ADULTS = {"men": ("M", "Y_GE18"), "women": ("F", "Y_GE18"), "boys": ("M", "Y0T17"), "girls": ("F", "Y0T17")}
ALL_AGES = {"men": ("M", "_T"), "women": ("F", "_T")}


def rows_of(mapping: str) -> list[dict[str, str]]:
    (path,) = family_files(mapping)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def figures(harmonised: Callable[[str], Harmonised], mapping: str) -> list[dict[str, Any]]:
    return harmonised(mapping).observations["transits"]


def period_of(day: str) -> str:
    return day[:4] if day < "2020" else day[:7]


@pytest.mark.parametrize("mapping", [NATIONALITIES, AGES])
def test_everything_is_observed(harmonised: Callable[[str], Harmonised], mapping: str) -> None:
    made, rows = harmonised(mapping), rows_of(mapping)
    assert made.problems == []
    assert not any(made.account["leftovers"].values())
    assert made.account["all"]["sums"]["found"] == str(sum(int(row["n"]) for row in rows))
    told = [(row["source_row"], row["period"], row["value"]) for row in made.observations["transits"]]
    assert told == [(n, period_of(row["t"]), float(row["n"])) for n, row in enumerate(rows, start=2)]


def test_years_are_years_and_months_are_months(harmonised: Callable[[str], Harmonised]) -> None:
    spans: dict[str, set[int]] = defaultdict(set)
    for row in figures(harmonised, NATIONALITIES):
        spans[row["frequency"]].add((row["period_end"] - row["period_start"]).days + 1)
    assert spans == {"A": {365, 366}, "M": {29, 28, 30, 31}}


def test_whole_years_by_nationality_are_those_of_the_other_file_by_sex(
    harmonised: Callable[[str], Harmonised],
) -> None:
    """The other file is added up as it stands, by its text; 2020 has months but no row there, 2025 ends in April."""
    plain, made = Counter[str](), Counter[str]()
    for row in rows_of(AGES):
        plain[row["t"][:4]] += int(row["n"])
    for observed in figures(harmonised, NATIONALITIES):
        made[observed["period"][:4]] += int(observed["value"])
    assert sorted(plain) == ["2021", "2022", "2023", "2024", "2025"]
    assert {year: made[year] for year in plain} == plain


def test_what_is_read_as_years_has_one_day_a_year() -> None:
    """The only ground in the file itself: until 2019 nothing is dated on another day than the first of a year."""
    days = {row["t"] for row in rows_of(NATIONALITIES)}
    assert sorted(day for day in days if day < "2020") == [f"{year}-01-01" for year in range(2010, 2020)]
    assert all(
        len({day for day in days if day.startswith(year)}) > 3 for year in ("2020", "2021", "2024", "2025")
    )


def test_the_two_tables_agree_in_every_month(harmonised: Callable[[str], Harmonised]) -> None:
    """So that men and women of 2021 and 2022 are of all ages."""
    months: dict[str, Counter[str]] = {}
    for mapping in (NATIONALITIES, AGES):
        months[mapping] = Counter()
        for row in figures(harmonised, mapping):
            months[mapping][row["period"]] += int(row["value"])
    assert len(months[AGES]) == 52
    assert all(months[NATIONALITIES][month] == told for month, told in months[AGES].items())


def test_sexes_and_ages(harmonised: Callable[[str], Harmonised]) -> None:
    expected = [(ALL_AGES if row["t"] < "2023" else ADULTS)[row["demog"]] for row in rows_of(AGES)]
    assert [(row["sex"], row["age"]) for row in figures(harmonised, AGES)] == expected


def test_what_is_no_code_of_one_state(harmonised: Callable[[str], Harmonised]) -> None:
    made = {row["source_row"]: row for row in figures(harmonised, NATIONALITIES)}
    told = {
        (source["nat"], made[number]["citizenship"], made[number]["match"])
        for number, source in enumerate(rows_of(NATIONALITIES), start=2)
        if made[number]["match"] != "exact" or len(made[number]["citizenship"]) != 2
    }
    assert told == {("COG", "017", "broader"), ("OOO", "_O", "partial"), ("TIB", "TIBETAN", "exact")}
