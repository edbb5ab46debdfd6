"""A real portal: an instance, a copy of its database, and the server of `lontar serve` as a child process on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from typing import Any
from urllib.error import URLError

from psycopg.conninfo import make_conninfo

from lontar.instance.cluster import GATE, WEB
from tests.browser.certificates import Certificate
from tests.browser.letters import Letter, Postbox
from tests.browser.proxies import proxying
from tests.databases import Copy
from tests.inhabitants import Person, settle

PATIENCE = 40.0
"""Seconds that a portal may take until it is ready."""
_KEPT_LOG = 4000


@dataclass(frozen=True)
class Portal:
    """A portal that answers at `url`."""

    url: str
    copy: Copy
    log: Path
    postbox: Postbox

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
    copy: Copy, log: Path, postbox: Postbox, certificate: Certificate | None = None
) -> Iterator[Portal]:
    """Serve a copy of the database; whatever the process says is in `log`. Raises AssertionError where it does not get ready.

    A demonstration speaks to browsers itself; a real instance, which has a certificate, through a reverse proxy.
    """
    with ExitStack() as stack:
        listening = stack.enter_context(create_server(("127.0.0.1", 0), backlog=256))
        port = int(listening.getsockname()[1])
        url = f"http://localhost:{port}"
        if certificate is not None:
            proxy = stack.enter_context(proxying(certificate))
            proxy.portal = port
            url = f"https://localhost:{proxy.server_address[1]}"
        said = stack.enter_context(log.open("wb"))
        process = subprocess.Popen(
            [sys.executable, "-m", "lontar.web", "--socket", str(listening.fileno()), "--workers", "2"],
            env=_environment(copy, postbox, url), stdout=said, stderr=said, pass_fds=(listening.fileno(),),
        )  # fmt: skip
        stack.callback(_end, process)
        _wait_until_ready(process, port, log)
        yield Portal(url, copy, log, postbox)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(copy: Copy, postbox: Postbox, url: str) -> dict[str, str]:
    """What tells the process its instance, its copy of the database, its address and who takes its letters."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LONTAR_")}
    return {
        **kept,
        "LONTAR_HOME": str(copy.instance.home.folder),
        "LONTAR_DATABASE_WEB_URL": make_conninfo(**copy.access(WEB)._asdict()),
        "LONTAR_DATABASE_GATE_URL": make_conninfo(**copy.access(GATE)._asdict()),
        "LONTAR_ADDRESS": url,
        "LONTAR_PROXY": "1" if url.startswith("https:") else "0",
        "LONTAR_SMTP_URL": postbox.url,
        "DJANGO_SETTINGS_MODULE": "lontar.web.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return
        except (URLError, OSError) as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the portal does not get ready: {error}\n{tail(log)}") from None
            time.sleep(0.05)


def tail(log: Path) -> str:
    """The end of what a portal said."""
    return log.read_text("utf-8", "replace")[-_KEPT_LOG:]
