"""The days and weeks of the Channel against the XML of the same workbook, and against each other."""

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.factories import Harmonised, family_files

DAILY, WEEKLY = "gb/small_boats_daily", "gb/small_boats_weekly"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
PEOPLE, BOATS, UNCONTROLLED = (
    "Migrants arrived",
    "Boats arrived",
    "Boats arrived - involved in uncontrolled landings",
)
PREVENTED, EVENTS = "Migrants prevented", "Events prevented"
MEANT = {
    ("sea_arrivals", "persons", "_T"): PEOPLE,
    ("boats", "vessels", "_T"): BOATS,
    ("boats", "vessels", "not_rescued"): UNCONTROLLED,
    ("prevented_crossings", "persons", "_T"): PREVENTED,
    ("prevented_crossings", "events", "_T"): EVENTS,
}  # fmt: skip

Sheet = dict[date, dict[str, str]]
Figures = dict[tuple[date, date, str], float | None]


def read_sheet(name: str) -> Sheet:
    """Rows by the date in their first column, read from the XML: number as stored, else the text."""
    (path,) = family_files(DAILY)
    with zipfile.ZipFile(path) as archive:
        content = ElementTree.fromstring(archive.read("content.xml"))
    table = next(found for found in content.iter(f"{TABLE}table") if found.get(f"{TABLE}name") == name)
    header, *rows = [cells for row in table.iter(f"{TABLE}table-row") if any(cells := list(row_texts(row)))]
    return {date.fromisoformat(cells[0][:10]): dict(zip(header, cells, strict=False)) for cells in rows}


def row_texts(row: ElementTree.Element) -> Iterator[str]:
    for cell in row:
        stored = cell.get(f"{OFFICE}date-value") or cell.get(f"{OFFICE}value")
        for _ in range(min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 7)):
            yield stored or "".join(cell.itertext())


@pytest.fixture(scope="module")
def days() -> Sheet:
    return read_sheet("SB_01")


@pytest.fixture(scope="module")
def weeks() -> Sheet:
    return read_sheet("SB_02")


