"""Carrying out a plan over many rows: over numbers of texts, in several narrow passes, none of which keeps whole rows."""

from collections.abc import Iterable

from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import COUNTED, JUDGED, DuckEngine
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import condition_sql, identifier, literal, plan_sql
from lontar.harmonise.plan.numbering import Numbered, numbered
from lontar.harmonise.plan.rewriting import pruned, with_counts_looked_up
from lontar.harmonise.plan.simplifying import simplified

_COUNTED = (
    "file", "pieces", "entry", "source_column", "fate", "ignore", "row_ignore", "absence", "indicator",
)  # fmt: skip
"""Columns that are counted by what they hold, besides problems."""
_FILLED = "x"
"""What is counted of a text of which only counts whether it is there."""


class ManyRows:
    """One call over many rows. Its relations are made of the landed numbers each time that they are read."""

    def __init__(self, engine: DuckEngine, compiled: Compiled) -> None:
        self._engine, self._compiled = engine, compiled
        told = numbered(simplified(compiled.plan), engine.texts)
        engine.bind_lookups(told.plan)
        self._in_passes = not any(isinstance(s.does, op.Total | op.Previous) for s in told.plan.steps)
        plan = told.plan
        if self._in_passes:
            plan = with_counts_looked_up(plan, lambda *asked: repeated_values(engine, *asked))
        self._told = Numbered(plan, told.lists)

    def carry_out(self) -> None:
        """Make `judged` and `counted`. Sums over parts and increments want all rows kept; else `judged` has those with a problem."""
        if not self._in_passes:
            columns = sorted(self._columns())
            self._engine.run(f"CREATE TABLE {JUDGED} AS {self.texts_sql(columns, 'TRUE')}")
            self._engine.run(f"CREATE VIEW {COUNTED} AS SELECT *, 1 AS alike FROM {JUDGED}")
            return
        bad = tuple(dict.fromkeys(bad.column for bad in self._compiled.bad))
        has_problem = " OR ".join(f"{identifier(name)} IS NOT NULL" for name in bad) or "FALSE"
        slots = {bad.slot for bad in self._compiled.bad if bad.slot}
        wanted = ("file", "row", "pieces", "source_column", "fate", "figure", *bad, *sorted(slots))
        self._engine.run(f"CREATE TABLE {JUDGED} AS {self.texts_sql(wanted, has_problem)}")
        self._engine.run(f"CREATE TABLE {COUNTED} AS {self._counted_sql(bad)}")

    def observed_sql(self, columns: Iterable[str], indicator: str) -> str:
        """The observations of one indicator, texts written out, as a query without brackets."""
        if not self._in_passes:
            return f"SELECT * FROM {JUDGED} WHERE fate = 'observed' AND indicator = {literal(indicator)}"
        observed = " AND ".join(
            self._equals(column, text) for column, text in (("fate", "observed"), ("indicator", indicator))
        )
        return self.texts_sql(columns, observed)

    def texts_sql(self, columns: Iterable[str], where: str) -> str:
        """These columns of the judged relation, texts written out, of the rows that meet a condition over numbers."""
        columns = tuple(dict.fromkeys(columns))
        told, joins = [], ""
        for number, column in enumerate(columns):
            texts = self._told.lists.get(column)
            name = identifier(column)
            if texts is None:
                told.append(f"r.{name}")
                continue
            told.append(f"t{number}.text AS {name}")
            joins += (
                f"\n  LEFT JOIN {self._engine.bind_texts(texts)} AS t{number} ON r.{name} = t{number}.number"
            )
        wanted = pruned(self._told.plan, {*columns, "fate", "indicator"} | self._bad())
        return f"SELECT {', '.join(told)} FROM (SELECT * FROM (\n{plan_sql(wanted)}\n) WHERE {where}) AS r{joins}"

    def _counted_sql(self, bad: tuple[str, ...]) -> str:
        """Rows that are alike in all that is counted, as one; rows with several figures stay apart, since they are counted too."""
        several = len(self._compiled.binding.entries) > 1
        slots = tuple(self._compiled.binding.slots.values())
        kept = (*_COUNTED, *bad, *(("row",) if several else ()))
        bounds = ("low_told", "value_told")
        filled = ", ".join(self._filled(name) for name in ("figure", *slots))
        known = ", ".join(f"CASE WHEN {name} IS NOT NULL THEN 0 END AS {name}" for name in bounds)
        plan = pruned(self._told.plan, (*kept, *bounds, "figure", "found_value", *slots))
        grouped = (
            f"SELECT {', '.join(map(identifier, kept))}, {known}, {filled}, count(*) AS alike,"
            f" sum(found_value) AS found_value FROM (\n{plan_sql(plan)}\n) GROUP BY ALL"
        )
        texts = {column: t for column in kept if (t := self._told.lists.get(column)) is not None}
        joins = "".join(
            f" LEFT JOIN {self._engine.bind_texts(t)} AS t_{column} ON r.{column} = t_{column}.number"
            for column, t in texts.items()
        )
        replaced = ", ".join(f"t_{column}.text AS {column}" for column in texts)
        return f"SELECT r.* REPLACE ({replaced}) FROM ({grouped}) AS r{joins}"

    def _filled(self, column: str) -> str:
        name = identifier(column)
        return f"CASE WHEN {self._equals(column, '')} THEN '' ELSE {literal(_FILLED)} END AS {name}"

    def _equals(self, column: str, text: str) -> str:
        texts = self._told.lists.get(column)
        if texts is None:
            return condition_sql(op.OneOf(column=column, values=(text,)))
        number = texts.known(text)
        return condition_sql(op.OneOf(column=column, values=() if number is None else (number,)))

    def _bad(self) -> set[str]:
        return {bad.column for bad in self._compiled.bad}

    def _columns(self) -> set[str]:
        plan = self._compiled.plan
        return set[str]().union(*(step.does.makes(plan.lookups) for step in plan.steps))


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
