"""Add up what was chosen: figures as figures, intervals as intervals, and what is not there as a bound that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from lontar.warehouse.door.engine import Engine, quoted
from lontar.warehouse.store.blocks import ABSENT, KINDS, PLAIN, WIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lontar.warehouse.store.segments import Held

_MANY_RUNS = 2_000
"""So many stretches of rows are taken out of segments one by one; of more, all rows are looked through."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Blocks to add up, and of each: the segment that holds it (its place among those given), kind, where its rows begin, how many
    they are, its cell, its flags, whether it is known to add nothing, and whether others may be counted in it already.
    """

    block: NDArray[np.int32]
    segment: NDArray[np.int32]
    kind: NDArray[np.int32]
    first: NDArray[np.int32]
    count: NDArray[np.int32]
    cell: NDArray[np.int32]
    flags: NDArray[np.int32]
    is_known: NDArray[np.bool_]
    is_over: NDArray[np.bool_]

    def of(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> Wanted:
        """Give some of them, or all in another order."""
        return Wanted(**{field.name: getattr(self, field.name)[kept] for field in fields(self)})


class Sums(NamedTuple):
    """What to keep apart, and which codes count: dimension -> numbers (texts, of open lists)."""

    by: tuple[str, ...]
    where: Mapping[str, Sequence[object]]


def add_up(engine: Engine, held: Sequence[Held], wanted: Wanted, sums: Sums) -> pa.Table:
    """Add up the rows of blocks by cell and dimension.

    Gives `cell`, the dimensions, `low`, `high`, `figures` (how many), `absent` (how many are not there), `open` (how many have no upper
    bound) and `flags`.
    """
    flags = _flags_of_cells(wanted)
    parts: list[str] = []
    tables: dict[str, pa.Table] = {}
    values: list[object] = []
    for number in np.unique(2 * wanted.kind + wanted.is_over).tolist():
        kind, is_over = KINDS[number // 2], bool(number % 2)
        part = _Part(
            kind,
            held,
            wanted.of(2 * wanted.kind + wanted.is_over == number),
            sums,
            is_over=is_over,
            has_flags=flags is None,
        )
        parts.append(part.text)
        tables |= part.tables
        values += [list(codes) for codes in sums.where.values()]
    together = parts[0] if len(parts) == 1 else _together(parts, sums, has_flags=flags is None)
    found = engine.ask(together, tables, values)
    return (
        found
        if flags is None
        else found.append_column("flags", pa.array(flags[found.column("cell").to_numpy()]))
    )


def _flags_of_cells(wanted: Wanted) -> NDArray[np.int32] | None:
    """The flags of each cell; None where a cell's blocks have different ones, so that each of its figures must be asked."""
    flags = np.zeros(int(wanted.cell.max(initial=0)) + 1, np.int32)
    flags[wanted.cell] = wanted.flags
    return flags if (flags[wanted.cell] == wanted.flags).all() else None


_LOW = {PLAIN: "sum(value)", WIDE: "sum(coalesce(low, value, 0))", ABSENT: "0::DOUBLE"}
_REST = {
    PLAIN: "sum(value) AS high, count(*) AS figures, 0::BIGINT AS absent, 0::BIGINT AS open",
    WIDE: "sum(coalesce(high, value, 0)) AS high, count(*) AS figures, 0::BIGINT AS absent,"
    " count(*) FILTER (coalesce(high, value) IS NULL) AS open",
    ABSENT: "0::DOUBLE AS high, 0::BIGINT AS figures, count(*) FILTER (NOT is_known) AS absent, count(*) FILTER (NOT is_known) AS open",
}
_ADDED = (
    ("low", "DOUBLE"),
    ("high", "DOUBLE"),
    ("figures", "BIGINT"),
    ("absent", "BIGINT"),
    ("open", "BIGINT"),
)
_NUMBERS: dict[str, list[str]] = {PLAIN: ["value"], WIDE: ["value", "low", "high"], ABSENT: []}


def _together(parts: Sequence[str], sums: Sums, *, has_flags: bool) -> str:
    named = "".join(f", {quoted(name)}" for name in sums.by)
    added = ", ".join(f"sum({name})::{kind} AS {name}" for name, kind in _ADDED) + (
        ", bit_or(flags) AS flags" if has_flags else ""
    )
    return f"SELECT cell{named}, {added} FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL"


class _Part:
    """The rows of one kind as tables, and the query that adds them up."""

    def __init__(
        self, kind: str, held: Sequence[Held], wanted: Wanted, sums: Sums, *, is_over: bool, has_flags: bool
    ) -> None:
        self._kind, self._held = kind, held
        self._columns = ["block", *dict.fromkeys((*sums.by, *sums.where)), *_NUMBERS[kind]]
        wanted = wanted.of(np.lexsort((wanted.first, wanted.segment)))
        runs, source = _runs(wanted), f"{kind}_over" if is_over else kind
        self.tables: dict[str, pa.Table]
        if len(runs) <= _MANY_RUNS:
            self.tables = {source: self._taken_out(wanted, runs, has_flags)}
        else:
            rows, of = self._looked_through(wanted)
            self.tables = {source: rows, f"of_{source}": of}
            source += f" JOIN of_{source} USING (block)"
        low = "0::DOUBLE" if is_over else _LOW[kind]
        told = f"{low} AS low, {_REST[kind]}{', bit_or(flags) AS flags' if has_flags else ''}"
        named = "".join(f", {quoted(name)}" for name in sums.by)
        tests = " AND ".join(f"list_contains(?, {quoted(name)})" for name in sums.where)
        self.text = (
            f"SELECT cell{named}, {told} FROM {source}{f' WHERE {tests}' if tests else ''} GROUP BY ALL"
        )

    def _taken_out(self, wanted: Wanted, runs: list[tuple[int, int, int]], has_flags: bool) -> pa.Table:
        """The rows of these runs, each with its cell."""
        pieces = [
            self._held[segment].rows[self._kind].select(self._columns).slice(first, count)
            for segment, first, count in runs
        ]
        table = pa.concat_tables(pieces, promote_options="permissive")
        told = {"cell": wanted.cell}
        if has_flags:
            told["flags"] = wanted.flags
        if self._kind == ABSENT:
            told["is_known"] = wanted.is_known  # type: ignore[assignment]
        for name, column in told.items():
            table = table.append_column(name, pa.array(np.repeat(column, wanted.count)))
        return table

    def _looked_through(self, wanted: Wanted) -> tuple[pa.Table, pa.Table]:
        """All rows of the segments, and which of their blocks count."""
        segments = np.unique(wanted.segment).tolist()
        rows = [self._held[one].rows[self._kind].select(self._columns) for one in segments]
        of = {name: getattr(wanted, name) for name in ("block", "cell", "flags", "is_known")}
        return pa.concat_tables(rows, promote_options="permissive"), pa.table(of)


def _runs(wanted: Wanted) -> list[tuple[int, int, int]]:
    """Stretches of rows that lie together: segment, first row, how many."""
    begins = np.ones(len(wanted.block), bool)
    begins[1:] = (wanted.segment[1:] != wanted.segment[:-1]) | (
        wanted.first[1:] != wanted.first[:-1] + wanted.count[:-1]
    )
    at = np.flatnonzero(begins)
    counts = np.add.reduceat(wanted.count, at) if len(at) else wanted.count
    return list(zip(wanted.segment[at].tolist(), wanted.first[at].tolist(), counts.tolist(), strict=True))
