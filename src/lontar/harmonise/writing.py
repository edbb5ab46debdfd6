"""The judged relation -> observations and problems on disk, in the columns of the contract."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from lontar.harmonise.compiling.builder import Bad
from lontar.harmonise.compiling.coding import LIST_SEPARATOR
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import COUNTED, JUDGED, DuckEngine
from lontar.harmonise.places import place_sql
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import identifier, literal
from lontar.model.mapping import Mapping, MappingBundle
from lontar.model.problems import Problem

_BEFORE = (
    ("indicator", "indicator"), ("unit", "unit"), ("stage", "stage"), ("reporter", "reporter"),
    ("source_kind", "source_kind"), ("area", "area"), ("final_period", "period"), ("final_frequency", "frequency"),
    ("final_start", "period_start"), ("period_end", "period_end"), ("vintage", "vintage"),
    ("final_value::DOUBLE", "value"), ("low_told::DOUBLE", "low"), ("high_told::DOUBLE", "high"),
    ("absence", "absence"), ("status", "status"), ("series_break", "series_break"),
)  # fmt: skip
_READ = (
    "indicator", "unit", "stage", "reporter", "source_kind", "area", "final_period", "final_frequency", "final_start",
    "period_end", "vintage", "final_value", "low_told", "high_told", "absence", "status", "series_break", "match", "note",
    "figure", "derived", "file", "row", "line", "pieces", "source_column",
)  # fmt: skip
"""Columns of the judged relation that every observation is made of."""
_AFTER = (
    ('"match"', "match"), ("note", "note"), ("figure", "source_value"), ("derived", "derived"),
    ("f.name", "source_file"), ("f.sheet", "source_sheet"), ("row::INTEGER", "source_row"),
    ("({place})::INTEGER", "source_column"), ("line::INTEGER", "source_line"),
)  # fmt: skip
_FILES = (
    op.Column(name="file", type="int"), op.Column(name="name", type="text"), op.Column(name="sheet", type="text"),
)  # fmt: skip


def bind_files(engine: DuckEngine, files: list[tuple[int, str, str | None]]) -> None:
    """Make file names and sheets known to the queries of this module."""
    engine.bind("files", _FILES, files)


Observed = Callable[[Iterable[str], str], str]
"""Columns wanted and an indicator -> a query for its observations, without brackets."""


def kept_whole(columns: Iterable[str], indicator: str) -> str:  # noqa: ARG001
    """Observations from a judged relation that has every row and column."""
    return f"SELECT * FROM {JUDGED} WHERE fate = 'observed' AND indicator = {literal(indicator)}"


class Told(NamedTuple):
    """What the observations of one call are made of."""

    compiled: Compiled
    bundle: MappingBundle
    observed: Observed
    in_order: bool
    """Whether rows were landed in the order of their places."""


def write_observations(engine: DuckEngine, told: Told, folder: Path) -> dict[str, int]:
    """One Parquet file for each indicator that has observations; returns how many each has."""
    folder.mkdir()
    counted = engine.rows(
        f"SELECT indicator, sum(alike) FROM {COUNTED} WHERE fate = 'observed' GROUP BY 1 ORDER BY 1"
    )
    in_order = told.in_order and told.observed is not kept_whole and len(told.compiled.binding.entries) == 1
    for identity, _ in counted:
        target, query = folder / f"{identity}.parquet", observation_query(told, str(identity))
        options = "FORMAT parquet, COMPRESSION zstd"
        if in_order:
            engine.copy(query, target, options)
        if not in_order or not _lies_in_order(engine, target):
            engine.copy(f"{query} ORDER BY file, row, source_column", target, options)
    return {str(identity): int(count) for identity, count in counted}


def _lies_in_order(engine: DuckEngine, written: Path) -> bool:
    """Whether rows of one figure each lie in the order of their places: the engine promises no order, though it keeps one.

    Read from the beginning to the end, each file comes once, in its turn, and in each the rows never go back.
    """
    steps = (
        "SELECT source_file AS file, source_row AS row, lag(source_file) OVER () AS file_before,"
        f" lag(source_row) OVER () AS row_before FROM read_parquet({literal(str(written))})"
    )
    told = engine.rows(
        f"SELECT file, row < row_before AND file = file_before FROM ({steps})"
        " WHERE file IS DISTINCT FROM file_before OR row < row_before"
    )
    turns = [str(file) for file, _ in told]
    given = [
        str(name) for (name,) in engine.rows("SELECT name FROM files ORDER BY file") if str(name) in turns
    ]
    return turns == given and not any(back for _, back in told)


def observation_query(told: Told, identity: str) -> str:
    """The observations of one indicator, in any order.

    An event without an id of the source is called by its record number; among several files, with the file's name before it.
    """
    compiled, mapping = told.compiled, told.bundle.mapping
    expressions = {name: expression for expression, name in _BEFORE}
    own_event = "row::VARCHAR" if len(compiled.binding.files) < 2 else "f.name || ':' || row::VARCHAR"
    dimensions = told.bundle.indicators[identity].dimensions
    read = {*_READ, *dimensions}
    for dimension in dimensions:
        column = identifier(dimension)
        expressions[dimension] = f"coalesce({column}, {own_event})" if dimension == "event" else column
        if dimension in compiled.listed:
            listed = f"{dimension}_list"
            read.add(listed)
            expressions[listed] = f"string_split({identifier(listed)}, '{LIST_SEPARATOR}')"
    place = place_sql(mapping)
    expressions |= {name: expression.format(place=place) for expression, name in _AFTER}
    expressions |= {"mapping": _constant(mapping.id), "mapping_version": _constant(told.bundle.version)}
    columns = ", ".join(f"{expression} AS {identifier(name)}" for name, expression in expressions.items())
    return (
        f"SELECT {columns} FROM ({told.observed(sorted(read), identity)}) AS o JOIN files AS f USING (file)"
    )


def _constant(text: str) -> str:
    """A text that is the same in every row, of a type of its own: that is written once, not row by row."""
    return f"{literal(text)}::ENUM({literal(text)})"


def write_problems(
    engine: DuckEngine, compiled: Compiled, others: list[Problem], names: list[str], target: Path
) -> dict[str, int]:
    """All problems as CSV, ordered by source place; returns how many of each severity there are."""
    texts = [
        (n, p.code, p.level, p.message(), p.remedy(), p.value)
        for n, p in enumerate(compiled.findings.problems)
    ]
    columns = (
        op.Column(name="number", type="int"),
        *(op.Column(name=n, type="text") for n in ("code", "severity", "message", "remedy", "said")),
    )
    engine.bind("problem_texts", columns, texts)
    engine.bind("other_problems", _OTHER_COLUMNS, [_other_row(p, names) for p in others])
    positions = [(f, slot, column) for (f, slot), column in compiled.binding.positions.items()]
    engine.bind(
        "positions",
        (
            op.Column(name="file", type="int"),
            op.Column(name="slot", type="text"),
            op.Column(name="position", type="int"),
        ),
        positions,
    )
    query = _problem_query(compiled)
    engine.copy(
        query,
        target,
        "FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', FORCE_QUOTE (value, message, remedy)",
    )
    counted = engine.rows(f"SELECT severity, count(*) FROM ({query}) GROUP BY 1")
    return {str(severity): int(count) for severity, count in counted}


def _problem_query(compiled: Compiled) -> str:
    corrected = {bad.slot: bad.column for bad in compiled.bad if bad.column == f"mended_{bad.slot}_bad"}
    mapping = compiled.binding.mapping
    parts = [_bad_query(bad, corrected.get(bad.slot), mapping) for bad in compiled.bad]
    places = (
        " UNION ALL ".join(parts)
        if parts
        else "SELECT NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL::VARCHAR WHERE FALSE"
    )
    return (
        f"WITH places(file, row, place, number, found) AS ({places}), told AS ("
        'SELECT t.code, t.severity, f.name AS file, f.sheet, p.row, p.place AS "column", coalesce(p.found, t.said) AS value,'
        " t.message, t.remedy, p.file AS file_number FROM places AS p JOIN problem_texts AS t USING (number)"
        " JOIN files AS f ON f.file = p.file UNION ALL SELECT * FROM other_problems)"
        f' SELECT code, severity, {_inert("file")}, {_inert("sheet")}, row, "column", {_inert("value")}, message, remedy'
        ' FROM told ORDER BY file_number, row NULLS FIRST, "column" NULLS FIRST, code, message'
    )


def _inert(column: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe (OWASP, CSV injection)."""
    name = identifier(column)
    return f"CASE WHEN regexp_matches({name}, '^([=@\t\r]|[+-][^0-9.,])') THEN chr(39) || {name} ELSE {name} END AS {name}"


