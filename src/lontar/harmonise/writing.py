"""The judged relation -> observations and problems on disk, in the columns of the contract."""

from pathlib import Path

from lontar.harmonise.compiling.adding import UNADDED
from lontar.harmonise.compiling.builder import Bad
from lontar.harmonise.compiling.coding import LIST_SEPARATOR
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import JUDGED, DuckEngine
from lontar.harmonise.faults import AT_FAULT, unadded_query
from lontar.harmonise.fields import Field, observation_fields
from lontar.harmonise.places import place_sql
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import identifier, literal
from lontar.model.mapping import Mapping, MappingBundle
from lontar.model.problems import Problem

_FILES = (
    op.Column(name="file", type="int"), op.Column(name="name", type="text"), op.Column(name="sheet", type="text"),
)  # fmt: skip


def bind_files(engine: DuckEngine, files: list[tuple[int, str, str | None]]) -> None:
    """Make file names and sheets known to the queries of this module."""
    engine.bind("files", _FILES, files)


def write_observations(engine: DuckEngine, compiled: Compiled, bundle: MappingBundle, folder: Path) -> None:
    """One Parquet file for each indicator that has observations, ordered by source place."""
    folder.mkdir()
    counted = engine.rows(f"SELECT DISTINCT indicator FROM {JUDGED} WHERE fate = 'observed' ORDER BY 1")
    for (identity,) in counted:
        query = observation_query(compiled, bundle, str(identity))
        engine.copy(query, folder / f"{identity}.parquet", "FORMAT parquet, COMPRESSION zstd")


def observation_query(compiled: Compiled, bundle: MappingBundle, indicator: str) -> str:
    """The observations of one indicator, ordered by source place."""
    told = [
        f"{_told(field, compiled, bundle.mapping)} AS {identifier(field.name)}"
        for field in observation_fields(compiled, bundle, indicator)
    ]
    return (
        f"SELECT {', '.join(told)} FROM {JUDGED} JOIN files AS f USING (file) "
        f"WHERE fate = 'observed' AND indicator = {literal(indicator)} ORDER BY file, row, source_column"
    )


def _told(field: Field, compiled: Compiled, mapping: Mapping) -> str:
    column = identifier(field.column)
    own_event = "row::VARCHAR" if len(compiled.binding.files) < 2 else "f.name || ':' || row::VARCHAR"
    return {
        "double": f"{column}::DOUBLE", "int": f"{column}::INTEGER", "event": f"coalesce({column}, {own_event})",
        "list": f"string_split({column}, '{LIST_SEPARATOR}')", "place": f"({place_sql(mapping)})::INTEGER",
        "file": "f.name", "sheet": "f.sheet", "constant": literal(field.column),
    }.get(field.kind, column)  # fmt: skip


def write_problems(
    engine: DuckEngine, compiled: Compiled, others: list[Problem], names: list[str], target: Path
) -> list[dict[str, int]]:
    """All problems as CSV, ordered by source place; returns how many of each severity there are, file by file.

    Problems of no file come last, after those of all files.
    """
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
    told = _problem_query(compiled)
    order = 'file_number, row NULLS FIRST, "column" NULLS FIRST, code, message'
    engine.copy(
        f"SELECT {_PROBLEM_COLUMNS} FROM ({told}) ORDER BY {order}",
        target,
        "FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', FORCE_QUOTE (value, message, remedy)",
    )
    found: list[dict[str, int]] = [{} for _ in range(len(names) + 1)]
    counted = f"SELECT file_number, severity, count(*) FROM ({told}) GROUP BY ALL ORDER BY ALL"
    for file, severity, count in engine.rows(counted):
        found[int(file)][str(severity)] = int(count)
    return found


_PROBLEM_COLUMNS = 'code, severity, file, sheet, row, "column", value, message, remedy'


def _problem_query(compiled: Compiled) -> str:
    corrected = {bad.slot: bad.column for bad in compiled.bad if bad.column == f"mended_{bad.slot}_bad"}
    mapping = compiled.binding.mapping
    parts = [
        unadded_query(bad.column, compiled)
        if bad.column == UNADDED
        else _bad_query(bad, corrected.get(bad.slot), mapping)
        for bad in compiled.bad
    ]
    places = (
        " UNION ALL ".join(parts)
        if parts
        else "SELECT NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL::BIGINT, NULL::VARCHAR, NULL::VARCHAR WHERE FALSE"
    )
    return (
        f"WITH places(file, row, place, number, found, at_fault) AS ({places}), told AS ("
        'SELECT t.code, t.severity, f.name AS file, f.sheet, p.row, p.place AS "column", coalesce(p.found, t.said) AS value,'
        f" coalesce(replace(t.message, '{AT_FAULT}', p.at_fault), t.message) AS message, t.remedy, p.file AS file_number"
        " FROM places AS p JOIN problem_texts AS t USING (number)"
        " JOIN files AS f ON f.file = p.file UNION ALL SELECT * FROM other_problems)"
        f' SELECT code, severity, {_inert("file")}, {_inert("sheet")}, row, "column", {_inert("value")}, message, remedy,'
        " file_number FROM told"
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
        return f"SELECT j.file, j.row, {place}, j.{column}, j.figure, NULL FROM {JUDGED} AS j WHERE {where}"
    place, found = "NULL::BIGINT", "NULL::VARCHAR"
    if bad.slot:
        place = (
            f"(SELECT {place_sql(mapping, 'position')} FROM positions AS s"
            f" WHERE s.file = j.file AND s.slot = {literal(bad.slot)})"
        )
        found = f"nullif(j.{identifier(bad.slot)}, '')"
    return (
        f"SELECT DISTINCT j.file, j.row, {place}, j.{column}, {found}, NULL FROM {JUDGED} AS j WHERE {where}"
    )


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
