"""Texts of dates and periods, in the formats and languages that a mapping allows."""

import pytest

from lontar.catalogue import open_catalogue
from lontar.harmonise.resolving.findings import Wrong
from lontar.harmonise.resolving.periods import PeriodReader
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping import PeriodRule
from tests.house.places import CATALOGUE


@pytest.fixture(scope="module")
def months() -> CodeList:
    return open_catalogue(CATALOGUE).codelist("month")


def rule(*formats: str, **more: object) -> PeriodRule:
    return PeriodRule(source="{t}", formats=formats, **more)  # type: ignore[arg-type]


YEARS = rule("{fiscal_year}", "{fiscal_year} Q{quarter}", "{fiscal_year} {month_name}", fiscal_year_starts=7)
WEEKS = rule("{day}/{month}/{year}", lasts="P7D", gives="last_day")
READ = [
    # days, by several formats at once
    (rule("{day}/{month}/{year}"), "3/4/2024", "2024-04-03"),
    (rule("{year}-{month}-{day}", "{day}.{month}.{year}"), "03.04.2024", "2024-04-03"),
    (rule("{weekday}, {month}/{day}/{year} - {time}"), "Thu, 01/31/2026 - 12:00", "2026-01-31"),
    (rule("{year}-{month}-{day} {time}"), "2024-02-29 23:59:59.5", "2024-02-29"),
    (rule("{day}/{month}/{short_year}"), "31/12/69", "2069-12-31"),
    (rule("{day}/{month}/{short_year}"), "31/12/70", "1970-12-31"),
    (rule("{serial}"), "45658", "2025-01-01"),
    (rule("{day} {month}"), "3 4", None),
    # months by name
    (rule("{month_name} {year}"), "Sept. 2024", "2024-09"),
    (rule("{month_name} {year}"), "sep 2024", "2024-09"),
    (rule("{month_name} {year}"), "Ma 2024", None),
    (rule("{month_name}-{short_year}"), "Jan-24", "2024-01"),
    (rule("{month_name} {year}", languages=("fr",)), "AOÛT 2024", "2024-08"),
    (rule("{month_name} {year}", languages=("fr",)), "August 2024", None),
    (rule("{day} {month_name} {year}", languages=("id",)), "17 Agustus 1945", "1945-08-17"),
    (rule("{day} {month_name} {year}", languages=("th",)), "5 ม.ค. 2024", "2024-01-05"),
    (rule("{day} {month_name} {year}", languages=("hi",)), "3 जनवरी 2024", "2024-01-03"),
    (rule("{day} {month_name} {year}", languages=("ar",)), "١٥ كانون الثاني ٢٠٢٤", "2024-01-15"),
    (rule("{day} {month_name} {year}", languages=("ru",)), "1 января 2024", "2024-01-01"),
    (rule("{month_name} {year}", languages=("mn",)), "нэгдүгээр сар 2024", "2024-01"),
    (rule("{year}年{month}月"), "2024年8月", "2024-08"),
    # quarters, halves, weeks, years
    (rule("{year} {quarter}"), "2024 Q2", "2024-Q2"),
    (rule("{year} {quarter}"), "2024 2", "2024-Q2"),
    (rule("{year} {quarter}"), "2024 Q5", None),
    (rule("{half} {year}"), "H2 2024", "2024-S2"),
    (rule("{year} {week}"), "2020 W53", "2020-W53"),
    (rule("{year}", "{period}"), "2024", "2024"),
    (rule("{period}"), "2025-01-16/P15D", "2025-01-16/P15D"),
    # spans told by one end only
    (rule("{year}-{month}-{day}", since="year_start"), "2025-03-31", "2025-Q1"),
    (rule("{year}-{month}-{day}", since="year_start"), "2025-03-15", "2025-01-01/P74D"),
    (rule("{day}/{month}/{year}", lasts="P2W"), "06/01/2025", "2025-01-06/P14D"),
    (WEEKS, "07/01/2018", "2018-W01"),
    (WEEKS, "03/01/2021", "2020-W53"),
    (WEEKS, "06/01/2018", "2017-12-31/P7D"),
    (rule("{year}-{month}-{day}", lasts="P1M", gives="last_day"), "2024-02-29", "2024-02"),
    (rule("{year}-{month}", lasts="P1Y", gives="last_day"), "2024-06", "2023-07-01/P1Y"),
    (rule("{year}-{month}-{day}", lasts="P1M", gives="last_day"), "2024-03-30", "2024-02-29/P31D"),
    # fiscal years of any start, written in any way
    (YEARS, "2013", "2012-07-01/P1Y"),
    (YEARS, "FY13", "2012-07-01/P1Y"),
    (YEARS, "2012-13", "2012-07-01/P1Y"),
    (YEARS, "2012/2013", "2012-07-01/P1Y"),
    (YEARS, "1999–00", "1999-07-01/P1Y"),
    (YEARS, "2013 Q1", "2012-Q3"),
    (YEARS, "2013 June", "2013-06"),
    (YEARS, "2013 July", "2012-07"),
    (rule("{fiscal_year}", fiscal_year_starts=4, fiscal_year_named="start"), "2013", "2013-04-01/P1Y"),
    (rule("{fiscal_year}", fiscal_year_starts=4, fiscal_year_named="start"), "2012-13", "2012-04-01/P1Y"),
    (rule("{fiscal_year} Q{quarter}", fiscal_year_starts=2), "2013 Q4", "2012-11-01/P3M"),
    (rule("{fiscal_year}"), "2013", "2013"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "text", "period"), READ, ids=lambda x: x if isinstance(x, str) else "")
