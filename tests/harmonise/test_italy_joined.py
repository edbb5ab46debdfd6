"""Italy's nationalities of all reports in one table, against a plain reading of that table and of the single reports."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import SourceProblem
from tests.factories import Harmonised, family_files
from tests.house.places import CATALOGUE, EXAMPLES

Families = Callable[[str], Harmonised]
MAPPING = "it/nazionalita_joined"
PACKAGE = EXAMPLES / "it" / "italian-immigration-datapackage.json"
PLACE = ("source_file", "source_row", "source_column")
ONLY_ALONE = date(2025, 3, 17)
"""The day of a report that is a single file, and not in the joined table."""


@pytest.fixture(scope="module")
def joined() -> list[dict[str, Any]]:
    """The rows of the joined table, each with its place, code, day and count."""
    (path,) = family_files(MAPPING)
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return [
        {
            "place": (path.name, n, 4),
            "code": row["ISO_3166-1"] or "_O",
            "name": row["Nazione"],
            "day": date.fromisoformat(row["Data_Report"]),
            "count": int(row["Valore"]),
        }
        for n, row in enumerate(rows, 2)
    ]


def increments(rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Place, code, first day, last day and increment of each row; of others the count itself."""
    last: dict[tuple[str, int], tuple[date, int]] = {}
    for row in sorted(rows, key=lambda row: row["day"]):
        start = date(row["day"].year, 1, 1)
        before, so_far = last.get((row["code"], start.year), (start - timedelta(days=1), 0))
        if row["code"] != "_O":
            last[row["code"], start.year] = row["day"], row["count"]
        yield row["place"], row["code"], before + timedelta(days=1), row["day"], row["count"] - so_far


def test_counts_become_increments_within_each_year(
    harmonised: Families, joined: list[dict[str, Any]]
) -> None:
    observed = harmonised(MAPPING).observations["sea_arrivals"]
    found = {
        (tuple(r[n] for n in PLACE), r["citizenship"], r["period_start"], r["period_end"], r["value"])
        for r in observed
    }
    assert found == set(increments(joined))
    assert len(observed) == len(joined)
    assert all(r["vintage"] == r["period_end"] for r in observed)


def test_the_counts_add_up(harmonised: Families, joined: list[dict[str, Any]]) -> None:
    account = harmonised(MAPPING).account
    assert account["all"]["sums"]["observed"] == str(sum(row["count"] for row in joined))
    last = {(r["code"], r["day"].year): r["count"] for r in sorted(joined, key=lambda r: r["day"])}
    by_hand = str(sum(count for (code, _), count in last.items() if code != "_O"))
    assert account["derived"]["sum_of_increments"] == by_hand
    assert account["derived"]["sum_of_last_cumulative"] == by_hand


def test_a_named_nationality_that_falls_is_a_warning(
    harmonised: Families, joined: list[dict[str, Any]]
) -> None:
    fell = {place[1] for place, code, *_, value in increments(joined) if value < 0 and code != "_O"}
    problems = harmonised(MAPPING).problems
    assert {(p["code"], int(p["row"])) for p in problems} == {("HAR-073", row) for row in fell}
    assert len(problems) == len(fell) == 3


def test_the_table_repeats_the_single_reports(joined: list[dict[str, Any]]) -> None:
    single = [
        (name.rstrip("*").casefold(), date.fromisoformat(day), int(count.replace(".", "")))
        for path in family_files("it/nazionalita")
        for name, count, day in csv.reader(path.read_text("utf-8").splitlines())
    ]
    of_the_year = [(r["name"].casefold(), r["day"], r["count"]) for r in joined if r["day"].year == 2025]
    assert sorted(row for row in single if row[1] != ONLY_ALONE) == sorted(of_the_year)


def test_what_the_notes_of_the_mapping_say_is_so(joined: list[dict[str, Any]]) -> None:
    assert {date(2021, 7, 15), ONLY_ALONE}.isdisjoint(row["day"] for row in joined)
    first, second = (
        [(row["name"], row["count"]) for row in joined if row["day"] == day]
        for day in (date(2024, 4, 30), date(2024, 5, 2))
    )
    assert first == second
    assert {len(row["code"]) for row in joined} == {2}


def test_a_code_that_contradicts_its_name_is_refused(tmp_path: Path) -> None:
    (path,) = family_files(MAPPING)
    lines = path.read_text("utf-8").splitlines()[:3]
    (tmp_path / path.name).write_text("\n".join([*lines[:2], lines[2].replace("BD", "BT")]), "utf-8")
    bundle = open_mapping(open_catalogue(CATALOGUE), MAPPING)
    outcome = harmonise_files([(tmp_path / path.name, path.name)], bundle, tmp_path / "out")
    assert (outcome.account.all.cells.refused, outcome.account.all.rows.refused) == (1, 1)


# --------------------------------------------------------------------------- the data package that describes the tables


def test_it_names_the_columns_that_the_mappings_read() -> None:
    package = json.loads(PACKAGE.read_text("utf-8"))
    told = {
        table["name"]: {column["name"] for column in table["schema"]["fields"]}
        for table in package["resources"]
    }
    catalogue = open_catalogue(CATALOGUE)
    for table, mapping in (("nazionalita", MAPPING), ("sbarchi-per-giorno", "it/sbarchi")):
        columns = open_mapping(catalogue, mapping).mapping.columns
        assert {header for column in columns for header in column.headers()} == told[table]


@pytest.mark.parametrize("mapping", [MAPPING, "it/sbarchi"])
def test_it_is_no_table(mapping: str, tmp_path: Path) -> None:
    bundle = open_mapping(open_catalogue(CATALOGUE), mapping)
    with pytest.raises(SourceProblem, match=r"HAR-0(07|10)"):
        harmonise_files([(PACKAGE, PACKAGE.name)], bundle, tmp_path / "out")
