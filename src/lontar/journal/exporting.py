"""A participant's chain as a file of lines that anyone can verify with the public key of the instance."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from lontar.instance.cursors import Cursor
from lontar.journal.keys import Signer
from lontar.journal.lines import START, head_statement, moment
from lontar.journal.merkle import inclusion_proof

FORMAT = "lontar journal 1"


def export_chain(cursor: Cursor, instance: str, chain: str, signer: Signer, at: datetime) -> Iterator[bytes]:
    """Give the lines of an export, each with its line end: what it is, every entry in order, and each checkpoint with a proof.

    Runs in one transaction that sees one state (repeatable read).
    """
    cursor.execute("select length, hash from journal_head where chain = %s", (chain,))
    length, last = cursor.fetchone() or (0, START)
    statement = head_statement(instance, chain, length, bytes(last), moment(at))
    signature = signer.sign(statement).hex()
    yield _line(
        {"format": FORMAT, "public_key": signer.public, "statement": statement, "signature": signature}
    )
    cursor.execute(_ENTRIES, (chain,))
    for place, when, commitment, hashed, salt, body in cursor.fetchall():
        told = {
            "place": place,
            "at": moment(when),
            "commitment": bytes(commitment).hex(),
            "hash": bytes(hashed).hex(),
        }
        yield _line(told if salt is None else {**told, "salt": bytes(salt).hex(), "body": body})
    yield from _checkpoints(cursor, chain)


_ENTRIES = """
select l.place, e.at, e.commitment, l.hash, c.salt, c.body
  from journal_link l join journal_entry e on e.id = l.entry left join journal_content c on c.entry = e.id
 where l.chain = %s order by l.place
"""


def _checkpoints(cursor: Cursor, chain: str) -> Iterator[bytes]:
    cursor.execute("select number, statement, signature from journal_checkpoint order by number")
    for number, statement, signature in cursor.fetchall():
        told: dict[str, object] = {"statement": statement, "signature": bytes(signature).hex()}
        cursor.execute(
            "select place, hash, chain, length, nonce from journal_leaf where checkpoint = %s order by place",
            (number,),
        )
        leaves = cursor.fetchall()
        own = next((leaf for leaf in leaves if leaf[2] == chain), None)
        if own:
            place, _, _, length, nonce = own
            proof = [one.hex() for one in inclusion_proof([bytes(leaf[1]) for leaf in leaves], place)]
            told["leaf"] = {"place": place, "length": length, "nonce": bytes(nonce).hex(), "proof": proof}
        yield _line({"checkpoint": told})


def _line(told: dict[str, object]) -> bytes:
    return msgspec.json.encode(told) + b"\n"
