"""A plan as DuckDB SQL: one common table expression a step, readable from top to bottom.

Only this module writes SQL from a plan. Identifiers go through `identifier`, constants through `literal`;
lookups are bound tables, never text.
"""

from collections.abc import Callable, Sequence
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
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def plan_sql(plan: op.Plan, until: str | None = None) -> str:
    """The query that yields the relation of the last step, or of the step named."""
    parts, before = [], LANDED
    for step in plan.steps:
        name = identifier(step.name)
        comment = f"-- {_one_line(step.why)}\n" if step.why else ""
        parts.append(f"{comment}{name} AS (\n  {operation_sql(step.does, before, plan)}\n)")
        before = step.name
        if step.name == until:
            break
    return "WITH\n" + ",\n".join(parts) + f"\nSELECT * FROM {identifier(before)}"


def operation_sql(does: op.Operation, source: str, plan: op.Plan) -> str:
    """One step as a SELECT from the relation of the step before."""
    return _RENDERERS[type(does)](does, identifier(source), plan)


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


def _read(does: op.Read, source: str, _: op.Plan) -> str:
    columns = ", ".join(identifier(name) for name in ("file", "row", "line", "pieces", *does.slots))
    files = op.OneOf(column="file", values=does.files)
    return f"SELECT {columns} FROM {source} WHERE {condition_sql(files)}"


def _attach(does: op.Attach, source: str, plan: op.Plan) -> str:
    lookup = plan.lookups[does.lookup]
    outputs = "".join(f", l.{identifier(column.name)}" for column in lookup.outputs)
    pairs = " AND ".join(
        f"r.{identifier(key)} IS NOT DISTINCT FROM l.{identifier(column.name)}"
        for key, column in zip(does.keys, lookup.keys, strict=True)
    )
    return f"SELECT r.*{outputs} FROM {source} AS r LEFT JOIN {identifier(does.lookup)} AS l ON {pairs or 'TRUE'}"


def _unpivot(does: op.Unpivot, source: str, _: op.Plan) -> str:
    if len(does.entries) == 1:
        number, slot = does.entries[0]
        return f"SELECT *, {number}::BIGINT AS entry, {identifier(slot)} AS figure FROM {source}"
    numbers = ", ".join(f"({number}::BIGINT)" for number, _ in does.entries)
    cases = " ".join(f"WHEN {number} THEN {identifier(slot)}" for number, slot in does.entries)
    return f"SELECT r.*, e.entry, CASE e.entry {cases} END AS figure FROM {source} AS r, (VALUES {numbers}) AS e(entry)"


def _pick(does: op.Pick, source: str, _: op.Plan) -> str:
    options = ", ".join(identifier(option) for option in does.options)
    value = f"coalesce({options})" if does.options else f"NULL::{SQL_TYPES[does.type]}"
    return _with(does.into, value, source)


def _digits(does: op.Digits, source: str, _: op.Plan) -> str:
    column = identifier(does.column)
    number = (
        f"CASE WHEN regexp_full_match({column}, '[0-9]{{1,14}}') THEN {column}::{SQL_TYPES['number']} END"
    )
    return _with(does.into, number, source)


def _choose(does: op.Choose, source: str, _: op.Plan) -> str:
    kind = SQL_TYPES[does.type]
    cases = " ".join(
        f"WHEN {condition_sql(case.when)} THEN {identifier(case.column) if case.column else literal(case.value) + '::' + kind}"
        for case in does.cases
    )
    otherwise = identifier(does.otherwise) if does.otherwise else f"NULL::{kind}"
    return _with(does.into, f"CASE {cases} ELSE {otherwise} END" if cases else otherwise, source)


def _concat(does: op.Concat, source: str, _: op.Plan) -> str:
    texts = ", ".join(f"nullif({identifier(column)}, '')" for column in does.columns)
    value = f"nullif(concat_ws('; ', {texts}), '')" if texts else "NULL::VARCHAR"
    return _with(does.into, value, source)


def _count(does: op.Count, source: str, _: op.Plan) -> str:
    where = condition_sql(does.where)
    counted = f"count(*) FILTER ({where}) OVER ({_partition(does.by)})"
    return _with(does.into, f"CASE WHEN {where} THEN {counted} END", source)


def _total(does: op.Total, source: str, _: op.Plan) -> str:
    summed = (
        f"sum({identifier(does.column)}) FILTER ({condition_sql(does.where)}) OVER ({_partition(does.by)})"
    )
    return _with(does.into, f"{summed}::{SQL_TYPES['number']}", source)


def _previous(does: op.Previous, source: str, _: op.Plan) -> str:
    where = condition_sql(does.where)
    window = f"{_partition((*does.by,))}{', ' if does.by else 'PARTITION BY '}{where} ORDER BY {identifier(does.order)}"
    lags = "".join(
        f", CASE WHEN {where} THEN lag({identifier(column)}) OVER ({window}) END AS {identifier(into)}"
        for column, into in does.columns
    )
    return f"SELECT *{lags} FROM {source}"


def _subtract(does: op.Subtract, source: str, _: op.Plan) -> str:
    difference = f"({identifier(does.left)} - {identifier(does.right)})::{SQL_TYPES['number']}"
    return _with(does.into, difference, source)


def _keep(does: op.Keep, source: str, _: op.Plan) -> str:
    return f"SELECT * FROM {source} WHERE {condition_sql(does.where)}"


def _with(into: str, value: str, source: str) -> str:
    return f"SELECT *, {value} AS {identifier(into)} FROM {source}"


def _partition(by: Sequence[str]) -> str:
    return "PARTITION BY " + ", ".join(identifier(column) for column in by) if by else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


_RENDERERS: dict[type, Callable[[Anything, str, op.Plan], str]] = {
    op.Read: _read,
    op.Attach: _attach,
    op.Unpivot: _unpivot,
    op.Pick: _pick,
    op.Digits: _digits,
    op.Choose: _choose,
    op.Concat: _concat,
    op.Count: _count,
    op.Total: _total,
    op.Previous: _previous,
    op.Subtract: _subtract,
    op.Keep: _keep,
}
