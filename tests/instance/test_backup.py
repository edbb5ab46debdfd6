"""`lontar backup` and `lontar restore`: what comes back is what was there, at one moment, or nothing."""

import errno
import fcntl
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from lontar.instance.backups import making, restoring
from lontar.instance.backups.archive import read_archive
from lontar.instance.backups.making import Progress, make_backup
from lontar.instance.backups.restoring import check_backup, restore_backup
from lontar.instance.backups.sealing import Opener
from lontar.instance.cluster import OWNER, Cluster
from lontar.instance.home import REMOVAL, Home
from lontar.model.errors import LontarError, SourceProblem, Unavailable
from tests.instance.conftest import (
    LONTAR,
    PASSPHRASE,
    Lived,
    Store,
    contents,
    in_python,
    is_as_written,
    lontar,
)

SIGN_IN = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
import django
from lontar.instance.home import Home, default_home
from lontar.instance.server import running_database
with running_database(Home(default_home())):
    django.setup()
    from django.db import connections
    from django.test import Client
    client = Client(HTTP_HOST="localhost", REMOTE_ADDR="192.0.2.1")
    if len(sys.argv) > 1:
        client.cookies["lontar"] = sys.argv[1]
    else:
        told = client.post("/account/login/", {"login": "officer.xa@lontar.example", "password": "lontar-demo"})
        assert told.status_code == 302
    assert "/account/logout/" in client.get("/").content.decode()
    print(client.cookies["lontar"].value)
    for connection in connections.all():
        connection.close()
