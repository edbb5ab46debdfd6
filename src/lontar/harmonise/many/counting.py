"""What is counted of the rows, piece by piece: rows alike in it become one, with their number."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import COUNTED, DuckEngine
from lontar.harmonise.many.pieces import PieceFile, texts_sql, uniform
from lontar.harmonise.plan.arrow_columns import Columns, Value
from lontar.harmonise.plan.duckdb_sql import identifier
from lontar.harmonise.plan.numbering import Texts

_TOLD = ("file", "pieces", "entry", "source_column", "fate", "ignore", "row_ignore", "absence", "indicator")
"""Columns that are counted by what they hold, besides problems."""
_BOUNDS = ("low_told", "value_told")
_SUM = pa.decimal128(38, 4)


class Counter:
    """Counts rows; where a row holds several figures its rows stay apart, since they are counted too."""

    def __init__(self, engine: DuckEngine, compiled: Compiled, lists: dict[str, Texts], path: Path) -> None:
        self._engine, self._lists, self._file = engine, lists, PieceFile(path)
        bad = tuple(dict.fromkeys(bad.column for bad in compiled.bad))
        self._several = len(compiled.binding.entries) > 1
        self._told = (*_TOLD, *bad, *(("row",) if self._several else ()))
        self._texts = ("figure", *compiled.binding.slots.values())

    def of(self, columns: Columns) -> pa.RecordBatch:
        """The counts of a piece."""
        values: dict[str, Value] = {name: columns.get(name) for name in self._told}
        values |= {name: _settled(pc.is_valid(columns.get(name))) for name in _BOUNDS}
        values |= {name: self._filled(name, columns) for name in self._texts}
        found = pc.cast(columns.array("found_value"), _SUM)
        if self._several:
            arrays = {name: columns.full(value) for name, value in values.items()}
            alike = pa.repeat(pa.scalar(1, pa.int64()), columns.rows)
            return _batch({**arrays, "found_value": found, "alike": alike})
        return _batch(_grouped(values, found, columns.rows))

    def write(self, rows: pa.RecordBatch) -> None:
        """Keep the counts of a piece."""
        self._file.write(rows)

    def close(self) -> None:
        """End the file that they are kept in."""
        self._file.close()

    def finish(self) -> None:
        """Make all counts the relation `counted`, texts written out; of a text only whether it is there."""
        names = list(map(identifier, self._told))
        names += [f"CASE WHEN {identifier(name)} THEN 0 END AS {identifier(name)}" for name in _BOUNDS]
        names += [
            f"CASE WHEN {identifier(name)} THEN 'x' ELSE '' END AS {identifier(name)}" for name in self._texts
        ]
        whole = (
            f"(SELECT {', '.join(names)}, sum(alike)::BIGINT AS alike, sum(found_value) AS found_value"
            f" FROM {self._file.source()} GROUP BY ALL)"
        )
        lists = {name: self._lists[name] for name in self._told if name in self._lists}
        columns = (*self._told, *_BOUNDS, *self._texts, "alike", "found_value")
        self._engine.run(f"CREATE TABLE {COUNTED} AS {texts_sql(self._engine, whole, columns, lists)}")

    def _filled(self, name: str, columns: Columns) -> Value:
        texts, value = self._lists.get(name), columns.get(name)
        empty = "" if texts is None else texts.known("")
        return (
            pa.scalar(True) if empty is None else _settled(pc.not_equal(value, pa.scalar(empty, value.type)))
        )


def _grouped(values: dict[str, Value], found: pa.Array, rows: int) -> dict[str, pa.Array]:
    """Rows that are alike, as one; columns of one value need no looking at."""
    keys = {name: value for name, value in values.items() if not isinstance(value, pa.Scalar)}
    if keys:
        table = pa.table({**keys, "found_value": found})
        told = table.group_by(list(keys), use_threads=False).aggregate(
            [("found_value", "sum"), ([], "count_all")]
        )
        arrays = {name: told[name].combine_chunks() for name in keys}
        sums, alike = told["found_value_sum"].combine_chunks(), told["count_all"].combine_chunks()
    else:
        arrays = {}
        sums, alike = pa.array([pc.sum(found).as_py()], _SUM), pa.array([rows], pa.int64())
    for name, value in values.items():
        if name not in keys:
            arrays[name] = pa.repeat(value, len(alike))
    return {**{name: arrays[name] for name in values}, "found_value": sums, "alike": alike}


def _settled(flags: Value) -> Value:
    """Flags that are all true, as one."""
    return pa.scalar(True) if not isinstance(flags, pa.Scalar) and pc.all(flags).as_py() else flags


def _batch(arrays: dict[str, pa.Array]) -> pa.RecordBatch:
    return pa.record_batch([uniform(array) for array in arrays.values()], list(arrays))
