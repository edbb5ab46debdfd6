"""How the pages say words, days and numbers in the reader's language, and mark what exists in English alone."""

from datetime import UTC, date, datetime

from django import template
from django.forms import BoundField
from django.utils.dateformat import format as in_words
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from lontar.members.names import digits
from lontar.members.words import ASKED, FUNCTIONS, GRAINS, ROLES
from lontar.things.words import CLASSES, KINDS

register = template.Library()
WORDS = ROLES | FUNCTIONS | ASKED | GRAINS | KINDS | CLASSES
_COMMAS = {"fa": "،"}


@register.filter
def word(name: str) -> str:
    """Give what the pages call a role, an asked act, a grain, a kind or a protection class; the name itself where it has no other."""
    return str(WORDS.get(name, name))


register.filter(digits)


@register.filter
def day(value: date | None) -> SafeString | str:
    """Give a day as `30 November 2026`, in the reader's language; nothing for no day. A moment is taken in UTC."""
    return _time(value, "j F Y") if value else ""


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Give a moment as `30 November 2026, 14:05 UTC`."""
    return _time(value, "j F Y, H:i \\U\\T\\C") if value else ""


def _time(value: date, form: str) -> SafeString:
    at = value.astimezone(UTC) if isinstance(value, datetime) else value
    said = digits(in_words(at, form)).replace(",", _COMMAS.get(get_language() or "", ","))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), said)


@register.filter
def english(text: str) -> SafeString | str:
    """Mark a text that exists in English alone, so that it is read and set as English. Nothing for no text."""
    if not text or get_language() == "en":
        return text
    return format_html('<span lang="en" dir="ltr">{}</span>', text)


@register.filter
def code(text: object) -> SafeString:
    """Set an id, an address or another text of letters and digits from left to right, apart from the words around it."""
    return format_html('<bdi dir="ltr">{}</bdi>', text)


@register.filter
def first_input(field: BoundField) -> str:
    """Give the id of what a link to the field should put the cursor into: of several inputs, the first."""
    return field.id_for_label or (field.subwidgets[0].id_for_label if field.subwidgets else field.auto_id)


@register.filter
def drawing(svg: str) -> SafeString:
    """Put a drawing that our own code made (never what anybody sent) into the page, without the line that declares it as a file."""
    return mark_safe(svg[svg.index("<svg") :])  # noqa: S308
