"""The Border Patrol's months against a plain reading of the same lines."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.factories import Harmonised, family_files

MAPPING = "us/usbp_monthly"
MONTHS = range(1, 13)
SECTIONS = {
    "Coastal Border": {"Livermore", "Livermore*", "Miami", "New Orleans", "Ramey"},
    "Northern Border": {
        "Blaine",
        "Buffalo",
        "Detroit",
        "Grand Forks",
        "Havre",
        "Houlton",
        "Spokane",
        "Swanton",
    },
}
TOTALS = {*SECTIONS, "Southwest Border", "Monthly Total"}


class Line(NamedTuple):
    """A line of figures: its number in the file, its label, the figure of each month and of the year, and where they begin."""

    number: int
    label: str
    figures: list[int | None]
    first: int


def read_lines(path: Path) -> Iterator[Line]:
    lines = path.read_text("ascii").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("SECTOR|")) + 2
    for i in range(start, len(lines)):
        cells = lines[i].split("|")
        first = len(cells) - 12
        if len(cells) == 13:
            cells = [f"{lines[i - 1]} {lines[i + 1]}", *cells]
        if len(cells) == 14:
            figures = [None if c == "N/A" else int(c.replace(",", "")) for c in cells[1:]]
            yield Line(i + 1, cells[0], figures, first)


def sums(lines: list[Line]) -> list[int]:
    return [sum(line.figures[m] or 0 for line in lines) for m in range(13)]


@pytest.fixture(scope="module")
def files() -> dict[str, list[Line]]:
    return {path.name: list(read_lines(path)) for path in family_files(MAPPING)}


@pytest.fixture(scope="module")
def made(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(MAPPING)


def test_every_file_has_21_sectors_and_four_totals(files: dict[str, list[Line]]) -> None:
    assert len(files) == 14
    assert all(len(lines) == 25 for lines in files.values())


def test_the_account_balances_and_refuses_nothing(made: Harmonised) -> None:
    assert made.account["all"]["balanced"]
    assert all(file["balanced"] for file in made.account["files"])
    assert made.account["all"]["cells"]["refused"] == 0
    assert made.problems == []


def test_every_month_of_every_sector_is_observed(made: Harmonised, files: dict[str, list[Line]]) -> None:
    expected = {
        (name, line.number, line.first + month - 1): line.figures[month - 1]
        for name, lines in files.items()
        for line in lines
        if line.label not in TOTALS
        for month in MONTHS
    }
    found = {
        (row["source_file"], row["source_row"], row["source_column"]): row["value"]
        for row in made.observations["irregular_entries"]
    }
    assert found == expected


def test_what_is_not_a_figure_does_not_apply(made: Harmonised) -> None:
    absent = [row for row in made.observations["irregular_entries"] if row["value"] is None]
    assert {row["absence"] for row in absent} == {"not_applicable"}
    assert {row["place"] for row in absent} == {"US_LIVERMORE"}
    assert min(row["period"] for row in absent) == "2005-10"


def test_a_fiscal_year_runs_from_october(made: Harmonised, files: dict[str, list[Line]]) -> None:
    first = {(name, line.number): line.first for name, lines in files.items() for line in lines}
    for row in made.observations["irregular_entries"]:
        fiscal_year = int(re.findall(r"\d{4}", row["source_file"])[0])
        begins = first[row["source_file"], row["source_row"]]
        month = (row["source_column"] - begins + 9) % 12 + 1
        assert row["period"] == f"{fiscal_year - (month >= 10)}-{month:02}"


def test_the_sum_is_that_of_the_lines(made: Harmonised, files: dict[str, list[Line]]) -> None:
    by_hand = sum(
        sums([line for line in lines if line.label == "Monthly Total"])[12] for lines in files.values()
    )
    assert sum(row["value"] or 0 for row in made.observations["irregular_entries"]) == by_hand
    assert made.account["all"]["sums"]["observed"] == str(by_hand)


def test_every_declared_total_is_compared_and_agrees(made: Harmonised, files: dict[str, list[Line]]) -> None:
    for account in made.account["files"]:
        found = sorted(
            (t["place"], t["declared"], t["computed"], t["agrees"]) for t in account["declared_totals"]
        )
        assert found == sorted(expected_totals(files[account["file"]]))


def expected_totals(lines: list[Line]) -> Iterator[tuple[str, str, str, bool]]:
    """The year of every line, and every column of the four lines that add up others."""
    sectors = [line for line in lines if line.label not in TOTALS]
    named = set().union(*SECTIONS.values())
    parts = {
        **{name: [s for s in sectors if s.label in labels] for name, labels in SECTIONS.items()},
        "Southwest Border": [s for s in sectors if s.label not in named],
        "Monthly Total": sectors,
    }
    for line in lines:
        if line.figures[12] is not None:
            yield compared(line.number, line.first + 12, line.figures[12], sums([line])[:12])
        if line.label in TOTALS:
            columns = sums(parts[line.label])
            for month, declared in enumerate(line.figures):
                assert declared is not None
                yield compared(line.number, line.first + month, declared, [columns[month]])


def compared(row: int, column: int, declared: int, parts: list[int]) -> tuple[str, str, str, bool]:
    return f"row {row}, column {column}", str(declared), str(sum(parts)), declared == sum(parts)
