"""Australia's boats against a plain reading of the same table."""

import csv
from collections.abc import Callable
from datetime import date

import pytest

from tests.factories import Harmonised, family_files

MAPPING = "au/boat_arrivals"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    (path,) = family_files(MAPPING)
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def made(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(MAPPING)


def test_the_account_balances_and_refuses_nothing(made: Harmonised) -> None:
    assert made.account["all"]["balanced"]
    assert made.account["all"]["cells"]["refused"] == 0
    assert made.problems == []


@pytest.mark.parametrize(("indicator", "column"), [("boats", "boats"), ("sea_arrivals", "n")])
def test_every_year_is_observed(
    made: Harmonised, rows: list[dict[str, str]], indicator: str, column: str
) -> None:
    expected = [(number, int(row[column]) if row[column] else None) for number, row in enumerate(rows, 2)]
    assert [(row["source_row"], row["value"]) for row in made.observations[indicator]] == expected


def test_the_sums_are_those_of_the_table(made: Harmonised, rows: list[dict[str, str]]) -> None:
    by_hand = sum(int(row[column] or 0) for row in rows for column in ("boats", "n"))
    assert made.account["all"]["sums"]["observed"] == str(by_hand)
    assert made.account["all"]["sums"]["found"] == str(by_hand)


def test_a_blank_is_no_zero(made: Harmonised, rows: list[dict[str, str]]) -> None:
    absent = [row["period"] for row in made.observations["boats"] if row["absence"] == "unknown"]
    assert absent == [row["t"] for row in rows if not row["boats"]]
    zeros = [row["period"] for row in made.observations["boats"] if row["value"] == 0]
    assert zeros == [row["t"] for row in rows if row["boats"] == "0"]


def test_the_last_year_is_not_over(made: Harmonised) -> None:
    for table in made.observations.values():
        last = table[-1]
        assert (last["period"], last["period_end"]) == ("2025-01-01/P4M", date(2025, 4, 30))
        assert last["derived"]


def test_the_crew_breaks_the_series_of_people_only(made: Harmonised) -> None:
    breaks = {
        name: [r["period"] for r in table if r["series_break"]] for name, table in made.observations.items()
    }
    assert breaks == {"boats": [], "sea_arrivals": ["2022"]}
