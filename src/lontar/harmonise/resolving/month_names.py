"""Month names, whole and shortened, as sources write them."""

from collections import defaultdict
from functools import cached_property

from lontar.harmonise.resolving.names import folded
from lontar.model.figures.codelists import CodeList

_SHORTEST = 3
"""Signs that a name may be shortened to, where the list does not say a shorter form itself."""


class MonthNames:
    """The months of a code list by their names in some languages (ISO 639-1)."""

    def __init__(self, months: CodeList | None, languages: tuple[str, ...]) -> None:
        self._months, self._languages = months, languages
        self._numbers: dict[str, int | None] = {}

    def number(self, name: str) -> int | None:
        """The month that this name means, 1 to 12; None if none, or if the languages disagree."""
        if name not in self._numbers:
            wanted = _form(name)
            found = self._whole.get(wanted) or self._begun(wanted)
            self._numbers[name] = int(next(iter(found))) if len(found) == 1 else None
        return self._numbers[name]

    @cached_property
    def _whole(self) -> dict[str, set[str]]:
        known = defaultdict[str, set[str]](set)
        for name in self._months.names if self._months else ():
            if not set(self._languages).isdisjoint(name.language.split()):
                known[_form(name.text)].add(name.code)
        return known

    def _begun(self, wanted: str) -> set[str]:
        """The months whose names begin so; certain only if there is one."""
        if len(wanted) < _SHORTEST:
            return set()
        return set[str]().union(*(codes for form, codes in self._whole.items() if form.startswith(wanted)))


def _form(name: str) -> str:
    return folded(name).rstrip(". ")
