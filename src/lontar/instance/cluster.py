"""The database server that Lontar starts for itself: made once, started, watched, stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from lontar.instance.binaries import Account, Binaries, programs_beside, runtime_folder, server_account
from lontar.instance.home import Home, write_whole
from lontar.model.errors import Unavailable

DATABASE = "lontar"
SUPERUSER, OWNER, WEB, GATE = "lontar_superuser", "lontar_owner", "lontar_web", "lontar_gate"
PATIENCE = 30.0
"""Seconds that a server may take to answer: after a crash it first reads its log anew, and waits for orphans to end."""

_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = scram-sha-256
shared_buffers = 128MB
max_connections = 60
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, ymd'
log_statement = none
log_min_error_statement = panic
track_activities = off
"""
_AUTHENTICATION = "# Sockets only, and a secret of each role.\nlocal all all scram-sha-256\n"


def closing() -> str:
    """Give the statements by which a superuser closes what a PostgreSQL tells any role."""
    return (files("lontar.instance") / "sql" / "closing.sql").read_text("utf-8")


class Access(NamedTuple):
    """How to reach a database as one role."""

    host: str
    port: int
    dbname: str
    user: str
    password: str

    def connect(self, **options: object) -> psycopg.Connection[tuple[object, ...]]:
        """Open a connection."""
        return psycopg.connect(**self._asdict(), **options)  # type: ignore[arg-type]