"""
"""Sign in, or go on with the session named; prints the session."""


def schema(home: Path) -> list[str]:
    """Tables, functions, policies and rights as statements; without lists of texts, which PostgreSQL writes otherwise the second time."""
    cluster = Cluster(Home(home))
    with cluster.running():
        to = cluster.access("lontar_superuser")
        address = {"PGHOST": to.host, "PGUSER": to.user, "PGPASSWORD": to.password, "PGDATABASE": to.dbname}
        told = subprocess.run(
            [cluster.binaries.folder / "pg_dump", "--schema-only", "--restrict-key=same"],
            env=address, capture_output=True, text=True, check=True,
        )  # fmt: skip
    lines = [line for line in told.stdout.splitlines() if " = ANY (" not in line]
    assert sum("POLICY" in line for line in lines) > 20
    return lines


def files_of(home: Path) -> dict[str, bytes]:
    parts = [home / "instance.json", *(home / "secrets").iterdir(), *(home / "store").iterdir()]
    return {str(path.relative_to(home)): path.read_bytes() for path in parts}


def test_an_instance_comes_back_as_it_was(lived: Lived, tmp_path: Path, passphrase_file: str) -> None:
    home, to, again = lived.home.folder, tmp_path / "made.lontar", tmp_path / "again" / "home"
    session = in_python(home, SIGN_IN)
    (lived.store.folder / ".draft").write_bytes(b"half written")
    told = lontar(home, "backup", str(to), "--passphrase-file", passphrase_file)
    (lived.store.folder / ".draft").unlink()
    assert told.returncode == 0, told.stderr
    assert to.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.lontar", "passphrase"]
    assert PASSPHRASE.encode() not in to.read_bytes()
    assert lived.home.secret("journal").encode() not in to.read_bytes()

    told = lontar(again, "restore", str(to), "--passphrase-file", passphrase_file)
    assert told.returncode == 0, told.stderr
    assert "the rows of every table are as they were" in told.stdout
    assert sorted(path.name for path in again.iterdir()) == [
        "instance.json", "postgres", "postgres.lock", "secrets", "store",
    ]  # fmt: skip
    assert files_of(again) == files_of(home)
    assert {path.stat().st_mode & 0o777 for path in (again / "secrets").iterdir()} == {0o600}
    assert (again / "secrets").stat().st_mode & 0o777 == 0o700
    assert contents(again) == contents(home)
    assert schema(again) == schema(home)
    told = lontar(again, "journal", "verify")
    assert (told.returncode, told.stdout) == (0, "The journal is whole.\n")
    assert lontar(again, "migrate").returncode == 0
    assert in_python(again, SIGN_IN, session) == session, "who was signed in still is"
    assert in_python(again, SIGN_IN)


def test_the_backup_of_an_instance_that_does_not_run_starts_and_stops_its_server(
    sealed: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    restore_backup(home, sealed, PASSPHRASE)
    manifest = make_backup(home, tmp_path / "twice.lontar", PASSPHRASE)
    first = check_backup(sealed, PASSPHRASE)
    assert (manifest.id, manifest.tables, manifest.files) == (first.id, first.tables, first.files)
    assert not (home.folder / "postgres" / "postmaster.pid").exists()


# ---------------------------------------------------------------- one moment


@contextmanager
def busy(lived: Lived, seed: int) -> Iterator[list[int]]:
    """A store whose files are replaced without end by two writers; each removes what is current no more, as the warehouse must."""
    stop, counts = threading.Event(), [0, 0]

    def work(number: int) -> None:
        store, rng = Store(lived.home, lived.instance.cluster), Random(seed + number)
        late: list[str] = []
        while not stop.is_set():
            late.append(store.replace(number * 5 + rng.randrange(5)))
            with lived.home.locked(REMOVAL) as is_mine:
                while is_mine and late:
                    name = late.pop()
                    if name:
                        (store.folder / name).unlink()
                        counts[1] += 1
            counts[0] += 1
        store.owner.close()

    writers = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for writer in writers:
        writer.start()
    try:
        yield counts
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def names_in(backup: Path) -> set[str]:
    found = set()
    with backup.open("rb") as file:
        read_archive(Opener(file, "", PASSPHRASE), "", lambda name, _: found.add(name))
    return found


@pytest.mark.usefixtures("cheap")
def test_every_file_that_is_current_at_the_moment_is_there_while_files_are_replaced(
    lived: Lived, tmp_path: Path, full_counts: bool
) -> None:
    with busy(lived, 20260301) as counts:
        for number in range(100 if full_counts else 6):
            to = tmp_path / f"{number}.lontar"
            manifest = make_backup(lived.home, to, PASSPHRASE)
            assert manifest.missing == []
            assert manifest.files >= manifest.tables["public.tried_pack"] >= 5
    assert min(counts) > 20, "the writers did not write, so nothing was tried"
    home = tmp_path / "home"
    restore_backup(Home(home), to, PASSPHRASE)
    cluster = Cluster(Home(home))
    with cluster.running(), cluster.access(OWNER).connect() as owner:
        current = {str(row[0]) for row in owner.execute("select name from tried_pack").fetchall()}
    kept = {path.name: is_as_written(path) for path in (home / "store").iterdir()}
    assert current <= set(kept)
    assert all(kept.values())


@pytest.mark.usefixtures("cheap")
def test_nobody_removes_a_file_after_the_moment_and_who_does_is_noticed(lived: Lived, tmp_path: Path) -> None:
    may_remove: list[bool] = []

    def meanwhile(done: int, whole: int) -> None:
        """What a writer does right after the moment: a file that was current at it is current no more."""
        if not may_remove:
            name = lived.store.replace(0)
            with lived.home.locked(REMOVAL) as is_mine:
                may_remove.append(is_mine)
                if rude:
                    (lived.store.folder / name).unlink()
            was.append(f"store/{name}")

    was: list[str] = []
    rude = False
    manifest = make_backup(lived.home, tmp_path / "kind.lontar", PASSPHRASE, Progress(meanwhile))
    assert (may_remove, manifest.missing) == ([False], [])
    assert set(was) <= names_in(tmp_path / "kind.lontar")
    rude = True
    may_remove.clear()
    was.clear()
    manifest = make_backup(lived.home, tmp_path / "rude.lontar", PASSPHRASE, Progress(meanwhile))
    assert manifest.missing == was


def test_a_file_that_is_missing_is_told_and_the_rest_is_kept(
    lived: Lived, tmp_path: Path, passphrase_file: str
) -> None:
    to = tmp_path / "made.lontar"
    name = sorted(lived.store.current())[0]
    path = lived.store.folder / name
    content = path.read_bytes()
    path.unlink()
    told = lontar(lived.home.folder, "backup", str(to), "--passphrase-file", passphrase_file)
    path.write_bytes(content)
    assert (told.returncode, to.exists()) == (1, True)
    assert "[INS-054]" in told.stderr
    assert f"store/{name}" in told.stderr
    told = lontar(tmp_path / "none", "restore", str(to), "--check", "--passphrase-file", passphrase_file)
    assert (told.returncode, (tmp_path / "none").exists()) == (1, False)
    assert f"store/{name}" in told.stderr


# ---------------------------------------------------------------- what is refused


def refused(told: subprocess.CompletedProcess[str], status: int, code: str) -> None:
    assert (told.returncode, told.stderr[:9]) == (status, f"[{code}]"), told.stderr
    assert PASSPHRASE not in told.stdout + told.stderr


def test_a_backup_never_replaces_a_file_and_never_lies_in_the_instance(
    lived: Lived, tmp_path: Path, passphrase_file: str
) -> None:
    there, home = tmp_path / "there.lontar", lived.home.folder
    there.write_text("the last copy")
    link = tmp_path / "link.lontar"
    link.symlink_to(tmp_path / "nowhere")
    for to in (there, link, home / "in.lontar", home / "store" / "in.lontar"):
        refused(lontar(home, "backup", str(to), "--passphrase-file", passphrase_file), 2, "INS-046")
    assert there.read_text() == "the last copy"
    part = tmp_path / "other.lontar.part"
    part.write_text("somebody's own")
    told = lontar(home, "backup", str(tmp_path / "other.lontar"), "--passphrase-file", passphrase_file)
    refused(told, 2, "INS-046")
    assert part.read_text() == "somebody's own"


def test_two_backups_are_not_made_at_once(lived: Lived, tmp_path: Path) -> None:
    with lived.home.locked("backup"), pytest.raises(Unavailable, match=r"\[INS-050\].*process"):
        make_backup(lived.home, tmp_path / "two.lontar", PASSPHRASE)
    with (tmp_path / "two.lontar.part").open("w") as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match=r"\[INS-050\]"):
            make_backup(lived.home, tmp_path / "two.lontar", PASSPHRASE)


@pytest.mark.usefixtures("cheap")
def test_a_removal_that_does_not_end_is_told(
    lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "PATIENCE", 0.1)
    with lived.home.locked(REMOVAL), pytest.raises(Unavailable, match=r"\[INS-050\].*removed"):
        make_backup(lived.home, tmp_path / "two.lontar", PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_empty_is_left_alone(
    lived: Lived, sealed: Path, tmp_path: Path, passphrase_file: str
) -> None:
    words = ("restore", str(sealed), "--passphrase-file", passphrase_file)
    for name in ("notes.txt", "postgres", "secrets"):
        folder = tmp_path / name / "home"
        (folder / name).mkdir(parents=True)
        refused(lontar(folder, *words), 1, "INS-045")
        assert [path.name for path in folder.iterdir()] == [name]
    refused(lontar(Path(passphrase_file), *words), 1, "INS-045")
    refused(lontar(lived.home.folder, *words), 3, "INS-013")
    stopped = Home(tmp_path / "stopped")
    stopped.create("real")
    refused(lontar(stopped.folder, *words), 1, "INS-045")
    assert stopped.facts.kind == "real"


def test_an_empty_folder_is_filled_even_if_it_is_a_disk_of_its_own(sealed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    (folder / "lost+found").mkdir(parents=True)
    before = folder.stat().st_ino
    restore_backup(Home(folder), sealed, PASSPHRASE)
    assert folder.stat().st_ino == before
    assert Home(folder).exists


def test_an_operators_database_is_not_ours_to_take(
    lived: Lived, sealed: Path, tmp_path: Path, passphrase_file: str
) -> None:
    address = {"LONTAR_DATABASE_URL": "postgresql://owner:secret@db.example/lontar"}
    for home, words in (
        (lived.home.folder, ("backup", str(tmp_path / "made.lontar"))),
        (tmp_path / "home", ("restore", str(sealed))),
    ):
        refused(lontar(home, *words, "--passphrase-file", passphrase_file, **address), 1, "INS-048")
    assert [path.name for path in tmp_path.iterdir()] == ["passphrase"]


def test_a_full_disk_leaves_no_backup(lived: Lived, tmp_path: Path, passphrase_file: str) -> None:
    limited = f'ulimit -f 100; exec "{LONTAR}" backup "{tmp_path}/full.lontar" --passphrase-file "{passphrase_file}"'
    told = subprocess.run(
        ["bash", "-c", limited], env={**os.environ, "LONTAR_HOME": str(lived.home.folder)}, capture_output=True, text=True, check=False
    )  # fmt: skip
    refused(told, 3, "INS-047")
    assert [path.name for path in tmp_path.iterdir()] == ["passphrase"]
    refused(
        lontar(lived.home.folder, "backup", "/proc/no/such.lontar", "--passphrase-file", passphrase_file),
        3,
        "INS-047",
    )


def test_a_full_disk_leaves_no_instance(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []

    def fsync(handle: int) -> None:
        synced.append(handle)
        if len(synced) > 12:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(restoring.os, "fsync", fsync)
    home = Home(tmp_path / "home")
    with pytest.raises(Unavailable, match=r"\[INS-047\].*no space left on device"):
        restore_backup(home, sealed, PASSPHRASE)
    assert len(synced) == 13
    assert [path.name for path in home.folder.iterdir()] == ["postgres.lock"]


def test_rows_that_are_not_what_they_were_leave_no_instance(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = restoring.count_rows
    monkeypatch.setattr(
        restoring, "count_rows", lambda connection: {**counted(connection), "public.members_person": 1}
    )
    home = Home(tmp_path / "home")
    with pytest.raises(Unavailable, match=r"\[INS-052\].*members_person restored: 1; backed up: "):
        restore_backup(home, sealed, PASSPHRASE)
    assert [path.name for path in home.folder.iterdir()] == ["postgres.lock"]


def test_a_database_that_cannot_be_filled_is_told_and_leaves_no_instance(
    sealed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "lontar.instance.cluster.closing", lambda: "create table public.members_person (id int)"
    )
    home = Home(tmp_path / "home")
    with pytest.raises(Unavailable, match=r"\[INS-051\].*pg_restore failed: .*already exists") as error:
        restore_backup(home, sealed, PASSPHRASE)
    assert "\n" not in str(error.value)
    assert not home.exists
    assert [path.name for path in home.folder.iterdir()] == ["postgres.lock"]


def test_a_server_that_dies_in_the_middle_is_told_and_leaves_no_backup(lived: Lived, tmp_path: Path) -> None:
    def meanwhile(done: int, whole: int) -> None:
        if not died:
            died.append(lived.instance.cluster.pid)
            os.kill(died[0], signal.SIGKILL)

    died: list[int] = []
    with pytest.raises(Unavailable, match=r"\[INS-0(17|51)\]"):
        make_backup(lived.home, tmp_path / "a.lontar", PASSPHRASE, Progress(meanwhile))
    assert list(tmp_path.iterdir()) == []
    lived.store.owner.close()
    lived.store.owner = lived.answering()


def test_a_name_that_no_file_can_have_is_told(lived: Lived, tmp_path: Path, passphrase_file: str) -> None:
    told = lontar(lived.home.folder, "backup", "a" * 300, "--passphrase-file", passphrase_file)
    refused(told, 3, "INS-047")
    told = lontar(Path("/proc/none"), "restore", str(tmp_path / "none"), "--passphrase-file", passphrase_file)
    refused(told, 2, "INS-040")


def test_a_folder_that_cannot_be_made_is_told(sealed: Path) -> None:
    with pytest.raises(Unavailable, match=r"\[INS-047\] /proc/none: the instance cannot be written"):
        restore_backup(Home(Path("/proc/none")), sealed, PASSPHRASE)


def test_a_folder_without_an_instance_is_told(tmp_path: Path, passphrase_file: str) -> None:
    told = lontar(
        tmp_path / "none", "backup", str(tmp_path / "a.lontar"), "--passphrase-file", passphrase_file
    )
    refused(told, 3, "INS-001")
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_read_is_told(lived: Lived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = lived.store.folder / "a b"
    odd.write_bytes(b"")
    with pytest.raises(LontarError, match=r"\[INS-053\].*a name that Lontar does not give"):
        make_backup(lived.home, tmp_path / "a.lontar", PASSPHRASE)
    odd.unlink()
    with pytest.raises(SourceProblem, match=r"\[INS-040\].*no such file"):
        check_backup(tmp_path / "none.lontar", PASSPHRASE)
