"""How periods are written: the formats that read every text."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lontar.harmonise.drafting.header_words import part_in, says_time
from lontar.harmonise.resolving.findings import Wrong
from lontar.harmonise.resolving.periods import PeriodReader
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping import PeriodRule

FORMATS = (
    "{year}", "{year}-{month}", "{year}-{month}-{day}", "{period}", "{day}/{month}/{year}", "{month}/{day}/{year}",
    "{day}.{month}.{year}", "{day}-{month}-{year}", "{month}/{year}", "{month}.{year}", "{year}/{month}", "{year} Q{quarter}",
    "Q{quarter} {year}", "{fiscal_year}", "{month_name} {year}", "{month_name}-{year}", "{year} {month_name}",
    "{month_name}-{short_year}", "{day} {month_name} {year}", "{day}-{month_name}-{year}",
)  # fmt: skip
"""Formats with a year that are tried, the more usual first."""
WITHOUT_YEAR = ("{month_name}", "{month}", "Q{quarter}")
"""Formats that need a year from elsewhere."""
_PARTS = {"month": 12, "quarter": 4, "half": 2, "week": 53, "day": 31}
"""Part of a year or month -> the largest number that it can have."""
_COMPACT = {
    "{year}{month}": re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])", re.ASCII),
    "{year}{month}{day}": re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])", re.ASCII),
}
"""Formats of periods that look like numbers."""
_FEWEST_COMPACT = 3
"""Texts that must be such before that is believed, where the header does not say so."""
_A_YEAR = "2024"


_MOST = 0.9
"""Share of the texts that a format must read."""
_ENOUGH = 500
"""Texts that are tried; a format that reads so many reads the others too."""


class Dated(NamedTuple):
    """How texts are read as periods: a format, the language of its months, and what else reads them otherwise."""

    format: str
    language: str = "en"
    others: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    """Texts that it does not read."""


def dated(texts: Iterable[str], months: CodeList, *, with_year: bool = True) -> Dated | None:
    """The format that reads most texts as periods; None where none reads nearly all, or there is no text."""
    told = tuple(dict.fromkeys(text for text in texts if text))[:_ENOUGH]
    if not told:
        return None
    read = [
        (form, language, odd)
        for form in (FORMATS if with_year else WITHOUT_YEAR)
        for language in _languages(form, months)
        if len(odd := _unread(form, told, language, months)) <= len(told) * (1 - _MOST)
    ]
    if not read:
        return None
    form, language, odd = min(read, key=lambda one: len(one[2]))
    swapped = form.replace("{day}", "|").replace("{month}", "{day}").replace("|", "{month}")
    others = tuple({other for other, _, _ in read if other == swapped} - {form})
    return Dated(form, language, others, odd)


def dated_numbers(header: str, texts: tuple[str, ...]) -> Dated | None:
    """How numbers are read as periods: as the part of a year that their header names, or as 202401; None where they are none."""
    part = part_in(header)
    if part is not None and all(_is_part(text, _PARTS[part]) for text in texts):
        return Dated(f"{{{part}}}")
    is_told = says_time(header)
    for form, pattern in _COMPACT.items():
        if (is_told or len(texts) >= _FEWEST_COMPACT) and all(map(pattern.fullmatch, texts)):
            return Dated(form)
    return None


def has_year(form: str) -> bool:
    """Whether a format says a year."""
    return "year}" in form or "period}" in form


def reader(read: Dated, months: CodeList) -> PeriodReader:
    """What reads periods so written."""
    return PeriodReader(
        PeriodRule(source="{text}", formats=(read.format,), languages=(read.language,)), months
    )


def _is_part(text: str, most: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= most


def _languages(form: str, months: CodeList) -> tuple[str, ...]:
    """The languages in which a format can be meant; one is enough where it names no month."""
    if "{month_name}" not in form:
        return ("en",)
    return ("en", *sorted(months.languages() - {"en"}))


def _unread(form: str, texts: tuple[str, ...], language: str, months: CodeList) -> tuple[str, ...]:
    is_whole = has_year(form)
    reads = reader(Dated(form if is_whole else f"{form} {{year}}", language), months)
    return tuple(
        text for text in texts if isinstance(reads.read(text if is_whole else f"{text} {_A_YEAR}"), Wrong)
    )
