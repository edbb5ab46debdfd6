"""Labels of the catalogue in the reader's language, days and periods in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lontar.members.names import digits
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping import Mapping as TableMapping
from lontar.model.mapping import PeriodRule
from lontar.model.mapping.formats import references
from lontar.reporting.catalogue_pages.shelf import codelists
from lontar.reporting.catalogue_pages.words import PARTS

_SIGNS = {
    "year": "YYYY", "short_year": "YY", "fiscal_year": "YYYY", "month": "MM", "month_name": _("Month"), "day": "DD", "quarter": "Q",
    "half": "H", "week": "WW", "weekday": _("Weekday"), "time": "hh:mm", "serial": "N", "period": "YYYY-…",
}  # fmt: skip
"""How the parts of a format are written in forms everywhere."""


def said(labels: Mapping[str, str]) -> str:
    """Give a label in the reader's language, else in English."""
    return labels.get(get_language() or "en") or labels["en"]


def marked(labels: Mapping[str, str]) -> SafeString | str:
    """Give a label for a page: where the reader's language has none, it is marked as English."""
    language = get_language() or "en"
    if language == "en" or labels.get(language):
        return said(labels)
    return format_html('<span lang="en" dir="ltr">{}</span>', labels["en"])


def label_of(list_id: str, code: str) -> SafeString | str:
    """Give the label of a code of a list for a page; the code itself where the list is open."""
    known = codelists()[list_id].codes.get(code)
    return marked(known.labels) if known else code


def list_title(codelist: CodeList) -> SafeString | str:
    """Give the title of a code list for a page; where a dimension has its name, in the reader's language."""
    language, known = get_language() or "en", PARTS.get(codelist.id)
    return str(known) if known and language != "en" else marked({"en": codelist.title})


def as_day(text: str | None) -> date | None:
    """Give the day that a text of the catalogue names, or None where it names only a year, or nothing."""
    return date.fromisoformat(text) if text and len(text) == len("YYYY-MM-DD") else None


def first_sentence(text: str) -> str:
    """Give the first sentence of a text."""
    found = re.match(r".+?[.:](?=\s+[A-Z])", text, re.DOTALL)
    return f"{found[0][:-1]}." if found else text


def place(name: str, mapping: TableMapping) -> str:
    """Say what a name in braces stands for: a column, its heading, or something said outside the table."""
    if name.startswith("header") and name not in mapping.table.header:
        return gettext("the heading of the column")
    fact = next((one for one in mapping.facts if f"{{{name}}}" in one.pattern), None)
    if fact is not None and fact.source == "title":
        return gettext("the title above the table")
    in_name = any(f"{{{name}}}" in one for one in mapping.file.names)
    is_fact = fact is not None or (in_name and name not in _headers(mapping))
    return gettext("the name of the file") if is_fact else name


def _headers(mapping: TableMapping) -> set[str]:
    return {header for column in mapping.columns for header in column.headers()}


def period_in_words(rule: PeriodRule, mapping: TableMapping) -> Iterator[str]:
    """Say by which rule a period or a vintage is read, sentence by sentence."""
    yield read_from(references(rule.source), mapping)
    if rule.to is not None:
        places = _places(references(rule.to), mapping)
        yield gettext("It ends with: %(places)s.") % {"places": places}
    if rule.since == "year_start":
        yield gettext("The text gives the last day; the period began with the year.")
    if rule.lasts is not None:
        yield _lasting(rule.lasts)
        yield (
            gettext("The text gives its first day.")
            if rule.gives == "first_day"
            else gettext("The text gives its last day.")
        )
    if rule.fiscal_year_starts != 1:
        yield _fiscal(rule)
    if rule.first_format_wins:
        yield gettext("Where two forms read a date differently, the first one holds.")


def read_from(names: Iterable[str], mapping: TableMapping) -> str:
    """Say from which columns and facts something is read."""
    return gettext("Read from: %(places)s.") % {"places": _places(names, mapping)}


def _places(names: Iterable[str], mapping: TableMapping) -> str:
    named = ((name, place(name, mapping)) for name in names)
    shown = (_as_column(told) if told == name else told for name, told in named)
    return gettext(", ").join(dict.fromkeys(shown))


def _as_column(header: str) -> str:
    """Quote the heading of a column, apart from the direction of the words around it."""
    return gettext("“%(column)s”") % {"column": f"\u2068{header}\u2069"}


def _fiscal(rule: PeriodRule) -> str:
    month = said(codelists()["month"].codes[f"{rule.fiscal_year_starts:02d}"].labels)
    if rule.fiscal_year_named == "end":
        return gettext(
            "The fiscal year begins in %(month)s and is named after the year in which it ends."
        ) % {"month": month}
    return gettext("The fiscal year begins in %(month)s and is named after the year in which it begins.") % {
        "month": month
    }


def _lasting(duration: str) -> str:
    number, part = int(duration[1:-1]), duration[-1]
    told = {"n": number, "shown": digits(number)}
    if part == "Y":
        return ngettext("A period lasts one year.", "A period lasts %(shown)s years.", number) % told
    if part == "M":
        return ngettext("A period lasts one month.", "A period lasts %(shown)s months.", number) % told
    if part == "W":
        return ngettext("A period lasts one week.", "A period lasts %(shown)s weeks.", number) % told
    return ngettext("A period lasts one day.", "A period lasts %(shown)s days.", number) % told


def form_in_signs(form: str) -> str:
    """Give a format of periods as forms everywhere write it: `YYYY-MM-DD`."""
    return re.sub(r"\{(\w+)\}", lambda found: str(_SIGNS.get(found[1], found[1])), form)
