"""How periods are written: the formats that read every text."""

from collections.abc import Iterable
from typing import NamedTuple

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


def _languages(form: str, months: CodeList) -> tuple[str, ...]:
    """The languages in which a format can be meant; one is enough where it names no month."""
    if "{month_name}" not in form:
        return ("en",)
    return ("en", *sorted(months.languages() - {"en"}))


def _unread(form: str, texts: tuple[str, ...], language: str, months: CodeList) -> tuple[str, ...]:
    has_year = "year}" in form or "period}" in form
    whole = form if has_year else f"{form} {{year}}"
    reader = PeriodReader(PeriodRule(source="{text}", formats=(whole,), languages=(language,)), months)
    return tuple(
        text for text in texts if isinstance(reader.read(text if has_year else f"{text} {_A_YEAR}"), Wrong)
    )
