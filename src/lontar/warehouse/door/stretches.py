"""Stretches of time that are asked for, which periods fit into one, and how many there should be."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from lontar.model.figures.periods import day_period, part_period, year_period
from lontar.warehouse.store.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lontar.warehouse.door.query import Every, Query

    Numbers = NDArray[np.int64]
    Days = NDArray[np.int32]

EPOCH = date(1970, 1, 1)
PARTS = ("A", "S", "Q", "M", "W", "D")
"""Frequencies of which longer stretches are made, the longest first."""
_MONTHS: dict[str, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1, "A": 12, "S": 6, "Q": 3, "M": 1}
_DAYS = {"W": 7, "D": 1}
_SPAN = 10**7
"""More days than any period has."""


def stretches(
    start: Days, end: Days, frequency: Days, query: Query, stock: bool
) -> tuple[NDArray[np.bool_], Numbers]:
    """Say of each period whether it fits a stretch that is asked for, and the first day of that (of a period as sent: a number of it).

    Stocks fit only stretches that they are told for: they are never added over time.
    """
    first, last = start.astype(np.int64), end.astype(np.int64)
    if query.every == "period":
        return np.ones(len(start), bool), first * _SPAN + (last - first)
    known = [VOCABULARIES["frequency"].known(one) for one in PARTS]
    fits = np.isin(frequency, np.array(known, np.int32))
    if query.every == "":
        since, until = (query.first_day - EPOCH).days, (query.last_day - EPOCH).days
        return fits & (first >= since) & (last <= until), np.full(len(start), since, np.int64)
    begins, ends = _bounds(first, query.every)
    if stock:
        return fits & (first == begins) & (last == ends), begins
    return fits & (last <= ends), begins


def parts_expected(stretch: Numbers, frequency: Days, query: Query) -> Numbers:
    """How many periods of that frequency a whole stretch has; where it ends within one (a year is no number of weeks) that counts too."""
    if query.every == "period":
        return np.ones(len(stretch), np.int64)
    if query.every == "":
        months = _months(query.last_day) - _months(query.first_day) + 1
        days = np.full(len(stretch), (query.last_day - query.first_day).days + 1)
    else:
        begins, ends = _bounds(stretch, query.every)
        months, days = _MONTHS.get(query.every, 0), ends - begins + 1
    expected = np.zeros(len(stretch), np.int64)
    texts = VOCABULARIES["frequency"].texts
    for code in np.unique(frequency).tolist():
        at, text = frequency == code, texts[code]
        size = _MONTHS.get(text)
        expected[at] = -(-months // size) if size else -(-days[at] // _DAYS.get(text, 1))
    return expected


def stretch_text(first_day: int, every: Every) -> str:
    """Give the SDMX text of a calendar stretch that begins on this day (from 1970-01-01)."""
    day = date.fromordinal(EPOCH.toordinal() + first_day)
    if every == "day":
        return day_period(day).text
    if every == "week":
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"
    if every == "year":
        return year_period(day.year).text
    letter = {"half": "S", "quarter": "Q", "month": "M"}[every]
    return part_period(day.year, letter, (day.month - 1) // _MONTHS[every] + 1).text


def _bounds(day: Numbers, every: Every) -> tuple[Numbers, Numbers]:
    """First and last day of the calendar stretch that a day lies in."""
    if every == "day":
        return day, day
    if every == "week":
        monday = day - (day + 3) % 7
        return monday, monday + 6
    size = _MONTHS[every]
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // size * size
    return _first_of(month), _first_of(month + size) - 1


def _first_of(month: Numbers) -> Numbers:
    """The first day of a month counted from 1970-01."""
    day: Numbers = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return day


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1
