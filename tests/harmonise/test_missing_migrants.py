"""Both forms of the Missing Migrants table against a plain reading of the same cells."""

import csv
import gzip
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from tests.factories import Harmonised, family_files

PEOPLE, INCIDENTS = "iom/missing_migrants", "iom/missing_migrants_incidents"
EXPORT, EXPORT_INCIDENTS = "iom/missing_migrants_export", "iom/missing_migrants_export_incidents"
MAPPINGS = (PEOPLE, INCIDENTS, EXPORT, EXPORT_INCIDENTS)
DEAD, MISSING, SURVIVORS = "Number Dead", "Minimum Estimated Number of Missing", "Number of Survivors"
GROUPS = {
    "Number of Females": ("F", "_T"),
    "Number of Males": ("M", "_T"),
    "Number of Children": ("_T", "Y0T17"),
}
Rows = list[dict[str, str]]


def rows_of(mapping: str) -> Rows:
    (path,) = family_files(mapping)
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def table() -> Rows:
    return rows_of(PEOPLE)


@pytest.fixture(scope="module")
def export() -> Rows:
    return rows_of(EXPORT)


def total(cells: Iterable[str]) -> int:
    """The sum of the cells that hold a number which can be one of people."""
    return sum(int(cell) for cell in cells if cell and int(cell) >= 0)


def cell_of(latitude: str, longitude: str) -> str:
    south, west = math.floor(float(latitude)), math.floor(float(longitude))
    return f"{'NS'[south < 0]}{abs(south):02d}{'EW'[west < 0]}{abs(west):03d}"


def iso_day(text: str) -> str:
    """The day of a text such as 'Thu, 01/31/2026 - 12:00'."""
    month, day, year = text.split(", ")[1].split(" - ", maxsplit=1)[0].split("/")
    return f"{year}-{month}-{day}"


def summed(rows: Iterable[dict[str, Any]]) -> int:
    return int(sum(row["value"] or 0 for row in rows))


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_the_accounts_balance_and_nothing_is_left_over(
    harmonised: Callable[[str], Harmonised], mapping: str
) -> None:
    made = harmonised(mapping)
    assert made.account["all"]["balanced"]
    assert not any(made.account["leftovers"].values())
    assert {problem["code"] for problem in made.problems} <= {"HAR-062"}


def test_the_sums_are_those_of_the_tables(
    harmonised: Callable[[str], Harmonised], table: Rows, export: Rows
) -> None:
    found = {m: {k: summed(rows) for k, rows in harmonised(m).observations.items()} for m in MAPPINGS}
    ones = sum(row["type"] == "Incident" for row in table)
    assert found == {
        PEOPLE: {"dead_or_missing": total(row["dead"] for row in table)},
        INCIDENTS: {"fatal_incidents": ones, "survivors": total(row["surv"] for row in table)},
        EXPORT: {
            "dead": total(row[DEAD] for row in export),
            "missing": total(row[MISSING] for row in export),
            "dead_or_missing": total(row[name] for row in export for name in GROUPS),
        },
        EXPORT_INCIDENTS: {
            "fatal_incidents": len({row["Main ID"] for row in export}),
            "survivors": total(row[SURVIVORS] for row in export),
        },
    }
    assert found[PEOPLE]["dead_or_missing"] == 75_068


@pytest.mark.parametrize(
    ("mapping", "columns"),
    [(INCIDENTS, ["surv"]), (EXPORT, [DEAD, MISSING, *GROUPS]), (EXPORT_INCIDENTS, [SURVIVORS])],
)
def test_an_empty_count_is_not_known_and_one_below_nought_is_refused(
    harmonised: Callable[[str], Harmonised], mapping: str, columns: list[str]
) -> None:
    made, rows = harmonised(mapping), rows_of(mapping)
    assert made.account["all"]["counted"]["absences"] == {
        "unknown": sum(not row[column] for row in rows for column in columns)
    }
    header = list(rows[0])
    below = [
        (number, header.index(column) + 1)
        for number, row in enumerate(rows, start=2)
        for column in columns
        if row[column].startswith("-")
    ]
    assert below
    assert sorted((int(p["row"]), int(p["column"])) for p in made.problems) == sorted(below)