def test_a_text_is_read(told: PeriodRule, text: str, period: str | None, months: CodeList) -> None:
    found = PeriodReader(told, months).read(text)
    assert (None if isinstance(found, Wrong) else found.text) == period


BOTH = ("{day}/{month}/{year}", "{month}/{day}/{year}")


def test_a_date_of_two_readings_is_refused_unless_the_mapping_decides() -> None:
    found = PeriodReader(rule(*BOTH)).read("03/04/2024")
    assert isinstance(found, Wrong)
    assert found.kind == "ambiguous_period"
    assert dict(found.details)["found"] == "2024-03-04 or 2024-04-03"
    decided = PeriodReader(rule(*BOTH, first_format_wins=True)).read("03/04/2024")
    assert not isinstance(decided, Wrong)
    assert decided.text == "2024-04-03"


@pytest.mark.parametrize(("text", "day"), [("13/04/2024", "2024-04-13"), ("04/13/2024", "2024-04-13"),
                                           ("05/05/2024", "2024-05-05")])  # fmt: skip
def test_a_date_with_one_reading_is_not_ambiguous(text: str, day: str) -> None:
    found = PeriodReader(rule(*BOTH)).read(text)
    assert not isinstance(found, Wrong)
    assert found.text == day


@pytest.mark.parametrize(
    ("told", "text", "kind"),
    [
        (rule("{day}/{month}/{year}"), "31/02/2024", "no_such_day"),
        (rule("{year}-{month}-{day}"), "2023-02-29", "no_such_day"),
        (rule("{year} {week}"), "2021 W53", "no_such_day"),
        (rule("{year}-{month}"), "2024-13", "no_such_day"),
        (rule("{year}"), "0000", "no_such_day"),
        (YEARS, "2012-15", "no_such_day"),
        (rule("{fiscal_year}"), "2012-13", "no_such_day"),
        (rule("{year}"), "last year", "unknown_period"),
        (rule("{year}"), "", "empty_period"),
        (rule("{year}-{month}"), "2024-1-1", "unknown_period"),
    ],
)
def test_what_is_no_period_is_told(told: PeriodRule, text: str, kind: str) -> None:
    found = PeriodReader(told).read(text)
    assert isinstance(found, Wrong)
    assert found.kind == kind


def test_a_text_is_put_together_from_columns_and_facts() -> None:
    reader = PeriodReader(PeriodRule(source="{year}, {Quarter of it}", formats=("{year}, {quarter}",)))
    text = reader.text({"year": "2024", "Quarter of it": " 3 "})
    assert text == "2024, 3"