def _bad_query(bad: Bad, corrected: str | None, mapping: Mapping) -> str:
    """Where a problem was met; a cell that a correction refuses is told by the correction alone (`corrected`, its column)."""
    column = identifier(bad.column)
    where = f"{column} IS NOT NULL AND source_column IS NOT NULL AND fate NOT IN ('ignored', 'total')"
    if corrected not in (None, bad.column):
        where += f" AND {identifier(corrected)} IS NULL"
    if bad.slot is None:
        place = place_sql(mapping)
        return f"SELECT j.file, j.row, {place}, j.{column}, j.figure FROM {JUDGED} AS j WHERE {where}"
    place, found = "NULL::BIGINT", "NULL::VARCHAR"
    if bad.slot:
        place = (
            f"(SELECT {place_sql(mapping, 'position')} FROM positions AS s"
            f" WHERE s.file = j.file AND s.slot = {literal(bad.slot)})"
        )
        found = f"j.{identifier(bad.slot)}"
    return f"SELECT DISTINCT j.file, j.row, {place}, j.{column}, {found} FROM {JUDGED} AS j WHERE {where}"


_OTHER_COLUMNS = (
    *(op.Column(name=n, type="text") for n in ("code", "severity", "file", "sheet")),
    op.Column(name="row", type="int"),
    op.Column(name="column", type="int"),
    *(op.Column(name=n, type="text") for n in ("value", "message", "remedy")),
    op.Column(name="file_number", type="int"),
)


def _other_row(problem: Problem, names: list[str]) -> tuple[op.Scalar, ...]:
    return (
        problem.code, problem.level, problem.file, problem.sheet, problem.row, problem.column, problem.value,
        problem.message(), problem.remedy(), names.index(problem.file) if problem.file in names else len(names),
    )  # fmt: skip
