"""Code lists: the closed vocabularies that observations are written in, with labels, validity and a tree of parents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

UNKNOWN = "_U"
"""What stands for several codes that have nothing in common."""


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One code of a list. `labels` maps a language (ISO 639-1) to a label, and always holds 'en'.

    `valid_from` and `valid_to` are ISO dates or years, both inclusive. `attributes` holds what only some lists have, as text:
    `alpha3`, `m49`, `kind`, `successors` (codes separated by a blank), `low` and `high` (completed years of age).
    """

    code: str
    labels: dict[str, str]
    parent: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    attributes: dict[str, str] = {}

    def label(self, language: str = "en") -> str:
        """Give the label in this language, or in English where there is none."""
        return self.labels.get(language) or self.labels["en"]


class Name(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One way in which sources write a code: a name in some language, or a code of another system.

    `kind` keeps systems apart (AUS is Australia as `alpha3` and Austria as `unhcr`); `language` holds the languages that
    write it so, parted by a blank, and is '' for codes. The same
    text may stand for several codes: then it is ambiguous, and a resolver must not choose.
    """

    text: str
    code: str
    kind: str
    language: str = ""


NAME_KINDS = ("alpha3", "m49", "unhcr", "short", "official", "old", "adjective", "alternative")


class CodeList(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code list with everything that it includes, in the order of its file, its own codes first.

    `pattern` is set for open lists only (event numbers, grid cells): there any text that matches it whole is a code.
    """

    id: str
    title: str
    owner: str
    source: str
    licence: str
    version: str
    notes: str = ""
    includes: tuple[str, ...] = ()
    parents_from: str = ""
    pattern: str | None = None
    codes: dict[str, Code] = {}
    names: tuple[Name, ...] = ()

    def has(self, code: str) -> bool:
        """Say whether this text is a code of the list (by its pattern, where the list is open)."""
        return code in self.codes or (
            self.pattern is not None and re.fullmatch(self.pattern, code) is not None
        )

    def languages(self) -> frozenset[str]:
        """Give the languages in which its names are known (ISO 639-1)."""
        return frozenset(one for name in self.names for one in name.language.split())

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Give the parents of a code within this list, nearest first; empty for a top code or an unknown one."""
        return tuple(self._climb(code))[1:]

    def nearest_common_parent(self, codes: Iterable[str]) -> str | None:
        """Give the lowest code that stands over all of these, or None.

        A code stands over itself: of one code it is that code, of a code and its parent it is the parent.
        """
        chains = [tuple(self._climb(code)) for code in codes]
        if not chains:
            return None
        common = set(chains[0]).intersection(*chains[1:])
        return next((code for code in chains[0] if code in common), None)

    def _climb(self, code: str) -> Iterator[str]:
        seen: set[str] = set()
        at: str | None = code
        while at in self.codes and at not in seen:
            seen.add(at)
            yield at
            at = self.codes[at].parent


def one_for(codelists: Iterable[CodeList], codes: Iterable[str]) -> str:
    """The code that stands for several: the nearest that is over all of them and none of them, else unknown."""
    several = tuple(codes)
    for codelist in codelists:
        parent = codelist.nearest_common_parent(several)
        if parent is not None and parent not in several:
            return parent
    return UNKNOWN
