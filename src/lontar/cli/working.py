"""`lontar worker`: do what submissions ask for, beside a server that runs elsewhere; and what `lontar serve` needs of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from lontar.cli.stopping import Stopping

if TYPE_CHECKING:
    from lontar.instance.home import Home

PATIENCE = 15
"""Seconds that a worker may take to end."""
OWNER_ONLY = ("LONTAR_ROLE", "LONTAR_DATABASE_URL")
"""What a process that serves is not told."""


@click.command()
def worker() -> None:
    """Do what submissions ask for (harmonise, accept), one after the other, until interrupted or told to stop.

    `lontar serve` and `lontar demo` have one of their own; start more on a machine that has processors to spare. Exit status 3: the
    database is not as this version needs it.
    """
    from lontar.instance.home import Home, default_home
    from lontar.instance.server import running_database

    home = Home(default_home())
    _ = home.facts
    stopping = Stopping()
    with running_database(home), worker_of(home) as worker:
        click.echo("The worker waits for jobs.")
        while worker.ended is None and not stopping.wait(0.2):
            pass
        ended = worker.ended
    if ended:
        raise SystemExit(ended)
    click.echo("Stopped.")


class Worker:
    """A worker as a process of its own."""

    def __init__(self, home: Home) -> None:
        self._home, self._process = home, _started(home)

    @property
    def ended(self) -> int | None:
        """The status with which it ended; None as long as it works."""
        return self._process.poll()

    def keep_working(self) -> None:
        """Start it anew where it ended."""
        if self.ended is not None:
            self._process = _started(self._home)

    def stop(self) -> None:
        """End it, with what it does."""
        stop_process(self._process, PATIENCE)


@contextlib.contextmanager
def worker_of(home: Home) -> Iterator[Worker]:
    """A worker, ended in the end."""
    worker = Worker(home)
    try:
        yield worker
    finally:
        worker.stop()


def do_apart(home: Home, module: str, *words: str) -> None:
    """Do something in a process of its own, which has no more secrets than it needs; exits as that did, where it did not do well."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words], env=_told(home), stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise SystemExit(done.returncode)


def _started(home: Home) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "lontar.web.worker", str(os.getpid())],
        env=_told(home),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def _told(home: Home) -> dict[str, str]:
    """What a process is told that has no more secrets than it needs."""
    told = {name: value for name, value in os.environ.items() if name not in OWNER_ONLY}
    return {**told, "LONTAR_HOME": str(home.folder)}


def stop_process(process: subprocess.Popen[bytes], patience: float) -> None:
    """Tell a process to end, and end all of its group where it takes longer than that."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
