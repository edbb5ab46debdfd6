"""Every way in which the columns of a table say a period, row by row, and the one that is the period of the figures."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from lontar.harmonise.drafting.dating import Dated, reader
from lontar.harmonise.drafting.header_words import PUBLISHED, says
from lontar.harmonise.drafting.judged import Judged
from lontar.harmonise.drafting.layout import Layout
from lontar.harmonise.drafting.spans import Span, whole_span
from lontar.harmonise.resolving.findings import Wrong
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.periods import Period

_PARTS = ("{month_name}", "{month}", "{week}", "{quarter}", "Q{quarter}", "{half}")
"""Parts of a year, the finer first."""
_YEARS = ("{year}", "{fiscal_year}")
"""Formats of years that the parts of a year can be put beside."""
_FINER = ("D", "W", "M", "Q", "S", "A", "_O")
"""Frequencies, the finer first."""


class Told(NamedTuple):
    """One way: the columns, how their texts are put together and read, and what that gives in each row."""

    headers: tuple[str, ...]
    read: Dated
    periods: tuple[Period | None, ...]
    span: Span | None = None
    parts_beside: tuple[str, ...] = ()
    """Columns of parts of a year that it does not need."""

    @property
    def source(self) -> str:
        """Its columns in braces."""
        return " ".join(f"{{{header}}}" for header in self.headers)

    @property
    def named(self) -> str:
        """Its columns as a sentence names them."""
        return " and ".join(self.headers)

    @property
    def is_days(self) -> bool:
        """Whether it tells days that stand for themselves."""
        return self.frequency == "D"

    @property
    def frequency(self) -> str:
        """How long most of its periods are."""
        counted = Counter(period.frequency for period in self.periods if period is not None)
        return counted.most_common(1)[0][0] if counted else "_O"

    @property
    def different(self) -> int:
        """How many periods there are in it."""
        return len({period for period in self.periods if period is not None})

    def agrees(self, other: "Told") -> bool:
        """Whether the two tell periods that share days in every row in which both tell one."""
        return all(a.start <= b.end and b.start <= a.end for a, b in self._beside(other))

    def side_in(self, other: "Told") -> str:
        """`last` or `first` where its days are, in every row, that day of the period that the other tells; else nothing."""
        beside = list(self._beside(other))
        if self.span is not None:
            return self.span.end if all(a == b for a, b in beside) else ""
        if not self.is_days or other.is_days:
            return ""
        if all(a.end == b.end for a, b in beside):
            return "last"
        return "first" if all(a.start == b.start for a, b in beside) else ""

    def is_near(self, other: "Told") -> bool:
        """Whether the two tell the same year or the next in every row."""
        return all(abs(a.start.year - b.start.year) <= 1 for a, b in self._beside(other))

    def _beside(self, other: "Told") -> Iterator[tuple[Period, Period]]:
        for one, two in set(zip(self.periods, other.periods, strict=True)):
            if one is not None and two is not None:
                yield one, two


def every_told(layout: Layout, columns: tuple[Judged, ...], months: CodeList) -> list[Told]:
    """Each column that says a period, and years put together with the parts of a year beside them."""
    at = {header: number for number, header in enumerate(layout.headers)}
    cells = {one.header: tuple(row[at[one.header]] for row in layout.rows) for one in columns if one.dated}
    single = [
        _with_span(Told((one.header,), one.dated, _periods(one.dated, cells[one.header], months)))
        for one in columns
        if one.role == "period" and one.dated is not None
    ]
    parts = {one.header: one.dated for one in columns if one.role == "part" and one.dated is not None}
    years = years_in(single)
    together = [] if years is None else list(_together(years, parts, cells, months))
    return [
        one._replace(parts_beside=tuple(header for header in parts if header not in one.headers))
        for one in (*together, *single)
    ]


def years_in(told: list[Told]) -> Told | None:
    """The first column of years, if there is one."""
    return next((one for one in told if len(one.headers) == 1 and one.read.format in _YEARS), None)


def _together(
    years: Told, parts: dict[str, Dated], cells: dict[str, tuple[str, ...]], months: CodeList
) -> Iterator[Told]:
    """The year with the part of it that its format names, and with the day of a month."""
    ordered = sorted(
        (h for h in parts if parts[h].format in _PARTS), key=lambda h: _PARTS.index(parts[h].format)
    )
    for header in ordered:
        day = next((h for h in parts if parts[h].format == "{day}" and "month" in parts[header].format), None)
        headers = (*years.headers, header, day) if day is not None else (*years.headers, header)
        form = " ".join((years.read.format, *(parts[one].format for one in headers[1:])))
        read = Dated(form, parts[header].language, odd=parts[header].odd)
        texts = tuple(map(" ".join, zip(*(cells[one] for one in headers), strict=True)))
        yield Told(headers, read, _periods(read, texts, months))


def _periods(read: Dated, texts: tuple[str, ...], months: CodeList) -> tuple[Period | None, ...]:
    reads = reader(read, months)
    found = {text: reads.read(text) for text in set(texts)}
    known = {text: None if isinstance(one, Wrong) else one for text, one in found.items()}
    return tuple(known[text] for text in texts)


def _with_span(told: Told) -> Told:
    """Days that all end or begin something, as what they end or begin."""
    found = {period for period in told.periods if period is not None}
    span = (
        whole_span(period.start for period in found) if all(one.frequency == "D" for one in found) else None
    )
    if span is None:
        return told
    whole = {period: span.whole(period.start) for period in found}
    return told._replace(span=span, periods=tuple(whole[one] if one else None for one in told.periods))


def chosen(told: list[Told]) -> Told | None:
    """The one that is the period of the figures: it varies, is no day of publication, and is the finest that adds something."""
    left = [one for one in told if one.different > 1] or [one for one in told if one.different]
    left = [one for one in left if not says(one.headers[0], PUBLISHED)] or left
    left = [one for one in left if not any(_is_beside(one, other) for other in left)] or left
    return min(left, key=lambda one: (_FINER.index(one.frequency), one.span is not None), default=None)


def _is_beside(days: Told, other: Told) -> bool:
    """Whether days only accompany the period that another column tells: they bound it, lie far from it, or are no more."""
    if not days.is_days or other.is_days:
        return False
    return days.side_in(other) != "" or not days.is_near(other) or days.different <= other.different != 1
