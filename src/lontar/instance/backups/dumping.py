"""The database as a stream, at one moment, and back: PostgreSQL's own programs, as the superuser of the instance's own server."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
from psycopg import sql

from lontar.instance.backups.archive import Source
from lontar.instance.cluster import SUPERUSER, Cluster
from lontar.instance.server import does_not_answer
from lontar.model.errors import Unavailable

PART = 2**24
"""Bytes of a dump that lie in one member: it goes from one program into the next, and never to a disk unsealed."""
FILES = {"store": "store_files", "desk": "desk_files"}
"""The function of the database that names the files of the store which it calls current, as text, where there is such a function."""
_TABLES = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1, 2
"""


class Snapshot:
    """The database at one moment, as every reading of it finds it."""

    def __init__(self, cluster: Cluster, connection: psycopg.Connection[Any]) -> None:
        self._cluster, self._connection = cluster, connection
        self._name = str(self._one("select pg_export_snapshot()"))

    @classmethod
    @contextlib.contextmanager
    def taken(cls, cluster: Cluster) -> Iterator[Snapshot]:
        """Take one. Of transactions that are serializable it sees such a state as they could have left, one after the other."""
        with answering(cluster) as connection:
            connection.execute("set transaction isolation level serializable read only deferrable")
            yield cls(cluster, connection)

    def rows(self) -> dict[str, int]:
        """Count the rows of every table."""
        return count_rows(self._connection)

    def current_files(self) -> frozenset[str]:
        """Give the names of the files of the store and the desk that the database calls current; none where it does not say."""
        return frozenset(
            f"{folder}/{name}" for folder, function in FILES.items() for name in self._told_by(function)
        )

    def size(self) -> int:
        """Say roughly how many bytes it has."""
        return int(self._one("select pg_database_size(current_database())"))

    def dump(self, take: Callable[[bytes], None]) -> None:
        """Hand on the dump, part by part. Raises Unavailable where it cannot be made."""
        command = ["pg_dump", "--format=custom", f"--snapshot={self._name}"]
        with _running(self._cluster, command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            while part := process.stdout.read(PART):
                take(part)

    def _told_by(self, function: str) -> list[str]:
        if self._one(f"select to_regprocedure('public.{function}()')") is None:
            return []
        query = sql.SQL("select * from public.{}()").format(sql.Identifier(function))
        return [str(row[0]) for row in self._connection.execute(query)]

    def _one(self, query: str) -> Any:
        row = self._connection.execute(query.encode()).fetchone()
        assert row
        return row[0]


@contextlib.contextmanager
def answering(cluster: Cluster) -> Iterator[psycopg.Connection[Any]]:
    """A transaction as the superuser. Raises Unavailable where the server answers no more."""
    try:
        with cluster.access(SUPERUSER).connect() as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise does_not_answer(error) from None


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Count the rows of every table."""
    counted = {}
    for schema, name in connection.execute(_TABLES).fetchall():
        query = sql.SQL("select count(*) from only {}").format(sql.Identifier(schema, name))
        row = connection.execute(query).fetchone()
        assert row
        counted[f"{schema}.{name}"] = int(row[0])
    return counted


class Filling:
    """Fills the empty database of a new cluster, all in one transaction."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink

    @classmethod
    @contextlib.contextmanager
    def begun(cls, cluster: Cluster) -> Iterator[Filling]:
        """Begin; in the end it is committed. Raises Unavailable where it cannot be."""
        command = ["pg_restore", "--single-transaction", "--exit-on-error", "--dbname=lontar"]
        with _running(cluster, command, stdin=subprocess.PIPE) as process:
            assert process.stdin
            yield cls(process.stdin)  # type: ignore[arg-type]
            _let_go(process)

    def take(self, source: Source) -> None:
        """Take a part of the dump. Where the program reads no more, why is said in the end."""
        with contextlib.suppress(BrokenPipeError):
            while part := source.read(2**20):
                self._sink.write(part)


@contextlib.contextmanager
def _running(cluster: Cluster, command: list[str], **pipes: int) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs, ended in the end. Raises Unavailable where it says that it failed, or ends before it should."""
    with (
        tempfile.TemporaryFile() as complaints,
        _launched(cluster, command, complaints, pipes) as process,
    ):
        try:
            yield process
        except BaseException:
            process.kill()
            _let_go(process)
            raise
        if process.wait() != 0:
            said = f"{command[0]} failed: {_first_complaint(complaints)}."
            remedy = "See that the disk has room, and that the server runs on; postgres.log may say why."
            raise Unavailable("INS-051", str(cluster.home.folder), said, remedy)


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Close the way into a program that reads no more."""
    if process.stdin:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _launched(
    cluster: Cluster, command: list[str], complaints: BinaryIO, pipes: dict[str, int]
) -> subprocess.Popen[bytes]:
    access = cluster.access(SUPERUSER)
    environment = {
        "PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "PGHOST": access.host, "PGPORT": str(access.port),
        "PGDATABASE": access.dbname, "PGUSER": access.user, "PGPASSWORD": access.password,
    }  # fmt: skip
    program: Path = cluster.binaries.folder / command[0]
    if not program.is_file():
        remedy = "Set LONTAR_PG_BIN to a folder that has all of PostgreSQL's programs."
        raise Unavailable("INS-012", str(program), "PostgreSQL's programs are not there.", remedy)
    ways = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **pipes}
    return subprocess.Popen(
        [program, *command[1:]], env=environment, stdin=ways["stdin"], stdout=ways["stdout"], stderr=complaints,
        start_new_session=True, cwd="/",
    )  # fmt: skip


def _first_complaint(complaints: BinaryIO) -> str:
    """The first line that the program complained in; lines further down may hold what a row says."""
    complaints.seek(0)
    lines = complaints.read(2**16).decode(errors="replace").splitlines()
    told = next((line for line in lines if "error:" in line), lines[0] if lines else "it did not say why")
    return told.partition("error:")[2].strip().rstrip(".") or told
