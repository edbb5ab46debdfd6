"""Finding in long lists: by a text, a hundred on a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

from lontar.harmonise.resolving.names import folded

T = TypeVar("T")
ON_A_PAGE = 100
"""Rows of a table that is read page by page."""
_LONGEST = 100
_PERSIAN = str.maketrans("يك", "یک")


def form_of(text: str) -> str:
    """Give a text as it is compared when searching: without case, accents and the two ways of writing Persian letters."""
    return folded(text.translate(_PERSIAN))


class Asked(NamedTuple):
    """What a reader searches for; both are empty for everything."""

    q: str
    match: str

    @property
    def form(self) -> str:
        """The text as it is compared."""
        return form_of(self.q)

    @property
    def query(self) -> str:
        """The part of an address that asks for it: '' for everything, else with its question mark."""
        told = {name: value for name, value in self._asdict().items() if value}
        return f"?{urlencode(told)}" if told else ""

    @property
    def and_page(self) -> str:
        """The part of an address to which the number of a page is added."""
        return f"{self.query}&page=" if self.query else "?page="


def asked(request: HttpRequest, matches: Sequence[str] = ()) -> Asked:
    """Give what the address asks for; a match that does not exist asks for all of them."""
    match = request.GET.get("match", "")
    return Asked(request.GET.get("q", "").strip()[:_LONGEST], match if match in matches else "")


def page_of(request: HttpRequest, found: Sequence[T]) -> Page[Any]:
    """Give the page of a list that the address asks for; the nearest one where there is no such page."""
    return Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
