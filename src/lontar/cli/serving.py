"""`lontar serve`: an instance answers, with its database, until it is told to stop. What `lontar demo` needs of it too."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import click

from lontar.cli.stopping import Stopping
from lontar.cli.working import OWNER_ONLY, stop_process, worker_of
from lontar.instance.home import Home
from lontar.model.errors import Refused, Unavailable

PORT = 8000
PATIENCE = 60
"""Seconds that the server may take to answer, and to end."""
port_option = click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=PORT,
    envvar="PORT",
    show_default=True,
    help="The port to listen on.",
)
"""As `lontar demo` has it too."""


@click.command("serve")
@port_option
@click.option(
    "--bind", default="127.0.0.1", show_default=True, help="The address of this machine to listen on."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Processes that answer, each eight requests at once.",
)
def serve(port: int, bind: str, workers: int) -> None:
    """Serve a real instance until interrupted or told to stop, with its database where that is its own.

    It speaks HTTP to the reverse proxy that stands before it and speaks TLS. Exit status 1: the instance is a demonstration. 3: the
    port is taken, or the database is not as this version needs it.
    """
    from lontar.instance.home import default_home

    home = Home(default_home())
    if home.facts.kind == "demo":
        said = "this is a demonstration, which is for this machine alone and is not served to others."
        raise Refused(
            "INS-030", str(home.folder), said, "Run 'lontar demo', or create an instance of the kind 'real'."
        )
    for name, lack in (
        ("LONTAR_ADDRESS", "nobody can reach the portal but from this machine"),
        ("LONTAR_PROXY", "no request is taken to have come by TLS, and each is sent on to https"),
    ):
        if not os.environ.get(name):
            click.echo(f"{name} is not set: {lack}.", err=True)
    serve_until_stopped(
        home, bind, port, workers, lambda: click.echo(f"Lontar answers on {bind}, port {port}.")
    )


def serve_until_stopped(
    home: Home, bind: str, port: int, workers: int, say_ready: Callable[[], None]
) -> None:
    """Run database and server until interrupted or told to stop, then stop both. Raises Unavailable, or exits as the server did."""
    from lontar.instance.server import running_database

    stopping = Stopping()
    with (
        _listening(bind, port) as listener,
        running_database(home),
        _server(home, listener, workers) as server,
        worker_of(home) as worker,
    ):
        if _answers(listener, server, stopping):
            _sweep(home)
            say_ready()
        while server.poll() is None and not stopping.wait(0.2):
            worker.keep_working()
        ended = server.poll()
    if ended is not None and not stopping.is_told:
        raise SystemExit(ended or 3)
    click.echo("Stopped.")


def _sweep(home: Home) -> None:
    """Remove what a process that was stopped left in the store and on the desk, where this one may work as the owner of the database."""
    from lontar.instance.server import access_as, is_own
    from lontar.reporting import sweeping
    from lontar.reporting.opening import open_desk
    from lontar.warehouse.looking_after import sweep
    from lontar.warehouse.opening import open_store

    if is_own() or os.environ.get("LONTAR_DATABASE_URL"):
        with access_as("owner", home).connect() as connection, connection.cursor() as cursor:
            sweep(cursor, open_store(home))
            sweeping.sweep(cursor, open_desk(home))


@contextlib.contextmanager
def _listening(bind: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens. Raises Unavailable where the port is taken, or the address is none of this machine."""
    try:
        family = socket.AF_INET6 if ":" in bind else socket.AF_INET
        with socket.create_server((bind, port), family=family, backlog=256) as listener:
            yield listener
    except OSError as error:
        said = f"nothing can listen there: {(error.strerror or 'it is no address').lower()}."
        raise Unavailable(
            "INS-031", f"{bind}, port {port}", said, "Give another one with --port or PORT."
        ) from None


@contextlib.contextmanager
def _server(home: Home, listener: socket.socket, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server as a process of its own, which has no more secrets than it needs, ended in the end."""
    environment = {name: value for name, value in os.environ.items() if name not in OWNER_ONLY}
    environment["LONTAR_HOME"] = str(home.folder)
    process = subprocess.Popen(
        [sys.executable, "-m", "lontar.web", "--socket", str(listener.fileno()), "--workers", str(workers)],
        env=environment, pass_fds=(listener.fileno(),), stdin=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        stop_process(process, PATIENCE)


def _answers(listener: socket.socket, server: subprocess.Popen[bytes], stopping: Stopping) -> bool:
    """Wait until the server answers; False where it ended, or was told to stop, before. Raises Unavailable where it takes too long."""
    host, port = listener.getsockname()[:2]
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and not stopping.is_told:
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(host, port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return True
        if time.monotonic() > deadline:
            raise Unavailable("INS-032", "", "the server does not answer.", "The lines above may say why.")
        time.sleep(0.05)
    return False
