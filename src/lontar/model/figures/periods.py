"""Periods as SDMX 3.0 writes them (section 4.2 of the technical notes), with their first and last day."""

import re
from calendar import monthrange
from datetime import date, timedelta

import msgspec

FREQUENCIES = ("A", "S", "Q", "M", "W", "D", "_O")
"""Yearly, half-yearly, quarterly, monthly, weekly, daily, and other spans."""

_MONTHS_OF = {"A": 12, "S": 6, "Q": 3, "M": 1}
_DURATION = re.compile(r"P(\d{1,4})([YMWD])")
_FORMS = re.compile(
    r"(?P<year>\d{4})(?:-(?:S(?P<half>[12])|Q(?P<quarter>[1-4])|W(?P<week>\d{2})|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?"
)


class Period(msgspec.Struct, frozen=True, order=True):
    """A span of days: its SDMX text, its frequency, first and last day, both inclusive."""

    start: date
    end: date
    text: str
    frequency: str


def year_period(year: int) -> Period:
    """The calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31), f"{year:04d}", "A")


def part_period(year: int, frequency: str, number: int) -> Period:
    """The half (S), quarter (Q) or month (M) of that number; raises ValueError if there is none."""
    months = _MONTHS_OF[frequency]
    if not 1 <= number <= 12 // months:
        raise ValueError(f"a year has no {frequency}{number}")
    first = (number - 1) * months + 1
    last = first + months - 1
    text = f"{year:04d}-{number:02d}" if frequency == "M" else f"{year:04d}-{frequency}{number}"
    return Period(date(year, first, 1), date(year, last, monthrange(year, last)[1]), text, frequency)


def week_period(year: int, week: int) -> Period:
    """The ISO 8601 week; raises ValueError if the year has no such week."""
    start = date.fromisocalendar(year, week, 1)
    return Period(start, start + timedelta(days=6), f"{year:04d}-W{week:02d}", "W")


def day_period(day: date) -> Period:
    """The single day."""
    return Period(day, day, day.isoformat(), "D")


def span_period(start: date, duration: str) -> Period:
    """A span given as first day and ISO 8601 duration of one part (P1Y, P4M, P2W, P15D).

    Spans that are a calendar period become that period, so that one span has one text. A fiscal year
    (twelve months from the first of a month) keeps its own text and has frequency A.
    """
    end = _end_of(start, duration)
    aligned = _calendar_period(start, end)
    if aligned is not None:
        return aligned
    yearly = duration in ("P1Y", "P12M") and start.day == 1
    canonical = "P1Y" if yearly else duration
    return Period(start, end, f"{start.isoformat()}/{canonical}", "A" if yearly else "_O")


def days_period(start: date, end: date) -> Period:
    """The span from one day to another, both inclusive; raises ValueError if it ends before it starts."""
    if end < start:
        raise ValueError(f"a period from {start} cannot end on {end}")
    return span_period(start, f"P{(end - start).days + 1}D")


def fiscal_year_period(named: int, starts: int, named_after_end: bool = True) -> Period:
    """The fiscal year of that name, which begins on the first of month `starts`."""
    if starts == 1:
        return year_period(named)
    return span_period(date(named - 1 if named_after_end else named, starts, 1), "P1Y")


def parse_period(text: str) -> Period:
    """Read a period as Lontar writes it; raises ValueError with the reason."""
    if "/" in text:
        start, duration = text.split("/", 1)
        return span_period(date.fromisoformat(start), duration)
    found = _FORMS.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is no SDMX period")
    year, parts = int(found["year"]), found.groupdict()
    if parts["half"]:
        return part_period(year, "S", int(parts["half"]))
    if parts["quarter"]:
        return part_period(year, "Q", int(parts["quarter"]))
    if parts["week"]:
        return week_period(year, int(parts["week"]))
    if parts["day"]:
        return day_period(date(year, int(parts["month"]), int(parts["day"])))
    return part_period(year, "M", int(parts["month"])) if parts["month"] else year_period(year)


def _end_of(start: date, duration: str) -> date:
    found = _DURATION.fullmatch(duration)
    if found is None or int(found[1]) == 0:
        raise ValueError(f"'{duration}' is no duration of one part, as P15D or P1Y")
    count, unit = int(found[1]), found[2]
    if unit in "DW":
        return start + timedelta(days=count * (7 if unit == "W" else 1) - 1)
    months = start.year * 12 + start.month - 1 + count * (12 if unit == "Y" else 1)
    year, month = divmod(months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def _calendar_period(start: date, end: date) -> Period | None:
    if start == end:
        return day_period(start)
    if start.day != 1 or end.day != monthrange(end.year, end.month)[1] or start.year != end.year:
        return None
    months = end.month - start.month + 1
    for frequency, length in _MONTHS_OF.items():
        if months == length and (start.month - 1) % length == 0:
            number = (start.month - 1) // length + 1
            return year_period(start.year) if frequency == "A" else part_period(start.year, frequency, number)
    return None
