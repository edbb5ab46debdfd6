"""A slow, obvious interpreter of plans: what any engine must give. A relation is a list of rows, a row a dict.

Written from the words of plan/operations.py, not from any engine.
"""

import operator
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from lontar.harmonise.plan import operations as op

Row = dict[str, Any]

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
    "!=": operator.ne,
}


def interpret(plan: op.Plan, landed: list[Row]) -> list[Row]:
    """The relation of the plan's last step."""
    rows = landed
    for step in plan.steps:
        rows = carry_out(step.does, rows, plan)
    return rows


def holds(condition: op.Condition, row: Row) -> bool:
    """Whether the condition holds of this row."""
    match condition:
        case op.Missing(column=column):
            return row[column] is None
        case op.OneOf(column=column, values=values):
            return row[column] is not None and any(row[column] == v for v in values if v is not None)
        case op.Compared(left=left, holds=sign, right=right):
            if row[left] is None or row[right] is None:
                return False
            return RELATIONS[sign](row[left], row[right])
        case op.All(of=conditions):
            return all(holds(one, row) for one in conditions)
        case op.Any(of=conditions):
            return any(holds(one, row) for one in conditions)
        case op.Not(of=inner):
            return not holds(inner, row)


def carry_out(does: op.Operation, rows: list[Row], plan: op.Plan) -> list[Row]:
    """The relation that one operation makes of another."""
    match does:
        case op.Read():
            kept = ("file", "row", "line", "pieces", *does.slots)
            return [{name: row[name] for name in kept} for row in rows if row["file"] in does.files]
        case op.Attach():
            return list(attached(does, rows, plan.lookups[does.lookup]))
        case op.Unpivot():
            return [row | {"entry": n, "figure": row[slot]} for row in rows for n, slot in does.entries]
        case op.Keep():
            return [row for row in rows if holds(does.where, row)]
        case op.Count() | op.Total() | op.Gather() | op.Previous():
            groups = grouped(does.by, [row for row in rows if holds(does.where, row)])
            return [
                row | GROUP_VALUES[type(does)](does, row, groups.get(key(does.by, row), [])) for row in rows
            ]
        case _:
            return [row | {does.into: value(does, row)} for row in rows]


def attached(does: op.Attach, rows: list[Row], lookup: op.Lookup) -> Iterable[Row]:
    """Each row with the outputs of the lookup row that has the same keys; null equals null."""
    width = len(lookup.keys)
    known = {tuple(map(typed, line[:width], lookup.keys)): line[width:] for line in lookup.rows}
    for row in rows:
        found = known.get(tuple(row[key] for key in does.keys), (None,) * len(lookup.outputs))
        told = {c.name: typed(cell, c) for c, cell in zip(lookup.outputs, found, strict=True)}
        yield row | told


def typed(cell: op.Scalar, column: op.Column) -> Any:
    """A cell of a lookup in its column's type: a number stands there as decimal text."""
    return Decimal(str(cell)) if column.type == "number" and cell is not None else cell


def value(does: op.Operation, row: Row) -> Any:
    """The new value of one row, for the operations that look at this row alone."""
    match does:
        case op.Pick():
            return next((row[name] for name in does.options if row[name] is not None), None)
        case op.Digits():
            text = row[does.column]
            is_plain = text is not None and re.fullmatch("[0-9]{1,14}", text) is not None
            return Decimal(text) if is_plain else None
        case op.Choose():
            return chosen(does, row)
        case op.Concat():
            return "; ".join(row[name] for name in does.columns if row[name]) or None
        case op.Subtract():
            left, right = row[does.left], row[does.right]
            return None if left is None or right is None else left - right
    raise AssertionError(f"no such operation: {does}")


def chosen(does: op.Choose, row: Row) -> Any:
    """What the first case that holds gives."""
    for case in does.cases:
        if holds(case.when, row):
            if case.column is not None:
                return row[case.column]
            return typed(case.value, op.Column(name=does.into, type=does.type))
    return None if does.otherwise is None else row[does.otherwise]


def key(by: Iterable[str], row: Row) -> tuple[Any, ...]:
    """The row's values of `by`; null equals null."""
    return tuple(row[name] for name in by)


def grouped(by: Iterable[str], rows: list[Row]) -> dict[tuple[Any, ...], list[Row]]:
    """The rows by their values of `by`."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(key(by, row), []).append(row)
    return groups


def count(does: op.Count, row: Row, group: list[Row]) -> Row:
    """How many rows the group has, for the rows that belong to it."""
    return {does.into: len(group) if holds(does.where, row) else None}


def total(does: op.Total, row: Row, group: list[Row]) -> Row:
    """The sum over the group, also for rows that do not meet the condition."""
    told = [other[does.column] for other in group if other[does.column] is not None]
    return {does.into: sum(told, Decimal(0)) if told else None}


def gather(does: op.Gather, row: Row, group: list[Row]) -> Row:
    """The distinct texts of the group, for the rows that are to have them, of the group or not."""
    texts = "; ".join(sorted({other[does.column] for other in group if other[does.column]}))
    return {does.into: texts or None if holds(does.given, row) else None}


def previous(does: op.Previous, row: Row, group: list[Row]) -> Row:
    """The values of the row that comes right before this one in its group."""
    mine = row[does.order]
    earlier = [
        one for one in group if one[does.order] is not None and (mine is None or one[does.order] < mine)
    ]
    if not earlier or not holds(does.where, row):
        return {into: None for _, into in does.columns}
    last = max(earlier, key=lambda one: one[does.order])
    return {into: last[column] for column, into in does.columns}


GROUP_VALUES: dict[type, Callable[[Any, Row, list[Row]], Row]] = {
    op.Count: count,
    op.Total: total,
    op.Gather: gather,
    op.Previous: previous,
}
