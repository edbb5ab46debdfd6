"""A participant's chain as a file of lines that anyone can verify with the public key of the instance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import msgspec

from lontar.journal.keys import Signer
from lontar.journal.lines import START, head_statement, moment
from lontar.journal.merkle import inclusion_proof

FORMAT = "lontar journal 1"


class Connection(Protocol):
    """What a connection of the database can do."""

    def execute(self, query: str, params: tuple[object, ...] = ...) -> Rows: ...


class Rows(Protocol):
    """The rows of a query."""

    def __iter__(self) -> Iterator[tuple[object, ...]]: ...
    def fetchone(self) -> tuple[object, ...] | None: ...
    def fetchall(self) -> list[tuple[object, ...]]: ...


def export_chain(
    connection: Connection, instance: str, chain: str, signer: Signer, at: datetime
) -> Iterator[bytes]:
    """Give the lines of an export, each with its line end: what it is, every entry in order, and each checkpoint with a proof.

    Runs in one transaction that sees one state (repeatable read).
    """
    head = connection.execute("select length, hash from journal_head where chain = %s", (chain,)).fetchone()
    length, last = (int(str(head[0])), bytes(head[1])) if head else (0, START)  # type: ignore[call-overload]
    statement = head_statement(instance, chain, length, last, moment(at))
    yield _line(
        {
            "format": FORMAT,
            "public_key": signer.public,
            "statement": statement,
            "signature": signer.sign(statement).hex(),
        }
    )
    entries = connection.execute(
        "select l.place, e.at, e.commitment, l.hash, c.salt, c.body from journal_link l join journal_entry e on e.id = l.entry"
        " left join journal_content c on c.entry = e.id where l.chain = %s order by l.place",
        (chain,),
    )
    for place, moment_of, commitment, hashed, salt, body in entries:
        told: dict[str, object] = {
            "place": place, "at": moment(moment_of), "commitment": bytes(commitment).hex(), "hash": bytes(hashed).hex(),  # type: ignore[arg-type, call-overload]
        }  # fmt: skip
        if salt is not None:
            told |= {"salt": bytes(salt).hex(), "body": body}  # type: ignore[call-overload]
        yield _line(told)
    yield from _checkpoints(connection, chain)


def _checkpoints(connection: Connection, chain: str) -> Iterator[bytes]:
    for number, statement, signature in connection.execute(
        "select number, statement, signature from journal_checkpoint order by number"
    ).fetchall():
        leaves = connection.execute(
            "select place, hash, chain, length, nonce from journal_leaf where checkpoint = %s order by place",
            (number,),
        ).fetchall()
        own = next((leaf for leaf in leaves if leaf[2] == chain), None)
        told: dict[str, object] = {"statement": statement, "signature": bytes(signature).hex()}  # type: ignore[call-overload]
        if own:
            proof = inclusion_proof([bytes(leaf[1]) for leaf in leaves], int(str(own[0])))  # type: ignore[call-overload]
            told["leaf"] = {
                "place": own[0], "length": own[3], "nonce": bytes(own[4]).hex(),  # type: ignore[call-overload]
                "proof": [one.hex() for one in proof],
            }  # fmt: skip
        yield _line({"checkpoint": told})


def _line(told: dict[str, object]) -> bytes:
    return msgspec.json.encode(told) + b"\n"
