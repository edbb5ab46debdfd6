"""`lontar worker`: says that it waits, works, ends when it is told to, and with a status that tells why where it cannot begin."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lontar.cli.working import Worker
from tests.databases import Instance, made_instance
from tests.web.serving import LONTAR, are_gone, environment, lontar


@contextmanager
def working(home: Path, said: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that says that it waits."""
    with said.open("wb") as log:
        process = subprocess.Popen([LONTAR, "worker"], env=environment(home), stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while "waits for jobs" not in said.read_text("utf-8"):
            assert process.poll() is None, said.read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_waits_and_stops_when_it_is_told_to(instance: Instance, tmp_path: Path, number: int) -> None:
    said = tmp_path / "said"
    with working(instance.home.folder, said) as process:
        children = {one.pid for one in psutil.Process(process.pid).children(recursive=True)}
        assert children
        process.send_signal(number)
        assert process.wait(30) == 0
    assert said.read_text("utf-8") == "The worker waits for jobs.\nStopped.\n"
    assert are_gone(children)


def test_it_ends_with_whoever_started_it(instance: Instance, tmp_path: Path) -> None:
    with working(instance.home.folder, tmp_path / "said") as process:
        children = {one.pid for one in psutil.Process(process.pid).children(recursive=True)}
        process.kill()
        assert are_gone(children)


def test_it_ends_where_whoever_started_it_ended_before_it_began(instance: Instance) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "lontar.web.worker", "1"], env=environment(instance.home.folder), timeout=60, check=False
    )  # fmt: skip
    assert told.returncode == 0


def test_where_there_is_no_instance_it_says_so(tmp_path: Path) -> None:
    told = lontar(tmp_path, "worker")
    assert (told.returncode, told.stdout) == (3, "")
    assert told.stderr.startswith("[INS-001]")


def test_a_database_of_another_version_is_not_worked_on(tmp_path: Path) -> None:
    with made_instance(tmp_path / "home") as made:
        with made.cluster.access("lontar_owner").connect(autocommit=True) as owner:
            owner.execute("drop function installed()")
        told = lontar(made.home.folder, "worker")
    assert told.returncode == 3
    assert "[INS-029]" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_worker_that_ended_is_started_anew(instance: Instance) -> None:
    worker = Worker(instance.home)
    try:
        first = worker._process
        worker.keep_working()
        assert worker._process is first
        first.kill()
        first.wait()
        worker.keep_working()
        assert worker.ended is None
        assert worker._process.pid != first.pid
    finally:
        worker.stop()
    assert worker.ended is not None
