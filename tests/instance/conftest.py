"""An instance in which something happened: people, a journal, a session, files of the store. And a backup of it."""

import hashlib
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lontar.instance.backups import sealing
from lontar.instance.backups.making import make_backup
from lontar.instance.cluster import DATABASE, OWNER, SUPERUSER, Cluster
from lontar.instance.home import Home
from lontar.journal.checkpoints import make_checkpoint
from lontar.journal.keys import Signer
from lontar.journal.writing import write_entry
from tests.databases import Copy, Instance, made_instance
from tests.house.places import ROOT

LONTAR = Path(sys.executable).with_name("lontar")
PASSPHRASE = "six words that nobody guesses together"
LOAD_PEOPLE = "from lontar.cli.instance import as_owner; as_owner('load_demonstration')"


class Store:
    """A store as the backup must find it: a table that names the current files, and files that come before it says so and go after."""

    def __init__(self, home: Home, cluster: Cluster) -> None:
        self.home, self.folder = home, home.folder / "store"
        self.owner = cluster.access(OWNER).connect(autocommit=True)

    def create(self) -> None:
        self.folder.mkdir(mode=0o700)
        self.owner.execute("create table tried_pack (slot int primary key, name text not null)")
        self.owner.execute("create table tried_log (name text not null)")
        self.owner.execute(
            "create or replace function store_files() returns setof text language sql stable as 'select name from tried_pack'"
        )

    def write(self, size: int = 2000) -> str:
        """Write a file; its name tells what is in it."""
        content = os.urandom(size)
        name = f"{uuid.UUID(hashlib.sha256(content).hexdigest()[:32])}.pack"
        (self.folder / name).write_bytes(content)
        return name

    def replace(self, slot: int) -> str:
        """Let a new file be current in a slot, and give the name of the one that was ('' if none)."""
        name = self.write()
        row = self.owner.execute("select name from tried_pack where slot = %s", (slot,)).fetchone()
        self.owner.execute(
            "insert into tried_pack values (%s, %s) on conflict (slot) do update set name = excluded.name",
            (slot, name),
        )
        self.owner.execute("insert into tried_log values (%s)", (name,))
        return str(row[0]) if row else ""

    def current(self) -> set[str]:
        return {str(row[0]) for row in self.owner.execute("select name from tried_pack").fetchall()}


def is_as_written(path: Path) -> bool:
    """Whether a file of such a store holds what its name tells."""
    return path.stem == str(uuid.UUID(hashlib.sha256(path.read_bytes()).hexdigest()[:32]))


class Lived:
    """The instance, and what is asked of it."""

    def __init__(self, instance: Instance, store: Store) -> None:
        self.instance, self.home, self.store = instance, instance.home, store

    def answering(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the owner, once the server answers."""
        while True:
            try:
                return self.instance.cluster.access(OWNER).connect(autocommit=True)
            except psycopg.OperationalError:
                time.sleep(0.1)

    def write_journal(self, count: int) -> None:
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        copy = Copy(self.instance, DATABASE)
        signer = Signer(self.home.secret("journal"))
        with copy.owner() as owner:
            for number in range(count):
                with owner.transaction(), owner.cursor() as cursor:
                    write_entry(cursor, ("XA", "XB")[number % 2], "sent", now, thing=f"thing {number}")
            with owner.transaction(), owner.cursor() as cursor:
                make_checkpoint(cursor, self.home.facts.id, signer, now)


def lontar(home: Path, *words: str, answer: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LONTAR, *words], env={**os.environ, "LONTAR_HOME": str(home), **environment}, capture_output=True, text=True, check=False,
        input=answer,
    )  # fmt: skip


def in_python(home: Path, source: str, *words: str) -> str:
    """Run a few lines in a process of their own, as Django is set up once in a process; give what they print."""
    told = subprocess.run(
        [sys.executable, "-c", source, *words], env={**os.environ, "LONTAR_HOME": str(home)}, capture_output=True, text=True,
        check=False, cwd=ROOT,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def contents(home: Path) -> dict[str, Any]:
    """A hash of all rows of each table, and all sequences, of an instance whose server runs or is started for it."""
    cluster, found = Cluster(Home(home)), {}
    with cluster.running(), cluster.access(SUPERUSER).connect(autocommit=True) as connection:
        tables = "select tablename from pg_tables where schemaname = 'public' order by 1"
        for (table,) in connection.execute(tables).fetchall():
            query = f"select md5(string_agg(t::text, '|' order by t::text)) from public.{table} t"
            found[str(table)] = connection.execute(query.encode()).fetchone()
        sequences = "select sequencename, last_value from pg_sequences order by 1"
        found["sequences"] = connection.execute(sequences).fetchall()
    return found


@pytest.fixture(scope="package")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with made_instance(tmp_path_factory.mktemp("lived") / "home") as made:
        store = Store(made.home, made.cluster)
        store.create()
        for slot in range(5):
            store.replace(slot)
        in_python(made.home.folder, LOAD_PEOPLE)
        it = Lived(made, store)
        it.write_journal(20)
        yield it
        store.owner.close()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases that cost nothing to try, in this process."""
    monkeypatch.setattr(sealing, "WORK", 4)


@pytest.fixture(scope="package")
def sealed(lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of several chunks."""
    to = tmp_path_factory.mktemp("sealed") / "whole.lontar"
    big = lived.store.write(3 * 2**20)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sealing, "WORK", 4)
        make_backup(lived.home, to, PASSPHRASE)
    (lived.store.folder / big).unlink()
    return to


@pytest.fixture
def passphrase_file(tmp_path: Path) -> str:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return str(path)
