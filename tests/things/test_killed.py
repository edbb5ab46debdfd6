"""kill -9, of the server and of whoever acts, at moments drawn at random: tables and chains agree, nothing acknowledged is lost."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import psycopg
import pytest

from lontar.journal.keys import Signer
from lontar.journal.verifying import verify_database
from tests.databases import Copy, Instance, made_instance
from tests.house.places import ROOT
from tests.things.worlds import World

AGENCY = str(uuid.UUID(int=1))


@pytest.fixture(scope="module")
def own_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance for this file alone: its server is killed."""
    with made_instance(tmp_path_factory.mktemp("killed") / "home") as made:
        yield made


def whole(copy: Copy) -> tuple[Counter[str], set[str]]:
    """What the journal tells of each act, once the chain is verified; and the things in the table, with those recalled named twice."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with copy.owner() as owner, owner.cursor() as cursor:
                key = Signer(copy.instance.home.secret("journal")).public
                assert list(verify_database(cursor, copy.instance.home.facts.id, key)) == []
                bodies = [
                    msgspec.json.decode(row[0])
                    for row in owner.execute("select body from journal_content").fetchall()
                ]
                rows = owner.execute(
                    "select g.id, t.recalled from things_thing g join things_terms t on t.id = g.terms"
                ).fetchall()
                break
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    acts = Counter(f"{body['act']} {body['thing']}" for body in bodies)
    return acts, {f"registered {name}" for name, _ in rows} | {
        f"recalled {name}" for name, recalled in rows if recalled
    }


def test_what_was_acknowledged_stays_and_tables_and_chains_agree(
    own_instance: Instance, tmp_path: Path, full_counts: bool, record_property: object
) -> None:
    rng = Random(20260301)
    world = World(participants={"XA": ("State", "member", ("XA",))}, agencies={AGENCY: ("XA", frozenset())})
    officer = world.person(roles={"XA": ["data_officer"]}, agencies=[AGENCY])
    done = tmp_path / "done"
    with own_instance.copied() as copy:
        with copy.owner() as owner:
            world.write(owner)
        for number in range(200 if full_counts else 20):
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.things.endless_officer", copy.name, officer, AGENCY, str(number), str(done)],
                cwd=ROOT, env={**os.environ, "LONTAR_HOME": str(own_instance.home.folder)},
            )  # fmt: skip
            try:
                wait_for_more(done, process)
                time.sleep(rng.random() * 0.05)
                if number % 2:
                    os.kill(own_instance.cluster.pid, signal.SIGKILL)
                    wait_for_more(done, process)
            finally:
                process.kill()
                process.wait()
            acts, rows = whole(copy)
            assert set(acts) == rows
            assert set(acts.values()) == {1}
            assert set(done.read_text().splitlines()) <= rows
    assert len(done.read_text().splitlines()) > 20


def wait_for_more(done: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until an act more is acknowledged."""
    before, deadline = done.stat().st_size if done.exists() else 0, time.monotonic() + 60
    while not done.exists() or done.stat().st_size == before:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
