"""Mexico's people in an irregular situation against a plain reading of the same two tables."""

import csv
from collections import Counter
from collections.abc import Callable

import pytest

from lontar.catalogue import open_catalogue
from tests.factories import Harmonised, family_files
from tests.house.places import CATALOGUE

BY_NATIONALITY, BY_SEX_AGE = "mx/irregular_by_nationality", "mx/irregular_by_sex_age"
INDICATOR = "irregular_stays"
AGES = {
    "18+": ("Y_GE18", "_Z"),
    "12-17": ("Y12T17", "_U"),
    "under 12, accompanied": ("Y0T11", "accompanied"),
    "under 12, unaccompanied": ("Y0T11", "unaccompanied"),
}

Rows = list[dict[str, str]]


def read(mapping: str) -> Rows:
    (path,) = family_files(mapping)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def nationalities() -> Rows:
    return read(BY_NATIONALITY)


@pytest.fixture(scope="module")
def ages() -> Rows:
    return read(BY_SEX_AGE)


@pytest.fixture(scope="module")
def by_nationality(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(BY_NATIONALITY)


@pytest.fixture(scope="module")
def by_sex_age(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(BY_SEX_AGE)


def twice(rows: Rows) -> set[int]:
    """Row numbers of nationalities that stand in a month more than once."""
    count = Counter((row["t"], row["nat"]) for row in rows)
    return {number for number, row in enumerate(rows, 2) if count[row["t"], row["nat"]] > 1}


def test_the_accounts_balance(by_nationality: Harmonised, by_sex_age: Harmonised) -> None:
    assert by_nationality.account["all"]["balanced"]
    assert by_sex_age.account["all"]["balanced"]
    assert by_sex_age.problems == []


def test_what_stands_twice_is_refused_and_nothing_else(
    by_nationality: Harmonised, nationalities: Rows
) -> None:
    refused = twice(nationalities)
    assert {int(problem["row"]) for problem in by_nationality.problems} == refused
    assert {nationalities[number - 2]["nat"] for number in refused} == {"FRA", "GIN"}
    assert by_nationality.account["all"]["sums"]["refused"] == str(
        sum(int(nationalities[number - 2]["n"]) for number in refused)
    )


def test_every_other_row_is_observed(by_nationality: Harmonised, nationalities: Rows) -> None:
    names = open_catalogue(CATALOGUE).codelist("areas").names
    codes = {name.text: name.code for name in names if name.kind == "alpha3"}
    codes |= {"OOO": "_U", "STL": "XXA", "XKX": "XK"}
    refused = twice(nationalities)
    expected = [
        (number, row["t"][:7], codes[row["nat"]], int(row["n"]))
        for number, row in enumerate(nationalities, 2)
        if number not in refused
    ]
    found = [
        (row["source_row"], row["period"], row["citizenship"], row["value"])
        for row in by_nationality.observations[INDICATOR]
    ]
    assert found == expected


def test_every_age_and_sex_is_observed(by_sex_age: Harmonised, ages: Rows) -> None:
    expected = [(row["t"][:7], row["sex"][0].upper(), *AGES[row["age"]], int(row["n"])) for row in ages]
    found = [
        (row["period"], row["sex"], row["age"], row["accompanied"], row["value"])
        for row in by_sex_age.observations[INDICATOR]
    ]
    assert found == expected
    assert by_sex_age.account["all"]["sums"]["observed"] == str(sum(int(row["n"]) for row in ages))


def test_the_two_tables_have_the_same_sums_but_in_2024(nationalities: Rows, ages: Rows) -> None:
    """What the mappings say in their notes."""
    one, other = Counter[str](), Counter[str]()
    for row in nationalities:
        one[row["t"]] += int(row["n"])
    for row in ages:
        other[row["t"]] += int(row["n"])
    differ = {month for month in one | other if one[month] != other[month]}
    assert differ == {f"2024-{month:02}-01" for month in range(1, 13)}
    assert max(abs(one[month] - other[month]) / other[month] for month in differ) < 0.04


def test_people_are_no_exact_match(by_nationality: Harmonised, by_sex_age: Harmonised) -> None:
    for made in (by_nationality, by_sex_age):
        told = {(row["unit"], row["match"], bool(row["note"])) for row in made.observations[INDICATOR]}
        assert told == {("persons", "partial", True)}
