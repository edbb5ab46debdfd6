"""Italy's reports against a plain reading of the same files."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.factories import Harmonised, family_files

Families = Callable[[str], Harmonised]
PLACE = ("source_file", "source_row", "source_column")


def number(text: str) -> int:
    return int(text.replace(".", "")) if text else 0


def report_date(name: str) -> date:
    day, month, year = map(int, re.findall(r"(\d\d)-(\d\d)-(\d{4})", name)[0])
    return date(year, month, day)


@pytest.mark.parametrize(
    "mapping", ["it/accoglienza", "it/nazionalita", "it/nazionalita_joined", "it/sbarchi", "it/sbarchi_raw"]
)
def test_the_account_balances_and_refuses_nothing(harmonised: Families, mapping: str) -> None:
    made = harmonised(mapping)
    assert made.account["all"]["balanced"]
    assert all(file["balanced"] for file in made.account["files"])
    assert made.account["all"]["cells"]["refused"] == 0
    assert [p for p in made.problems if p["severity"] == "refused"] == []


# ---------------------------------------------------------------------------------------------- reception, by region


@pytest.fixture(scope="module")
def reception() -> dict[str, list[list[str]]]:
    files = family_files("it/accoglienza")
    return {path.name: list(csv.reader(path.read_text("utf-8").splitlines())) for path in files}


def test_every_centre_of_every_region_is_observed(
    harmonised: Families, reception: dict[str, list[list[str]]]
) -> None:
    expected = {
        (name, row, column): number(cells[column - 1]) if cells[column - 1] else "not_applicable"
        for name, table in reception.items()
        for row, cells in enumerate(table, 1)
        if row > 2
        for column in (2, 3, 4)
    }
    observed = harmonised("it/accoglienza").observations["in_reception"]
    assert {tuple(r[n] for n in PLACE): r["absence"] or r["value"] for r in observed} == expected
    assert all(r["period_end"] == r["vintage"] == report_date(r["source_file"]) for r in observed)


def test_the_people_in_reception_add_up(harmonised: Families, reception: dict[str, list[list[str]]]) -> None:
    made = harmonised("it/accoglienza")
    by_hand = sum(number(c) for table in reception.values() for cells in table[2:] for c in cells[1:4])
    assert made.account["all"]["sums"]["observed"] == str(by_hand)
    assert sum(r["value"] or 0 for r in made.observations["in_reception"]) == by_hand


def test_totals_of_reception_are_compared(
    harmonised: Families, reception: dict[str, list[list[str]]]
) -> None:
    for account in harmonised("it/accoglienza").account["files"]:
        found = sorted((t["place"], t["declared"], t["computed"]) for t in account["declared_totals"])
        assert found == sorted(reception_totals(reception[account["file"]]))


def reception_totals(table: list[list[str]]) -> Iterator[tuple[str, str, str]]:
    """The fifth column adds up the three before it, the first row those below it."""
    for row, cells in enumerate(table[1:], 2):
        yield f"row {row}, column 5", str(number(cells[4])), str(sum(map(number, cells[1:4])))
    for column in (2, 3, 4, 5):
        below = sum(number(cells[column - 1]) for cells in table[2:])
        yield f"row 2, column {column}", str(number(table[1][column - 1])), str(below)


def test_two_reports_leave_the_hotspots_out_of_their_totals(
    harmonised: Families, reception: dict[str, list[list[str]]]
) -> None:
    differ = {(p["file"], int(p["row"]), int(p["column"])) for p in harmonised("it/accoglienza").problems}
    left_out = {
        (name, row, 5)
        for name, table in reception.items()
        for row, cells in enumerate(table[1:], 2)
        if number(cells[1]) and number(cells[4]) == number(cells[2]) + number(cells[3])
    }
    assert differ == left_out
    assert len({name for name, _, _ in differ}) == 2


# ------------------------------------------------------------------------------------------------ declared nationality

CODES = {
    "Afghanistan": "AF", "Algeria": "DZ", "Bangladesh": "BD", "Costa D'Avorio": "CI", "Egitto": "EG",
    "Eritrea": "ER", "Etiopia": "ET", "Guinea": "GN", "Iran": "IR", "Mali": "ML", "Marocco": "MA",
    "Nigeria": "NG", "Pakistan": "PK", "Siria": "SY", "Somalia": "SO", "Sudan": "SD", "Tunisia": "TN",
    "altre*": "_O",
}  # fmt: skip


@pytest.fixture(scope="module")
def counts() -> dict[str, list[tuple[date, int]]]:
    """Code -> the count since 1 January in each report that names it, by date."""
    found: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for path in family_files("it/nazionalita"):
        for name, count, day in csv.reader(path.read_text("utf-8").splitlines()):
            assert date.fromisoformat(day) == report_date(path.name)
            found[CODES[name]].append((date.fromisoformat(day), number(count)))
    return {code: sorted(series) for code, series in found.items()}


def test_counts_since_january_become_increments(
    harmonised: Families, counts: dict[str, list[tuple[date, int]]]
) -> None:
    expected = set()
    for code, series in counts.items():
        before, so_far = date(2024, 12, 31), 0
        for day, count in series:
            is_kept = code == "_O"
            start = date(2025, 1, 1) if is_kept else before + timedelta(days=1)
            expected.add((code, start, day, day, count - (0 if is_kept else so_far), not is_kept))
            before, so_far = day, count
    observed = harmonised("it/nazionalita").observations["sea_arrivals"]
    names = ("citizenship", "period_start", "period_end", "vintage", "value", "derived")
    assert {tuple(r[n] for n in names) for r in observed} == expected
    assert len(observed) == len(expected)


def test_increments_add_up_to_the_last_count(
    harmonised: Families, counts: dict[str, list[tuple[date, int]]]
) -> None:
    last = sum(series[-1][1] for code, series in counts.items() if code != "_O")
    derived = harmonised("it/nazionalita").account["derived"]
    assert derived["sum_of_increments"] == derived["sum_of_last_cumulative"] == str(last)


def test_only_the_count_of_others_falls(
    harmonised: Families, counts: dict[str, list[tuple[date, int]]]
) -> None:
    fell = [
        code
        for code, series in counts.items()
        for (_, before), (_, after) in pairwise(series)
        if after < before
    ]
    assert set(fell) == {"_O"}
    others = [
        r for r in harmonised("it/nazionalita").observations["sea_arrivals"] if r["citizenship"] == "_O"
    ]
    assert {r["match"] for r in others} == {"partial"}
    assert all(r["note"] for r in others)


def test_the_figures_as_found_add_up(harmonised: Families, counts: dict[str, list[tuple[date, int]]]) -> None:
    by_hand = sum(count for series in counts.values() for _, count in series)
    assert harmonised("it/nazionalita").account["all"]["sums"]["found"] == str(by_hand)


# --------------------------------------------------------------------------------------------------- landings, by day

Rows = list[dict[str, Any]]


def is_a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def text_of(path: Path) -> str:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def landing_rows(mapping: str) -> Rows:
    """Every row of every file, with the place where it stands."""
    rows: Rows = []
    for path in family_files(mapping):
        table = csv.DictReader(text_of(path).splitlines())
        rows += [{**row, "place": (path.name, n, 2)} for n, row in enumerate(table, 2)]
    return rows


@pytest.fixture(scope="module", params=["it/sbarchi", "it/sbarchi_raw"])
def landings(request: pytest.FixtureRequest, harmonised: Families) -> tuple[Rows, Harmonised]:
    return landing_rows(request.param), harmonised(request.param)


def test_every_day_of_every_report_is_observed_or_awaited(landings: tuple[Rows, Harmonised]) -> None:
    rows, made = landings
    expected = {
        row["place"]: "awaited" if row["Data"] > row["Data_Report"] else int(row["Valore"])
        for row in rows
        if is_a_day(row["Data"])
    }
    observed = made.observations["sea_arrivals"]
    found = {tuple(r[n] for n in PLACE): r["absence"] or r["value"] for r in observed}
    assert found == expected


def test_days_and_reports_are_those_of_the_rows(landings: tuple[Rows, Harmonised]) -> None:
    rows, made = landings
    days = {row["place"]: (row["Data"], row["Data_Report"]) for row in rows}
    observed = made.observations["sea_arrivals"]
    assert all((r["period"], r["vintage"].isoformat()) == days[tuple(r[n] for n in PLACE)] for r in observed)
    assert {r["status"] for r in observed} == {"provisional"}


def test_days_that_no_calendar_has_are_ignored_with_a_reason(landings: tuple[Rows, Harmonised]) -> None:
    rows, made = landings
    impossible = [row for row in rows if not is_a_day(row["Data"])]
    assert impossible
    assert {row["Valore"] for row in impossible} == {"0"}
    ignored = made.account["all"]["cells"]["ignored"]
    assert list(ignored.values()) == [5 * len(impossible)]
    assert made.account["all"]["rows"]["ignored"] == len(impossible)


def test_landings_add_up(landings: tuple[Rows, Harmonised]) -> None:
    rows, made = landings
    by_hand = sum(int(row["Valore"]) for row in rows if row["Valore"].isdigit())
    assert made.account["all"]["sums"]["found"] == str(by_hand)
    assert sum(r["value"] or 0 for r in made.observations["sea_arrivals"]) == by_hand


def test_a_revised_day_is_history_and_no_duplicate(harmonised: Families) -> None:
    by_hand: dict[str, dict[str, str]] = defaultdict(dict)
    for row in landing_rows("it/sbarchi"):
        by_hand[row["Data"]][row["Data_Report"]] = row["Valore"]
    assert sum(len(reports) > 1 for reports in by_hand.values()) == 2123
    found: dict[str, set[date]] = defaultdict(set)
    for r in harmonised("it/sbarchi").observations["sea_arrivals"]:
        found[r["period"]].add(r["vintage"])
    assert {day: {v.isoformat() for v in vintages} for day, vintages in found.items()} == {
        day: set(reports) for day, reports in by_hand.items() if is_a_day(day)
    }


def test_the_artefact_of_the_extraction_is_corrected(harmonised: Families) -> None:
    (mended,) = [r for r in harmonised("it/sbarchi").observations["sea_arrivals"] if r["derived"]]
    assert (mended["source_value"], mended["value"], mended["absence"]) == ("0[VALORE]0", None, "awaited")


def test_the_report_with_another_hour_says_so(harmonised: Families) -> None:
    other = [r for r in harmonised("it/sbarchi").observations["sea_arrivals"] if r["match"] != "exact"]
    assert {r["vintage"] for r in other} == {date(2022, 12, 31)}
    assert len(other) == 31
    assert all("24:00" in r["note"] for r in other)


def test_the_joined_table_repeats_the_reports(harmonised: Families) -> None:
    def told(mapping: str) -> dict[tuple[str, date], float | str]:
        observed = harmonised(mapping).observations["sea_arrivals"]
        return {(r["period"], r["vintage"]): r["absence"] or r["value"] for r in observed}

    joined, single = told("it/sbarchi"), told("it/sbarchi_raw")
    assert single == {key: joined[key] for key in single}