def test_every_row_is_the_incident_of_its_day_and_place(
    harmonised: Callable[[str], Harmonised], table: Rows, export: Rows
) -> None:
    made = harmonised(PEOPLE).observations["dead_or_missing"]
    told = [(row["period"], row["position"], row["event"]) for row in made]
    assert told == [
        (row["t"], cell_of(row["lat"], row["lon"]), str(number)) for number, row in enumerate(table, start=2)
    ]
    made = harmonised(EXPORT).observations["dead"]
    told = [(row["period"], row["position"], row["event"]) for row in made]
    assert told == [
        (
            iso_day(row["Incident Date"]),
            cell_of(*row["Coordinates"].split(", ")),
            row["Incident ID"],
        )
        for row in export
    ]


def test_countries_of_origin_are_lists_where_there_are_several(
    harmonised: Callable[[str], Harmonised], table: Rows
) -> None:
    made = harmonised(PEOPLE).observations["dead_or_missing"]
    several = [len(set(row["nat"].split(","))) for row in table]
    assert [len(row["citizenship_list"] or "1") for row in made] == several
    assert {row["citizenship"] for row, n in zip(made, several, strict=True) if n > 1} == {"_X"}
    unknown = sum(set(row["nat"].split(",")) == {"UNK"} for row in table)
    assert sum(row["citizenship"] == "_U" for row in made) == unknown > 8_000


def test_what_the_parts_of_an_incident_have_in_common_is_told_once(
    harmonised: Callable[[str], Harmonised], export: Rows
) -> None:
    first: dict[str, str] = {}
    for row in export:
        first.setdefault(row["Main ID"], row["Incident ID"])
    made = harmonised(EXPORT_INCIDENTS)
    incidents = made.observations["fatal_incidents"]
    assert [row["event"] for row in incidents] == list(first.values())
    assert {row["value"] for row in incidents} == {1.0}
    repeated = made.account["all"]["cells"]["ignored"]["repetition of a figure that counts once"]
    assert repeated == len(export) - len(first) == 27


def test_split_and_cumulative_incidents_are_no_exact_count(
    harmonised: Callable[[str], Harmonised], table: Rows
) -> None:
    bounds: dict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    made = harmonised(INCIDENTS).observations["fatal_incidents"]
    for source, row in zip(table, made, strict=True):
        bounds[source["type"]][row["value"], row["low"], row["high"]] += 1
    assert bounds == {
        "Incident": {(1.0, None, None): 19_158},
        "Split Incident": {(None, 0.0, 1.0): 410},
        "Cumulative Incident": {(None, 1.0, None): 93},
        "Incident,Split Incident": {(None, 1.0, None): 8},
    }


def test_women_men_and_children_are_of_dead_and_missing_together(
    harmonised: Callable[[str], Harmonised], export: Rows
) -> None:
    """Where nobody was found dead, women and men are counted among the missing."""
    only_missing = [row for row in export if not row[DEAD] and row[MISSING] not in ("", "0")]
    assert total(row[name] for row in only_missing for name in list(GROUPS)[:2]) > 0
    made = harmonised(EXPORT).observations["dead_or_missing"]
    for name, (sex, age) in GROUPS.items():
        mine = [row for row in made if (row["sex"], row["age"]) == (sex, age)]
        assert (len(mine), summed(mine)) == (len(export), total(row[name] for row in export))


def test_the_row_in_the_wrong_continent_is_mended(harmonised: Callable[[str], Harmonised]) -> None:
    for mapping in (EXPORT, EXPORT_INCIDENTS):
        rows = [row for table in harmonised(mapping).observations.values() for row in table]
        assert {(row["area"], row["derived"]) for row in rows if row["position"] == "N34E070"} == {
            ("034", True)
        }
        assert {row["area"] for row in rows if row["derived"]} == {"034"}


def test_no_text_of_place_or_source_is_kept(harmonised: Callable[[str], Harmonised]) -> None:
    """Neither in the figures nor in the problems: a place, a link or a name can point to a person."""
    for mapping in MAPPINGS:
        made = harmonised(mapping)
        told = {str(cell) for rows in made.observations.values() for row in rows for cell in row.values()}
        told |= {cell for problem in made.problems for cell in problem.values()}
        source = rows_of(mapping)
        hidden = {
            row[name] for row in source for name in ("location", "Location of death", "URL") if row.get(name)
        }
        assert hidden
        assert not told & hidden
        assert not [text for text in told if "http" in text]
        assert made.account["all"]["cells"]["ignored"]["personal"] >= len(source)
