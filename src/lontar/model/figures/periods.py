"""Periods as SDMX 3.0 writes them (section 4.2 of the technical notes), with their first and last day."""

import re
from calendar import monthrange
from datetime import date, timedelta

import msgspec

FREQUENCIES = ("A", "S", "Q", "M", "W", "D", "_O")
"""Yearly, half-yearly, quarterly, monthly, weekly, daily, and other spans."""

_MONTHS_OF = {"A": 12, "S": 6, "Q": 3, "M": 1}
_DURATION = re.compile(r"P(\d{1,7})([YMWD])", re.ASCII)
_FORMS = re.compile(
    r"(?P<year>\d{4})(?:-(?:S(?P<half>[12])|Q(?P<quarter>[1-4])|W(?P<week>\d{2})|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?",
    re.ASCII,
)
_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})/(P\d{1,7}[YMWD])", re.ASCII)


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
    return Period(start, _days_after(start, 6), f"{year:04d}-W{week:02d}", "W")


def day_period(day: date) -> Period:
    """The single day."""
    return Period(day, day, day.isoformat(), "D")


def span_period(start: date, duration: str) -> Period:
    """A span given as first day and ISO 8601 duration of one part (P1Y, P4M, P2W, P15D).

    One span has one text: that of the calendar period or ISO week that it is; else whole years or months where it
    begins on the first of a month and ends on the last of one; else days. A fiscal year (twelve such months) has
    frequency A. Raises ValueError for what is no such duration, and for spans beyond the year 9999.
    """
    return _named(start, _end_of(start, duration))


def span_until(end: date, duration: str) -> Period:
    """A span given as last day and ISO 8601 duration of one part.

    A week until a Sunday is that ISO week, a month until the end of one is that month. Raises ValueError as span_period does.
    """
    return _named(_start_of(end, duration), end)


def days_period(start: date, end: date) -> Period:
    """The span from one day to another, both inclusive; raises ValueError if it ends before it starts."""
    if end < start:
        raise ValueError(f"a period from {start} cannot end on {end}")
    return _named(start, end)


def fiscal_year_period(named: int, starts: int, named_after_end: bool = True) -> Period:
    """The fiscal year of that name, which begins on the first of month `starts`."""
    if starts == 1:
        return year_period(named)
    return span_period(date(named - 1 if named_after_end else named, starts, 1), "P1Y")


def parse_period(text: str) -> Period:
    """Read a period as Lontar writes it; raises ValueError with the reason."""
    span = _SPAN.fullmatch(text)
    if span is not None:
        return span_period(date.fromisoformat(span[1]), span[2])
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
    count, is_days = _counted(duration)
    if is_days:
        return _days_after(start, count - 1)
    return _months_after(start, count) - timedelta(days=1)


def _start_of(end: date, duration: str) -> date:
    count, is_days = _counted(duration)
    if is_days:
        return _days_after(end, 1 - count)
    return _months_after(_days_after(end, 1), -count)


def _counted(duration: str) -> tuple[int, bool]:
    """How many days, or else months, a duration is, and whether they are days."""
    found = _DURATION.fullmatch(duration)
    if found is None or int(found[1]) == 0:
        raise ValueError(f"'{duration}' is no duration of one part, as P15D or P1Y")
    is_days = found[2] in "DW"
    return int(found[1]) * {"D": 1, "W": 7, "M": 1, "Y": 12}[found[2]], is_days


def _months_after(day: date, count: int) -> date:
    """The same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _days_after(start: date, days: int) -> date:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        raise ValueError(f"{days} days after {start} is beyond the calendar") from None


def _named(start: date, end: date) -> Period:
    """The period from one day to another, with its one text."""
    aligned = _calendar_period(start, end)
    if aligned is not None:
        return aligned
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    is_whole = start.day == 1 and end.day == monthrange(end.year, end.month)[1]
    duration = f"P{(end - start).days + 1}D"
    if is_whole:
        duration = f"P{months}M" if months % 12 else f"P{months // 12}Y"
    return Period(start, end, f"{start.isoformat()}/{duration}", "A" if is_whole and months == 12 else "_O")


def _calendar_period(start: date, end: date) -> Period | None:
    if start == end:
        return day_period(start)
    if start.isoweekday() == 1 and (end - start).days == 6:
        year, week, _ = start.isocalendar()
        return week_period(year, week)
    if start.day != 1 or end.day != monthrange(end.year, end.month)[1] or start.year != end.year:
        return None
    months = end.month - start.month + 1
    for frequency, length in _MONTHS_OF.items():
        if months == length and (start.month - 1) % length == 0:
            number = (start.month - 1) // length + 1
            return year_period(start.year) if frequency == "A" else part_period(start.year, frequency, number)
    return None
