"""The United Kingdom's detections by method of entry against a plain reading of the same table."""

import csv
from collections import Counter
from collections.abc import Callable

import pytest

from tests.factories import Harmonised, family_files

MAPPING = "gb/irregular_migration"
INDICATORS = {
    "Inadequately documented air arrivals": ("irregular_entries", "detections", "air"),
    "Recorded detections at UK ports": ("clandestine_entries", "detections", "_T"),
    "Recorded detections in the UK": ("irregular_entries", "detections", "_U"),
    "Small boat arrivals": ("sea_arrivals", "persons", "sea"),
}
SEXES = {"Female": "F", "Male": "M", "Unknown": "_U", "Not currently recorded": "_U"}
AGES = {
    "17 and under": "Y0T17",
    "18 to 24": "Y18T24",
    "25 to 39": "Y25T39",
    "40 and over": "Y_GE40",
    "Unknown": "_U",
    "Not currently recorded": "_U",
}
NAMES_UNLIKE_M49 = {
    "Afghanistan": "AF",
    "Bahamas, The": "BS",
    "British overseas citizens": "GB",
    "Congo": "CG",
    "Congo (Democratic Republic)": "CD",
    "Cyprus": "CY",
    "Cyprus (Northern part of)": "CY",
    "East Timor": "TL",
    "French Guiana (French)": "GF",
    "Gambia, The": "GM",
    "Guinea": "GN",
    "Ivory Coast": "CI",
    "Kosovo": "XK",
    "Laos": "LA",
    "Myanmar (Burma)": "MM",
    "Namibia": "NA",
    "Niger": "NE",
    "Not currently recorded": "_U",
    "Occupied Palestinian Territories": "PS",
    "Other and unknown": "_U",
    "Refugee": "XXB",
    "Reunion (French)": "RE",
    "South Korea": "KR",
    "St Lucia": "LC",
    "Stateless": "XXA",
    "Taiwan": "TW",
    "Turkey": "TR",
    "Virgin Islands (British)": "VG",
}
"""Names that an English reader knows, as the table writes them; several are ambiguous or old."""

Key = tuple[object, ...]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    (path,) = family_files(MAPPING)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(MAPPING)


@pytest.fixture(scope="module")
def by_row(made: Harmonised) -> dict[int, dict[str, object]]:
    return {row["source_row"]: row for table in made.observations.values() for row in table}


def test_the_account_balances_and_refuses_nothing(made: Harmonised) -> None:
    assert made.account["all"]["balanced"]
    assert made.account["all"]["cells"]["refused"] == 0
    assert made.problems == []


def test_every_row_is_observed_once(made: Harmonised, rows: list[dict[str, str]]) -> None:
    assert sum(map(len, made.observations.values())) == len(rows)
    assert made.account["all"]["sums"]["observed"] == str(
        sum(int(row["Number of detections"]) for row in rows)
    )


def test_every_row_says_what_the_table_says(
    by_row: dict[int, dict[str, object]], rows: list[dict[str, str]]
) -> None:
    for number, row in enumerate(rows, 2):
        found = by_row[number]
        indicator, unit, mode = INDICATORS[row["Method of entry"]]
        expected: Key = (
            indicator, unit, "_Z", mode, f"{row['Year']}-Q{row['Quarter']}", SEXES[row["Sex"]],
            AGES[row["Age Group"]], int(row["Number of detections"]),
        )  # fmt: skip
        names = ("indicator", "unit", "stage", "mode", "period", "sex", "age", "value")
        assert tuple(found[name] for name in names) == expected, number


def test_names_that_are_not_those_of_m49(
    by_row: dict[int, dict[str, object]], rows: list[dict[str, str]]
) -> None:
    found = {row["Nationality"]: by_row[number]["citizenship"] for number, row in enumerate(rows, 2)}
    assert {name: found[name] for name in NAMES_UNLIKE_M49} == NAMES_UNLIKE_M49
    codes = Counter(found.values())
    assert {code for code, count in codes.items() if count > 1} == {"CY", "_U"}


def test_what_is_not_exact_says_why(by_row: dict[int, dict[str, object]], rows: list[dict[str, str]]) -> None:
    assert all(row["match"] != "exact" and row["note"] for row in by_row.values())
    told = {
        row["Nationality"]: by_row[number]["match"]
        for number, row in enumerate(rows, 2)
        if row["Method of entry"] == "Small boat arrivals"
    }
    assert told["Afghanistan"] == "narrower"
    assert (told["Other and unknown"], told["Refugee"]) == ("broader", "partial")


def test_detections_of_one_indicator_are_told_apart(made: Harmonised) -> None:
    told = Counter(
        (row["mode"], row["border_place"], row["method"]) for row in made.observations["irregular_entries"]
    )
    assert set(told) == {("air", "at_posts", "no_documents"), ("_U", "_U", "_U")}
    assert {row["route"] for row in made.observations["sea_arrivals"]} == {"channel"}


def test_nobody_is_both_recorded_and_not_recorded(rows: list[dict[str, str]]) -> None:
    """Rows without nationality have no sex and no age either, and are small boat arrivals since 2021."""
    dark = [row for row in rows if "Not currently recorded" in row.values()]
    assert all(row["Sex"] == row["Age Group"] == row["Nationality"] for row in dark)
    assert {row["Method of entry"] for row in dark} == {"Small boat arrivals"}
    assert min(row["Year"] for row in dark) == "2021"
