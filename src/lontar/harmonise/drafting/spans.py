"""Days that stand for more than themselves: the last or first days of months, quarters, halves or years, and no others."""

from collections.abc import Iterable
from datetime import date, timedelta
from math import gcd
from typing import Literal, NamedTuple

from lontar.model.figures.periods import Period, span_period, span_until

_NAMES = {12: "year", 6: "half-year", 3: "quarter", 1: "month"}
_DURATIONS = {12: "P1Y", 6: "P6M", 3: "P3M", 1: "P1M"}


class Span(NamedTuple):
    """What each day stands for."""

    months: int
    gives: Literal["first_day", "last_day"]

    @property
    def name(self) -> str:
        """What it is called: month, quarter, half-year or year."""
        return _NAMES[self.months]

    @property
    def duration(self) -> str:
        """As ISO 8601 writes it."""
        return _DURATIONS[self.months]

    @property
    def end(self) -> str:
        """Which day of it is told, in a word."""
        return "last" if self.gives == "last_day" else "first"

    def whole(self, day: date) -> Period:
        """The period that a day stands for."""
        if self.gives == "last_day":
            return span_until(day, self.duration)
        return span_period(day, self.duration)


def whole_span(days: Iterable[date]) -> Span | None:
    """The longest span that all days begin, or all days end, where two days or more do and no other day is among them."""
    told = sorted(set(days))
    gives = _side(told)
    if gives is None or len(told) < 2:
        return None
    numbers = [day.year * 12 + day.month for day in told]
    apart = gcd(*(number - numbers[0] for number in numbers))
    first = numbers[0] % 12 if gives == "last_day" else (numbers[0] - 1) % 12
    months = next(m for m in _NAMES if apart % m == 0 and (m in (12, 1) or first % m == 0))
    return Span(months, gives)


def spans_of(day: date) -> tuple[Span, ...]:
    """Every span that a single day can stand for, the shortest first."""
    gives = _side([day])
    if gives is None:
        return ()
    first = day.month if gives == "last_day" else day.month - 1
    return tuple(Span(months, gives) for months in reversed(_NAMES) if first % months == 0)


def _side(days: list[date]) -> Literal["first_day", "last_day"] | None:
    if days and all((day + timedelta(days=1)).day == 1 for day in days):
        return "last_day"
    return "first_day" if days and all(day.day == 1 for day in days) else None
