"""A plan carried out in memory, on a piece of the landed rows after the other: columns as Arrow arrays, made when asked for.

For plans whose every row is judged by itself: sums, counts and neighbours across rows (Count, Total, Previous) are not
for this engine. Numbers of texts are 32-bit integers, numbers are decimals, a column of one value is a scalar.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any as Anything
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from lontar.harmonise.plan import operations as op

_TYPES: dict[op.Type, pa.DataType] = {
    "text": pa.string(), "int": pa.int64(), "number": pa.decimal128(18, 4), "date": pa.date32(), "bool": pa.bool_(),
}  # fmt: skip
_DENSE = 4
"""A key is looked up by its place where there are at most so many places for each row of the lookup."""
_RELATIONS: dict[str, Callable[..., pa.Array]] = {
    "<": pc.less, "<=": pc.less_equal, "=": pc.equal, ">=": pc.greater_equal, ">": pc.greater, "!=": pc.not_equal,
}  # fmt: skip

Value: TypeAlias = Anything
"""A column of a piece (pyarrow.Array), or the one value that it holds (pyarrow.Scalar)."""
Known: TypeAlias = Anything
"""A condition over a piece: true, false, or an array of either that is never null."""


class StreamPlan:
    """A plan made ready: its lookups as arrays, its steps by the columns that they make."""

    def __init__(self, plan: op.Plan, tables: "Mapping[str, Table] | None" = None) -> None:
        made = tables or {}
        self.tables = {name: made.get(name) or Table.of(lookup) for name, lookup in plan.lookups.items()}
        self._stages: list[list[op.Operation]] = [[]]
        for step in plan.steps:
            if isinstance(step.does, op.Count | op.Total | op.Gather | op.Previous | op.Subtract):
                raise TypeError(f"{type(step.does).__name__} is not done piece by piece")
            if isinstance(step.does, op.Read | op.Unpivot | op.Keep):
                self._stages.append([])
            self._stages[-1].append(step.does)
        self._lookups = plan.lookups

    def columns(self, landed: Mapping[str, pa.Array], rows: int) -> "Columns":
        """The columns of the judged relation for a piece of the landed rows."""
        found = Columns(rows)
        for name, array in landed.items():
            found.make(name, partial(_given, array))
        for stage in self._stages:
            for does in stage:
                found = self._added(found, does)
        return found

    def _added(self, found: "Columns", does: op.Operation) -> "Columns":
        match does:
            case op.Read(files=files):
                return found.kept(found.holds(op.OneOf(column="file", values=files)))
            case op.Keep(where=where):
                return found.kept(found.holds(where))
            case op.Unpivot(entries=entries):
                return found.made_long(entries)
            case op.Attach(lookup=name, keys=keys):
                table, places = self.tables[name], f"\0places in {name}"
                found.make(places, partial(_places, table, keys))
                for number, column in enumerate(self._lookups[name].outputs):
                    found.make(column.name, partial(_output, table, number, places))
            case op.Pick() | op.Choose() | op.Concat() | op.Digits():
                found.make(does.into, partial(_CALCULATED[type(does)], does))
        return found


class Columns:
    """The columns of a piece, each worked out once, when it is first asked for."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self._ways: dict[str, Way] = {}
        self._found: dict[str, Value] = {}

    def make(self, name: str, way: "Way") -> None:
        """Tell how a column is made, from these columns: a way that holds them would keep them from being let go."""
        self._ways[name] = way

    def get(self, name: str) -> Value:
        """A column: an array, or a scalar if it holds one value in every row."""
        if name not in self._found:
            self._found[name] = self._ways[name](self)
        return self._found[name]

    def array(self, name: str) -> pa.Array:
        """A column as an array."""
        return self.full(self.get(name))

    def full(self, value: Value) -> pa.Array:
        """A value for every row."""
        return pa.repeat(value, self.rows) if isinstance(value, pa.Scalar) else value

    def kept(self, where: Known) -> "Columns":
        """The columns of the rows that meet a condition."""
        if where is True or (where is not False and pc.all(where).as_py()):
            return self
        mask = self.full(pa.scalar(False)) if where is False else where
        found = Columns(pc.sum(mask).as_py() or 0)
        for name in self._ways:
            found.make(name, partial(_filtered, self, name, mask))
        return found

    def made_long(self, entries: Sequence[tuple[int, str]]) -> "Columns":
        """One row for each row and entry, the entries of a row one after the other."""
        count = len(entries)
        found = Columns(self.rows * count)
        if count == 1:
            for name in (*self._ways, "figure"):
                found.make(name, partial(_same, self, entries[0][1] if name == "figure" else name))
            found.make("entry", partial(_given, pa.scalar(entries[0][0], pa.int64())))
            return found
        places = _numbers(self.rows * count)
        rows = pc.divide(places, count)
        which = pc.subtract(places, pc.multiply(rows, count))
        for name in self._ways:
            found.make(name, partial(_taken, self, name, rows))
        found.make("entry", partial(_given, pa.array([n for n, _ in entries], pa.int64()).take(which)))
        beside = pc.add(pc.multiply(which, self.rows), rows)
        found.make("figure", partial(_side_by_side, self, [slot for _, slot in entries], beside))
        return found

    def holds(self, condition: op.Condition) -> Known:
        """Where a condition holds."""
        match condition:
            case op.Missing(column=column):
                return _known(pc.is_null(self.get(column)))
            case op.OneOf(column=column, values=values):
                return self._is_one_of(self.get(column), [value for value in values if value is not None])
            case op.Compared(left=left, holds=holds, right=right):
                met = _RELATIONS[holds](self.get(left), self.get(right))
                return _known(met if isinstance(met, pa.Scalar) else pc.fill_null(met, False))
            case op.All(of=conditions):
                return _met(map(self.holds, conditions), pc.and_, True)
            case op.Any(of=conditions):
                return _met(map(self.holds, conditions), pc.or_, False)
            case op.Not(of=inner):
                met = self.holds(inner)
                return not met if isinstance(met, bool) else pc.invert(met)

    def _is_one_of(self, value: Value, values: list[op.Scalar]) -> Known:
        values = _fitting(values, value.type)
        if not values:
            return False
        if isinstance(value, pa.Scalar):
            return value.is_valid and any(pa.scalar(one, value.type).equals(value) for one in values)
        if len(values) == 1:
            return pc.fill_null(pc.equal(value, pa.scalar(values[0], value.type)), False)
        return pc.is_in(value, value_set=pa.array(values, value.type))


