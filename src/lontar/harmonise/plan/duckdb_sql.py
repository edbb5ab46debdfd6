"""A plan as DuckDB SQL: one common table expression a step, readable from top to bottom.

Only this module writes SQL from a plan. Identifiers go through `identifier`, constants through `literal`;
lookups are bound tables, never text.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any as Anything

from lontar.harmonise.plan import operations as op

SQL_TYPES: dict[op.Type, str] = {
    "text": "VARCHAR",
    "int": "BIGINT",
    "number": "DECIMAL(18, 4)",
    "date": "DATE",
    "bool": "BOOLEAN",
}
WIDE_NUMBER = "DECIMAL(28, 4)"
"""What sums and differences of numbers are."""
LANDED = "landed"


def identifier(name: str) -> str:
    """A name as SQL takes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: op.Scalar) -> str:
    """A constant as SQL takes it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value) if value >= 0 else f"({value})"  # a cast binds more closely than a sign
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def plan_sql(plan: op.Plan, until: str | None = None) -> str:
    """The query that yields the relation of the last step, or of the step named.

    Steps that do not read one another's columns are written as one SELECT: shorter to read, and faster to plan.
    """
    parts, before = [], LANDED
    for steps in _groups(plan, until):
        name = identifier(steps[-1].name)
        reasons = dict.fromkeys(_one_line(step.why) for step in steps if step.why)
        comment = f"-- {'; '.join(reasons)}\n" if reasons else ""
        parts.append(f"{comment}{name} AS (\n  {_group_sql(steps, before, plan)}\n)")
        before = steps[-1].name
    return "WITH\n" + ",\n".join(parts) + f"\nSELECT * FROM {identifier(before)}"


def _groups(plan: op.Plan, until: str | None) -> Iterator[list[op.Step]]:
    """Steps to be written as one SELECT each: as few as their needs allow, in an order that respects these.

    Operations that only add columns may change places with one another; the others stay where they are.
    """
    waiting: list[op.Step] = []
    for step in _until(plan, until):
        if _kind(step) is None:
            yield from _layers(waiting, plan)
            yield [step]
            waiting = []
        else:
            waiting.append(step)
    yield from _layers(waiting, plan)


def _until(plan: op.Plan, until: str | None) -> list[op.Step]:
    names = [step.name for step in plan.steps]
    return list(plan.steps) if until is None else list(plan.steps[: names.index(until) + 1])


def _layers(waiting: list[op.Step], plan: op.Plan) -> Iterator[list[op.Step]]:
    kinds = ("attach", "column")
    while waiting:
        for kind in kinds:
            layer = _ready(waiting, plan, kind)
            if layer:
                yield layer
                written = {step.name for step in layer}
                waiting = [step for step in waiting if step.name not in written]


def _ready(waiting: list[op.Step], plan: op.Plan, kind: str) -> list[op.Step]:
    """Steps of that kind that need nothing which a step still waiting makes."""
    ready, made = [], set[str]()
    for step in waiting:
        if _kind(step) == kind and not made & step.does.reads():
            ready.append(step)
        made |= step.does.makes(plan.lookups)
    return ready


def _kind(step: op.Step) -> str | None:
    if isinstance(step.does, op.Attach):
        return "attach"
    return "column" if type(step.does) in _VALUES else None


def _group_sql(steps: list[op.Step], before: str, plan: op.Plan) -> str:
    source, first = identifier(before), steps[0].does
    if type(first) in _VALUES:
        values = [
            f"{value} AS {identifier(into)}"
            for step in steps
            for into, value in _VALUES[type(step.does)](step.does)
        ]
        return "SELECT *,\n    " + ",\n    ".join(values) + f"\n  FROM {source}"
    if isinstance(first, op.Attach):
        return _attach([step.does for step in steps if isinstance(step.does, op.Attach)], source, plan)
    return _RELATIONS[type(first)](first, source)


def condition_sql(condition: op.Condition) -> str:
    """A condition that is never null."""
    match condition:
        case op.Missing(column=column):
            return f"{identifier(column)} IS NULL"
        case op.OneOf(column=column, values=values):
            listed = ", ".join(literal(value) for value in values)
            return f"coalesce({identifier(column)} IN ({listed}), FALSE)" if values else "FALSE"
        case op.Compared(left=left, holds=holds, right=right):
            sign = "<>" if holds == "!=" else holds
            return f"coalesce({identifier(left)} {sign} {identifier(right)}, FALSE)"
        case op.All(of=conditions):
            return "(" + " AND ".join(map(condition_sql, conditions)) + ")" if conditions else "TRUE"
        case op.Any(of=conditions):
            return "(" + " OR ".join(map(condition_sql, conditions)) + ")" if conditions else "FALSE"
        case op.Not(of=inner):
            return f"NOT {condition_sql(inner)}"


def _read(does: op.Read, source: str) -> str:
    columns = ", ".join(identifier(name) for name in ("file", "row", "line", "pieces", *does.slots))
    files = op.OneOf(column="file", values=does.files)
    return f"SELECT {columns} FROM {source} WHERE {condition_sql(files)}"


def _attach(attached: list[op.Attach], source: str, plan: op.Plan) -> str:
    outputs, joins = "", ""
    for number, does in enumerate(attached, start=1):
        lookup, alias = plan.lookups[does.lookup], f"l{number}"
        outputs += "".join(f", {alias}.{identifier(column.name)}" for column in lookup.outputs)
        pairs = " AND ".join(
            f"r.{identifier(key)} {_meets(lookup, number)} {alias}.{identifier(column.name)}"
            for number, (key, column) in enumerate(zip(does.keys, lookup.keys, strict=True))
        )
        joins += f"\n  LEFT JOIN {identifier(does.lookup)} AS {alias} ON {pairs or 'TRUE'}"
    return f"SELECT r.*{outputs}\n  FROM {source} AS r{joins}"


def _meets(lookup: op.Lookup, key: int) -> str:
    """How a key is compared. Null meets null; where the lookup has no null nothing meets it, and engines are quicker."""
    has_no_null = bool(lookup.rows) and all(row[key] is not None for row in lookup.rows)
    return "=" if has_no_null else "IS NOT DISTINCT FROM"


def _unpivot(does: op.Unpivot, source: str) -> str:
    if len(does.entries) == 1:
        number, slot = does.entries[0]
        return f"SELECT *, {number}::BIGINT AS entry, {identifier(slot)} AS figure FROM {source}"
    numbers = ", ".join(f"({number}::BIGINT)" for number, _ in does.entries)
    cases = " ".join(f"WHEN {number} THEN {identifier(slot)}" for number, slot in does.entries)
    return f"SELECT r.*, e.entry, CASE e.entry {cases} END AS figure FROM {source} AS r, (VALUES {numbers}) AS e(entry)"


def _keep(does: op.Keep, source: str) -> str:
    return f"SELECT * FROM {source} WHERE {condition_sql(does.where)}"


Value = tuple[str, str]
"""A new column and the expression that gives it."""


def _pick(does: op.Pick) -> list[Value]:
    options = ", ".join(identifier(option) for option in does.options)
    return [(does.into, f"coalesce({options})" if does.options else f"NULL::{SQL_TYPES[does.type]}")]


def _digits(does: op.Digits) -> list[Value]:
    column = identifier(does.column)
    is_plain = f"regexp_full_match({column}, '[0-9]{{1,14}}')"
    return [(does.into, f"CASE WHEN {is_plain} THEN {column}::{SQL_TYPES['number']} END")]


def _choose(does: op.Choose) -> list[Value]:
    kind = SQL_TYPES[does.type]
    cases = " ".join(
        f"WHEN {condition_sql(case.when)} THEN "
        + (identifier(case.column) if case.column else f"{literal(case.value)}::{kind}")
        for case in does.cases
    )
    otherwise = identifier(does.otherwise) if does.otherwise else f"NULL::{kind}"
    return [(does.into, f"CASE {cases} ELSE {otherwise} END" if cases else otherwise)]


def _concat(does: op.Concat) -> list[Value]:
    texts = ", ".join(f"nullif({identifier(column)}, '')" for column in does.columns)
    return [(does.into, f"nullif(concat_ws('; ', {texts}), '')" if texts else "NULL::VARCHAR")]


def _count(does: op.Count) -> list[Value]:
    where = condition_sql(does.where)
    # count(*) FILTER would take a time that grows with the square of the rows that are alike
    counted = f"count(CASE WHEN {where} THEN 1 END) OVER ({_partition(does.by)})"
    return [(does.into, f"CASE WHEN {where} THEN {counted} END")]


def _total(does: op.Total) -> list[Value]:
    parts = f"CASE WHEN {condition_sql(does.where)} THEN {identifier(does.column)} END"
    summed = f"sum({parts}) OVER ({_partition(does.by)})"
    return [(does.into, f"{summed}::{WIDE_NUMBER}")]


def _gather(does: op.Gather) -> list[Value]:
    # string_agg with DISTINCT or ORDER BY would take a time that grows with the square of the rows that are alike
    text = f"CASE WHEN {condition_sql(does.where)} THEN nullif({identifier(does.column)}::VARCHAR, '') END"
    in_order = f"map_keys(histogram({text}) OVER ({_partition(does.by)}))"
    joined = f"nullif(array_to_string({in_order}, '; '), '')"
    return [(does.into, f"CASE WHEN {condition_sql(does.given)} THEN {joined} END")]


def _previous(does: op.Previous) -> list[Value]:
    where = condition_sql(does.where)
    window = f"{_partition((*does.by,))}{', ' if does.by else 'PARTITION BY '}{where} ORDER BY {identifier(does.order)}"
    return [
        (into, f"CASE WHEN {where} THEN lag({identifier(column)}) OVER ({window}) END")
        for column, into in does.columns
    ]


def _subtract(does: op.Subtract) -> list[Value]:
    return [(does.into, f"({identifier(does.left)} - {identifier(does.right)})::{WIDE_NUMBER}")]


def _partition(by: Sequence[str]) -> str:
    return "PARTITION BY " + ", ".join(identifier(column) for column in by) if by else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


_RELATIONS: dict[type, Callable[[Anything, str], str]] = {
    op.Read: _read,
    op.Unpivot: _unpivot,
    op.Keep: _keep,
}
_VALUES: dict[type, Callable[[Anything], list[Value]]] = {
    op.Pick: _pick,
    op.Digits: _digits,
    op.Choose: _choose,
    op.Concat: _concat,
    op.Count: _count,
    op.Total: _total,
    op.Gather: _gather,
    op.Previous: _previous,
    op.Subtract: _subtract,
}
