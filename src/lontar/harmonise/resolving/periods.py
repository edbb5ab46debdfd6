"""Texts of dates and periods -> periods, by the formats that the mapping allows."""

from collections.abc import Mapping
from datetime import date, timedelta

from lontar.harmonise.resolving.findings import Wrong
from lontar.harmonise.resolving.month_names import MonthNames
from lontar.harmonise.resolving.names import without_format_signs
from lontar.harmonise.resolving.sheet_texts import sheet_wrong
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.periods import (
    Period,
    day_period,
    days_period,
    fiscal_year_period,
    parse_period,
    part_period,
    span_period,
    span_until,
    week_period,
    year_period,
)
from lontar.model.mapping import PeriodRule
from lontar.model.mapping.formats import REFERENCE, format_pattern

_EXCEL_EPOCH = date(1899, 12, 30)
_CENTURY_TURN = 70
_YEARS = range(1900, 2101)
"""Years of the Gregorian calendar that a source can mean; 1402 and 2567 are years of other calendars."""
_LONGEST = 200
"""Signs that a period may have; longer texts are none, and not looked at closely."""
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


class PeriodReader:
    """Reads periods as one rule says; `months` is the code list of months, where a format names one."""

    def __init__(self, rule: PeriodRule, months: CodeList | None = None) -> None:
        self._rule = rule
        self._months = MonthNames(months, rule.languages)
        self._patterns = [format_pattern(form) for form in rule.formats]

    def text(self, values: Mapping[str, str]) -> str:
        """The text to read, put together from columns and facts."""
        return filled(self._rule.source, values)

    def text_of_end(self, values: Mapping[str, str]) -> str:
        """The text that says where the period ends, if the rule has one of its own."""
        return filled(self._rule.to or "", values)

    def read_both(self, start: str, end: str) -> Period | Wrong:
        """The period from the first day of one text to the last day of the other, or why that is not certain."""
        first, last = self.read(start), self.read(end)
        if isinstance(first, Wrong) or isinstance(last, Wrong):
            return first if isinstance(first, Wrong) else last
        if last.end < first.start:
            return Wrong.of("ends_first", found=first.text)
        return days_period(first.start, last.end)

    def read(self, text: str) -> Period | Wrong:
        """The period that this text means, or why that is not certain."""
        matches = [
            parts
            for pattern in (self._patterns if len(text) <= _LONGEST else ())
            if (found := pattern.fullmatch(text)) and self._is_known(parts := found.groupdict())
        ]
        periods = [period for parts in matches if (period := self._built(parts)) is not None]
        if not matches:
            kind = "unknown_period" if text else "empty_period"
            return sheet_wrong(text) or Wrong.of(
                kind, expected=" or ".join(f"'{form}'" for form in self._rule.formats)
            )
        if not periods:
            return Wrong.of("no_such_day")
        periods = [period for period in periods if period.start.year in _YEARS and period.end.year in _YEARS]
        if not periods:
            return Wrong.of("other_calendar", expected=f"{_YEARS[0]} to {_YEARS[-1]}")
        if len(periods) > 1 and len(set(periods)) > 1 and not self._rule.first_format_wins:
            return Wrong.of("ambiguous_period", found=" or ".join(sorted({p.text for p in periods})))
        return periods[0]

    def _is_known(self, parts: dict[str, str | None]) -> bool:
        name = parts.get("month_name")
        return name is None or self._months.number(name) is not None

    def _built(self, told: dict[str, str | None]) -> Period | None:
        try:
            period = self._calendar({k: v for k, v in told.items() if v is not None})
            if period is not None and self._rule.since == "year_start":
                return days_period(year_start(period.end, self._rule.fiscal_year_starts), period.end)
            if period is not None and self._rule.lasts:
                return self._lasting(period, self._rule.lasts)
        except (ValueError, OverflowError):
            return None
        return period

    def _lasting(self, told: Period, duration: str) -> Period:
        if self._rule.gives == "last_day":
            return span_until(told.end, duration)
        return span_period(told.start, duration)

    def _calendar(self, parts: dict[str, str]) -> Period | None:
        if "period" in parts:
            return parse_period(parts["period"])
        if "serial" in parts:
            return day_period(_serial_day(int(parts["serial"])))
        month = self._month(parts)
        if "fiscal_year" in parts:
            return self._fiscal(parts, month)
        return _dated(_year(parts), month, parts)

    def _month(self, parts: dict[str, str]) -> int | None:
        if "month" in parts:
            return int(parts["month"])
        return self._months.number(parts["month_name"]) if "month_name" in parts else None

    def _fiscal(self, parts: dict[str, str], month: int | None) -> Period:
        starts, by_end = self._rule.fiscal_year_starts, self._rule.fiscal_year_named == "end"
        named = _whole_year(parts["fiscal_year"])
        if "fiscal_end" in parts:  # 2012-13 says both of its years
            _check_follows(named, parts["fiscal_end"], starts)
            by_end = False
        whole = fiscal_year_period(named, starts, by_end)
        if month is not None:
            year = whole.start.year if month >= starts else whole.end.year
            return _dated(year, month, parts)
        for name, months in (("quarter", 3), ("half", 6)):
            if name in parts:
                first = starts - 1 + months * (_ordinal(parts[name]) - 1)
                return span_period(date(whole.start.year + first // 12, first % 12 + 1, 1), f"P{months}M")
        return whole


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template with the texts of columns and facts in place of their names, without needless blanks."""
    told = REFERENCE.sub(lambda found: values.get(found[1], ""), template)
    return " ".join(without_format_signs(told).split())


def year_start(day: date, starts: int) -> date:
    """The first day of the year that begins in that month and holds this day."""
    return date(day.year if day.month >= starts else day.year - 1, starts, 1)


def _serial_day(serial: int) -> date:
    """The day of that number; raises ValueError up to 60, where Excel counts a day that never was (29 February 1900)."""
    if serial <= 60:
        raise ValueError(f"serial {serial} is uncertain")
    return _EXCEL_EPOCH + timedelta(days=serial)


def _dated(year: int, month: int | None, parts: dict[str, str]) -> Period:
    if month is not None:
        return (
            day_period(date(year, month, int(parts["day"])))
            if "day" in parts
            else part_period(year, "M", month)
        )
    for name, frequency in (("quarter", "Q"), ("half", "S")):
        if name in parts:
            return part_period(year, frequency, _ordinal(parts[name]))
    return week_period(year, int(parts["week"])) if "week" in parts else year_period(year)


def _ordinal(text: str) -> int:
    return _ROMAN.get(text) or int(text)


def _year(parts: dict[str, str]) -> int:
    if "year" in parts:
        return int(parts["year"])
    return _whole_year(parts.get("short_year", ""))


def _whole_year(text: str) -> int:
    """A year of four or two digits; two digits lie between 1970 and 2069."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < _CENTURY_TURN else 1900)


def _check_follows(year: int, second: str, starts: int) -> None:
    """Raise ValueError where a fiscal year written with two years does not run from one to the next."""
    if starts == 1 or (year + 1) % 10 ** len(second) != int(second):
        raise ValueError(f"no fiscal year runs from {year} to {second}")