def _fitting(values: list[op.Scalar], kind: pa.DataType) -> list[op.Scalar]:
    """The values that a column of this type can hold at all: a column of numbers may be narrower than a constant of the plan."""
    if not pa.types.is_signed_integer(kind):
        return values
    beyond = 1 << (kind.bit_width - 1)
    return [one for one in values if isinstance(one, int) and -beyond <= one < beyond]


class Table:
    """A lookup as arrays of keys and outputs; null meets null."""

    def __init__(self, keys: list[pa.Array], outputs: list[pa.Array]) -> None:
        self._width, self._outputs = len(keys), outputs
        self._sets = [pc.unique(key) for key in keys]
        self._by_place = self._dense(keys[0]) if self._width == 1 else None
        self._combined = keys[0] if self._width == 1 else self._combine(keys)

    @classmethod
    def of(cls, lookup: op.Lookup) -> "Table":
        """The table of a lookup that has its rows with it."""
        width = len(lookup.keys)
        columns = list(zip(*lookup.rows, strict=True)) or [()] * (width + len(lookup.outputs))
        named = (*lookup.keys, *lookup.outputs)
        arrays = [_array(cells, column.type) for cells, column in zip(columns, named, strict=True)]
        return cls(arrays[:width], arrays[width:])

    def output(self, number: int, places: pa.Array | pa.Scalar) -> Value:
        """An output for rows whose places in the lookup are given."""
        if isinstance(places, pa.Scalar):
            kind = self._outputs[number].type
            return self._outputs[number][places.as_py()] if places.is_valid else pa.scalar(None, kind)
        return _at(self._outputs[number], places)

    def places(self, keys: list[Value]) -> pa.Array | pa.Scalar:
        """Where in the lookup the row with these keys is; null where there is none."""
        if (
            self._by_place is not None
            and not isinstance(keys[0], pa.Scalar)
            and _fits(keys[0], len(self._by_place))
        ):
            return _at(self._by_place, keys[0])
        if not keys or not self._width:
            return pa.scalar(0 if len(self._outputs[0]) else None, pa.int32())
        combined = keys[0] if self._width == 1 else self._combine(keys)
        return pc.index_in(combined, value_set=self._combined)

    def _dense(self, key: pa.Array) -> pa.Array | None:
        """Place of each possible key, if keys are small whole numbers."""
        if not pa.types.is_integer(key.type) or not len(key) or key.null_count:
            return None
        least, most = pc.min(key).as_py(), pc.max(key).as_py()
        if least < 0 or most > _DENSE * len(key) + 1000:
            return None
        return pc.index_in(_numbers(most + 1), value_set=pc.cast(key, pa.int64()))

    def _combine(self, keys: Sequence[Value]) -> Value:
        """One number for the keys of a row; null where the lookup does not know one of them."""
        combined, stride = None, 1
        for key, known in zip(keys, self._sets, strict=True):
            place = pc.cast(pc.index_in(key, value_set=known), pa.int64())
            part = pc.multiply(place, stride)
            combined = part if combined is None else pc.add(combined, part)
            stride *= max(1, len(known))
        return combined


Way: TypeAlias = Callable[[Columns], Value]
"""How a column is made of others."""


