"""Which columns of the relation tell a text apart, and the distinct texts to resolve."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.met import REPAIRED
from lontar.harmonise.plan import operations as op

FILE = "\0file"
"""Name of the text that tells files apart; no column can be called so."""

Distinct = Callable[[tuple[str, ...]], list[tuple[str | int, ...]]]
"""Distinct combinations of columns (`file` and slots) of the landed rows."""


def meets(texts: Mapping[str, str], where: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether each of these columns holds one of the texts named, needless blanks aside; a column that is not there is empty."""
    return all(" ".join(texts.get(name, "").split()) in allowed for name, allowed in where.items())


class KeySet(NamedTuple):
    """Key columns for a set of names, and the texts behind each combination that occurs."""

    columns: tuple[str, ...]
    """Columns of the relation to join on: corrected slots, file, entry."""
    types: tuple[op.Column, ...]
    combinations: tuple[tuple[tuple[op.Scalar, ...], dict[str, str]], ...]
    """Key values, and name -> text."""


class KeyMaker:
    """Finds the combinations of texts that occur in the landed rows, corrections included."""

    def __init__(self, binding: Binding, distinct: Distinct, repaired: frozenset[str] = frozenset()) -> None:
        self._binding, self._mended = binding, repaired
        self._distinct = distinct
        self._replaced: dict[str, set[tuple[str, str]]] = {}

    def replace(self, slot: str, found: str, to: str) -> None:
        """Remember that a correction turns a text of this slot into another."""
        self._replaced.setdefault(self.landed(slot), set()).add((found, to))

    def landed(self, slot: str) -> str:
        """The column to read a slot from as it was sent: repaired, or with empty cells filled from above."""
        return f"{REPAIRED}{slot}" if slot in self._mended else self._binding.filled.get(slot, slot)

    def column(self, slot: str) -> str:
        """The column to read a slot from: the corrected one where there is a correction."""
        landed = self.landed(slot)
        return f"corrected_{slot}" if landed in self._replaced else landed

    def place(self, name: str) -> str:
        """The column of the relation that tells the texts of this column, fact or header level apart."""
        if name in self._binding.slots:
            return self.column(self._binding.slots[name])
        return "file" if self._binding.is_fact(name) else "entry"

    def raw(self, columns: tuple[str, ...]) -> list[tuple[str | int, ...]]:
        """Distinct combinations of columns as they were landed, in an order that is always the same."""
        return sorted(self._distinct(columns))

    def keys(self, names: tuple[str, ...], by_file: bool = False) -> KeySet:
        """Key columns for these columns, facts and header levels; `by_file` tells files apart too (text FILE)."""
        names = tuple(dict.fromkeys(names))
        slots = [self._binding.slots[name] for name in names if name in self._binding.slots]
        facts = [name for name in names if name not in self._binding.slots and self._binding.is_fact(name)]
        levels = [name for name in names if name not in self._binding.slots and name not in facts]
        files = ("file",) if facts or by_file else ()
        wanted = files + tuple(map(self.landed, slots))
        columns = files + tuple(map(self.column, slots)) + (("entry",) if levels else ())
        types = tuple(op.Column(name=c, type="int" if c in ("file", "entry") else "text") for c in columns)
        return KeySet(columns, types, tuple(self._combinations(names, wanted, bool(levels))))

    def _combinations(
        self, names: tuple[str, ...], wanted: tuple[str, ...], by_entry: bool
    ) -> Iterator[tuple[tuple[op.Scalar, ...], dict[str, str]]]:
        rows = self.raw(wanted) if wanted else [()]
        seen: set[tuple[op.Scalar, ...]] = set()
        slot_of = {
            self.landed(self._binding.slots[name]): name for name in names if name in self._binding.slots
        }
        for row in rows:
            for variant in self._variants(wanted, row):
                if variant in seen:
                    continue
                seen.add(variant)
                texts = self._texts(wanted, variant, slot_of)
                if not by_entry:
                    yield variant, texts
                    continue
                for entry, levels in self._binding.headers.items():
                    yield (*variant, entry), texts | levels

    def _texts(
        self, wanted: tuple[str, ...], row: tuple[op.Scalar, ...], slot_of: dict[str, str]
    ) -> dict[str, str]:
        texts: dict[str, str] = {}
        for column, value in zip(wanted, row, strict=True):
            if column == "file":
                texts |= self._binding.facts[int(str(value))] | {FILE: str(value)}
            else:
                texts[slot_of[column]] = str(value)
        return texts

    def _variants(
        self, wanted: tuple[str, ...], row: tuple[op.Scalar, ...]
    ) -> Iterator[tuple[op.Scalar, ...]]:
        if not any(column in self._replaced for column in wanted):
            return iter((row,))
        options = [
            [value, *(to for found, to in self._replaced.get(column, ()) if found == value)]
            for column, value in zip(wanted, row, strict=True)
        ]
        return product(*options)
