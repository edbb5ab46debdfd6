"""Verify chains and checkpoints, in the database or in an export; every finding is one sentence that names what is wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

import msgspec

from lontar.instance.cursors import Cursor
from lontar.journal.keys import is_signed
from lontar.journal.lines import START, commitment, entry_line, leaf_line, moment
from lontar.journal.merkle import is_included, leaf_hash, root

FAR = 1_000_000
"""Places by which an entry may be out of order before it is taken for altered."""
SALT = 32
"""Bytes of a salt, always: else a part of a body could pass for one."""


class EntryTold(NamedTuple):
    """One entry as it is kept or exported; salt and body are None where they were erased."""

    place: int
    at: str
    commitment: bytes
    hash: bytes
    salt: bytes | None
    body: str | None

    @property
    def is_opened(self) -> bool:
        """Whether what is kept of the content is what was committed to; nothing is kept of what was erased."""
        if self.salt is None and self.body is None:
            return True
        salt = self.salt or b""
        return len(salt) == SALT and commitment(salt, self.body or "") == self.commitment


class LeafTold(NamedTuple):
    """Where a chain stands in a checkpoint's tree: its length then, the nonce that blinds it, and the way to the root."""

    place: int
    length: int
    nonce: bytes
    proof: tuple[bytes, ...]


class CheckpointTold(NamedTuple):
    """One checkpoint, with the leaf of the chain at hand if it had one."""

    statement: str
    signature: bytes
    leaf: LeafTold | None


class _Erased(msgspec.Struct):
    """What an entry says of another whose content was erased."""

    act: str
    place: int


class Chain:
    """The hashes of a chain, by place: `hashes[0]` is before the first entry. Filled while its entries are verified."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.hashes: list[bytes | None] = [START]
        self.erased: set[int] = set()
        self.said_to_be_erased: set[int] = set()

    @property
    def length(self) -> int:
        """How many entries there are, those that are missing in between included."""
        return len(self.hashes) - 1

    def verify(self, entries: Iterable[EntryTold]) -> Iterator[str]:
        """Verify the entries in their order."""
        for entry in entries:
            due, before = len(self.hashes), self.hashes[-1]
            if entry.place != due:
                yield f"{self.name}: entry {due} is missing or out of order: entry {entry.place} stands in its place."
                self.hashes += [None] * (entry.place - due)
            elif before is not None:
                line = entry_line(self.name, entry.place, entry.at, entry.commitment, before)
                if sha256(line).digest() != entry.hash:
                    yield f"{self.name}: entry {entry.place}, or what stands before it, was altered: its line does not give its hash."
            if not entry.is_opened:
                yield f"{self.name}: entry {entry.place} says something else than was committed to."
            self._note(entry)
            self.hashes.append(entry.hash)
        for place in sorted(self.erased - self.said_to_be_erased):
            yield f"{self.name}: entry {place} was erased, and no entry says so."

    def _note(self, entry: EntryTold) -> None:
        """Keep whether an entry's content was erased, or says of another that it was."""
        if entry.salt is None and entry.body is None:
            self.erased.add(entry.place)
        elif entry.body:
            with contextlib.suppress(msgspec.MsgspecError):
                told = msgspec.json.decode(entry.body, type=_Erased)
                if told.act == "erased":
                    self.said_to_be_erased.add(told.place)

    def compare(self, length: int, head: bytes, what: str) -> Iterator[str]:
        """Compare the chain with what `what` says of its length and its last hash."""
        if self.length != length:
            yield f"{self.name}: the chain ends at entry {self.length}, and {what} says {length}."
        elif self.hashes[-1] != head:
            yield f"{self.name}: the last entry, {length}, is not the one that {what} names."

    def compare_checkpoint(self, told: CheckpointTold) -> Iterator[str]:
        """Say whether a checkpoint saw this chain."""
        if told.leaf is None:
            return
        _, _, number, at, size, top, _ = told.statement.split("|")
        name = f"{self.name}: checkpoint {number} of {at}"
        if told.leaf.length > self.length:
            yield f"{name} saw {told.leaf.length} entries, and the chain has {self.length}."
            return
        leaf = leaf_hash(
            leaf_line(self.name, told.leaf.length, self.hashes[told.leaf.length] or b"", told.leaf.nonce)
        )
        if not is_included(leaf, told.leaf.place, int(size), told.leaf.proof, bytes.fromhex(top)):
            yield f"{name} saw another chain up to entry {told.leaf.length}."


