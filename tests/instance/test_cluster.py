"""The database server that Lontar starts for itself, killed and refused in every way that it may meet."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from lontar.instance.binaries import Account, runtime_folder, server_account
from lontar.instance.cluster import OWNER, SUPERUSER, WEB, Cluster
from lontar.instance.home import Home
from lontar.model.errors import Unavailable
from tests.databases import Instance

LONTAR = Path(sys.executable).with_name("lontar")


def lontar(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LONTAR, *words],
        env={**os.environ, "LONTAR_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running(home: Path) -> Iterator[subprocess.Popen[str]]:
    """`lontar database`, once it says that the database answers."""
    process = subprocess.Popen(
        [LONTAR, "database"],
        env={**os.environ, "LONTAR_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stderr
    try:
        assert process.stdout.readline() == "The database answers.\n", process.stderr.read()
        yield process
    finally:
        process.terminate()  # of one that was killed, the next start ends the orphan
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    told = lontar(home, "create", "--kind", "demo")
    assert told.returncode == 0, told.stderr
    return home


def server_of(home: Path) -> int:
    return int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_secrets_are_for_their_owner_alone(made: Path) -> None:
    folder = made / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    files = list(folder.iterdir())
    assert {path.name for path in files} >= {"superuser", "owner", "web", "context"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert len({path.read_text() for path in files}) == len(files)


def test_the_server_has_a_socket_and_no_port_and_asks_everyone_for_a_secret(instance: Instance) -> None:
    with instance.cluster.access(SUPERUSER, "postgres").connect(autocommit=True) as connection:
        told = connection.execute(
            "select (select setting from pg_settings where name = 'listen_addresses'),"
            " (select array_agg(distinct auth_method) from pg_hba_file_rules), (select array_agg(distinct type) from pg_hba_file_rules)"
        ).fetchone()
    assert told == ("", ["scram-sha-256"], ["local"])
    for role, secret in ((WEB, "00"), (OWNER, instance.home.secret("web")), (SUPERUSER, "")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            instance.cluster.access(role)._replace(password=secret).connect()


def test_the_server_does_not_run_as_root(instance: Instance) -> None:
    assert Path(f"/proc/{instance.cluster.pid}").stat().st_uid != 0


def test_a_server_that_is_killed_comes_back_with_what_was_acknowledged(made: Path) -> None:
    home = Home(made)
    with running(made):
        access = Cluster(home).access(SUPERUSER, "postgres")
        with access.connect(autocommit=True) as connection:
            connection.execute("create table if not exists kept (n int)")
        for number in range(3):
            with access.connect(autocommit=True) as connection:
                connection.execute("insert into kept values (%s)", (number,))
            os.kill(server_of(made), signal.SIGKILL)
            assert answers_again(made)
        with access.connect() as connection:
            assert connection.execute("select count(*) from kept").fetchone() == (3,)
            connection.execute("drop table kept")
            connection.commit()


def answers_again(home: Path) -> bool:
    """Whether the database answers within half a minute: after a crash it first reads its log anew."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if lontar(home, "database", "--check").returncode == 0:
            return True
    return False


def test_a_lontar_that_is_killed_leaves_a_server_that_the_next_one_takes_over(made: Path) -> None:
    with running(made) as first:
        orphan = server_of(made)
        first.kill()
        first.wait()
        assert Path(f"/proc/{orphan}").exists()
        with running(made):
            assert server_of(made) != orphan
            assert not Path(f"/proc/{orphan}").exists()
            assert lontar(made, "database", "--check").returncode == 0


def test_two_lontars_never_share_a_folder(made: Path) -> None:
    with running(made) as first:
        second = lontar(made, "database")
        assert second.returncode == 3
        assert re.fullmatch(
            rf"\[INS-013\] {made}: another Lontar \(process {first.pid}\) runs here\. Stop it first, or use another folder\.\n",
            second.stderr,
        )
        assert lontar(made, "migrate").returncode == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_the_server(made: Path, how: signal.Signals) -> None:
    with running(made) as process:
        server = server_of(made)
        process.send_signal(how)
        process.wait(30)
        assert not Path(f"/proc/{server}").exists()
        assert not (made / "postgres" / "postmaster.pid").exists()