class Cluster:
    """The server of one instance: its data lie in the instance's folder, its socket in a folder that only it can enter."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.data = home.folder / "postgres"
        self._draft = home.folder / "postgres.making"
        self.log = home.folder / "postgres.log"
        self.account: Account = server_account()
        self.runtime = runtime_folder(home.folder, self.account)
        self.binaries = Binaries.find().within_reach(self.account, self.runtime)
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    def access(self, role: str, database: str = DATABASE) -> Access:
        """Say how to reach it as one of its roles."""
        names = {SUPERUSER: "superuser", OWNER: "owner", WEB: "web", GATE: "gate"}
        return Access(str(self.runtime), 5432, database, role, self.home.secret(names[role]))  # type: ignore[arg-type]

    @contextlib.contextmanager
    def running(self, *, alone: bool = False) -> Iterator[Cluster]:
        """Have the server run: start it and stop it in the end, or use it where another Lontar of this folder runs it.

        With `alone`, another Lontar in this folder is refused. Raises Unavailable where the server does not answer.
        """
        with self.home.locked("postgres") as is_keeper:
            if not is_keeper:
                if alone:
                    said = f"another Lontar (process {self.home.holder('postgres')}) runs here."
                    raise Unavailable(
                        "INS-013", str(self.home.folder), said, "Stop it first, or use another folder."
                    )
                self._wait_for_answer()
                yield self
                return
            self.start()
            try:
                yield self
            finally:
                self.stop()

    def start(self) -> None:
        """Make the cluster where there is none, start the server, and watch it."""
        self.end_orphans()
        if not self.data.exists():
            self._make()
        self._check_version()
        self._stopping.clear()
        self._launch(self.data)
        self._restore_roles()
        self._watcher = threading.Thread(target=self._watch, name="postgres", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop the server; open transactions are undone."""
        self._stopping.set()
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait()
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join()

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        assert self._process is not None
        return self._process.pid

    def _make(self) -> None:
        """Make a cluster with its roles and its database, whole or not at all."""
        draft = self._draft
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give(draft)
        with _reached(draft) as reached, self._lent_secret() as secret:
            told = self._run(
                [self.binaries.folder / "initdb", "-D", reached, "-U", SUPERUSER, "--encoding=UTF8", "--locale-provider=builtin",
                 "--locale=C.UTF-8", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-instructions"],
                int(reached.rpartition("/")[2]),
            )  # fmt: skip
        if told:
            raise Unavailable(
                "INS-014",
                str(self.home.folder),
                f"the database cannot be made: {told}.",
                "See the line above.",
            )
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS)
        (draft / "pg_hba.conf").write_text(_AUTHENTICATION, encoding="utf-8")
        self._launch(draft)
        try:
            self._make_roles()
        finally:
            self.stop()
        draft.rename(self.data)

    def _make_roles(self) -> None:
        with self.access(SUPERUSER, "postgres").connect(autocommit=True) as connection:
            for role in (OWNER, WEB, GATE):
                connection.execute(
                    sql.SQL(
                        "create role {} login password {} nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit"
                    ).format(sql.Identifier(role), sql.Literal(self.access(role).password))
                )
            connection.execute(
                sql.SQL("create database {} owner {}").format(*map(sql.Identifier, (DATABASE, OWNER)))
            )
            connection.execute(
                sql.SQL("revoke all on database {} from public").format(sql.Identifier(DATABASE))
            )
            connection.execute(
                sql.SQL("grant connect on database {} to {}, {}").format(
                    *map(sql.Identifier, (DATABASE, WEB, GATE))
                )
            )

        with self.access(SUPERUSER).connect(autocommit=True) as connection:
            connection.execute(closing().encode())

    def _restore_roles(self) -> None:
        """Give every role its secret and its settings anew: PostgreSQL lets each change its own, which would shut the portal out."""
        with self.access(SUPERUSER, "postgres").connect(autocommit=True) as connection:
            for role in (OWNER, WEB, GATE):
                name = sql.Identifier(role)
                connection.execute(sql.SQL("alter role {} reset all").format(name))
                secret = sql.Literal(self.access(role).password)
                connection.execute(sql.SQL("alter role {} password {}").format(name, secret))

    def _launch(self, data: Path) -> None:
        """Start the server, and again while orphans of one that was killed still hold its memory."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with _reached(data) as reached, self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    [self.binaries.folder / "postgres", "-D", reached, "-k", self.runtime],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=(int(reached.rpartition("/")[2]),),
                    start_new_session=True, cwd="/", **self.account.options,  # type: ignore[call-overload]
                )  # fmt: skip
            if self._answers_until(deadline):
                return
            if time.monotonic() > deadline:
                self.stop()
                remedy = f"{self.log} says why."
                raise Unavailable(
                    "INS-015", str(self.home.folder), "the database server does not start.", remedy
                )
            time.sleep(0.2)

    def _answers_until(self, deadline: float) -> bool:
        """Wait until the server answers; False where it ended before."""
        process = self._process
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return True
            time.sleep(0.02)
        return False

    def _answers(self) -> bool:
        try:
            self.access(SUPERUSER, "postgres").connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline:
                said = f"the database server of process {self.home.holder('postgres')} does not answer."
                raise Unavailable("INS-015", str(self.home.folder), said, f"{self.log} may say why.")
            time.sleep(0.1)

    def _watch(self) -> None:
        """Start the server again whenever it ends without having been asked to."""
        while not self._stopping.is_set():
            process = self._process
            if process is None:
                return
            process.wait()
            if self._stopping.is_set():
                return
            with contextlib.suppress(Unavailable):
                self._launch(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.binaries.major()):
            said = f"the data were made by PostgreSQL {made_by}, the programs are of {self.binaries.major()}."
            remedy = "Set LONTAR_PG_BIN to programs of the version that made them, or restore a backup into a new instance."
            raise Unavailable("INS-016", str(self.data), said, remedy)

    def end_orphans(self) -> None:
        """Stop servers that an earlier Lontar left behind when it was killed."""
        for data in (self.data, self._draft):
            self._end_orphan(data)

    def forget(self) -> None:
        """Remove what lies outside the instance's folder: where the socket was, and the copy of the programs."""
        for folder in (self.runtime, programs_beside(self.runtime)):
            shutil.rmtree(folder, ignore_errors=True)

    def _end_orphan(self, data: Path) -> None:
        try:
            pid = int((data / "postmaster.pid").read_text().splitlines()[0])
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except (OSError, ValueError, IndexError):
            return
        if name != "postgres":
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                os.kill(pid, 0)
                time.sleep(0.05)

    @contextlib.contextmanager
    def _lent_secret(self) -> Iterator[Path]:
        """The superuser's secret in a file that the server's account can read, for as long as the cluster is made."""
        path = self.runtime / "secret"
        write_whole(path, self.home.secret("superuser").encode(), mode=0o600)
        try:
            self._give(path)
            yield path
        finally:
            path.unlink()

    def _give(self, path: Path) -> None:
        if self.account.uid is not None:
            os.chown(path, self.account.uid, self.account.gid or 0)

    def _run(self, command: list[str | Path], handle: int) -> str:
        """Run a program to its end, and give the last line of its complaint, or ''."""
        told = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, pass_fds=(handle,), cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}, **self.account.options,  # type: ignore[call-overload]
        )  # fmt: skip
        if told.returncode == 0:
            return ""
        lines: list[str] = told.stderr.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {told.returncode}"


@contextlib.contextmanager
def _reached(folder: Path) -> Iterator[str]:
    """A path to an open folder that holds in a child process which may not pass through the folders above it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)
