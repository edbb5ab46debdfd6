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
    with running_database(home), worker_of(home) as process:
        click.echo("The worker waits for jobs.")
        while process.poll() is None and not stopping.wait(0.2):
            pass
        ended = process.poll()
    if ended:
        raise SystemExit(ended)
    click.echo("Stopped.")


@contextlib.contextmanager
def worker_of(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as a process of its own, which has no more secrets than it needs, ended in the end."""
    environment = {name: value for name, value in os.environ.items() if name not in OWNER_ONLY}
    environment["LONTAR_HOME"] = str(home.folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "lontar.web.worker"],
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        stop_process(process, PATIENCE)


def stop_process(process: subprocess.Popen[bytes], patience: float) -> None:
    """Tell a process to end, and end all of its group where it takes longer than that."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
