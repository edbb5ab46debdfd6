"""DuckDB as the engine: landed rows in, the judged relation out. It can reach no file but those it is given."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import LANDED, SQL_TYPES, identifier, literal, plan_sql
from lontar.harmonise.plan.numbering import Texts
from lontar.harmonise.reading.landing import PLACES
from lontar.model.errors import LontarError, Unavailable
from lontar.model.problems import Problem

if TYPE_CHECKING:
    import pyarrow as pa

JUDGED = "judged"
COUNTED = "counted"
"""The judged relation as it is counted: alike rows may be one, `alike` says how many they are."""
_MOST_TYPED, _SECONDS_APART = 20_000, 0.2
_BOUND_TYPES = {**SQL_TYPES, "number": "VARCHAR"}
"""Numbers are bound as decimal text, which loses nothing."""


_PLACE = (op.Column(name="file", type="int"), op.Column(name="row", type="int"))
_MARKED, _MENDED = "marked_rows", "mended_cells"
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
        self.texts: dict[str, Texts] = {}
        """Slot -> what its numbers stand for, for the slots that are landed as numbers."""
        self.lists: dict[str, Texts] = {}
        """Slot -> its list, also for slots of which only a part is landed as numbers."""
        self._bound: dict[int, tuple[str, Texts]] = {}
        self._pool, self._beside = ThreadPoolExecutor(1), list[duckdb.DuckDBPyConnection]()
        self._beat: Callable[[], None] | None = None
        self._watched: ThreadPoolExecutor | None = None
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

    def watch(self, beat: Callable[[], None]) -> None:
        """Call `beat` again and again while a statement is carried out; what it raises ends the statement."""
        self._beat, self._watched = beat, ThreadPoolExecutor(1)

    def close(self) -> None:
        """End the connection and what is still carried out beside it; the folder of the call is removed by its owner."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for connection in self._beside:
            connection.interrupt()
        self._pool.shutdown()
        if self._watched is not None:
            self._watched.shutdown()
        for connection in self._beside:
            connection.close()
        self._connection.close()

    def open_landed(
        self, parts: list[Path], slots: int, lists: dict[str, str], texts: Path, filled: dict[str, str]
    ) -> None:
        """Make the landed rows readable as one relation of so many slots; one that a part, or every part, lacks is empty there.

        `lists` names the list of texts of each slot that is landed as numbers, `texts` is the file that holds the lists.
        A slot of which only a part is landed as numbers is read as texts. `filled` names, for a slot, a further column in
        which an empty cell has the text of the filled cell above it.
        """
        files = f"read_parquet([{', '.join(literal(str(part)) for part in parts)}], union_by_name = true)"
        names = [str(row[0]) for row in self.rows(f"DESCRIBE SELECT * FROM {files}")]
        known = self._read_texts(lists, texts)
        self.lists = {slot: known[name] for slot, name in lists.items()}
        told, joins = [], ""
        for name in names:
            slot = f"s{name[1:]}"
            if name in PLACES:
                told.append(identifier(name))
            elif name[0] == "s" and f"n{name[1:]}" not in names:
                told.append(f"coalesce({name}, '') AS {name}")
            elif name[0] == "n" and slot not in names:
                told.append(f"coalesce({name}, 0) AS {slot}")
                self.texts[slot] = self.lists[slot]
            elif name[0] == "n":
                told.append(f"coalesce({slot}, t{slot}.text, '') AS {slot}")
                joins += (
                    f" LEFT JOIN (SELECT number, text FROM read_parquet({literal(str(texts))}) WHERE list ="
                )
                joins += f" {literal(lists[slot])}) AS t{slot} ON t{slot}.number = {name}"
        missing = (f"s{n}" for n in range(slots) if not {f"s{n}", f"n{n}"} & set(names))
        told += [f"'' AS {slot}" for slot in missing]
        rows = f"SELECT {', '.join(told)} FROM {files}{joins}"
        self.texts |= {into: self.texts[slot] for slot, into in filled.items() if slot in self.texts}
        self._landed_rows, self._filled = rows, filled
        self._make_landed(set())

    def _make_landed(self, mended: set[str]) -> None:
        """The landed rows as a view; in the slots that are mended, cells are filled with what was repaired."""
        above = [
            _filled_down(slot, into, slot in self.texts, slot in mended)
            for slot, into in self._filled.items()
        ]
        joins = "".join(_joined_mended(slot) for slot in sorted(mended))
        told = ", ".join(["r.*", *above])
        self.run(f"CREATE OR REPLACE VIEW {LANDED} AS SELECT {told} FROM ({self._landed_rows}) AS r{joins}")

    def mend_filled(self, cells: Sequence[tuple[str, int, int, str]]) -> None:
        """Fill empty cells from above with other texts: slot, file, row, and what stands there."""
        texts = [
            (slot, file, row, str(self.texts[slot].number(text)) if slot in self.texts else text)
            for slot, file, row, text in cells
        ]
        columns = (op.Column(name="slot", type="text"), *_PLACE, op.Column(name="mended", type="text"))
        self.bind(_MENDED, columns, texts)
        self._make_landed({slot for slot, *_ in cells})

    def mark_rows(self, places: Sequence[tuple[int, int]]) -> None:
        """Remember some landed rows, by file and row."""
        self.bind(_MARKED, _PLACE, places)

    def marked_rows(self, columns: tuple[str, ...]) -> list[tuple[str | int, ...]]:
        """File, row, pieces and these columns of the rows that were marked."""
        named = ("file", "row", "pieces", *columns)
        told = ", ".join(map(identifier, named))
        return self._with_texts(
            self.rows(f"SELECT {told} FROM {LANDED} SEMI JOIN {_MARKED} USING (file, row)"), named
        )

    def _read_texts(self, lists: dict[str, str], texts: Path) -> dict[str, Texts]:
        if not lists:
            return {}
        found: dict[str, list[str]] = {name: [] for name in lists.values()}
        for name, text in self.rows(
            f"SELECT list, text FROM read_parquet({literal(str(texts))}) ORDER BY list, number"
        ):
            found[str(name)].append(str(text))
        return {name: Texts(words) for name, words in found.items()}

    def distinct(
        self, files: tuple[int, ...], columns: tuple[str, ...], without_marked: bool = False
    ) -> list[tuple[str | int, ...]]:
        """Distinct combinations of columns of the landed rows of these files, or of those that are not marked."""
        others = f" ANTI JOIN {_MARKED} USING (file, row)" if without_marked else ""
        named = ", ".join(map(identifier, columns))
        where = ", ".join(map(str, files)) or "NULL"
        return self._with_texts(
            self.rows(f"SELECT DISTINCT {named} FROM {LANDED}{others} WHERE file IN ({where})"), columns
        )

    def landed_texts(self, slot: str) -> list[tuple[str | int, ...]]:
        """File, text of this slot, and how many landed rows of the file hold it."""
        name = identifier(slot)
        query = f"SELECT file, {name}, count(*) FROM {LANDED} GROUP BY ALL"
        return self._with_texts(self.rows(query), ("file", slot, ""))

    def _with_texts(
        self, rows: list[tuple[str | int, ...]], columns: tuple[str, ...]
    ) -> list[tuple[str | int, ...]]:
        """Rows with the texts themselves where these columns hold numbers of texts."""
        lists = [self.texts[column].texts if column in self.texts else None for column in columns]
        if not any(lists):
            return rows
        return [
            tuple(cell if texts is None else texts[int(cell)] for cell, texts in zip(row, lists, strict=True))
            for row in rows
        ]

    def carry_out(self, plan: op.Plan) -> None:
        """Bind the lookups and keep the plan's last relation as the table `judged`."""
        self.bind_lookups(plan)
        self.run(f"CREATE TABLE {JUDGED} AS {plan_sql(plan)}")
        self.run(f"CREATE VIEW {COUNTED} AS SELECT *, 1 AS alike FROM {JUDGED}")

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

    def bind_listed(
        self, name: str, key: tuple[str, op.Type], listed: str, rows: Sequence[tuple[op.Scalar, list[str]]]
    ) -> None:
        """A table of a key and a list of texts."""
        told = f"unnest(?::{SQL_TYPES[key[1]]}[]) AS {identifier(key[0])}, unnest(?::VARCHAR[][]) AS {identifier(listed)}"
        keys, lists = [row[0] for row in rows], [row[1] for row in rows]
        self.run(f"CREATE TABLE {identifier(name)} AS SELECT {told}", [keys, lists])

    def bind_texts(self, texts: Texts) -> str:
        """A table of the texts of a list by their number; returns its name. Few texts get a type of their own: quickly written."""
        if id(texts) in self._bound:
            return self._bound[id(texts)][0]
        name = f"texts_{len(self._bound)}"
        self._bound[id(texts)] = (name, texts)
        self._bind_list(name, texts.texts)
        if 0 < len(texts.texts) <= _MOST_TYPED:
            self.run(f"CREATE TYPE {name}_text AS ENUM (SELECT text FROM {name} ORDER BY number)")
            self.run(f"ALTER TABLE {name} ALTER text TYPE {name}_text")
        return name

    def _bind_list(self, name: str, texts: list[str]) -> None:
        """A table of many texts and their numbers, handed over as a whole column."""
        import pyarrow as pa

        numbered = pa.table(
            {"number": pa.array(range(len(texts)), pa.int64()), "text": pa.array(texts, pa.string())}
        )
        with self.holding("texts_told", numbered.to_reader()):
            self.run(f"CREATE TABLE {identifier(name)} AS SELECT number, text FROM texts_told")

    def run(self, query: str, values: Sequence[Sequence[object]] | None = None) -> None:
        """Carry out a statement; raises Unavailable where the disk is full."""
        try:
            if self._watched is None:
                self._connection.execute(query, values)
            else:
                self._wait_for(self._watched.submit(self._connection.execute, query, values))
        except _CANNOT_GO_ON as error:
            raise _unavailable(error, self._memory_bytes) from error

    def _wait_for(self, statement: "Future[duckdb.DuckDBPyConnection]") -> None:
        try:
            while not wait([statement], _SECONDS_APART).done:
                if self._beat is not None:
                    self._beat()
        except BaseException:
            self._connection.interrupt()
            wait([statement])
            raise
        statement.result()

    def begin(self, query: str) -> "Future[None]":
        """Carry out a statement beside those that follow; its result says when it is done, or raises as `run` does."""
        connection = self._connection.cursor()
        self._beside.append(connection)
        return self._pool.submit(self._carried_out, connection, query)

    def _carried_out(self, connection: "duckdb.DuckDBPyConnection", query: str) -> None:
        # the type is named in a text: held by a function, it outlives the library, which says so on the terminal
        try:
            connection.execute(query)
        except _CANNOT_GO_ON as error:
            raise _unavailable(error, self._memory_bytes) from error

    def rows(self, query: str) -> list[tuple[str | int, ...]]:
        """All rows of a query."""
        self.run(query)
        return self._connection.fetchall()

    def arrow(self, query: str) -> "pa.Table":
        """All rows of a query as an Arrow table."""
        try:
            return self._connection.sql(query).to_arrow_table()
        except _CANNOT_GO_ON as error:
            raise _unavailable(error, self._memory_bytes) from error

    @contextmanager
    def holding(self, name: str, rows: "pa.RecordBatchReader") -> Iterator[None]:
        """Let queries read these rows, once, by that name."""
        self._connection.register(name, rows)
        try:
            yield
        finally:
            self._connection.unregister(name)

    def copy(self, query: str, target: Path, options: str) -> None:
        """Write the rows of a query to a file."""
        self.run(f"COPY ({query}) TO {literal(str(target))} ({options})")


