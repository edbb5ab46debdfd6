"""Chains are made by the database, whoever writes and however many at once."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import psycopg
import pytest

from lontar.journal.checkpoints import LEAVES
from lontar.journal.verifying import verify_database
from lontar.journal.writing import write_entry
from tests.journal.conftest import NOW, Journal


def whole(journal: Journal) -> bool:
    with journal.copy.owner() as owner, owner.cursor() as cursor:
        return list(verify_database(cursor, journal.id, journal.signer.public)) == []


def test_many_at_once_make_chains_without_a_gap_and_never_wait_for_each_other(journal: Journal) -> None:
    """Eight connections write into the same chains in different orders: a lock taken at the wrong time would be a deadlock."""

    def work(seed: int) -> int:
        rng, count = Random(seed), 0
        with journal.copy.owner() as web:
            for _ in range(40):
                with web.transaction(), web.cursor() as cursor:
                    for chain in rng.sample(["XA", "XB", "XC", "XD"], rng.randint(1, 4)):
                        write_entry(cursor, chain, "sent", NOW, by=str(seed))
                        count += 1
        return count

    with ThreadPoolExecutor(8) as pool:
        written = sum(pool.map(work, range(8)))
    with journal.copy.owner() as owner:
        assert owner.execute("select sum(length) from journal_head").fetchone() == (written,)
        assert owner.execute("select count(*) from journal_link").fetchone() == (written,)
    assert whole(journal)


def test_what_is_undone_is_not_in_the_chain(journal: Journal) -> None:
    journal.write(3, "XA")
    with (
        journal.copy.owner() as web,
        pytest.raises(ZeroDivisionError),
        web.transaction(),
        web.cursor() as cursor,
    ):
        write_entry(cursor, "XA", "sent", NOW)
        _ = 1 / 0
    journal.write(1, "XA")
    with journal.copy.owner() as owner:
        assert owner.execute("select length from journal_head").fetchone() == (4,)
    assert whole(journal)


def test_entries_of_one_transaction_keep_their_order(journal: Journal) -> None:
    with journal.copy.owner() as web, web.transaction(), web.cursor() as cursor:
        ids = [write_entry(cursor, "XA", "sent", NOW, number=number) for number in range(20)]
    with journal.copy.owner() as owner:
        linked = [row[0] for row in owner.execute("select entry from journal_link order by place")]
    assert linked == ids


def test_a_commitment_tells_nothing_of_what_was_committed_to(journal: Journal) -> None:
    journal.write(1, "XA")
    with journal.copy.owner() as web, web.transaction(), web.cursor() as cursor:
        for _ in range(2):
            write_entry(cursor, "XA", "sent", NOW, thing="the same")
    with journal.copy.owner() as owner:
        rows = owner.execute(
            "select c.body, e.commitment from journal_content c join journal_entry e on e.id = c.entry"
        ).fetchall()
    assert len({row[0] for row in rows}) == 2
    assert len({bytes(row[1]) for row in rows}) == 3  # type: ignore[call-overload]


def test_a_chain_without_a_name_is_nobodys(journal: Journal) -> None:
    with journal.copy.owner() as web, pytest.raises(psycopg.Error) as error, web.cursor() as cursor:
        write_entry(cursor, "", "sent", NOW)
    assert error.value.sqlstate == "LV020"


@pytest.mark.parametrize(
    ("chain", "moment", "body", "state"),
    [
        ("X|A", "2026-03-01", "{}", "LV020"), ("", "2026-03-01", "{}", "LV020"), ("XA", "infinity", "{}", "LV023"),
        ("XA", "0999-01-01", "{}", "LV023"), ("XA", "2026-03-01", "x" * 20_000, "LV023"),
    ],
)  # fmt: skip
def test_an_entry_that_could_not_be_verified_is_not_written(
    journal: Journal, chain: str, moment: str, body: str, state: str
) -> None:
    with journal.copy.owner() as owner, pytest.raises(psycopg.Error) as error:
        owner.execute("select append_entry(%s, %s, %s)", (chain, moment, body))
    assert error.value.sqlstate == state


def test_the_web_role_may_write_on_and_nothing_else(journal: Journal) -> None:
    journal.write(2)
    for table in ("entry", "content", "link", "head", "reading", "checkpoint", "leaf"):
        for verb in (
            f"insert into journal_{table} default values",
            f"update journal_{table} set id = null",
            f"delete from journal_{table}",
        ):
            with (
                journal.copy.web() as web,
                pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn)),
            ):
                web.execute(verb)  # type: ignore[arg-type]


def test_checkpoints_are_of_one_size_and_tell_nobody_how_many_chains_there_are(journal: Journal) -> None:
    sizes = []
    for chains in ("XA", "XA XB", "XA XB XC"):
        journal.write(6, chains)
        journal.sign()
    with journal.copy.owner() as owner:
        for (statement,) in owner.execute(
            "select statement from journal_checkpoint order by number"
        ).fetchall():
            sizes.append(int(str(statement).split("|")[4]))
        nonces = owner.execute("select count(distinct nonce) from journal_leaf where chain <> ''").fetchone()
        places = owner.execute("select place from journal_leaf where chain = 'XA'").fetchall()
    assert sizes == [LEAVES] * 3
    assert nonces == (6,)
    assert len(places) == 3
    mine = b"".join(journal.export("XA"))
    assert b"XB" not in mine
    assert b"XC" not in mine
