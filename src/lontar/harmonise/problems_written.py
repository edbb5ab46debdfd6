"""The problems of a call on disk: once as a table for people, once as data for programs, in one order."""

from pathlib import Path

from lontar.harmonise.compiling.adding import UNADDED
from lontar.harmonise.compiling.builder import Bad
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import JUDGED, DuckEngine
from lontar.harmonise.faults import AT_FAULT, unadded_query
from lontar.harmonise.places import place_sql
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import identifier, literal
from lontar.harmonise.problem_facts import ProblemLine, column_facts, facts_of
from lontar.harmonise.reading.landing import Landing
from lontar.model.mapping import Mapping, MappingBundle
from lontar.model.problems import Problem

TABLE, DATA = "problems.csv", "problems.jsonl"
_TOLD = "told_problems"
_TABLE_COLUMNS = ("code", "severity", "file", "sheet", "row", "column", "value", "message", "remedy")
_INERT = ("file", "sheet", "value")
"""Columns of the table whose texts come from the sender."""
_TEXTS = (
    op.Column(name="number", type="int"),
    *(op.Column(name=n, type="text") for n in ("kind", "code", "severity", "message", "remedy", "said")),
    *(op.Column(name=n, type="text") for n in ("codelist", "suggestion", "check")),
    op.Column(name="is_about_codes", type="bool"),
)  # fmt: skip
_PLACED = (
    op.Column(name="file", type="int"), op.Column(name="row", type="int"), op.Column(name="place", type="int"),
    op.Column(name="number", type="int"), op.Column(name="found", type="text"), op.Column(name="at_fault", type="text"),
    op.Column(name="position", type="int"), op.Column(name="named", type="text"),
)  # fmt: skip
"""Where a problem is: file, row and column as told, its number, what was found there, and the column as it lies in the file."""
_POSITIONS = (
    op.Column(name="file", type="int"), op.Column(name="slot", type="text"), op.Column(name="position", type="int"),
    op.Column(name="header", type="text"),
)  # fmt: skip
_COLUMNS = tuple(op.Column(name=n, type="text") for n in ("header", "target", "crosswalk", "codelist"))


def write_problems(
    engine: DuckEngine,
    compiled: Compiled,
    bundle: MappingBundle,
    landing: Landing,
    others: list[Problem],
    folder: Path,
) -> list[dict[str, int]]:
    """All problems, ordered by source place; returns how many of each severity there are, file by file.

    Problems of no file come last, after those of all files.
    """
    names = [file.name for file in landing.files]
    found = compiled.findings.problems
    _bind_texts(engine, [*found, *others], bundle)
    places = [_other_place(problem, number, names) for number, problem in enumerate(others, start=len(found))]
    engine.bind("other_places", _PLACED, places)
    _bind_columns(engine, landing, bundle)
    order = 'file_number, row NULLS FIRST, "column" NULLS FIRST, code, message'
    engine.run(f"CREATE TABLE {_TOLD} AS SELECT * FROM ({_problem_query(compiled)}) ORDER BY {order}")
    _copy(engine, folder)
    counts: list[dict[str, int]] = [{} for _ in range(len(names) + 1)]
    counted = f"SELECT file_number, severity, count(*) FROM {_TOLD} GROUP BY ALL ORDER BY ALL"
    for file, severity, count in engine.rows(counted):
        counts[int(file)][str(severity)] = int(count)
    return counts


def _copy(engine: DuckEngine, folder: Path) -> None:
    told = ", ".join(_inert(name) if name in _INERT else identifier(name) for name in _TABLE_COLUMNS)
    options = (
        "FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', FORCE_QUOTE (value, message, remedy)"
    )
    engine.copy(f"SELECT {told} FROM {_TOLD}", folder / TABLE, options)
    fields = [identifier(name) for name in ProblemLine.__struct_fields__]
    fields[fields.index('"value"')] = "coalesce(value, '') AS value"
    engine.copy(f"SELECT {', '.join(fields)} FROM {_TOLD}", folder / DATA, "FORMAT json")


