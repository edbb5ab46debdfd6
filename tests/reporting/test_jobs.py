"""Jobs: one at a time, stopped, killed, forgotten; and what is thrown away."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from lontar.model.errors import Refused, Unavailable
from lontar.web.log import WithoutPeople
from tests.reporting.senders import EXAMPLES, Senders

if TYPE_CHECKING:
    from lontar.reporting.queries import Submission

FILE = EXAMPLES / "fictional" / "xa" / "salidas_por_mar_2024.csv"


def send(senders: Senders) -> uuid.UUID:
    return senders.send("XA", {FILE.name: FILE.read_bytes()})


def seen(senders: Senders, identity: uuid.UUID) -> Submission:
    return senders.look(identity, senders.focal["XA"], "XA")


def outcome(senders: Senders, identity: uuid.UUID) -> str:
    job = seen(senders, identity).job
    assert job is not None
    return job.outcome


def said(senders: Senders, identity: uuid.UUID) -> str:
    from lontar.reporting.queries import said_of

    return said_of(senders.desk, seen(senders, identity))


def do_apart(senders: Senders) -> None:
    """Have a worker do the next job in a process of its own."""
    from lontar.reporting import worker
    from lontar.reporting.jobs import take_job

    job = take_job(senders.clock())
    assert job is not None
    worker._do_apart(job, lambda: False, senders.clock)


def test_two_jobs_at_once_are_refused_in_a_sentence(senders: Senders) -> None:
    from lontar.reporting import actions

    identity = send(senders)
    with (
        pytest.raises(Refused, match=r"\[REP-011\] something is being done"),
        senders.as_(senders.officer["XA"], "XA") as act,
    ):
        actions.ask_job(act, identity, "harmonise")
    with pytest.raises(Refused, match="REP-011"), senders.as_(senders.officer["XA"], "XA") as act:
        actions.discard_submission(act, senders.desk, identity)
    senders.work()
    assert outcome(senders, identity) == "done"


def test_what_is_thrown_away_leaves_nothing_that_could_be_read(senders: Senders) -> None:
    from lontar.reporting import actions

    before = senders.lying()
    identity = send(senders)
    senders.work()
    told = seen(senders, identity)
    assert len(senders.lying() - before) == len(told.papers)
    with senders.as_(senders.officer["XA"], "XA") as act:
        actions.discard_submission(act, senders.desk, identity)
    assert senders.lying() == before
    with pytest.raises(Refused, match="nothing here"):
        seen(senders, identity)
    with senders.copy.owner() as owner:
        kept = owner.execute(
            "select (select count(*) from reporting_submission), (select count(*) from reporting_paper)"
        )
        assert kept.fetchone() == (0, 0), "and the key is gone with it"


def test_what_was_signed_is_not_thrown_away(senders: Senders) -> None:
    from lontar.reporting import actions

    identity = send(senders)
    senders.work()
    senders.sign(identity, "XA")
    senders.work()
    with pytest.raises(Refused, match="REP-010"), senders.as_(senders.officer["XA"], "XA") as act:
        actions.discard_submission(act, senders.desk, identity)


def test_a_worker_that_is_killed_is_told_and_the_next_job_is_done(
    senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lontar.reporting import harmonising

    before = senders.lying()
    first, second = send(senders), send(senders)
    with monkeypatch.context() as patched:
        patched.setattr(harmonising, "harmonise_files", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        do_apart(senders)
    assert outcome(senders, first) == "failed"
    assert "nothing was half-written. Send the file again" in said(senders, first)
    assert len(senders.lying() - before) == 2, "nothing that was open is left"
    do_apart(senders)
    assert outcome(senders, second) == "done"


def test_what_goes_wrong_in_a_worker_is_logged_without_what_it_says(
    senders: Senders, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from lontar.reporting import harmonising

    def wrong(*_: object, **__: object) -> None:
        raise ValueError("kestrel-7919")

    monkeypatch.setattr(harmonising, "harmonise_files", wrong)
    identity = send(senders)
    written = logging.FileHandler(tmp_path / "log")
    written.setFormatter(WithoutPeople())
    monkeypatch.setattr(logging.getLogger("lontar.reporting"), "handlers", [written])
    do_apart(senders)
    written.close()
    assert outcome(senders, identity) == "failed"
    logged = (tmp_path / "log").read_text()
    assert "ValueError at" in logged
    assert "kestrel" not in logged


def test_a_job_that_is_stopped_ends_and_says_who_stopped_it(
    senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lontar.reporting import actions, harmonising

    identity = send(senders)

    def long(*_: object, **__: object) -> None:
        with senders.as_(senders.focal["XA"], "XA") as act:
            actions.cancel_job(act, identity)
        time.sleep(60)

    monkeypatch.setattr(harmonising, "harmonise_files", long)
    began = time.monotonic()
    do_apart(senders)
    assert time.monotonic() - began < 20
    told = seen(senders, identity)
    assert outcome(senders, identity) == "cancelled"
    stopped = [event for event in told.events if event.what == "harmonise_cancelled"]
    assert [event.who for event in stopped] == [f"{senders.focal['XA']}@lontar.example"]


def test_a_job_that_waits_is_stopped_at_once(senders: Senders) -> None:
    from lontar.reporting import actions
    from lontar.reporting.jobs import take_job

    identity = send(senders)
    senders.work()
    senders.sign(identity, "XA")
    with senders.as_(senders.focal["XA"], "XA") as act:
        actions.cancel_job(act, identity)
    assert take_job(senders.clock()) is None
    assert seen(senders, identity).may_be_signed, "what was signed and not accepted is a draft again"


def test_a_job_of_which_nothing_is_heard_has_failed_and_can_be_signed_again(senders: Senders) -> None:
    from lontar.reporting.jobs import PATIENCE, take_job

    identity = send(senders)
    senders.work()
    senders.sign(identity, "XA")
    assert take_job(senders.clock()) is not None, "and its worker is never heard of again"
    assert take_job(senders.clock()) is None
    senders.now += PATIENCE + timedelta(seconds=1)
    assert take_job(senders.clock()) is None
    assert outcome(senders, identity) == "failed"
    assert seen(senders, identity).may_be_signed
    senders.sign(identity, "XA")
    senders.work()
    assert seen(senders, identity).step == "accepted"


def test_a_long_job_is_heard_of_as_long_as_its_worker_lives(senders: Senders) -> None:
    from lontar.reporting import worker
    from lontar.reporting.jobs import PATIENCE, take_job

    identity = send(senders)
    job = take_job(senders.clock())
    assert job is not None
    for _ in range(3):
        senders.now += PATIENCE - timedelta(seconds=10)
        assert worker._may_go_on(job, senders.clock)
        assert take_job(senders.clock()) is None
    assert seen(senders, identity).is_under_way


def test_a_worker_whose_asker_may_not_any_more_goes_on_with_the_next(
    senders: Senders, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lontar.reporting import harmonising

    first = send(senders)
    second = senders.send("XA", {FILE.name: FILE.read_bytes()}, person=senders.focal["XA"])

    def suspended(*_: object, **__: object) -> None:
        with senders.copy.owner() as owner:
            owner.execute(
                "update members_person set is_suspended = true where id = %s", (senders.officer["XA"],)
            )
        time.sleep(60)

    with monkeypatch.context() as patched:
        patched.setattr(harmonising, "harmonise_files", suspended)
        began = time.monotonic()
        do_apart(senders)
    assert time.monotonic() - began < 20
    do_apart(senders)
    assert outcome(senders, second) == "done"
    assert outcome(senders, first) == "", "until nothing was heard of it for long enough"


def test_what_another_worker_has_open_stays(senders: Senders) -> None:
    from lontar.reporting import harmonising
    from lontar.reporting.opening import workplace

    place = workplace(senders.copy.instance.home)
    folder, lock = harmonising._begun(place)
    (folder / "open").write_text("of another")
    harmonising.remove_left_open(place)
    assert (folder / "open").exists()
    fcntl.flock(lock, fcntl.LOCK_UN)
    os.close(lock)
    harmonising.remove_left_open(place)
    assert not folder.exists()


# ---------------------------------------------------------------------------------------------------- what the database lets be done


TABLES = ("reporting_submission", "reporting_paper", "reporting_job", "reporting_event")


@pytest.mark.parametrize("table", TABLES)
def test_the_serving_role_reaches_no_table_of_submissions(senders: Senders, table: str) -> None:
    send(senders)
    with senders.copy.web() as web:
        for statement in (f"select id from {table}", f"delete from {table}", f"update {table} set id = id"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), web.transaction():
                senders.copy.ask(web, senders.officer["XA"], "XA")
                web.execute(statement.encode())


@pytest.mark.parametrize("proof", ["", "0" * 64, None])
def test_no_job_is_taken_without_the_key(senders: Senders, proof: str | None) -> None:
    send(senders)
    with senders.copy.web() as web, pytest.raises(psycopg.Error) as refused:
        web.execute("select take_job(%s, now(), '2 minutes')", (proof,))
    assert refused.value.sqlstate == "LV002"


def test_a_proof_is_of_one_transaction_alone(senders: Senders) -> None:
    import hmac
    from hashlib import sha256

    key = bytes.fromhex(senders.copy.key)
    with senders.copy.web() as web:
        with web.transaction():
            row = web.execute("select pg_current_xact_id()::text, pg_backend_pid()::text").fetchone()
            assert row is not None
            proof = hmac.new(key, "|".join(("take a job", *map(str, row))).encode(), sha256).hexdigest()
            web.execute("select take_job(%s, now(), '2 minutes')", (proof,))
        with pytest.raises(psycopg.Error) as refused:
            web.execute("select take_job(%s, now(), '2 minutes')", (proof,))
    assert refused.value.sqlstate == "LV002"


def test_nobody_tells_or_ends_the_job_of_another(senders: Senders) -> None:
    from lontar.reporting.jobs import end_job, take_job, tell_job

    identity = send(senders)
    job = take_job(senders.clock())
    assert job is not None
    for person, participant in ((senders.focal["XA"], "XA"), (senders.officer["XB"], "XB")):
        with pytest.raises(Refused, match="nothing here"), senders.as_(person, participant) as act:
            tell_job(act, job.id, "reading", 1, 2)
        with pytest.raises(Refused, match="nothing here"), senders.as_(person, participant) as act:
            end_job(act, job.id, "done", None)
    assert seen(senders, identity).is_under_way


def test_a_job_that_was_not_taken_is_not_ended(senders: Senders) -> None:
    from lontar.reporting.jobs import end_job

    identity = send(senders)
    job = seen(senders, identity).job
    assert job is not None
    with pytest.raises(Refused, match="nothing here"), senders.as_(senders.officer["XA"], "XA") as act:
        end_job(act, job.id, "done", None)


# ---------------------------------------------------------------------------------------------------- the desk


def test_a_paper_that_was_altered_or_moved_is_not_opened(senders: Senders) -> None:
    from lontar.reporting.queries import key_of

    identity = send(senders)
    told = seen(senders, identity)
    (paper,) = told.of_kind("raw")
    path = senders.copy.instance.home.folder / "desk" / f"{paper.id}.paper"
    other = path.with_name(f"{uuid.uuid4()}.paper")
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    other.write_bytes(path.read_bytes())
    path.write_bytes(content)
    key = key_of(senders.desk, told)
    for one in (paper.id, uuid.UUID(other.stem), uuid.uuid4()):
        with pytest.raises(Unavailable, match="REP-002"):
            senders.desk.whole(one, key)
    other.unlink()


def test_a_key_is_of_one_submission_alone(senders: Senders) -> None:
    key = senders.desk.new_key(uuid.uuid4())
    with pytest.raises(Unavailable, match="REP-001"):
        senders.desk.key(uuid.uuid4(), key.wrapped)


def test_what_nobody_names_is_swept_once_it_is_a_day_old(senders: Senders) -> None:
    from lontar.reporting.sweeping import PATIENCE, sweep

    identity = send(senders)
    (paper,) = seen(senders, identity).of_kind("raw")
    folder = senders.copy.instance.home.folder / "desk"
    needed, idle, fresh = (folder / f"{one}.paper" for one in (paper.id, uuid.uuid4(), uuid.uuid4()))
    draft, fresh_draft = (folder / f".{uuid.uuid4()}.paper" for _ in range(2))
    for path in (idle, fresh, draft, fresh_draft):
        path.write_bytes(b"sealed")
    old = time.time() - PATIENCE - 60
    for path in (needed, idle, draft):
        os.utime(path, (old, old))
    home = senders.copy.instance.home
    with senders.copy.owner() as owner:
        from lontar.instance.home import REMOVAL

        with home.locked(REMOVAL):  # a backup is being made
            assert sweep(owner.cursor(), senders.desk) == 0
        assert sweep(owner.cursor(), senders.desk) == 2
    assert [path.exists() for path in (needed, idle, fresh, draft, fresh_draft)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    fresh.unlink()
    fresh_draft.unlink()


def test_the_desk_is_swept_when_serving_begins(senders: Senders, monkeypatch: pytest.MonkeyPatch) -> None:
    from lontar.cli import serving
    from lontar.reporting.sweeping import PATIENCE
    from lontar.warehouse import looking_after

    monkeypatch.setattr(looking_after, "sweep", lambda *_: 0)  # the store is also that of other tests
    home = senders.copy.instance.home
    (home.folder / "desk").mkdir(exist_ok=True)
    idle = home.folder / "desk" / f"{uuid.uuid4()}.paper"
    idle.write_bytes(b"sealed")
    old = time.time() - PATIENCE - 60
    os.utime(idle, (old, old))
    serving._sweep(home)
    assert not idle.exists()
