"""Checkpoints: at fixed hours, one signed root over the blinded heads of all chains, padded so that their number tells nothing."""

from __future__ import annotations

import random
import secrets
from datetime import datetime
from hashlib import sha256

from lontar.instance.cursors import Cursor
from lontar.journal.keys import Signer
from lontar.journal.lines import START, checkpoint_statement, leaf_line, moment
from lontar.journal.merkle import leaf_hash, root

LEAVES = 256
"""Places of a checkpoint's tree, whatever the number of chains; doubled if there are ever more."""


def make_checkpoint(cursor: Cursor, instance: str, signer: Signer, at: datetime) -> int:
    """Sign the heads of all chains as they are, in the current transaction (as the owner role), and give the checkpoint's number."""
    cursor.execute("lock table journal_checkpoint in exclusive mode")
    cursor.execute("select number, statement from journal_checkpoint order by number desc limit 1")
    last = cursor.fetchone()
    number = last[0] + 1 if last else 1
    before = sha256(last[1].encode()).digest() if last else START
    cursor.execute("select chain, length, hash from journal_head order by chain")
    leaves = _blinded([(chain, length, bytes(head)) for chain, length, head in cursor.fetchall()])
    top = root([leaf[0] for leaf in leaves])
    statement = checkpoint_statement(instance, number, moment(at), len(leaves), top, before)
    cursor.execute(
        "insert into journal_checkpoint (number, at, statement, signature) values (%s, %s, %s, %s)",
        (number, at, statement, signer.sign(statement)),
    )
    for place, (hashed, chain, length, head, nonce) in enumerate(leaves):
        cursor.execute(
            "insert into journal_leaf (id, checkpoint, place, hash, chain, length, head, nonce)"
            " values (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s)",
            (number, place, hashed, chain, length, head, nonce),
        )
    return number


Blinded = tuple[bytes, str, int, bytes, bytes]
"""The hash of a leaf, and what it is the hash of: chain, length, head, nonce; noise belongs to the chain ''."""


def _blinded(heads: list[tuple[str, int, bytes]]) -> list[Blinded]:
    """A leaf for each chain with a nonce that only its participant gets, among noise, in an order that tells nothing."""
    size = LEAVES
    while size < len(heads):
        size *= 2
    leaves: list[Blinded] = []
    for chain, length, head in heads:
        nonce = secrets.token_bytes(32)
        leaves.append((leaf_hash(leaf_line(chain, length, head, nonce)), chain, length, head, nonce))
    leaves += [(secrets.token_bytes(32), "", 0, b"", b"") for _ in range(size - len(leaves))]
    random.SystemRandom().shuffle(leaves)
    return leaves
