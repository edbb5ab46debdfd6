"""A database with a journal that people have written into."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from lontar.journal.checkpoints import make_checkpoint
from lontar.journal.exporting import export_chain
from lontar.journal.keys import Signer
from lontar.journal.writing import write_entry
from tests.databases import Copy, Instance

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Journal:
    """A copy of the database, its key, and the acts that fill it."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self.signer = Signer(copy.instance.home.secret("journal"))
        self.id = copy.instance.home.facts.id

    def write(self, count: int, chains: str = "XA XB XC") -> None:
        """So many entries, each in a transaction, in turn in these chains."""
        names = chains.split()
        with self.copy.owner() as web:
            for number in range(count):
                with web.transaction(), web.cursor() as cursor:
                    write_entry(
                        cursor,
                        names[number % len(names)],
                        "sent",
                        NOW + timedelta(seconds=number),
                        thing=f"thing {number}",
                    )

    def sign(self) -> None:
        with self.copy.owner() as owner, owner.transaction(), owner.cursor() as cursor:
            make_checkpoint(cursor, self.id, self.signer, NOW)

    def export(self, chain: str = "XA") -> list[bytes]:
        with self.copy.owner() as owner, owner.transaction(), owner.cursor() as cursor:
            return list(export_chain(cursor, self.id, chain, self.signer, NOW))


@pytest.fixture
def journal(instance: Instance) -> Iterator[Journal]:
    with instance.copied() as copy:
        yield Journal(copy)


@pytest.fixture
def written(journal: Journal) -> Journal:
    """Ten entries in each of three chains, with a checkpoint after each ten."""
    for _ in range(3):
        journal.write(10)
        journal.sign()
    return journal
