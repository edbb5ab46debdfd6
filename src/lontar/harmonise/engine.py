"""DuckDB as the engine: landed rows in, the judged relation out. It can reach no file but those it is given."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import LANDED, SQL_TYPES, identifier, literal, plan_sql
from lontar.model.errors import LontarError, Unavailable
from lontar.model.problems import Problem

JUDGED = "judged"
_BOUND_TYPES = {**SQL_TYPES, "number": "VARCHAR"}
"""Numbers are bound as decimal text, which loses nothing."""


_CANNOT_GO_ON = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.FatalException,
)
"""What a full disk or a want of memory looks like: in a statement, in its commit, and ever after."""


class DuckEngine:
    """One connection for one call, with its own folder for spilling; closed on exit."""

    def __init__(self, work: Path, memory_bytes: int, threads: int = 2) -> None:
        self._work, self._memory_bytes = work, memory_bytes
        self.observed = JUDGED
        """The relation to read whole observations from."""
        try:
            self._connection = duckdb.connect(str(work / "engine.duckdb"))
        except _CANNOT_GO_ON as error:
            raise _unavailable(error, memory_bytes) from error
        settings = {
            "memory_limit": f"{memory_bytes // 2**20}MiB",
            "temp_directory": str(work / "spill"),
            "threads": str(threads),
            "enable_progress_bar": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        for name, value in settings.items():
            self._connection.execute(f"SET {name} = {literal(value)}")
        self._connection.execute(f"SET allowed_directories = [{literal(str(work))}]")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def close(self) -> None:
        """End the connection; the folder of the call is removed by its owner."""
        self._connection.close()

    def open_landed(self, parts: list[Path], filled: dict[str, str]) -> None:
        """Make the landed rows readable as one relation; a slot missing in an early part is empty there.

        `filled` names, for a slot, a further column in which an empty cell has the text of the filled cell above it.
        """
        files = ", ".join(literal(str(part)) for part in parts)
        columns = self.rows(f"DESCRIBE SELECT * FROM read_parquet([{files}], union_by_name = true)")
        told = ", ".join(
            f"coalesce({identifier(str(c[0]))}, '') AS {identifier(str(c[0]))}"
            if c[1] == "VARCHAR"
            else identifier(str(c[0]))
            for c in columns
        )
        rows = f"SELECT {told} FROM read_parquet([{files}], union_by_name = true)"
        above = ", ".join(_filled_down(slot, name) for slot, name in filled.items())
        self.run(f"CREATE VIEW {LANDED} AS {f'SELECT *, {above} FROM ({rows})' if above else rows}")

    def distinct(self, files: tuple[int, ...], columns: tuple[str, ...]) -> list[tuple[str | int, ...]]:
        """Distinct combinations of columns of the landed rows of these files."""
        named = ", ".join(map(identifier, columns))
        where = ", ".join(map(str, files)) or "NULL"
        return self.rows(f"SELECT DISTINCT {named} FROM {LANDED} WHERE file IN ({where})")

    def carry_out(self, plan: op.Plan) -> None:
        """Bind the lookups and keep the plan's last relation as the table `judged`."""
        self.bind_lookups(plan)
        self.run(f"CREATE TABLE {JUDGED} AS {plan_sql(plan)}")

    def bind_lookups(self, plan: op.Plan) -> None:
        """Make the plan's lookups tables."""
        for name, lookup in plan.lookups.items():
            self.bind(name, (*lookup.keys, *lookup.outputs), lookup.rows)

    def bind(self, name: str, columns: Iterable[op.Column], rows: Iterable[tuple[op.Scalar, ...]]) -> None:
        """A table from values in memory: bound, never written into the text of a query."""
        columns, rows = tuple(columns), list(rows)
        if not rows:
            declared = ", ".join(f"{identifier(c.name)} {SQL_TYPES[c.type]}" for c in columns)
            self.run(f"CREATE TABLE {identifier(name)} ({declared})")
            return
        told = ", ".join(
            f"unnest(?::{_BOUND_TYPES[c.type]}[])::{SQL_TYPES[c.type]} AS {identifier(c.name)}"
            for c in columns
        )
        values = [list(column) for column in zip(*rows, strict=True)]
        self.run(f"CREATE TABLE {identifier(name)} AS SELECT {told}", values)

    def run(self, query: str, values: list[list[op.Scalar]] | None = None) -> None:
        """Carry out a statement; raises Unavailable where the disk is full."""
        try:
            self._connection.execute(query, values)
        except _CANNOT_GO_ON as error:
            raise _unavailable(error, self._memory_bytes) from error

    def rows(self, query: str) -> list[tuple[str | int, ...]]:
        """All rows of a query."""
        self.run(query)
        return self._connection.fetchall()

    def copy(self, query: str, target: Path, options: str) -> None:
        """Write the rows of a query to a file."""
        self.run(f"COPY ({query}) TO {literal(str(target))} ({options})")


def _filled_down(slot: str, name: str) -> str:
    """The nearest text that is not empty, of this row or one above it in the same file."""
    cell = f"nullif({identifier(slot)}, '')"
    above = f"last_value({cell} IGNORE NULLS) OVER (PARTITION BY file ORDER BY row)"
    return f"coalesce({above}, '') AS {identifier(name)}"


def _unavailable(error: duckdb.Error, memory_bytes: int) -> LontarError:
    if isinstance(error, duckdb.OutOfMemoryException) and "offload" not in str(error):
        return Problem("no_memory", details={"expected": f"{memory_bytes // 2**20} MB"}).error(Unavailable)
    detail = str(error).splitlines()[0]
    return Problem("no_space", details={"detail": detail}).error(Unavailable)
