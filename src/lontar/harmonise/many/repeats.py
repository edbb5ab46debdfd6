"""Counting over many rows: which values several rows share, found by their hashes first, which takes little memory."""

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.many.pieces import Landed, side_by_side
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.arrow_columns import StreamPlan, Table, Value
from lontar.harmonise.plan.numbering import Texts

_PIECES = "pieces"
_MOST = 2**63 - 1
_DAYS, _FIRST_DAY = 3_700_000, 719_200
"""As many days as a calendar of years 1 to 9999 has, and how many of them lie before 1970."""


class Repeats:
    """Makes the tables of values that at least two rows share, with their number."""

    def __init__(self, engine: DuckEngine, pieces: Iterable[Landed], lists: Mapping[str, Texts]) -> None:
        self._engine, self._pieces, self._lists = engine, pieces, lists
        self.tables: dict[str, Table] = {}

    def lookup(self, name: str, before: op.Plan, count: op.Count) -> op.Lookup:
        """The lookup of that name; its rows are in `tables`."""
        packing = Packing([self._lists.get(column) for column in count.by])
        self.tables[name] = _SharedValues(packing, self._shared(before, count, packing))
        types = tuple(op.Column(name=f"key_{n}", type="int") for n, _ in enumerate(count.by, start=1))
        return op.Lookup(keys=types, outputs=(op.Column(name=f"{name}_times", type="int"),), rows=())

    def _shared(self, before: op.Plan, count: op.Count, packing: "Packing") -> pa.Table:
        keys = self._keys(before, count, packing)
        first = next(keys, None)
        if first is None:
            return pa.table({"k0": pa.array([], pa.int64()), "times": pa.array([], pa.int64())})
        named = ", ".join(first.schema.names)
        shared = "SELECT found FROM shared"
        with self._engine.holding(
            _PIECES, pa.RecordBatchReader.from_batches(first.schema, _again(first, keys))
        ):
            self._engine.run(
                f"CREATE OR REPLACE TABLE shared AS SELECT hash({named}) AS found FROM {_PIECES} GROUP BY 1 HAVING count(*) > 1"
            )
        some = bool(self._engine.rows("SELECT 1 FROM shared LIMIT 1"))
        again = self._keys(before, count, packing) if some else iter(())
        with self._engine.holding(_PIECES, pa.RecordBatchReader.from_batches(first.schema, again)):
            return self._engine.arrow(
                f"SELECT {named}, count(*) AS times FROM {_PIECES} WHERE hash({named}) IN ({shared})"
                f" GROUP BY {named} HAVING count(*) > 1"
            )

    def _keys(self, before: op.Plan, count: op.Count, packing: "Packing") -> Iterator[pa.RecordBatch]:
        """The values of each piece that are counted, packed."""
        stream = StreamPlan(before, self.tables)

        def packed(landed: dict[str, pa.Array], size: int) -> pa.RecordBatch:
            columns = stream.columns(landed, size)
            kept = columns.kept(columns.holds(count.where))
            arrays = [kept.full(value) for value in packing.packed([kept.get(c) for c in count.by])]
            return pa.record_batch(arrays, [f"k{n}" for n, _ in enumerate(arrays)])

        return side_by_side(self._pieces, packed)


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
        arrays = [pa.concat_arrays(c.chunks) if c.num_chunks else pa.array([], c.type) for c in found.columns]
        super().__init__(arrays[:-1], arrays[-1:])
        self._packing = packing

    def places(self, keys: list[Value]) -> Value:
        """Where the values of each row are; null where no other row shares them."""
        return super().places(self._packing.packed(keys))


def _again(first: pa.RecordBatch, others: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield first
    yield from others
