"""What a mapping may speak of: its columns, its facts, the dimensions of its indicators, the codes of each target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lontar.catalogue.findings import closest
from lontar.catalogue.loader import Catalogue
from lontar.model.figures.absences import STATUSES
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping import LIST_OF_FIELD, STATUS_FLAGS, Column, MappingBundle
from lontar.model.mapping.formats import captured

_FEW = 10
"""Codes of a list that a complaint names in full."""

_HEADERS = ("header", "header_1", "header_2", "header_3")


COMPLAINT = "CAT-040"
"""The code of every complaint about what a mapping says."""


class Complaint(NamedTuple):
    """One thing wrong with a mapping: what, how to mend it, and the keys and positions that lead to it in the file."""

    message: str
    remedy: str
    steps: tuple[str | int, ...] = ()
    place: str = ""
    """Where it is, if not in the mapping's own file."""


class MappingNames:
    """A mapping with what it may speak of."""

    def __init__(self, bundle: MappingBundle, catalogue: Catalogue) -> None:
        self.bundle, self.mapping, self.catalogue = bundle, bundle.mapping, catalogue
        self.personal = {h for c in self.mapping.columns if c.says == "personal" for h in c.headers()}
        named = {h for c in self.mapping.columns for h in c.headers() if not h.startswith("{")}
        self.headers = named | set(self.mapping.table.header)
        patterns = (*self.mapping.file.names, *(fact.pattern for fact in self.mapping.facts))
        self.facts = {name for pattern in patterns for name in captured(pattern)} | set(_HEADERS)
        self.dimensions = {d for i in bundle.indicators.values() for d in i.dimensions}
        self.filled = {target for column in self.mapping.columns for target in column.targets()}

    def unknown(self, what: str, names: Iterable[str], steps: tuple[str | int, ...]) -> Iterator[Complaint]:
        """Complain of columns that nothing names, and of personal ones, which are gone before anything is read."""
        for name in names:
            if name in self.personal:
                yield Complaint(
                    f"{what}: the column '{name}' is personal, so nothing can be read from it.",
                    "Use another column.",
                    steps,
                )
            elif name not in self.headers and name not in self.facts:
                near = closest(name, sorted({*self.headers, *self.facts} - set(_HEADERS)))
                is_near = near.startswith("Closest")
                fact = (
                    ""
                    if is_near
                    else " What stands in the name or title of the file is captured under facts."
                )
                remedy = f"Name it under columns, as `used` if it only serves this.{fact} {near}"
                yield Complaint(f"{what}: there is no column '{name}'.", remedy, steps)

    def lists_of(self, target: str, column: Column | None = None) -> list[CodeList]:
        """The code lists whose codes a target may hold."""
        if column is not None and column.codes:
            return [self._list(column.codes)]
        if target == "reporter":
            return [self.catalogue.reporter_list()]
        if target in LIST_OF_FIELD:
            return [self._list(LIST_OF_FIELD[target])]
        ids = (i.dimensions[target] for i in self.bundle.indicators.values() if target in i.dimensions)
        return [self._list(name) for name in dict.fromkeys(ids)]

    def known_codes(self, target: str, column: Column | None = None) -> tuple[str, ...]:
        """The codes that a target may hold; of an open list those that it names."""
        if target == "indicator":
            return self.catalogue.ids("indicators")
        if target == "reporter":
            return self.catalogue.ids("reporters")
        if target == "status":
            return (*STATUSES, *STATUS_FLAGS)
        return tuple(code for codelist in self.lists_of(target, column) for code in codelist.codes)

    def near(self, target: str, told: str, column: Column | None = None) -> str:
        """Say what would have been allowed: the code of that name, else the codes that are closest."""
        lists = [self.catalogue.reporter_list()] if target == "reporter" else self.lists_of(target, column)
        named = {code for codelist in lists for code in _codes_named(codelist, told)}
        if len(named) == 1:
            return f"'{told}' is a name of {named.pop()}: write the code."
        near = closest(told, self.known_codes(target, column))
        ids = [codelist.id for codelist in lists if len(codelist.codes) > _FEW]
        return f"{near} All: lontar catalogue show {ids[0]}." if ids and target != "reporter" else near

    def is_fictional(self, area: str) -> bool:
        """Say whether an area is a participant of the demonstration, which stands for no area of the world."""
        return area in self.catalogue.ids("participants") and self.catalogue.participant(area).fictional

    def allows(self, target: str, code: str, column: Column | None = None) -> bool:
        """Say whether a target may hold this code."""
        return code in self.known_codes(target, column) or any(
            codelist.has(code) for codelist in self.lists_of(target, column)
        )

    def _list(self, name: str) -> CodeList:
        return self.catalogue.codelist_for(self.mapping.reporter, name)

    def indicator_of(self, column: Column) -> str | None:
        """The indicator of a figure column, where the mapping says it without any cell."""
        return column.indicator or (self.mapping.indicator if "indicator" not in self.filled else None)


def _codes_named(codelist: CodeList, told: str) -> set[str]:
    """The codes whose label or name this is, whatever the case of its letters."""
    name = told.casefold()
    labelled = {
        code.code
        for code in codelist.codes.values()
        if any(name == label.casefold() for label in code.labels.values())
    }
    return labelled | {one.code for one in codelist.names if one.text.casefold() == name}
