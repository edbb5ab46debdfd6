"""Periods: what there is in a calendar and what there is not; one span has one text, and every text is read back."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.model.figures.periods import (
    FREQUENCIES,
    Period,
    day_period,
    days_period,
    fiscal_year_period,
    parse_period,
    part_period,
    span_period,
    week_period,
    year_period,
)

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
FIRSTS = st.builds(date, st.integers(1900, 2100), st.integers(1, 12), st.just(1))
PARTS = [("S", 2, 6), ("Q", 4, 3), ("M", 12, 1)]
"""Frequency, how many a year has, months of each."""


def told(period: Period) -> tuple[str, str, str, str]:
    return period.text, period.frequency, period.start.isoformat(), period.end.isoformat()


@pytest.mark.parametrize(("frequency", "count", "months"), PARTS)
def test_the_parts_of_a_year_follow_each_other_and_fill_it(frequency: str, count: int, months: int) -> None:
    parts = [part_period(2024, frequency, number) for number in range(1, count + 1)]
    assert parts[0].start == date(2024, 1, 1)
    assert parts[-1].end == date(2024, 12, 31)
    for number, (one, after) in enumerate(pairwise(parts), start=1):
        assert after.start == one.end + timedelta(days=1) == date(2024, number * months + 1, 1)
    for number in (0, -1, count + 1):
        with pytest.raises(ValueError, match=f"no {frequency}{number}"):
            part_period(2024, frequency, number)


@pytest.mark.parametrize(
    ("period", "said"),
    [
        (part_period(2024, "S", 2), ("2024-S2", "S", "2024-07-01", "2024-12-31")),
        (part_period(2024, "Q", 1), ("2024-Q1", "Q", "2024-01-01", "2024-03-31")),
        (part_period(2024, "M", 2), ("2024-02", "M", "2024-02-01", "2024-02-29")),
        (part_period(2023, "M", 2), ("2023-02", "M", "2023-02-01", "2023-02-28")),
        (year_period(2024), ("2024", "A", "2024-01-01", "2024-12-31")),
        (week_period(2025, 1), ("2025-W01", "W", "2024-12-30", "2025-01-05")),
        (week_period(2020, 53), ("2020-W53", "W", "2020-12-28", "2021-01-03")),
        (day_period(date(2024, 2, 29)), ("2024-02-29", "D", "2024-02-29", "2024-02-29")),
        (days_period(date(2024, 12, 30), date(2025, 1, 5)), ("2025-W01", "W", "2024-12-30", "2025-01-05")),
        (days_period(date(2024, 1, 1), date(2024, 1, 31)), ("2024-01", "M", "2024-01-01", "2024-01-31")),
        (days_period(date(2024, 1, 1), date(2024, 6, 30)), ("2024-S1", "S", "2024-01-01", "2024-06-30")),
        (days_period(date(2024, 2, 1), date(2024, 4, 30)), ("2024-02-01/P3M", "_O", "2024-02-01", "2024-04-30")),
        (days_period(date(2024, 2, 1), date(2024, 4, 29)), ("2024-02-01/P89D", "_O", "2024-02-01", "2024-04-29")),
        (days_period(date(2024, 2, 2), date(2024, 4, 30)), ("2024-02-02/P89D", "_O", "2024-02-02", "2024-04-30")),
        (days_period(date(2023, 7, 1), date(2024, 6, 30)), ("2023-07-01/P1Y", "A", "2023-07-01", "2024-06-30")),
        (days_period(date(2023, 1, 1), date(2024, 12, 31)), ("2023-01-01/P2Y", "_O", "2023-01-01", "2024-12-31")),
        (days_period(date(2024, 1, 2), date(2024, 1, 8)), ("2024-01-02/P7D", "_O", "2024-01-02", "2024-01-08")),
        (span_period(date(2024, 1, 1), "P12M"), ("2024", "A", "2024-01-01", "2024-12-31")),
        (span_period(date(2024, 1, 31), "P1M"), ("2024-01-31/P29D", "_O", "2024-01-31", "2024-02-28")),
        (span_period(date(2024, 1, 1), "P2W"), ("2024-01-01/P14D", "_O", "2024-01-01", "2024-01-14")),
        (fiscal_year_period(2013, 10), ("2012-10-01/P1Y", "A", "2012-10-01", "2013-09-30")),
        (fiscal_year_period(2013, 10, False), ("2013-10-01/P1Y", "A", "2013-10-01", "2014-09-30")),
        (fiscal_year_period(2013, 1), ("2013", "A", "2013-01-01", "2013-12-31")),
    ],
    ids=lambda given: given.text if isinstance(given, Period) else "",
)  # fmt: skip
def test_what_a_period_is_called_and_where_it_lies(period: Period, said: tuple[str, str, str, str]) -> None:
    assert told(period) == said


def test_a_period_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot end on 2024-01-01"):
        days_period(date(2024, 1, 2), date(2024, 1, 1))
    assert told(days_period(date(2024, 1, 2), date(2024, 1, 2)))[:2] == ("2024-01-02", "D")


@pytest.mark.parametrize(
    "duration", ["", "P0D", "P1", "1D", "P1Y2M", "P1.5D", "p1D", "P٣D", "P12345678D", "PT1H"]
)
def test_what_is_no_duration_is_refused(duration: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        span_period(date(2024, 1, 1), duration)


@pytest.mark.parametrize("duration", ["P9999999D", "P9999999W", "P9999Y"])
def test_no_span_goes_beyond_the_calendar(duration: str) -> None:
    with pytest.raises(ValueError, match=r"calendar|year"):
        span_period(date(2024, 1, 1), duration)


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-13", "2024-00", "2024-Q5", "2024-S3", "2024-W54", "2023-W53", "2024-W00", "2024-W1", "2023-02-29",
     "2024-1", "2024-01-1", "2024-Q1-01", "2024/2025", "2024-01-01/2024-01-31", "2024-01-01/P0D", "2024-02-30/P1D",
     "٢٠٢٤", " 2024", "2024\n"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_period(text)


@given(start=DAYS, days=st.integers(0, 1500))
def test_every_span_of_days_has_one_text_that_is_read_back(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    period = days_period(start, end)
    assert (period.start, period.end) == (start, end)
    assert period.frequency in FREQUENCIES
    assert parse_period(period.text) == period
    assert span_period(start, f"P{days + 1}D") == period


@given(start=FIRSTS, months=st.integers(1, 60))
def test_every_span_of_months_is_read_back_however_it_was_said(start: date, months: int) -> None:
    period = span_period(start, f"P{months}M")
    assert parse_period(period.text) == period == days_period(start, period.end)
    assert (period.end + timedelta(days=1)).day == 1
    passed = (period.end.year - start.year) * 12 + period.end.month - start.month
    assert passed == months - 1
    if months % 12 == 0:
        assert span_period(start, f"P{months // 12}Y") == period
    assert (period.frequency == "A") == (months == 12)


@given(DAYS)
def test_every_day_and_its_week_are_read_back(day: date) -> None:
    year, week, weekday = day.isocalendar()
    period = week_period(year, week)
    assert period.start == day - timedelta(days=weekday - 1)
    assert period.end == period.start + timedelta(days=6)
    assert parse_period(period.text) == period == span_period(period.start, "P1W")
    assert parse_period(day_period(day).text) == day_period(day)


@given(
    st.integers(1900, 2100), st.sampled_from([(f, n) for f, count, _ in PARTS for n in range(1, count + 1)])
)
def test_every_part_of_a_year_is_read_back(year: int, part: tuple[str, int]) -> None:
    period = part_period(year, *part)
    assert parse_period(period.text) == period == days_period(period.start, period.end)