def test_making_that_was_killed_is_made_anew(tmp_path: Path) -> None:
    for pause in (0.3, 0.6, 0.9, 1.2):
        process = subprocess.Popen(
            [LONTAR, "create", "--kind", "demo"], env={**os.environ, "LONTAR_HOME": str(tmp_path / "home")},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(pause)
        process.kill()
        process.wait()
    told = lontar(tmp_path / "home", "create", "--kind", "demo")
    assert told.returncode == 0, told.stderr


def test_the_kind_of_an_instance_is_fixed(made: Path) -> None:
    told = lontar(made, "create", "--kind", "real")
    assert (told.returncode, told.stderr[:9]) == (3, "[INS-003]")
    assert lontar(made, "create", "--kind", "demo").returncode == 0


@pytest.mark.parametrize(
    ("words", "code"), [(["migrate"], "INS-001"), (["database"], "INS-001"), (["journal", "key"], "INS-001")]
)
def test_a_folder_without_an_instance_is_told(tmp_path: Path, words: list[str], code: str) -> None:
    told = lontar(tmp_path / "none", *words)
    assert (told.returncode, told.stderr[:9]) == (3, f"[{code}]")
    assert not (tmp_path / "none").exists()


def test_damaged_facts_are_told(tmp_path: Path) -> None:
    (tmp_path / "instance.json").write_text("{")
    with pytest.raises(Unavailable, match="damaged"):
        _ = Home(tmp_path).facts


def test_data_of_another_version_are_not_opened(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create("demo")
    (home.folder / "postgres").mkdir()
    (home.folder / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(
        Unavailable, match=r"\[INS-016\].*made by PostgreSQL 15, the programs are of 18\..*LONTAR_PG_BIN"
    ):
        Cluster(home).start()


def test_programs_that_are_not_there_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONTAR_PG_BIN", str(tmp_path))
    with pytest.raises(Unavailable, match=r"\[INS-012\]"):
        Cluster(Home(tmp_path))


@pytest.mark.parametrize("name", ["no such account", "root"])
def test_the_account_of_the_server_is_one_and_not_root(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("LONTAR_PG_USER", name)
    with pytest.raises(Unavailable, match=r"\[INS-010\]"):
        server_account()


def test_a_socket_folder_that_others_can_enter_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", None)
    account = Account(None, None)
    folder = runtime_folder(tmp_path / "home", account)
    assert runtime_folder(tmp_path / "home", account) == folder
    folder.chmod(0o755)
    with pytest.raises(Unavailable, match=r"\[INS-011\]"):
        runtime_folder(tmp_path / "home", account)
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(Unavailable, match=r"\[INS-011\]"):
        runtime_folder(tmp_path / "home", account)


def test_an_instance_below_a_folder_that_only_its_owner_can_enter(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert lontar(closed / "a" / "home", "create", "--kind", "demo").returncode == 0
    told = lontar(closed / "a" / "home", "database", "--check")
    assert (told.returncode, told.stderr) == (1, "The database does not answer.\n"), (
        "nothing is started by asking"
    )
    with running(closed / "a" / "home"):
        assert lontar(closed / "a" / "home", "database", "--check").returncode == 0


def test_an_operators_database_needs_both_addresses(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lontar.instance.server import access_as

    monkeypatch.setenv("LONTAR_DATABASE_URL", "postgresql://owner:secret@db.example/lontar")
    assert access_as("owner", Home(made))[:4] == ("db.example", 5432, "lontar", "owner")
    with pytest.raises(Unavailable, match=r"\[INS-020\] LONTAR_DATABASE_WEB_URL"):
        access_as("web", Home(made))
    monkeypatch.setenv("LONTAR_DATABASE_WEB_URL", "what is this")
    with pytest.raises(Unavailable, match="no address of a database"):
        access_as("web", Home(made))


def test_a_role_that_changed_its_own_secret_or_settings_has_them_back_at_the_next_start(made: Path) -> None:
    home = Home(made)
    with running(made), Cluster(home).access(WEB).connect(autocommit=True) as web:
        web.execute("alter role lontar_web password 'mine alone'")
        web.execute("alter role lontar_web set statement_timeout = '1ms'")
    with running(made), Cluster(home).access(WEB).connect() as web:
        assert web.execute("show statement_timeout").fetchone() == ("0",)
