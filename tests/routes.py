"""The addresses of the portal as Django knows them: name, arguments, and which methods the view of each takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

ANY = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
"""What a view takes that does not say."""
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LIST = "request_method_list"


class Route(NamedTuple):
    """One address: its name as `reverse` takes it, the names of its arguments, and the methods that its view takes."""

    name: str
    arguments: tuple[str, ...]
    methods: frozenset[str]

    @property
    def shows(self) -> bool:
        """Whether it can be looked at."""
        return "GET" in self.methods

    @property
    def writes(self) -> frozenset[str]:
        """The methods by which something could be changed there."""
        return self.methods & WRITING


def routes() -> list[Route]:
    """Every route of the portal. Django must be set up (tests.databases.configured). Raises ValueError for one without a name."""
    from django.urls import get_resolver

    return list(_within(get_resolver(), ""))


def _within(resolver: Any, space: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _within(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif not pattern.name:
            raise ValueError(f"the route {pattern.pattern} has no name, so no test can know it")
        else:
            yield Route(space + pattern.name, tuple(pattern.pattern.converters), methods_of(pattern.callback))


def methods_of(view: Callable[..., Any]) -> frozenset[str]:
    """The methods that a view takes: those that its class has, or those that django.views.decorators.http lets through to it."""
    of_class = getattr(view, "view_class", None)
    taken = ANY
    if of_class is not None:
        taken = (
            frozenset(name.upper() for name in of_class.http_method_names if hasattr(of_class, name)) & ANY
        )
    layer: Any = view
    while layer is not None:
        inside = (
            dict(zip(layer.__code__.co_freevars, layer.__closure__ or (), strict=True))
            if hasattr(layer, "__code__")
            else {}
        )
        if _LIST in inside:
            taken &= frozenset(inside[_LIST].cell_contents)
        layer = getattr(layer, "__wrapped__", None)
    return taken
