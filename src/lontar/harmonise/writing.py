"""The judged relation -> observations on disk, in the columns of the contract."""

from pathlib import Path

from lontar.harmonise.compiling.coding import LIST_SEPARATOR
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import JUDGED, DuckEngine
from lontar.harmonise.fields import Field, observation_fields
from lontar.harmonise.places import place_sql
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import identifier, literal
from lontar.model.mapping import Mapping, MappingBundle

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
