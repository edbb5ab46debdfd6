"""kill -9 of whoever sends figures, and of the server, at random moments: parcels are whole or absent, chain and store agree."""

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
from lontar.warehouse.looking_after import damaged, sweep
from lontar.warehouse.store.keeping import Store
from lontar.warehouse.store.volumes import VolumeFolder
from tests.databases import Copy, Instance, made_instance
from tests.house.places import ROOT
from tests.things.test_killed import wait_for_more
from tests.things.worlds import World

AGENCY = str(uuid.UUID(int=1))


@pytest.fixture(scope="module")
def own_instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance for this file alone: its server is killed."""
    with made_instance(tmp_path_factory.mktemp("killed") / "home") as made:
        yield made


def agreeing(copy: Copy, store: Store) -> None:
    """What was accepted is there whole, what was purged is gone, and the journal says the same; nothing else lies in the store."""
    with copy.owner() as owner, owner.cursor() as cursor:
        key = Signer(copy.instance.home.secret("journal")).public
        assert list(verify_database(cursor, copy.instance.home.facts.id, key)) == []
        bodies = [
            msgspec.json.decode(row[0])
            for row in owner.execute("select body from journal_content").fetchall()
        ]
        acts = Counter(
            (body["act"], body["thing"]) for body in bodies if body["act"] in {"accepted", "purged"}
        )
        assert set(acts.values()) == {1}
        kept = {thing for act, thing in acts if act == "accepted"} - {
            thing for act, thing in acts if act == "purged"
        }
        counts = owner.execute(
            "select submission::text, count(*) from warehouse_parcel group by 1"
        ).fetchall()
        assert dict(counts) == dict.fromkeys(kept, 13)
        assert owner.execute("select count(*) from things_thing").fetchone() == (13 * len(kept),)
        for _ in range(2):  # what is written together anew is removed by the next
            with owner.transaction():
                sweep(cursor, store)
        assert list(damaged(cursor, store)) == []
        volumes = {row[0] for row in owner.execute("select volume from warehouse_segment").fetchall()}
        assert set(store.volumes.all()) == volumes


def when_it_answers(copy: Copy, store: Store) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            return agreeing(copy, store)
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_every_parcel_is_whole_or_absent(own_instance: Instance, tmp_path: Path, full_counts: bool) -> None:
    rng = Random(20261201)
    world = World(participants={"XA": ("State", "member", ("XA",))}, agencies={AGENCY: ("XA", frozenset())})
    focal = world.person(roles={"XA": ["focal_point"]}, agencies=[AGENCY])
    done, folder = tmp_path / "done", tmp_path / "store"
    store = Store(VolumeFolder(folder), bytes(32))
    with own_instance.copied() as copy:
        with copy.owner() as owner:
            world.write(owner)
        for number in range(200 if full_counts else 20):
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.warehouse.endless_sender", copy.name, focal, AGENCY, str(number), str(folder), str(done)],
                cwd=ROOT, env={**os.environ, "LONTAR_HOME": str(own_instance.home.folder)}, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            try:
                wait_for_more(done, process)
                time.sleep(rng.random() * 0.1)
                if number % 4 == 3:
                    os.kill(own_instance.cluster.pid, signal.SIGKILL)
            finally:
                process.kill()
                process.wait()
            when_it_answers(copy, store)
            told = [line.split() for line in done.read_text().splitlines()]
            with copy.owner() as owner:
                known = {
                    str(row[0]) for row in owner.execute("select id from warehouse_submission").fetchall()
                }
            assert {name for act, name in told if act == "accepted"} <= known
    assert len(told) >= 20
