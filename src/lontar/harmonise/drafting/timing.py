"""Which columns say the period of a row, and what the other days and periods beside it are."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lontar.harmonise.drafting.dating import Dated, has_year
from lontar.harmonise.drafting.header_words import PUBLISHED, says
from lontar.harmonise.drafting.judged import Judged
from lontar.harmonise.drafting.layout import YEAR, Layout
from lontar.harmonise.drafting.periods_told import Told, chosen, every_told, years_in
from lontar.harmonise.drafting.spans import Span, spans_of
from lontar.model.figures.codelists import CodeList

_DATE = re.compile(r"(?<!\d)(?:((?:19|20)\d{2})-\d{2}-\d{2}|\d{2}-\d{2}-(?:19|20)\d{2})(?!\d)")


class Timing(NamedTuple):
    """How the period is read, as a mapping says it."""

    source: str
    read: Dated
    span: Span | None = None
    """What each day stands for, where it stands for more than itself."""
    doubts: tuple[str, ...] = ()
    follows: dict[str, str] = {}
    """Column of days or periods -> why it says nothing more."""
    vintages: tuple[str, ...] = ()
    """Columns of days that may be those on which the figures were told."""
    year_from: str = ""
    """Where a year stands that no column says: in a title, in the file's name, or nowhere."""
    lacks: str = ""
    """What nothing in the file says."""


def find_timing(
    name: str,
    layout: Layout,
    columns: tuple[Judged, ...],
    headers: tuple[Dated, str] | None,
    months: CodeList,
) -> Timing:
    """The period of each row of the file of that name; `headers` is how headers say it, and the fact that holds them."""
    told = every_told(layout, columns, months)
    if headers is not None:
        return _by_headers(name, layout, headers, told)
    best = chosen(told)
    if best is not None:
        return _by_columns(best, told)
    year_from = _year_from(name, layout)
    part = next((one for one in columns if one.role == "part" and one.dated), None)
    if part is not None and part.dated is not None:
        return _in_year(part.header, part.dated, year_from)
    if date := date_in(name):
        doubt = "is the day in the name of the file the one that the figures are of, or the one on which it was made?"
        return Timing(date, Dated(date), doubts=(doubt,))
    if year_from:
        return Timing("{year}", Dated("{year}"), year_from=year_from)
    return Timing("?", Dated("{year}"), lacks="nothing looks like a period: name the columns in braces")


def date_in(name: str) -> str:
    """The form of a whole date in a file's name, where there is one."""
    found = _DATE.search(name)
    if found is None:
        return ""
    return "{year}-{month}-{day}" if found[1] else "{day}-{month}-{year}"


def without_date(name: str, instead: str) -> str:
    """A file's name with something else in the place of its date."""
    return _DATE.sub(instead, name)


def _by_headers(name: str, layout: Layout, headers: tuple[Dated, str], told: list[Told]) -> Timing:
    read, fact = headers
    days = tuple(one.headers[0] for one in told if len(one.headers) == 1 and one.is_days)
    if has_year(read.format):
        return Timing(f"{{{fact}}}", read, vintages=days)
    years = years_in(told)
    if years is not None:
        return Timing(f"{{{fact}}} {years.source}", _with_year(read, years.read.format), vintages=days)
    return _in_year(fact, read, _year_from(name, layout))._replace(vintages=days)


def _in_year(name: str, read: Dated, year_from: str) -> Timing:
    """The part of a year that a column or fact says, in the year that a title or the file's name says."""
    lacks = "" if year_from else "nothing says the year: name what does, instead of {year}"
    return Timing(f"{{{name}}} {{year}}", _with_year(read), year_from=year_from, lacks=lacks)


def _by_columns(best: Told, told: list[Told]) -> Timing:
    others = [one for one in told if len(one.headers) == 1 and one.headers[0] not in best.headers]
    follows = {one.headers[0]: _why_follows(one, best) for one in others if _follows(one, best)}
    follows |= dict.fromkeys(best.parts_beside, f"the period is read from {best.named}")
    rest = [one for one in others if one.headers[0] not in follows]
    doubts = [*_doubts(best), *(_second(one, best) for one in rest if not one.is_days)]
    vintages = tuple(one.headers[0] for one in rest if one.is_days)
    return Timing(best.source, best.read, best.span, tuple(doubts), follows, vintages)


def _follows(one: Told, best: Told) -> bool:
    """Whether days or periods say nothing more than those that were chosen."""
    return one.agrees(best) and not (one.is_days and says(one.headers[0], PUBLISHED))


def _why_follows(one: Told, best: Told) -> str:
    side = one.side_in(best)
    if side:
        return f"it is the {side} day of the period in {best.named}"
    return f"the period is read from {best.named}"


def _second(one: Told, best: Told) -> str:
    return f"{one.source} is another period than {best.source}: which of the two are the figures of?"


def _doubts(best: Told) -> Iterator[str]:
    """What to ask where there is one day only, and it ends or begins something."""
    days = {period.start for period in best.periods if period is not None} if best.is_days else set()
    spans = spans_of(days.pop()) if len(days) == 1 else ()
    if spans:
        names, gives = ", ".join(span.name for span in spans), spans[0].gives
        durations = ", ".join(span.duration for span in spans)
        end = "" if gives == "first_day" else " and `gives: last_day`"
        yield f"{best.source} is one day, the {spans[0].end} of a {names}: are the figures of that? Then add `lasts:` ({durations}){end}"


def _with_year(read: Dated, year: str = "{year}") -> Dated:
    return read._replace(format=f"{read.format} {year}", others=())


def _year_from(name: str, layout: Layout) -> str:
    if sum(len(YEAR.findall(title)) for title in layout.titles) == 1:
        return "title"
    return "name" if len(YEAR.findall(name)) == 1 else ""
