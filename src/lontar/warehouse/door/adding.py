"""Add up what was chosen: figures as figures, intervals as intervals, and what is not there as a bound that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from lontar.warehouse.door.engine import Engine, quoted
from lontar.warehouse.store.blocks import ABSENT, PLAIN, WIDE

if TYPE_CHECKING:
    from lontar.warehouse.store.segments import Held

_FEW = 512
"""So many blocks are taken out row by row; of more, all rows are looked through."""


class Sums(NamedTuple):
    """What to keep apart, and which codes count: dimension -> numbers (texts, of open lists)."""

    by: tuple[str, ...]
    where: Mapping[str, Sequence[object]]


def add_up(
    engine: Engine, held: Sequence[Held], chosen: pa.Table, sums: Sums, kinds: frozenset[str]
) -> pa.Table:
    """Add up the rows of chosen blocks (`block`, `cell`, `is_known`: the absence adds nothing) by cell and dimension.

    Gives `cell`, the dimensions, `low`, `high`, `figures` (how many), `absent` (how many are not there), `open` (how many have no upper
    bound) and `flags`.
    """
    tables = {"chosen": chosen} | {kind: _rows(held, kind, chosen, sums) for kind in kinds}
    parts, values = [], []
    for kind in sorted(kinds):
        text, bound = _part(kind, sums)
        parts.append(text)
        values += bound
    if len(parts) == 1:
        return engine.ask(parts[0], tables, values)
    named = "".join(f", {quoted(name)}" for name in sums.by)
    added = ", ".join(f"sum({name})::{kind} AS {name}" for name, kind in _ADDED)
    return engine.ask(
        f"SELECT cell{named}, {added}, bit_or(flags) AS flags FROM ({' UNION ALL '.join(parts)}) GROUP BY ALL",
        tables,
        values,
    )


_ADDED = (
    ("low", "DOUBLE"),
    ("high", "DOUBLE"),
    ("figures", "BIGINT"),
    ("absent", "BIGINT"),
    ("open", "BIGINT"),
)
_SUMS = {
    PLAIN: "sum(r.value) AS low, sum(r.value) AS high, count(*) AS figures, 0::BIGINT AS absent, 0::BIGINT AS open",
    WIDE: "sum(coalesce(r.low, r.value, 0)) AS low, sum(coalesce(r.high, r.value, 0)) AS high, count(*) AS figures,"
    " 0::BIGINT AS absent, count(*) FILTER (coalesce(r.high, r.value) IS NULL) AS open",
    ABSENT: "0::DOUBLE AS low, 0::DOUBLE AS high, 0::BIGINT AS figures, count(*) FILTER (NOT c.is_known) AS absent,"
    " count(*) FILTER (NOT c.is_known) AS open",
}


def _part(kind: str, sums: Sums) -> tuple[str, list[object]]:
    named = "".join(f", r.{quoted(name)}" for name in sums.by)
    tests = [f"list_contains(?, r.{quoted(name)})" for name in sums.where]
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    text = (
        f"SELECT c.cell{named}, {_SUMS[kind]}, bit_or(c.flags) AS flags FROM {kind} r JOIN chosen c ON r.block = c.block"
        f"{where} GROUP BY ALL"
    )
    return text, [list(codes) for codes in sums.where.values()]


def _rows(held: Sequence[Held], kind: str, chosen: pa.Table, sums: Sums) -> pa.Table:
    """The rows of a kind in all segments, with the columns that are needed; of few blocks only theirs."""
    columns = ["block", *dict.fromkeys((*sums.by, *sums.where)), *_NUMBERS[kind]]
    few = frozenset(chosen.column("block").to_pylist()) if chosen.num_rows <= _FEW else None
    pieces = [piece for one in held for piece in _pieces(one, kind, columns, few)]
    return (
        pa.concat_tables(pieces, promote_options="permissive")
        if pieces
        else held[0].rows[kind].select(columns).slice(0, 0)
    )


_NUMBERS = {PLAIN: ["value"], WIDE: ["value", "low", "high"], ABSENT: []}


def _pieces(held: Held, kind: str, columns: list[str], few: frozenset[int] | None) -> list[pa.Table]:
    rows = held.rows[kind]
    if not rows.num_rows:
        return []
    rows = rows.select(columns)
    return [rows] if few is None else [rows.slice(first, count) for first, count in held.places(kind, few)]