def _given(value: Value, _: Columns) -> Value:
    return value


def _same(before: Columns, name: str, _: Columns) -> Value:
    return before.get(name)


def _filtered(before: Columns, name: str, mask: pa.Array, _: Columns) -> Value:
    value = before.get(name)
    return value if isinstance(value, pa.Scalar) else value.filter(mask)


def _taken(before: Columns, name: str, rows: pa.Array, _: Columns) -> Value:
    value = before.get(name)
    return value if isinstance(value, pa.Scalar) else _at(value, rows)


def _side_by_side(before: Columns, slots: list[str], places: pa.Array, _: Columns) -> Value:
    return pa.concat_arrays([before.array(slot) for slot in slots]).take(places)


def _places(table: Table, keys: tuple[str, ...], columns: Columns) -> Value:
    return table.places([columns.get(key) for key in keys])


def _output(table: Table, number: int, places: str, columns: Columns) -> Value:
    return table.output(number, columns.get(places))


def _pick(does: op.Pick, columns: Columns) -> Value:
    options = [columns.get(option) for option in does.options]
    told = [o for o in options if not (isinstance(o, pa.Scalar) and not o.is_valid)]
    if not told:
        return pa.scalar(None, _TYPES[does.type])
    if len(told) == 1 or (not isinstance(told[0], pa.Scalar) and not told[0].null_count):
        return told[0]
    return pc.coalesce(*told)


def _choose(does: op.Choose, columns: Columns) -> Value:
    kind = _TYPES[does.type]
    cases: list[tuple[pa.Array, Value]] = []
    last: Value = columns.get(does.otherwise) if does.otherwise else pa.scalar(None, kind)
    for case in does.cases:
        where = columns.holds(case.when)
        if where is False or (where is not True and not pc.any(where).as_py()):
            continue
        value = columns.get(case.column) if case.column else pa.scalar(_constant(case.value, does.type), kind)
        if where is True:
            last = value
            break
        cases.append((where, value))
    for where, value in reversed(cases):
        last = pc.if_else(where, value, last)
    return last


def _concat(does: op.Concat, columns: Columns) -> Value:
    texts = [columns.get(column) for column in does.columns]
    told = [t for t in texts if not (t.null_count == len(t) if isinstance(t, pa.Array) else not t.is_valid)]
    if not told:
        return pa.scalar(None, pa.string())
    filled = [pc.fill_null(columns.full(text), "") for text in told]
    joined = filled[0]
    for text in filled[1:]:
        both = pc.binary_join_element_wise(joined, text, "; ")
        joined = pc.if_else(pc.equal(joined, ""), text, pc.if_else(pc.equal(text, ""), joined, both))
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)


def _digits(does: op.Digits, columns: Columns) -> Value:
    text = columns.array(does.column)
    plain = pc.fill_null(pc.match_substring_regex(text, "^[0-9]{1,14}$"), False)
    whole = pc.cast(pc.if_else(plain, text, pa.scalar(None, pa.string())), pa.int64())
    return pc.cast(pc.cast(whole, pa.decimal128(23, 4)), _TYPES["number"])


_CALCULATED: dict[type, Callable[[Anything, Columns], Value]] = {
    op.Pick: _pick, op.Choose: _choose, op.Concat: _concat, op.Digits: _digits,
}  # fmt: skip


def _array(cells: Sequence[op.Scalar], kind: op.Type) -> pa.Array:
    if kind == "int" and all(cell is None or -(2**31) <= int(str(cell)) < 2**31 for cell in cells):
        return pa.array(cells, pa.int32())
    return pa.array([_constant(cell, kind) for cell in cells], _TYPES[kind])


def _constant(value: op.Scalar, kind: op.Type) -> str | int | bool | date | Decimal | None:
    return Decimal(value) if kind == "number" and isinstance(value, str) else value


def _at(column: pa.Array, places: pa.Array) -> pa.Array:
    """The cells of a column at these places, all of which it has."""
    return pc.take(column, places, boundscheck=False)


def _numbers(count: int) -> pa.Array:
    """The numbers from 0 on."""
    return pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), count), start=-1)


def _fits(key: pa.Array, places: int) -> bool:
    """Whether every key is a place."""
    if not pa.types.is_integer(key.type):
        return False
    span = pc.min_max(key)
    least, most = span["min"].as_py(), span["max"].as_py()
    return least is None or (least >= 0 and most < places)


def _known(met: Value) -> Known:
    return bool(met.as_py()) if isinstance(met, pa.Scalar) else met


def _met(conditions: Iterable[Known], join: Callable[..., pa.Array], neutral: bool) -> Known:
    found: Known = neutral
    for condition in conditions:
        if isinstance(condition, bool):
            if condition is not neutral:
                return condition
        else:
            found = condition if isinstance(found, bool) else join(found, condition)
    return found