def _joined_mended(slot: str) -> str:
    alias = identifier(f"mended_{slot}")
    return f" LEFT JOIN {_MENDED} AS {alias} ON {alias}.file = r.file AND {alias}.row = r.row AND {alias}.slot = {literal(slot)}"


def _filled_down(slot: str, name: str, is_numbered: bool, is_mended: bool) -> str:
    """The nearest text that is not empty (its number, of a numbered slot), of this row or one above it in the same file."""
    empty = "0" if is_numbered else "''"
    text = f"r.{identifier(slot)}"
    if is_mended:
        mended = f"{identifier(f'mended_{slot}')}.mended"
        text = f"CASE WHEN {mended} IS NULL THEN {text} ELSE {mended}{'::INTEGER' if is_numbered else ''} END"
    above = f"last_value(nullif({text}, {empty}) IGNORE NULLS) OVER (PARTITION BY r.file ORDER BY r.row)"
    return f"coalesce({above}, {empty}) AS {identifier(name)}"


def _unavailable(error: duckdb.Error, memory_bytes: int) -> LontarError:
    if isinstance(error, duckdb.OutOfMemoryException) and "offload" not in str(error):
        return Problem("no_memory", details={"expected": f"{memory_bytes // 2**20} MB"}).error(Unavailable)
    detail = str(error).splitlines()[0]
    return Problem("no_space", details={"detail": detail}).error(Unavailable)
