"""A real portal: an instance, a copy of its database, and gunicorn as a child process that serves it on this machine."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Any
from urllib.error import URLError

from psycopg.conninfo import make_conninfo

from lontar.instance.cluster import GATE, WEB
from tests.browser.certificates import Certificate
from tests.browser.letters import Letter, Postbox
from tests.databases import Copy
from tests.inhabitants import Person, settle

PATIENCE = 40.0
"""Seconds that a portal may take until it is ready."""
_KEPT_LOG = 4000


@dataclass(frozen=True)
class Portal:
    """A portal that answers at `url`; `certificate` is None where it speaks without TLS."""

    url: str
    copy: Copy
    log: Path
    postbox: Postbox
    certificate: Certificate | None = None

    def at(self, path: str) -> str:
        """The address of a path."""
        return self.url + path

    @property
    def letters(self) -> list[Letter]:
        """The letters that it sent, the oldest first."""
        return self.postbox.letters

    def asked(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the owner of the database reads there, or nothing where the statement gives nothing."""
        with self.copy.owner() as owner:
            told = owner.execute(query.encode(), values)
            return told.fetchall() if told.description else []

    def newcomer(
        self, roles: Mapping[str, Iterable[str]], functions: Iterable[str] = ("statistics",), *, declared: bool = True
    ) -> Person:  # fmt: skip
        """Somebody new with roles (participant -> roles), in agencies there with these functions: for a test that changes things."""
        them = str(uuid.uuid4())
        person = Person(them, f"{them}@lontar.example")
        with self.copy.owner() as owner:
            settle(owner.cursor(), person, roles, functions, declared=declared)
        return person


@contextmanager
def serving(
    copy: Copy, log: Path, postbox: Postbox, certificate: Certificate | None = None, threads: int = 4
) -> Iterator[Portal]:
    """Serve a copy of the database; whatever the process said is in `log`. Raises AssertionError where it does not get ready."""
    with create_server(("127.0.0.1", 0)) as listening, log.open("wb") as said:
        port = listening.getsockname()[1]
        url = f"{'https' if certificate else 'http'}://localhost:{port}"
        process = subprocess.Popen(
            [*_command(listening.fileno(), threads), *(certificate.options if certificate else [])],
            env=_environment(copy, postbox, url), stdout=said, stderr=said, pass_fds=(listening.fileno(),),
        )  # fmt: skip
        try:
            _wait_until_ready(process, url, log)
            yield Portal(url, copy, log, postbox, certificate)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _command(handle: int, threads: int) -> list[str]:
    return [
        sys.executable, "-m", "gunicorn", "lontar.web.wsgi:application", "--bind", f"fd://{handle}", "--workers", "1",
        "--threads", str(threads), "--graceful-timeout", "1", "--log-level", "warning",
    ]  # fmt: skip


def _environment(copy: Copy, postbox: Postbox, url: str) -> dict[str, str]:
    """What tells the process its instance, its copy of the database, its address and who takes its letters."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LONTAR_")}
    return {
        **kept,
        "LONTAR_HOME": str(copy.instance.home.folder),
        "LONTAR_DATABASE_WEB_URL": make_conninfo(**copy.access(WEB)._asdict()),
        "LONTAR_DATABASE_GATE_URL": make_conninfo(**copy.access(GATE)._asdict()),
        "LONTAR_ADDRESS": url,
        "LONTAR_SMTP_URL": postbox.url,
        "DJANGO_SETTINGS_MODULE": "lontar.web.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=PATIENCE, context=trusting) as answer:
                assert answer.status == 200
                return
        except (URLError, OSError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the portal does not get ready: {error}\n{tail(log)}") from None
            time.sleep(0.1)


def tail(log: Path) -> str:
    """The end of what a portal said."""
    return log.read_text("utf-8", "replace")[-_KEPT_LOG:]
