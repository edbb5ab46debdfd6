"""The detections of Frontex against a plain reading of the same table."""

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from lontar.catalogue import open_catalogue
from tests.factories import Harmonised, family_files
from tests.house.places import CATALOGUE

MAPPING = "frontex/detections"
INDICATOR = "irregular_entries"
ROUTES = {
    "Black Sea Route": "black_sea",
    "Central Mediterranean Route": "central_mediterranean",
    "Circular Route from Albania to Greece": "albania_greece",
    "Eastern Borders Route": "eastern_land_borders",
    "Eastern Mediterranean Route": "eastern_mediterranean",
    "Other": "_O",
    "Western African Route": "western_african_atlantic",
    "Western Balkan Route": "western_balkans",
    "Western Mediterranean Route": "western_mediterranean",
}
NO_AREA = {"OOO": "_U", "OOS": "OTHER_SUB_SAHARAN", "STL": "XXA", "XKX": "XK"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    (path,) = family_files(MAPPING)
    with gzip.open(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(MAPPING)


def test_the_account_balances_and_refuses_nothing(made: Harmonised) -> None:
    assert made.account["all"]["balanced"]
    assert made.account["all"]["cells"]["refused"] == 0
    assert made.problems == []


def test_every_row_is_observed_under_its_route_and_border(
    made: Harmonised, rows: list[dict[str, str]]
) -> None:
    expected = [
        (number, ROUTES[row["route"]], row["type"].lower(), row["t"][:7], int(row["n"]))
        for number, row in enumerate(rows, 2)
    ]
    found = [
        (row["source_row"], row["route"], row["mode"], row["period"], row["value"])
        for row in made.observations[INDICATOR]
    ]
    assert found == expected


def test_every_nationality_is_that_of_its_code(made: Harmonised, rows: list[dict[str, str]]) -> None:
    """The list of areas names each alpha-3 code once; what is no area is told in this test."""
    names = open_catalogue(CATALOGUE).codelist("areas").names
    codes = {name.text: name.code for name in names if name.kind == "alpha3"} | NO_AREA
    by_code, by_text = Counter[str](), Counter[str]()
    for row in made.observations[INDICATOR]:
        by_code[row["citizenship"]] += row["value"]
    for source in rows:
        by_text[codes[source["nat"]]] += int(source["n"])
    assert by_code == by_text
    assert by_code["BD"] == sum(int(row["n"]) for row in rows if row["nat"] == "BGD")


def test_it_counts_detections_at_the_external_border_as_a_publisher_of_others(made: Harmonised) -> None:
    told = {
        (r["reporter"], r["source_kind"], r["area"], r["unit"], r["stage"], r["status"], r["border_place"])
        for r in made.observations[INDICATOR]
    }
    assert told == {
        ("FRONTEX", "published", "EU_EXTERNAL_BORDER", "detections", "_Z", "provisional", "between")
    }


def test_a_period_is_the_whole_month(made: Harmonised) -> None:
    for row in made.observations[INDICATOR]:
        after: date = row["period_end"] + timedelta(days=1)
        assert (row["frequency"], row["period_start"].day, after.day) == ("M", 1, 1)
    assert {row["period"] for row in made.observations[INDICATOR]} >= {"2009-01", "2025-04"}


def test_the_sums_by_route_are_those_of_the_table(made: Harmonised, rows: list[dict[str, str]]) -> None:
    by_hand, found = Counter[str](), Counter[str]()
    for row in rows:
        by_hand[ROUTES[row["route"]]] += int(row["n"])
    for observed in made.observations[INDICATOR]:
        found[observed["route"]] += observed["value"]
    assert found == by_hand
    assert made.account["all"]["sums"]["observed"] == str(sum(by_hand.values()))


def test_land_borders_may_be_rivers_and_say_so(made: Harmonised) -> None:
    told = {(row["mode"], row["match"], bool(row["note"])) for row in made.observations[INDICATOR]}
    assert told == {("land", "partial", True), ("sea", "exact", False)}


def test_unknown_nationalities_are_mostly_those_of_the_balkans_in_2015_and_2016(made: Harmonised) -> None:
    """What the mapping says in its notes."""
    unknown = [row for row in made.observations[INDICATOR] if row["citizenship"] == "_U"]
    told = [r for r in unknown if r["route"] == "western_balkans" and r["period"][:4] in ("2015", "2016")]
    assert sum(r["value"] for r in told) > 0.9 * sum(r["value"] for r in unknown)
    vague = [r["period"] for r in made.observations[INDICATOR] if r["citizenship"] == "OTHER_SUB_SAHARAN"]
    assert max(vague) < "2023"
