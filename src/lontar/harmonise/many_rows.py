"""Carrying out a plan over many rows: in several narrow passes, none of which keeps whole rows."""

from lontar.harmonise.accounting import ACCOUNTED
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import JUDGED, DuckEngine
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import condition_sql, identifier, plan_sql
from lontar.harmonise.plan.rewriting import pruned, with_counts_looked_up

WHOLE = "judged_whole"


def is_for_many_rows(compiled: Compiled) -> bool:
    """Whether a plan can be carried out in passes: sums over parts and increments want their rows kept."""
    return not any(isinstance(step.does, op.Total | op.Gather | op.Previous) for step in compiled.plan.steps)


def carry_out_in_passes(engine: DuckEngine, compiled: Compiled) -> None:
    """Make `judged` with the columns that account and problems read; the view `judged_whole` has every column.

    Of a code cell in a row without problem `judged` keeps the first sign only: enough to see that it is filled.
    """
    engine.bind_lookups(compiled.plan)
    plan = with_counts_looked_up(compiled.plan, lambda *told: repeated_values(engine, *told))
    engine.run(f"CREATE VIEW {WHOLE} AS {plan_sql(plan)}")
    slots = tuple(compiled.binding.slots.values())
    bad = tuple(dict.fromkeys(bad.column for bad in compiled.bad))
    narrow = pruned(plan, (*ACCOUNTED, *bad, *slots))
    told = [*map(identifier, (*ACCOUNTED, *bad)), *(_shortened(slot, bad) for slot in slots)]
    engine.run(f"CREATE TABLE {JUDGED} AS SELECT {', '.join(told)} FROM ({plan_sql(narrow)})")
    engine.observed = WHOLE


def _shortened(slot: str, bad: tuple[str, ...]) -> str:
    column = identifier(slot)
    has_problem = " OR ".join(f"{identifier(name)} IS NOT NULL" for name in bad) or "FALSE"
    return f"CASE WHEN {has_problem} THEN {column} ELSE {column}[1] END AS {column}"


def repeated_values(engine: DuckEngine, name: str, before: op.Plan, count: op.Count) -> op.Lookup:
    """The values that several rows share: found by their hashes first, which takes little memory, and then exactly."""
    keys = ", ".join(map(identifier, count.by))
    rows = f"({plan_sql(before)}) WHERE {condition_sql(count.where)}"
    hashes = identifier(f"{name}_hashes")
    hashed = f"hash({keys})" if keys else "0"
    engine.run(
        f"CREATE TABLE {hashes} AS SELECT {hashed} AS found FROM {rows} GROUP BY 1 HAVING count(*) > 1"
    )
    output = f"{name}_times"
    told = [f"{identifier(key)} AS {identifier(f'key_{n}')}" for n, key in enumerate(count.by, start=1)]
    grouped = f"GROUP BY {keys} HAVING count(*) > 1" if keys else "HAVING count(*) > 1"
    limit = "" if engine.rows(f"SELECT 1 FROM {hashes} LIMIT 1") else " AND FALSE"
    engine.run(
        f"CREATE TABLE {identifier(name)} AS SELECT {', '.join([*told, f'count(*) AS {identifier(output)}'])} FROM {rows}"
        f" AND {hashed} IN (SELECT found FROM {hashes}){limit} {grouped}"
    )
    types = tuple(op.Column(name=f"key_{n}", type="text") for n, _ in enumerate(count.by, start=1))
    return op.Lookup(keys=types, outputs=(op.Column(name=output, type="int"),), rows=())
