"""The rows with a problem, kept until the problems are written."""

from pathlib import Path

import pyarrow as pa

from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import JUDGED, DuckEngine
from lontar.harmonise.many.pieces import PieceFile, texts_sql, uniform
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.arrow_columns import Columns
from lontar.harmonise.plan.numbering import Texts

_PLACES = ("file", "row", "pieces", "source_column", "fate", "figure")


class KeptRows:
    """Gathers the rows with a problem, with what is told of them."""

    def __init__(self, engine: DuckEngine, compiled: Compiled, lists: dict[str, Texts], path: Path) -> None:
        self._engine, self._lists, self._file = engine, lists, PieceFile(path)
        self._bad = tuple(dict.fromkeys(bad.column for bad in compiled.bad))
        slots = sorted({bad.slot for bad in compiled.bad if bad.slot})
        self._columns = (*_PLACES, *self._bad, *slots)

    def of(self, columns: Columns) -> pa.RecordBatch:
        """The rows of a piece that have a problem."""
        has_problem = op.Any(of=tuple(op.Not(of=op.Missing(column=name)) for name in self._bad))
        kept = columns.kept(columns.holds(has_problem))
        arrays = [uniform(kept.array(name)) for name in self._columns]
        return pa.record_batch(arrays, list(self._columns))

    def write(self, rows: pa.RecordBatch) -> None:
        """Keep them."""
        self._file.write(rows)

    def close(self) -> None:
        """End the file that they are kept in."""
        self._file.close()

    def finish(self) -> None:
        """Make them the relation `judged`, texts written out."""
        query = texts_sql(self._engine, self._file.source(), self._columns, self._lists)
        self._engine.run(f"CREATE TABLE {JUDGED} AS {query}")
