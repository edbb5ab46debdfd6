"""The Global Report's data set against a plain reading of the same cells."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook

from tests.factories import Harmonised, family_files
from tests.house.places import CATALOGUE

MAPPING = "unodc/glotip"
COLUMNS = (
    "Iso3_code", "Country", "Region", "Subregion", "Indicator", "Dimension", "Category", "Sex", "Age", "Year",
    "Unit of measurement", "txtVALUE", "Source",
)  # fmt: skip
FIGURE = 12
VICTIMS, CONVICTED = "Detected trafficking victims", "Persons convicted"
BY_CITIZENSHIP, BY_FORM, REPATRIATION = (
    "by citizenship",
    "by form of exploitation",
    "by country of repatriation",
)
KINDS = {
    VICTIMS: ("trafficking_victims", "persons", "identified"),
    CONVICTED: ("trafficking_offenders", "persons", "convicted"),
    "Persons prosecuted": ("trafficking_offenders", "persons", "prosecuted"),
    "Persons brought into formal contact": ("trafficking_offenders", "persons", "suspected"),
    "Offences of trafficking in persons": ("trafficking_offences", "offences", "_Z"),
}
OWN = ("Nationals", "Ciudadanos de su pa\ufffds")
PLACEHOLDER = re.compile(r"Q6\.1_(\d+)s_\d{4}")
NO_CITIZENSHIPS = {
    "0": 10, "145": 1, "2": 1, "3": 1, "6": 1, "3 nig\ufffdriens et 1 tunisien": 1, "Guayanean": 4, "Nationality": 3, "Nigerin": 18,
    "PERO": 1, "without": 1,
}  # fmt: skip
"""Categories that no crosswalk line explains, on purpose, and their rows."""
CLASHES = [{"Unknown", ""}, {"Sin determinar", ""}, {"(specify the country)", ""}]
"""Texts that say the same where one table has both."""


class Row(NamedTuple):
    """One row of the source as text, by its number in the sheet."""

    number: int
    iso3: str
    country: str
    region: str
    subregion: str
    indicator: str
    dimension: str
    category: str
    sex: str
    age: str
    year: str
    unit: str
    figure: str
    source: str

    @property
    def key(self) -> tuple[str, ...]:
        """Everything but the figure."""
        return (*self[1:12], self.source)

    @property
    def bounds(self) -> tuple[int, int]:
        number = int(self.figure.replace(",", "")) if self.figure != "<5" else None
        return (0, 4) if number is None else (number, number)

    @property
    def is_old_repatriation(self) -> bool:
        return self.dimension == REPATRIATION and int(self.year) <= 2016


def text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    (path,) = family_files(MAPPING)
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [cell for row in sheet[:2] for cell in row if cell] == ["UNODC", "14/04/2025"]
    assert tuple(sheet[2]) == COLUMNS
    return [Row(number, *map(text, row)) for number, row in enumerate(sheet[3:], start=4)]


@pytest.fixture(scope="module")
def made(harmonised: Callable[[str], Harmonised]) -> Harmonised:
    return harmonised(MAPPING)


@pytest.fixture(scope="module")
def observed(made: Harmonised) -> dict[int, dict[str, Any]]:
    return {row["source_row"]: row for table in made.observations.values() for row in table}


@pytest.fixture(scope="module")
def ignored(rows: list[Row]) -> dict[str, set[int]]:
    """Why a row is ignored -> the rows."""
    return {
        "placeholder as category": {row.number for row in rows if PLACEHOLDER.fullmatch(row.category)},
        "placeholder as figure": {row.number for row in rows if re.fullmatch(r"6,112,0\d\d", row.figure)},
        "declared total": {row.number for row in rows if row.category in ("TOTAL", "TOTAL POR AÑO")},
        "sent home": {row.number for row in rows if row.category.startswith("Ukrainian national")},
    }


@pytest.fixture(scope="module")
def refused(rows: list[Row], ignored: dict[str, set[int]]) -> dict[str, set[int]]:
    """Why a row is refused -> the rows, from the source alone."""
    passed = set().union(*ignored.values())
    left = [row for row in rows if row.number not in passed]
    times = Counter(row.key for row in left)
    tables = defaultdict(set)
    for row in left:
        tables[row.iso3, row.year, row.indicator, row.dimension].add(row.category)
    clashing = {
        row.number
        for row in left
        for clash in CLASHES
        if row.category in clash and clash <= tables[row.iso3, row.year, row.indicator, row.dimension]
    }
    unknown = {
        row.number for row in left if row.dimension == BY_CITIZENSHIP and row.category in NO_CITIZENSHIPS
    }
    return {
        "HAR-070": {row.number for row in left if times[row.key] > 1} | clashing,
        "HAR-084": {row.number for row in left if not row.iso3},
        "unknown citizenship": unknown,
        "abroad, direction unknown": {
            row.number for row in left if row.is_old_repatriation and row.category == "Abroad"
        },
        "number as country": {row.number for row in left if row.dimension == REPATRIATION and row.category == "0"},
    }  # fmt: skip


def test_the_table_is_the_one_described(rows: list[Row]) -> None:
    assert len(rows) == 58_769
    assert Counter(row.figure for row in rows)["<5"] == 29_558
    assert not [row for row in rows if row.figure != "<5" and row.bounds[0] < 5]
    assert {(row.unit, row.source) for row in rows} == {("Counts", "GLOTIP")}


def test_the_account_balances_and_nothing_is_left_over(made: Harmonised) -> None:
    assert made.account["all"]["balanced"]
    assert not any(made.account["leftovers"].values())
    assert made.account["all"]["cells"]["found"] == 2 + 1 + 13 + 58_769 * 13 - 26 - 88 - 22


def test_every_row_has_the_fate_that_the_source_gives_it(
    made: Harmonised,
    observed: dict[int, dict[str, Any]],
    refused: dict[str, set[int]],
    ignored: dict[str, set[int]],
) -> None:
    fates = {reason: len(numbers) for reason, numbers in (refused | ignored).items()}
    assert fates == {
        "HAR-070": 1_230, "HAR-084": 26, "unknown citizenship": 42, "abroad, direction unknown": 175, "number as country": 7,
        "placeholder as category": 120, "placeholder as figure": 8, "declared total": 6, "sent home": 1,
    }  # fmt: skip
    assert set(observed).isdisjoint(set().union(*refused.values(), *ignored.values()))
    assert len(observed) == 58_769 - sum(fates.values())
    assert {int(p["row"]) for p in made.problems} == set().union(*refused.values())
    codes = Counter(p["code"] for p in made.problems)
    assert codes == {"HAR-070": 1_230, "HAR-084": 26, "HAR-040": 197, "HAR-041": 27}


def test_every_figure_and_interval_is_that_of_the_cell(rows: list[Row], observed: dict[int, dict[str, Any]]) -> None:  # fmt: skip
    for row in rows:
        if row.number in observed:
            made = observed[row.number]
            low, high = row.bounds
            told = (made["value"], made["low"], made["high"])
            assert told == ((None, low, high) if row.figure == "<5" else (low, None, None)), row
            assert (made["source_column"], made["source_value"], made["period"]) == (FIGURE, row.figure, row.year)  # fmt: skip


def test_the_sums_are_those_of_the_cells(
    made: Harmonised, rows: list[Row], refused: dict[str, set[int]], ignored: dict[str, set[int]]
) -> None:
    gone = set().union(*refused.values(), *ignored.values())
    expected: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        if row.number not in gone:
            stage = {REPATRIATION: "repatriated"}.get(row.dimension, KINDS[row.indicator][2])
            expected[*KINDS[row.indicator][:2], stage] += row.bounds[0]
    found: Counter[tuple[str, ...]] = Counter()
    for table in made.observations.values():
        for made_row in table:
            found[made_row["indicator"], made_row["unit"], made_row["stage"]] += made_row["value"] or 0
    assert found == expected
    assert made.account["all"]["sums"]["observed"] == str(sum(expected.values()))


def test_areas_change_places_where_the_source_did(rows: list[Row], observed: dict[int, dict[str, Any]]) -> None:  # fmt: skip
    with (CATALOGUE / "codelists/areas.csv").open(encoding="utf-8", newline="") as file:
        code_of = {line["alpha3"]: line["code"] for line in csv.DictReader(file) if line["alpha3"]}
    for row in rows:
        if row.number not in observed:
            continue
        made = observed[row.number]
        if row.is_old_repatriation:
            assert made["repatriated_from"] == code_of[row.iso3]
            assert (made["match"], made["stage"]) == ("partial", "repatriated")
        else:
            assert made["area"] == code_of[row.iso3], row
            assert row.dimension != REPATRIATION or made["match"] == "partial"
    old = [row for row in rows if row.is_old_repatriation and row.number in observed]
    brought_home = {row.category: observed[row.number]["area"] for row in old}
    assert (brought_home["Indonesia"], brought_home["Nepal"], brought_home["Nigeria"]) == ("ID", "NP", "NG")


def test_dimensions_are_those_of_the_row(rows: list[Row], observed: dict[int, dict[str, Any]]) -> None:
    sexes = {"Total": "_T", "Female": "F", "Male": "M", "Other": "_O", "Unknown": "_U"}
    ages = {"Total": "_T", "0 to 17 years": "Y0T17", "18 years or over": "Y_GE18", "Unknown": "_U"}
    forms = {"Sexual exploitation": "sexual", "Forced labour": "labour", "Other forms of exploitation": "_O"}
    offences = {"sexual": "02041", "labour": "02042", "_O": "0204"}
    for row in rows:
        made = observed.get(row.number, {})
        if "sex" in made:
            assert (made["sex"], made["age"]) == (sexes[row.sex], ages[row.age]), row
        if "exploitation" in made:
            assert made["exploitation"] == (forms[row.category] if row.dimension == BY_FORM else "_T"), row
        if "offence" in made:
            form = offences[forms[row.category]] if row.dimension == BY_FORM else "_T"
            assert made["offence"] == form, row
        if "citizenship" in made and row.dimension in ("Total", BY_FORM):
            assert made["citizenship"] == "_T", row


def test_more_than_99_4_per_cent_of_the_citizenships_are_understood(
    rows: list[Row], refused: dict[str, set[int]]
) -> None:
    numbers = {row.number for row in rows if row.dimension == BY_CITIZENSHIP}
    not_understood = numbers & set().union(*refused.values())
    assert (len(numbers), len(not_understood)) == (10_093, 54)


def test_own_nationals_and_foreigners_have_codes_of_their_own(
    rows: list[Row], observed: dict[int, dict[str, Any]]
) -> None:
    told = defaultdict(set)
    for row in rows:
        if row.number in observed and "citizenship" in observed[row.number]:
            told[row.dimension, row.category].add(observed[row.number]["citizenship"])
    for category in OWN:
        assert told[BY_CITIZENSHIP, category] == told[REPATRIATION, category] == {"NAT"}
    assert told[BY_CITIZENSHIP, "foreigners"] == {"FOR"}
    assert told[BY_CITIZENSHIP, "Netherlands (own country)"] == {"NL"}


@pytest.mark.parametrize(
    ("category", "code", "match"),
    [
        ("Congo", "017", "broader"),
        ("Congolese (DRC)", "CD", "partial"),
        ("Former Yugoslavia", "YUCS", "partial"),
        ("Kosovo under UNSCR 1244", "XK", "partial"),
        ("Other Asia", "OTHER_ASIA", "partial"),
        ("Africa and Middle East", "AFRICA_MIDDLE_EAST", "partial"),
        ("European Economic Area", "EEA", "partial"),
        ("Rohingya", "ROHINGYA", "partial"),
        ("Dominican rep", "DO", "partial"),
        ("CAR", "CF", "partial"),
        ("Disputed", "_U", "partial"),
        ("EU-28 others", "EU", "partial"),
        ("Namibia", "NA", "partial"),
    ],
)
def test_what_needs_thought_becomes(
    category: str, code: str, match: str, rows: list[Row], observed: dict[int, dict[str, Any]]
) -> None:
    """Victims are partial in any case, since the source does not say how far they were identified."""
    order = ("exact", "narrower", "broader", "partial")
    told = {
        (observed[row.number]["citizenship"], observed[row.number]["match"])
        for row in rows
        if row.category == category and row.dimension == BY_CITIZENSHIP and row.number in observed
    }
    assert {citizenship for citizenship, _ in told} == {code}
    assert max(order.index(found) for _, found in told) >= order.index(match)


def test_declared_totals_agree(made: Harmonised) -> None:
    totals = made.account["all"]["declared_totals"]
    assert len(totals) == 6
    assert all(total["agrees"] for total in totals)
