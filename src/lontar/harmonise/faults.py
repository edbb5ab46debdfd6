"""Which rows are at fault where figures cannot be added up: only the judged rows tell."""

from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import JUDGED
from lontar.harmonise.places import place_sql
from lontar.harmonise.plan.duckdb_sql import identifier

AT_FAULT = "{found}"
"""Where the sentence on a figure that is not added up names these rows."""
_MOST_NAMED = 5
"""Rows that a sentence names before it counts the others."""


def unadded_query(problem: str, compiled: Compiled) -> str:
    """Place, problem and text of each figure that is not added up, with the rows at fault in words.

    These are the rows of the same sum that are refused themselves, or that have no figure. `problem` is the column that
    holds the problem's number.
    """
    key = tuple(dict.fromkeys(("file", *compiled.key)))
    column, grouped = identifier(problem), ", ".join(map(identifier, key))
    same = " AND ".join(f"j.{identifier(name)} IS NOT DISTINCT FROM f.{identifier(name)}" for name in key)
    kinds = [found.kind for found in compiled.findings.problems]
    absent = ", ".join(str(number) for number, kind in enumerate(kinds) if kind == "part_absent")
    figures = (
        f"SELECT *, {place_sql(compiled.binding.mapping)} AS place_told FROM {JUDGED}"
        f" WHERE {column} IS NOT NULL AND source_column IS NOT NULL AND fate = 'refused'"
    )
    faults = (
        f"SELECT {grouped}, {_rows_named(f'{column} IS NULL')} AS refused, {_rows_named('absence IS NOT NULL')} AS absent"
        f" FROM {JUDGED} WHERE fate = 'refused' GROUP BY ALL"
    )
    at_fault = f"coalesce(CASE WHEN j.{column} IN ({absent}) THEN f.absent ELSE f.refused END, 'another row')"
    return (
        f"SELECT j.file, j.row, j.place_told, j.{column}, j.figure, {at_fault}, j.source_column, NULL"
        f" FROM ({figures}) AS j LEFT JOIN ({faults}) AS f ON {same}"
    )


def _rows_named(where: str) -> str:
    """The rows of a group that meet a condition, in words; null if there are none."""
    rows = f"list_sort(list(DISTINCT row) FILTER ({where}))"
    first = f"array_to_string({rows}[1:{_MOST_NAMED}], ', ')"
    more = f"CASE WHEN len({rows}) > {_MOST_NAMED} THEN ' and ' || len({rows}) - {_MOST_NAMED} || ' more' ELSE '' END"
    return f"CASE WHEN len({rows}) > 1 THEN 'rows ' ELSE 'row ' END || {first} || {more}"
