"""How the pages of the catalogue call things: labels, parts of figures, matches, and links to what they name."""

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.dateformat import format as in_words
from django.utils.safestring import SafeString

from lontar.members.names import digits
from lontar.reporting.catalogue_pages import words
from lontar.reporting.catalogue_pages.indicators import title_of
from lontar.reporting.catalogue_pages.wording import as_day, list_title, marked

register = template.Library()
_WORDS = words.ROLES | words.MATCHES | words.CHOICES
register.filter("part", words.part)
register.filter("title_of", title_of)
register.filter("list_title", list_title)


@register.filter
def called(name: str) -> str:
    """Give what the pages call a role of a column, a match or a choice of lines."""
    return str(_WORDS.get(name, name))


@register.filter
def meaning(name: str) -> str:
    """Give what a match, a severity, what became of a cell, or a link to asylum means, as a sentence or a few words."""
    told = words.MEANINGS | words.SEVERITIES | words.ACTIONS | words.CORRECTIONS | words.ASYLUM
    return str(told.get(name, name))


@register.filter
def in_language(labels: Mapping[str, str]) -> SafeString | str:
    """Give a label in the reader's language, else in English, marked as such."""
    return marked(labels)


@register.filter
def day_or_year(text: str | None) -> str:
    """Give a day or a year of the catalogue in the reader's language and digits."""
    told = as_day(text)
    return digits(in_words(told, "j F Y") if told else text or "")


@register.filter
def get(values: Mapping[str, int], key: str) -> int:
    """Give how many there are of a kind."""
    return values.get(key, 0)


@register.filter
def mapping_address(mapping_id: str) -> str:
    """Give the address of a mapping."""
    reporter, _, table = mapping_id.partition("/")
    return reverse("reporting:catalogue:mapping", args=[reporter, table])
