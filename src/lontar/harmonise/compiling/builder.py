"""A plan under construction: steps, lookups, and the columns in which problems travel."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lontar.harmonise.plan import operations as op
from lontar.model.errors import Bug


class Bad(NamedTuple):
    """A column that holds the number of a problem, or null; and the place that it is about."""

    column: str
    slot: str | None
    """Slot of the cell, None for the figure's own cell, '' for the row as a whole."""
    refuses: bool
    by_row: bool
    """Whether the same problem is seen by every figure of the row."""


class Builder:
    """Collects steps and lookups; a lookup leaves out columns that are null in every row."""

    def __init__(self) -> None:
        self.steps: list[op.Step] = []
        self.lookups: dict[str, op.Lookup] = {}
        self.bad: list[Bad] = []
        self._made: set[str] = set()

    def step(self, does: op.Operation, why: str = "", name: str | None = None) -> None:
        """Add one operation; a column that is there already is a mistake of ours, and would hide the first."""
        added = does.makes(self.lookups)
        twice = {name.casefold() for name in added} & self._made
        if twice:
            raise Bug("LON-003", "", f"the plan makes {', '.join(sorted(twice))} twice.")
        self._made |= {name.casefold() for name in added}
        self.steps.append(op.Step(name=name or f"step_{len(self.steps) + 1}", does=does, why=why))

    def attach(
        self, name: str, keys: Sequence[str], key_types: Sequence[op.Column], outputs: Sequence[op.Column],
        rows: Iterable[tuple[op.Scalar, ...]], why: str = "", whole: bool = False,
    ) -> set[str]:  # fmt: skip
        """Join a resolved table; returns the names of the outputs that say anything.

        Outputs that are null in every row are left out, unless the table is wanted whole.
        """
        table = list(rows)
        width = len(keys)
        columns = list(zip(*table, strict=True))[width:]
        told = [i for i, cells in enumerate(columns) if cells.count(None) < len(cells)]
        named = {outputs[i].name for i in told}
        kept = list(range(len(outputs))) if whole else told
        if not kept:
            return named
        narrow = table
        if len(kept) < len(outputs):
            narrow = [row[:width] + tuple(row[width + i] for i in kept) for row in table]
        empty = (None,) * len(kept)
        useful = [row for row in narrow if row[width:] != empty]
        key_columns = tuple(op.Column(name=f"key_{i}", type=c.type) for i, c in enumerate(key_types, start=1))
        self.lookups[name] = op.Lookup(
            keys=key_columns, outputs=tuple(outputs[i] for i in kept), rows=tuple(useful)
        )
        self.step(op.Attach(lookup=name, keys=tuple(keys)), why)
        return named

    def constant(self, into: str, kind: op.Type, value: op.Scalar) -> None:
        """A column with one value."""
        self.step(op.Choose(into=into, type=kind, cases=(op.Case(when=op.All(of=()), value=value),)))

    def mark_bad(self, column: str, slot: str | None, refuses: bool = True, by_row: bool = True) -> None:
        """Remember a column in which problems travel."""
        self.bad.append(Bad(column, slot, refuses, by_row))

    def plan(self) -> op.Plan:
        """The plan as it stands."""
        return op.Plan(steps=tuple(self.steps), lookups=dict(self.lookups))
