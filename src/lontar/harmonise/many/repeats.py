"""Counting over many rows: which values several rows share, found by their hashes first, which takes little memory."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.many.pieces import Landed, PieceFile, side_by_side
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.arrow_columns import Columns, StreamPlan, Table, Value
from lontar.harmonise.plan.duckdb_sql import LANDED, condition_sql, identifier
from lontar.harmonise.plan.numbering import Texts

_NONE = pa.table({"times": pa.array([], pa.int64())})
_MOST = 2**63 - 1
_DAYS, _FIRST_DAY = 3_700_000, 719_200
"""As many days as a calendar of years 1 to 9999 has, and how many of them lie before 1970."""


class Repeats:
    """Finds the values that at least two rows share, with their number.

    Of landed columns the engine finds them beforehand. Of others they are looked for while the rows are judged as if no
    two shared any (`put_off`); where some do, the rows are judged again.
    """

    def __init__(
        self,
        engine: DuckEngine,
        pieces: Iterable[Landed],
        lists: Mapping[str, Texts],
        path: Path,
        ahead: "Ahead | None" = None,
    ) -> None:
        self._engine, self._pieces, self._lists = engine, pieces, lists
        self._path, self._ahead = path, ahead
        self.tables: dict[str, Table] = {}
        self.put_off: PutOff | None = None

    def lookup(self, name: str, before: op.Plan, count: op.Count) -> op.Lookup:
        """The lookup of that name; its rows are in `tables`, or empty for the time being."""
        self._settle()
        if len(before.steps) == 1 and count.where == op.All(of=()) and count.by:
            self.tables[name] = table_of(self._landed(count, before))
        else:
            packing = Packing([self._lists.get(column) for column in count.by])
            self.put_off = PutOff(
                name, before, count, packing, PieceFile(self._path.with_suffix(f".{name}.parquet"))
            )
            self.tables[name] = table_of(_NONE)
        types = tuple(op.Column(name=f"key_{n}", type="int") for n, _ in enumerate(count.by, start=1))
        return op.Lookup(keys=types, outputs=(op.Column(name=f"{name}_times", type="int"),), rows=())

    def found(self) -> bool:
        """Whether rows share values of what was put off; the table has them now. All pieces have been judged."""
        if self.put_off is None:
            return False
        name, packing, file = self.put_off.name, self.put_off.packing, self.put_off.file
        self.put_off = None
        file.close()
        table = self._shared(file.source(), file.columns())
        self.tables[name] = _SharedValues(packing, table)
        return bool(table.num_rows)

    def _settle(self) -> None:
        """Find what was put off before something else is: only one thing can be found while rows are judged."""
        if self.put_off is None:
            return
        stream, keys = StreamPlan(self.put_off.before, self.tables), self.put_off
        for batch in side_by_side(self._pieces, lambda landed, rows: keys.of(stream.columns(landed, rows))):
            keys.file.write(batch)
        self.found()

    def _landed(self, count: op.Count, before: op.Plan) -> pa.Table:
        read = before.steps[0].does
        assert isinstance(read, op.Read)
        source = _landed_rows(read.files)
        hashes = "" if self._ahead is None else self._ahead.hashes(read.files, count.by)
        return self._shared(source, list(count.by), hashes)

    def _shared(self, source: str, columns: list[str], hashes: str = "") -> pa.Table:
        """The values of these columns that several rows of a relation share, and how many do."""
        if not columns:
            return _NONE
        if not hashes:
            hashes = "shared"
            self._engine.run(f"CREATE OR REPLACE TABLE {hashes} AS {_shared_hashes(source, columns)}")
        some = bool(self._engine.rows(f"SELECT 1 FROM {hashes} LIMIT 1"))
        limit, named = "" if some else " AND FALSE", _named(columns)
        return self._engine.arrow(
            f"SELECT {named}, count(*) AS times FROM {source} WHERE hash({named}) IN (SELECT found FROM {hashes}){limit}"
            f" GROUP BY {named} HAVING count(*) > 1"
        )


class Ahead:
    """Searches for texts that several landed rows share, made while the plan is still being made."""

    def __init__(self, engine: DuckEngine, binding: Binding) -> None:
        self._searches: dict[tuple[tuple[int, ...], tuple[str, ...]], tuple[str, Future[None]]] = {}
        for number, check in enumerate(binding.mapping.checks):
            if check.unique and all(name in binding.slots for name in check.unique):
                columns = tuple(dict.fromkeys(binding.slots[name] for name in check.unique))
                table, source = f"shared_{number}", _landed_rows(binding.files)
                search = engine.begin(f"CREATE TABLE {table} AS {_shared_hashes(source, columns)}")
                self._searches[binding.files, columns] = table, search

    def hashes(self, files: tuple[int, ...], columns: tuple[str, ...]) -> str:
        """The table of the hashes that several rows of these files share in these columns; nothing if nobody searches."""
        table, search = self._searches.get((files, columns), ("", None))
        if search is not None:
            search.result()
        return table


def _landed_rows(files: tuple[int, ...]) -> str:
    return f"(SELECT * FROM {LANDED} WHERE {condition_sql(op.OneOf(column='file', values=files))})"


def _shared_hashes(source: str, columns: Iterable[str]) -> str:
    return f"SELECT hash({_named(columns)}) AS found FROM {source} GROUP BY 1 HAVING count(*) > 1"


def _named(columns: Iterable[str]) -> str:
    return ", ".join(map(identifier, columns))


class PutOff(NamedTuple):
    """A count that is looked for while rows are judged."""

    name: str
    before: op.Plan
    counts: op.Count
    packing: "Packing"
    file: PieceFile

    def of(self, columns: Columns) -> pa.RecordBatch:
        """The values of a piece that are counted, packed."""
        kept = columns.kept(columns.holds(self.counts.where))
        packed = self.packing.packed([kept.get(column) for column in self.counts.by])
        return pa.record_batch(
            [kept.full(value) for value in packed], [f"k{n}" for n, _ in enumerate(packed)]
        )


class Packing:
    """Puts values of several columns into few whole numbers, so that equal numbers are equal values; null is a value."""

    def __init__(self, lists: list[Texts | None]) -> None:
        self._lists = lists

    def packed(self, values: list[Value]) -> list[Value]:
        """The same in fewer columns; what cannot be packed comes as it is, whole numbers of one width."""
        whole: list[Value] = []
        number, room = None, _MOST
        for value, texts in zip(values, self._lists, strict=True):
            size, places = _as_places(value, texts)
            if places is None:
                whole.append(pc.cast(value, pa.int64()) if pa.types.is_integer(value.type) else value)
                continue
            if number is None or size > room:
                whole += [] if number is None else [number]
                number, room = places, _MOST // size
            else:
                number, room = pc.add(pc.multiply(number, size), places), room // size
        return [*whole, pa.scalar(0, pa.int64()) if number is None else number]


def _as_places(value: Value, texts: Texts | None) -> tuple[int, Value | None]:
    """How many values a column may hold, and each as a number from 0 on; nothing where that is not known."""
    if texts is not None:
        return len(texts.texts) + 1, _from_one(value)
    if pa.types.is_date(value.type):
        return _DAYS, _from_one(pc.add(pc.cast(value, pa.int32()), _FIRST_DAY))
    if pa.types.is_boolean(value.type):
        return 3, _from_one(pc.cast(value, pa.int8()))
    return 0, None


def _from_one(value: Value) -> Value:
    """Whole numbers raised by one, and null as 0."""
    raised = pc.add(pc.cast(value, pa.int64()), 1)
    if isinstance(raised, pa.Scalar):
        return raised if raised.is_valid else pa.scalar(0, pa.int64())
    return pc.fill_null(raised, 0)


class _SharedValues(Table):
    """A lookup by packed keys."""

    def __init__(self, packing: Packing, found: pa.Table) -> None:
        super().__init__(*_keys_and_outputs(found))
        self._packing = packing

    def places(self, keys: list[Value]) -> Value:
        """Where the values of each row are; null where no other row shares them."""
        return super().places(self._packing.packed(keys))


def table_of(found: pa.Table) -> Table:
    """The lookup whose last column is its output."""
    return Table(*_keys_and_outputs(found))


def _keys_and_outputs(found: pa.Table) -> tuple[list[pa.Array], list[pa.Array]]:
    arrays = [pa.concat_arrays(c.chunks) if c.num_chunks else pa.array([], c.type) for c in found.columns]
    return arrays[:-1], arrays[-1:]