def _inert(column: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one gets an apostrophe (OWASP, CSV injection)."""
    name = identifier(column)
    return f"CASE WHEN regexp_matches({name}, '^([=@\t\r]|[+-][^0-9.,])') THEN chr(39) || {name} ELSE {name} END AS {name}"


def _bind_texts(engine: DuckEngine, problems: list[Problem], bundle: MappingBundle) -> None:
    texts: list[tuple[op.Scalar, ...]] = []
    allowed: list[tuple[int, list[str]]] = []
    for number, p in enumerate(problems):
        facts = facts_of(p, bundle)
        told = (p.kind, p.code, p.level, p.message(), p.remedy(), p.value)
        texts.append((number, *told, facts.codelist, facts.suggestion, facts.check, facts.is_about_codes))
        if facts.allowed:
            allowed.append((number, facts.allowed))
    engine.bind("problem_texts", _TEXTS, texts)
    engine.bind_listed("problem_allowed", ("number", "int"), "allowed", allowed)


def _bind_columns(engine: DuckEngine, landing: Landing, bundle: MappingBundle) -> None:
    """The columns of the files, by slot and by place, and what is told of each header."""
    positions = [
        (number, column.slot or None, column.position, column.header)
        for number, file in enumerate(landing.files)
        for column in file.columns
    ]
    engine.bind("positions", _POSITIONS, positions)
    facts = {header: column_facts(header, bundle) for header in dict.fromkeys(p[3] for p in positions)}
    engine.bind("column_facts", _COLUMNS, [(header, *told[:3]) for header, told in facts.items()])
    listed = [(header, told.allowed) for header, told in facts.items() if told.allowed]
    engine.bind_listed("column_allowed", ("header", "text"), "allowed", listed)


def _other_place(problem: Problem, number: int, names: list[str]) -> tuple[op.Scalar, ...]:
    file = names.index(problem.file) if problem.file in names else len(names)
    return (file, problem.row, problem.column, number, None, None, problem.column, problem.file)


def _problem_query(compiled: Compiled) -> str:
    """Every problem with its sentence, and what a program must know of it."""
    return (
        f"WITH places AS ({_places_query(compiled)} UNION ALL SELECT * FROM other_places)"
        ' SELECT t.kind, t.code, t.severity, coalesce(f.name, p.named) AS file, f.sheet, p.row, p.place AS "column", c.header,'
        " coalesce(p.found, t.said) AS value,"
        f" coalesce(replace(t.message, '{AT_FAULT}', p.at_fault), t.message) AS message, t.remedy,"
        " coalesce(ta.allowed, CASE WHEN t.is_about_codes THEN ca.allowed END) AS allowed,"
        " CASE WHEN t.is_about_codes THEN h.crosswalk END AS crosswalk,"
        " coalesce(t.codelist, CASE WHEN t.is_about_codes THEN h.codelist END) AS codelist,"
        ' t.suggestion, h.target, t."check", p.file AS file_number'
        " FROM places AS p JOIN problem_texts AS t USING (number) LEFT JOIN files AS f ON f.file = p.file"
        " LEFT JOIN positions AS c ON c.file = p.file AND c.position = p.position"
        " LEFT JOIN column_facts AS h ON h.header = c.header"
        " LEFT JOIN column_allowed AS ca ON ca.header = c.header"
        " LEFT JOIN problem_allowed AS ta ON ta.number = p.number"
    )


def _places_query(compiled: Compiled) -> str:
    corrected = {bad.slot: bad.column for bad in compiled.bad if bad.column == f"mended_{bad.slot}_bad"}
    mapping = compiled.binding.mapping
    parts = [
        unadded_query(bad.column, compiled)
        if bad.column == UNADDED
        else _bad_query(bad, corrected.get(bad.slot), mapping)
        for bad in compiled.bad
    ]
    columns = ", ".join(column.name for column in _PLACED)
    whole = " UNION ALL ".join(parts) or f"SELECT {columns} FROM other_places WHERE FALSE"
    return f"SELECT * FROM ({whole}) AS places({columns})"


def _bad_query(bad: Bad, corrected: str | None, mapping: Mapping) -> str:
    """Where a problem was met; a cell that a correction refuses is told by the correction alone (`corrected`, its column)."""
    column = identifier(bad.column)
    where = f"{column} IS NOT NULL AND source_column IS NOT NULL AND fate NOT IN ('ignored', 'total')"
    if corrected not in (None, bad.column):
        where += f" AND {identifier(corrected)} IS NULL"
    if bad.slot is None:
        place = place_sql(mapping)
        told = f"{place}, j.{column}, j.figure, NULL, source_column, NULL"
        return f"SELECT j.file, j.row, {told} FROM {JUDGED} AS j WHERE {where}"
    place, position, found = "NULL::BIGINT", "NULL::BIGINT", "NULL::VARCHAR"
    if bad.slot:
        lies = f"FROM positions AS s WHERE s.file = j.file AND s.slot = {literal(bad.slot)}"
        place, position = f"(SELECT {place_sql(mapping, 'position')} {lies})", f"(SELECT position {lies})"
        found = f"nullif(j.{identifier(bad.slot)}, '')"
    told = f"{place}, j.{column}, {found}, NULL, {position}, NULL"
    return f"SELECT DISTINCT j.file, j.row, {told} FROM {JUDGED} AS j WHERE {where}"