def verify_checkpoints(told: Iterable[CheckpointTold], instance: str, public_key: str) -> Iterator[str]:
    """Verify that checkpoints are signed and follow each other without a gap."""
    before, latest, was_held = START, "", False
    for due, one in enumerate(told, start=1):
        kind, of, number, at, _, _, named_before = one.statement.split("|")
        if at < latest:
            yield f"checkpoint {number} of {at} is older than the one before it."
        if was_held and one.leaf is None:
            yield f"checkpoint {number} of {at} does not hold this chain, which an earlier one held."
        latest, was_held = at, was_held or one.leaf is not None
        if (kind, of) != ("lontar checkpoint 1", instance) or not is_signed(
            public_key, one.statement, one.signature
        ):
            yield f"checkpoint {number} is not signed by this instance's key."
        if int(number) != due or bytes.fromhex(named_before) != before:
            yield f"checkpoint {due} is missing, or does not follow the one before it."
        before = sha256(one.statement.encode()).digest()


def verify_database(cursor: Cursor, instance: str, public_key: str) -> Iterator[str]:
    """Verify every chain and every checkpoint of a database, as the owner role."""
    chains = {}
    cursor.execute("select chain, length, hash from journal_head order by chain")
    for name, length, head in cursor.fetchall():
        chain = chains[name] = Chain(name)
        cursor.execute(_ENTRIES, (name,))
        yield from chain.verify(_entries(cursor))
        yield from chain.compare(length, bytes(head), "its head")
    cursor.execute(
        "select count(*) from journal_entry e where not exists (select from journal_link l where l.entry = e.id)"
    )
    if loose := cursor.fetchone()[0]:
        yield f"{loose} entries stand in no chain."
    cursor.execute(
        "select l.chain, l.place from journal_link l join journal_entry e on e.id = l.entry where e.chain <> l.chain order by 1, 2"
    )
    for name, place in cursor.fetchall():
        yield f"{name}: entry {place} was written into another chain."
    cursor.execute(_VANISHED)
    for name, number in cursor.fetchall():
        yield f"{name}: checkpoint {number} does not hold this chain, which an earlier one held."
    cursor.execute("select number, statement, signature from journal_checkpoint order by number")
    checkpoints = [
        (number, CheckpointTold(said, bytes(signature), None))
        for number, said, signature in cursor.fetchall()
    ]
    yield from verify_checkpoints([told for _, told in checkpoints], instance, public_key)
    for number, told in checkpoints:
        yield from _leaves(cursor, number, told, chains)


_VANISHED = """
select f.chain, min(c.number)
  from (select chain, min(checkpoint) as since from journal_leaf where chain <> '' group by chain) f
  join journal_checkpoint c on c.number > f.since
 where (select count(*) from journal_leaf l where l.checkpoint = c.number and l.chain = f.chain) <> 1
 group by f.chain order by f.chain
"""
_ENTRIES = """
select l.place, e.at, e.commitment, l.hash, c.salt, c.body
  from journal_link l join journal_entry e on e.id = l.entry left join journal_content c on c.entry = e.id
 where l.chain = %s order by l.place
"""


def _entries(cursor: Cursor) -> Iterator[EntryTold]:
    for place, at, committed, hashed, salt, body in cursor.fetchall():
        yield EntryTold(
            place, moment(at), bytes(committed), bytes(hashed), None if salt is None else bytes(salt), body
        )


def _leaves(cursor: Cursor, number: int, told: CheckpointTold, chains: dict[str, Chain]) -> Iterator[str]:
    """Compare a checkpoint's leaves with its root, and each chain with its leaf."""
    cursor.execute(
        "select place, hash, chain, length, head, nonce from journal_leaf where checkpoint = %s order by place",
        (number,),
    )
    leaves = cursor.fetchall()
    top = told.statement.split("|")[5]
    if root([bytes(leaf[1]) for leaf in leaves]).hex() != top:
        yield f"checkpoint {number}: its leaves do not give its root."
    for _, hashed, name, length, head, nonce in leaves:
        if not name:
            continue
        if leaf_hash(leaf_line(name, length, bytes(head), bytes(nonce))) != bytes(hashed):
            yield f"checkpoint {number}: the leaf of {name} was altered."
        chain = chains.get(name)
        if chain is None or chain.length < length:
            yield f"{name}: checkpoint {number} saw {length} entries, and the chain has {chain.length if chain else 0}."
        elif chain.hashes[length] != bytes(head):
            yield f"{name}: checkpoint {number} saw another chain up to entry {length}."


