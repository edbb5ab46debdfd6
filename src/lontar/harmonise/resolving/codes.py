"""Texts of code cells -> codes of the catalogue, by crosswalk, names or the code list itself."""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from lontar.harmonise.resolving.findings import Wrong
from lontar.harmonise.resolving.names import Likeness, NameBook
from lontar.harmonise.resolving.sheet_texts import sheet_wrong
from lontar.model.figures.absences import MATCHES, STATUSES
from lontar.model.figures.codelists import CodeList, one_for
from lontar.model.mapping import LIST_OF_FIELD, STATUS_FLAGS, Column, Crosswalk, CrosswalkLine, MappingBundle

SEVERAL = "_X"
_MOST_SUGGESTIONS = 200
"""Unknown texts of a column for which the closest known one is sought: a column of another kind has thousands."""
_LIST_OF = {**LIST_OF_FIELD, "reporter": "reporter"}


class Resolved(NamedTuple):
    """What a text becomes: a code for each target, how well it matches, or why it cannot be used."""

    codes: dict[str, str] = {}
    listed: dict[str, tuple[str, ...]] = {}
    match: int = 0
    note: str = ""
    ignore: str = ""
    wrong: Wrong | None = None


class CodeReader:
    """Reads the cells of one column entry of a mapping."""

    def __init__(self, column: Column, bundle: MappingBundle, book: NameBook) -> None:
        self._column = column
        self._targets = column.targets()
        self._lists = {target: lists_of(target, column, bundle) for target in self._targets}
        self._crosswalk = bundle.crosswalks[column.crosswalk] if column.crosswalk else None
        self._lines = {line.source: line for line in self._crosswalk.lines} if self._crosswalk else {}
        self._names = (
            [book.resolver(found, column.names) for found in self._named_lists()] if column.names else []
        )
        self._closed = {"status": (*STATUSES, *STATUS_FLAGS), "indicator": tuple(bundle.indicators)}
        self.used: set[str] = set()
        self._suggested = 0

    def read(self, text: str) -> Resolved:
        """What this cell becomes."""
        bare = " ".join(text.split())
        if not bare and "" not in self._lines:
            return self._blank()
        if self._column.several and self._column.several in bare and bare not in self._lines:
            return self._several([part.strip() for part in bare.split(self._column.several)])
        return self._one(bare)

    @property
    def crosswalk(self) -> Crosswalk | None:
        """The crosswalk that it reads by, if any."""
        return self._crosswalk

    def _blank(self) -> Resolved:
        if self._column.blank is None:
            return Resolved(wrong=Wrong.of("empty_code"))
        return Resolved(dict.fromkeys(self._targets, self._column.blank))

    def _one(self, bare: str) -> Resolved:
        line = self._lines.get(bare)
        if line is not None:
            self.used.add(bare)
            return self._by_line(line)
        wrong = sheet_wrong(bare)
        if wrong is not None:
            return Resolved(wrong=wrong)
        named = set().union(*(names.resolve(bare) for names in self._names)) if self._names else set()
        if len(named) == 1:
            return Resolved(dict.fromkeys(self._targets, named.pop()))
        if len(named) > 1:
            return Resolved(wrong=Wrong.of("ambiguous_name", found=" or ".join(sorted(named))))
        if self._takes_codes() and all(self._allows(target, bare) for target in self._targets):
            return Resolved(dict.fromkeys(self._targets, bare))
        return Resolved(wrong=self._unknown(bare))

    def _by_line(self, line: CrosswalkLine) -> Resolved:
        if line.ignore:
            return Resolved(ignore=line.ignore)
        told = {target: line.to.get(target) or line.to.get("to") for target in self._targets}
        codes = {target: self._nearest(target, code.split("|")) for target, code in told.items() if code}
        for target, code in codes.items():
            if not self._allows(target, code):
                return Resolved(wrong=Wrong.of("code_not_allowed", found=code, expected=self._listed(target)))
        return Resolved(codes, match=MATCHES.index(line.match), note=line.note)

    def _nearest(self, target: str, codes: list[str]) -> str:
        """One code as it is; of several the nearest common parent, or unknown: never one of the children."""
        if len(codes) == 1:
            return codes[0]
        return one_for(self._lists[target], codes)

    def _several(self, parts: list[str]) -> Resolved:
        read = [self._one(part) for part in parts if part]
        wrong = next((one.wrong for one in read if one.wrong is not None), None)
        if wrong is None and any(one.ignore for one in read):
            # a part that is no data: nobody said what the others are without it
            wrong = Wrong.of("no_meaning")
        if wrong is not None or not read:
            return Resolved(wrong=wrong or Wrong.of("empty_code"))
        codes, listed = {}, {}
        for target in self._targets:
            found = tuple(sorted({one.codes[target] for one in read if target in one.codes}))
            codes[target] = found[0] if len(found) == 1 else SEVERAL
            listed[target] = found if len(found) > 1 else ()
        notes = "; ".join(dict.fromkeys(one.note for one in read if one.note))
        return Resolved(codes, listed, max(one.match for one in read), notes)

    def _allows(self, target: str, code: str) -> bool:
        if target in self._closed:
            return code in self._closed[target]
        return not self._lists[target] or any(codelist.has(code) for codelist in self._lists[target])

    def _takes_codes(self) -> bool:
        return bool(self._column.codes) or not (self._column.crosswalk or self._column.names)

    def _unknown(self, bare: str) -> Wrong:
        suggestion = self._suggestion(bare)
        told = {"expected": self._where(), "remedy": self._line_at()}
        if suggestion:
            return Wrong.of("unknown_code_like", suggestion=suggestion, **told)
        return Wrong.of("unknown_code", **told)

    def _suggestion(self, bare: str) -> str | None:
        if self._suggested >= _MOST_SUGGESTIONS:
            return None
        self._suggested += 1
        known = self._likeness.closest(bare) if self._lines else None
        return known or next((close for names in self._names if (close := names.closest(bare))), None)

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self._lines)

    def _line_at(self) -> str:
        if self._crosswalk is not None:
            return "there"
        line = "to a crosswalk for this column (crosswalk: in the mapping)"
        has_names = any(codelist.names for codelist in self._named_lists())
        return (
            line if self._column.names or not has_names else f"{line}, or understand names (names: [names])"
        )

    def _where(self) -> str:
        if self._crosswalk is not None:
            return self._crosswalk.path
        return " or ".join(self._listed(target) for target in self._targets)

    def _listed(self, target: str) -> str:
        return (
            " or ".join(f"the code list {codelist.id}" for codelist in self._lists[target])
            or f"what {target} allows"
        )

    def _named_lists(self) -> Iterable[CodeList]:
        found = {codelist.id: codelist for lists in self._lists.values() for codelist in lists}
        return found.values()


def lists_of(target: str, column: Column, bundle: MappingBundle) -> list[CodeList]:
    """The code lists whose codes a target may hold; empty where anything goes."""
    if column.codes:
        return [bundle.codelists[column.codes]]
    if target in _LIST_OF:
        return [bundle.codelists[_LIST_OF[target]]]
    ids = dict.fromkeys(i.dimensions[target] for i in bundle.indicators.values() if target in i.dimensions)
    return [bundle.codelists[identifier] for identifier in ids]