@pytest.fixture(scope="module")
def daily(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(DAILY)


@pytest.fixture(scope="module")
def weekly(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(WEEKLY)


def all_rows(made: Harmonised) -> Iterator[dict[str, Any]]:
    return (row for table in made.observations.values() for row in table)


def observed(made: Harmonised) -> Figures:
    return {
        (row["period_start"], row["period_end"], MEANT[row["indicator"], row["unit"], row["rescued"]]): row["value"]
        for row in all_rows(made)
    }  # fmt: skip


def expected(sheet: Sheet, before: int) -> Figures:
    """The figures of a sheet whose rows begin some days before their date."""
    return {
        (day - timedelta(days=before), day, name): int(cells[name]) if cells[name] != "-" else None
        for day, cells in sheet.items()
        for name in MEANT.values()
        if name in cells
    }


def test_the_accounts_balance_and_refuse_nothing(daily: Harmonised, weekly: Harmonised) -> None:
    for made in (daily, weekly):
        assert made.account["all"]["balanced"]
        assert made.account["all"]["cells"]["refused"] == 0
        assert made.problems == []


def test_every_figure_of_every_day_is_observed(daily: Harmonised, days: Sheet) -> None:
    assert observed(daily) == expected(days, 0)
    assert len(days) == (max(days) - min(days)).days + 1
    assert {row["frequency"] for row in all_rows(daily)} == {"D"}


def test_every_figure_of_every_week_is_observed_from_monday_to_sunday(
    weekly: Harmonised, weeks: Sheet
) -> None:
    assert observed(weekly) == expected(weeks, 6)
    assert {row["frequency"] for row in all_rows(weekly)} == {"W"}
    assert {row["period_start"].isoweekday() for row in all_rows(weekly)} == {1}


def test_the_sums_are_those_of_the_sheets(
    daily: Harmonised, weekly: Harmonised, days: Sheet, weeks: Sheet
) -> None:
    for made, sheet in ((daily, days), (weekly, weeks)):
        by_hand = sum(
            int(cells[n]) for cells in sheet.values() for n in MEANT.values() if cells.get(n, "-") != "-"
        )
        assert made.account["all"]["sums"]["observed"] == str(by_hand)
        assert made.account["all"]["sums"]["found"] == str(by_hand)


def test_a_week_is_the_sum_of_its_days_but_for_one_that_is_half_told(
    daily: Harmonised, weekly: Harmonised
) -> None:
    """What is observed by week and by day, added here; the one difference is in the notes of the mapping."""
    by_day = observed(daily)
    differ = []
    for (first, last, name), value in observed(weekly).items():
        if name not in (PEOPLE, BOATS, UNCONTROLLED):
            continue
        parts = [by_day[day, day, name] for day in (first + timedelta(days=n) for n in range(7))]
        total = None if None in parts else sum(part or 0 for part in parts)
        if total != value:
            differ.append((last, name, value, parts))
    assert differ == [(date(2023, 1, 1), UNCONTROLLED, 0, [None] * 6 + [0])]


def test_a_dash_is_no_zero(daily: Harmonised, weekly: Harmonised) -> None:
    absent = [row for made in (daily, weekly) for row in all_rows(made) if row["value"] is None]
    assert {row["absence"] for row in absent} == {"unknown"}
    assert max(r["period_end"] for r in absent if r["rescued"] == "not_rescued") == date(2022, 12, 31)
    assert max(r["period_end"] for r in absent if r["indicator"] == "prevented_crossings") == date(
        2024, 4, 28
    )


def test_what_is_revised_is_the_rows_marked_so(
    daily: Harmonised, weekly: Harmonised, days: Sheet, weeks: Sheet
) -> None:
    for made, sheet in ((daily, days), (weekly, weeks)):
        marked = {day for day, cells in sheet.items() if cells.get("Notes") == "Revised"}
        assert marked
        assert {row["period_end"] for row in all_rows(made) if row["status"] == "revised"} == marked
        assert {row["status"] for row in all_rows(made)} == {"revised", "provisional"}


def test_revised_days_and_revised_weeks_are_not_the_same(days: Sheet, weeks: Sheet) -> None:
    """What the notes of the mappings say."""
    of_days = {
        day + timedelta(days=7 - day.isoweekday()) for day, cells in days.items() if cells.get("Notes")
    }
    of_weeks = {day for day, cells in weeks.items() if cells.get("Notes")}
    assert of_days & of_weeks == {date(2025, 9, 7)}
    assert {day.year for day in of_weeks - of_days} == {2026}
    assert {day.year for day in of_days - of_weeks} == {2023, 2024}


def test_preventions_are_about_crossings_from_france(weekly: Harmonised) -> None:
    rows = weekly.observations["prevented_crossings"]
    told = {(row["area"], row["departure"], row["route"], row["match"], bool(row["note"])) for row in rows}
    assert told == {("GB", "FR", "channel", "partial", True)}
    events = {row["period"] for row in rows if row["unit"] == "events" and row["value"]}
    nobody = {row["period"] for row in rows if row["unit"] == "persons" and row["value"] == 0}
    assert events & nobody, "some weeks have events and no people, as the crosswalk says"


def test_the_vintage_is_the_day_of_the_workbook(daily: Harmonised, weekly: Harmonised) -> None:
    for made in (daily, weekly):
        assert {row["vintage"] for row in all_rows(made)} == {date(2026, 8, 21)}


def test_quarters_of_the_other_table_are_the_sums_of_days(
    daily: Harmonised, harmonised: Callable[[str], Harmonised]
) -> None:
    """Small boat arrivals by nationality, added up, against people by day: the same but in three quarters."""
    quarters = Counter[str]()
    for row in daily.observations["sea_arrivals"]:
        day: date = row["period_start"]
        quarters[f"{day.year}-Q{(day.month + 2) // 3}"] += int(row["value"])
    other = Counter[str]()
    for row in harmonised("gb/irregular_migration").observations["sea_arrivals"]:
        other[row["period"]] += int(row["value"])
    differ = {quarter: other[quarter] - quarters[quarter] for quarter in other}
    assert len(differ) == 24
    assert {q: d for q, d in differ.items() if d} == {"2020-Q3": 2, "2020-Q4": 2, "2022-Q3": 19}