class _Head(msgspec.Struct):
    format: str
    public_key: str
    statement: str
    signature: str


class Export:
    """An export that is verified, line by line: `found` is everything that is wrong with it, in the order of the file."""

    def __init__(self, lines: Iterable[bytes], public_key: str) -> None:
        """Raise ValueError for what is no export."""
        lines = iter(lines)
        head = msgspec.json.decode(next(lines, b""), type=_Head)
        kind, self.instance, name, length, last, self.at = head.statement.split("|")
        self.found: list[str] = []
        self.chain, self.checkpoints = Chain(name), list[CheckpointTold]()
        if kind != "lontar head 1" or not is_signed(public_key, head.statement, _hex(head.signature)):
            self.found.append("the statement of the export is not signed by this key.")
        if (head.format, head.public_key) != ("lontar journal 1", public_key):
            self.found.append("the export names another format or key.")
        altered: list[str] = []
        found = list(self.chain.verify(self._entries(lines, altered)))
        self.found += [*altered, *found]
        self.found += self.chain.compare(int(length), bytes.fromhex(last), "the signed statement")
        self.found += verify_checkpoints(self.checkpoints, self.instance, public_key)
        for one in self.checkpoints:
            self.found += self.chain.compare_checkpoint(one)

    def _entries(self, lines: Iterable[bytes], altered: list[str]) -> Iterator[EntryTold]:
        """The entries; checkpoints are kept, and lines that are neither are told in `altered`."""
        for number, line in enumerate(lines, start=2):
            try:
                told = msgspec.json.decode(line)
                if "checkpoint" in told:
                    self.checkpoints.append(_exported_checkpoint(told["checkpoint"]))
                    continue
                entry = _exported_entry(told)
                if not 1 <= entry.place < len(self.chain.hashes) + FAR:
                    raise ValueError(entry.place)
            except (ValueError, KeyError, TypeError, AttributeError):
                altered.append(f"line {number} was altered: it is neither an entry nor a checkpoint.")
                continue
            yield entry

    def changes_since(self, earlier: Export) -> Iterator[str]:
        """Everything of an earlier export that is not in this one as it was."""
        if (earlier.instance, earlier.chain.name) != (self.instance, self.chain.name):
            yield "the earlier export is of another chain, or of another instance."
        for place, was in enumerate(earlier.chain.hashes):
            if place >= len(self.chain.hashes) or self.chain.hashes[place] != was:
                yield f"{self.chain.name}: entry {place} is not the one that was exported earlier."
        statements = {one.statement for one in self.checkpoints}
        for one in earlier.checkpoints:
            if one.statement not in statements:
                yield f"checkpoint {one.statement.split('|')[2]} of the earlier export is not in this one."

    def summary(self) -> str:
        """What was verified, in a sentence."""
        held = [one.statement.split("|")[3] for one in self.checkpoints if one.leaf]
        signed = (
            f"{len(held)} checkpoints hold it, the last of {held[-1]}"
            if held
            else "no checkpoint holds it yet"
        )
        return (
            f"The journal of {self.chain.name} at instance {self.instance} is whole, and the one that was signed: "
            f"{self.chain.length} entries until {self.at}, {len(self.chain.erased)} of them erased, as entries say; {signed}."
        )


def _hex(digits: str) -> bytes:
    """Bytes, or none for what is no hexadecimal digits."""
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""


def _exported_entry(told: dict[str, str]) -> EntryTold:
    salt = told.get("salt")
    return EntryTold(
        int(told["place"]), str(told["at"]), bytes.fromhex(told["commitment"]), bytes.fromhex(told["hash"]),
        None if salt is None else bytes.fromhex(salt), told.get("body"),
    )  # fmt: skip


def _exported_checkpoint(told: dict[str, object]) -> CheckpointTold:
    statement = str(told["statement"])
    _, _, number, _, size, top, before = statement.split("|")
    _ = int(number), int(size), bytes.fromhex(top), bytes.fromhex(before)
    leaf = told.get("leaf")
    found = None
    if isinstance(leaf, dict):
        proof = tuple(bytes.fromhex(one) for one in leaf["proof"])
        found = LeafTold(int(leaf["place"]), int(leaf["length"]), bytes.fromhex(leaf["nonce"]), proof)
    return CheckpointTold(statement, _hex(str(told["signature"])), found)
