#!/usr/bin/env python3
"""Verify an export of a participant's journal: `python verifier.py EXPORT.jsonl PUBLIC_KEY [EARLIER.jsonl]`.

It stands alone: nothing of Lontar, only Python and the library `cryptography`. It trusts the public key that you were given when you
joined (hexadecimal digits) and nothing in the file. Keep your exports: with an earlier one, it also finds a chain that was written
anew and signed again. Exit status 0: the chain is whole and is the one that was signed; 1: it is not. Every finding is one line.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("this needs the library cryptography: python -m pip install cryptography")

FAR = 1_000_000
"""Places by which an entry may be out of order before it is taken for altered."""
BROKEN = (ValueError, KeyError, TypeError, IndexError, AttributeError)


def signed(key: str, statement: str, signature: str) -> bool:
    """Say whether a text was signed by the holder of this key; keys and signatures are hexadecimal digits."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), statement.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def root_of(leaf: bytes, place: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that a leaf at this place of a tree of that size leads to (RFC 9162, section 2.1.3.2), or None."""
    here, last = place, size - 1
    for beside in proof:
        if last == 0:
            return None
        if here & 1 or here == last:
            leaf = sha256(b"\x01" + beside + leaf).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            leaf = sha256(b"\x01" + leaf + beside).digest()
        here, last = here >> 1, last >> 1
    return leaf if last == 0 and 0 <= place < size else None


class Content(NamedTuple):
    """Places of entries whose content was erased, and of those that an entry says were."""

    erased: set[int]
    told: set[int]


def entry_findings(told: dict[str, Any], chain: str, hashes: list[str], content: Content) -> Iterator[str]:
    """What is wrong with one entry; its hash is put behind those before it."""
    due, place = len(hashes), int(told["place"])
    if not 1 <= place < due + FAR:
        raise ValueError(place)
    _ = told["at"], bytes.fromhex(told["commitment"]), bytes.fromhex(told["hash"])
    text = f"lontar entry 1|{chain}|{place}|{told['at']}|{told['commitment']}|{hashes[-1]}"
    if place != due:
        yield f"entry {due} is missing or out of order: entry {place} stands in its place"
        hashes += ["unknown"] * (place - due)
    elif hashes[-1] != "unknown" and sha256(text.encode()).hexdigest() != told["hash"]:
        yield f"entry {place} was altered, or what stands before it: its line does not give its hash"
    if "salt" in told or "body" in told:
        salt = bytes.fromhex(told.get("salt", ""))
        if len(salt) != 32 or sha256(salt + told.get("body", "").encode()).hexdigest() != told["commitment"]:
            yield f"entry {place} says something else than was committed to"
        content.told.update(said_to_be_erased(told.get("body", "")))
    else:
        content.erased.add(place)
    hashes.append(told["hash"])


def said_to_be_erased(body: str) -> set[int]:
    """The place of the entry whose content an entry says was erased."""
    try:
        told = json.loads(body)
        return {int(told["place"])} if told["act"] == "erased" else set()
    except BROKEN:
        return set()


def checkpoint_findings(
    told: dict[str, Any], key: str, head: list[str], before: list[dict[str, Any]], hashes: list[str]
) -> Iterator[str]:
    """What is wrong with one checkpoint: its signature, its place after those before it, or that it saw another chain."""
    kind, instance, number, at, size, root, its_before = told["statement"].split("|")
    if (kind, instance) != ("lontar checkpoint 1", head[1]) or not signed(
        key, told["statement"], told["signature"]
    ):
        yield f"checkpoint {number} is not signed by this key"
    last = before[-1]["statement"] if before else ""
    due = sha256(last.encode()).hexdigest() if before else "00" * 32
    if int(number) != len(before) + 1 or its_before != due:
        yield f"checkpoint {len(before) + 1} is missing, or does not follow the one before it"
    if before and at < last.split("|")[3]:
        yield f"checkpoint {number} of {at} is older than the one before it"
    leaf = told.get("leaf")
    if leaf is None:
        if any("leaf" in one for one in before):
            yield f"checkpoint {number} of {at} does not hold this chain, which an earlier one held"
    elif leaf["length"] >= len(hashes):
        yield f"checkpoint {number} of {at} saw {leaf['length']} entries, and the chain has {len(hashes) - 1}"
    else:
        line = f"lontar leaf 1|{head[2]}|{leaf['length']}|{hashes[leaf['length']]}|{leaf['nonce']}".encode()
        found = root_of(
            sha256(b"\x00" + line).digest(),
            leaf["place"],
            int(size),
            [bytes.fromhex(one) for one in leaf["proof"]],
        )
        if found is None or found.hex() != root:
            yield f"checkpoint {number} of {at} saw another chain up to entry {leaf['length']}"


class Verified(NamedTuple):
    """What an export holds, and everything that is wrong with it, in the order of the file."""

    head: list[str]
    hashes: list[str]
    checkpoints: list[dict[str, Any]]
    content: Content
    found: list[str]

    def summary(self) -> str:
        """What was verified, in a sentence."""
        _, instance, chain, length, _, at = self.head
        held = [one["statement"].split("|")[3] for one in self.checkpoints if "leaf" in one]
        signed_at = (
            f"{len(held)} checkpoints hold it, the last of {held[-1]}"
            if held
            else "no checkpoint holds it yet"
        )
        return (
            f"The journal of {chain} at instance {instance} is whole, and the one that was signed: {length} entries until {at}, "
            f"{len(self.content.erased)} of them erased, as entries say; {signed_at}."
        )


def verify(path: str, key: str) -> Verified:
    """Verify an export, line by line. Raises ValueError and its like for what is none."""
    hashes, checkpoints, content = ["00" * 32], list[dict[str, Any]](), Content(set(), set())
    with Path(path).open(encoding="utf-8", errors="replace") as file:
        first = json.loads(next(file, ""))
        head, found = first["statement"].split("|"), list[str]()
        kind, _, chain, length, last, _ = head
        if kind != "lontar head 1" or not signed(key, first["statement"], first["signature"]):
            found.append("the statement of the export is not signed by this key")
        if (first["format"], first["public_key"]) != ("lontar journal 1", key):
            found.append("the export names another format or key")
        for number, line in enumerate(file, start=2):
            try:
                told = json.loads(line)
                if "checkpoint" in told:
                    checkpoints.append(checkpoint_told(told["checkpoint"]))
                else:
                    found += entry_findings(told, chain, hashes, content)
            except BROKEN:
                found.append(f"line {number} was altered: it is neither an entry nor a checkpoint")
    if len(hashes) - 1 != int(length):
        found.append(f"the chain ends at entry {len(hashes) - 1}, and {length} were signed")
    elif hashes[-1] != last:
        found.append(f"the last entry, {length}, is not the one that was signed")
    unsaid = sorted(content.erased - content.told)
    found += [f"entry {place} was erased, and no entry says so" for place in unsaid]
    for number, one in enumerate(checkpoints):
        found += checkpoint_findings(one, key, head, checkpoints[:number], hashes)
    return Verified(head, hashes, checkpoints, content, found)


def checkpoint_told(told: dict[str, Any]) -> dict[str, Any]:
    """A checkpoint, if it is one. Raises ValueError and its like otherwise."""
    _, _, number, _, size, root, before = told["statement"].split("|")
    _ = int(number), int(size), bytes.fromhex(root), bytes.fromhex(before), str.encode(told["signature"])
    if leaf := told.get("leaf"):
        _ = (
            int(leaf["place"]),
            int(leaf["length"]),
            bytes.fromhex(leaf["nonce"]),
            *map(bytes.fromhex, leaf["proof"]),
        )
    return told


def changes_since(earlier: Verified, now: Verified) -> Iterator[str]:
    """Everything of an earlier export that is not in this one as it was."""
    if earlier.head[1:3] != now.head[1:3]:
        yield "the earlier export is of another chain, or of another instance"
    for place, was in enumerate(earlier.hashes):
        if place >= len(now.hashes) or now.hashes[place] != was:
            yield f"entry {place} is not the one that was exported earlier"
    statements = {one["statement"] for one in now.checkpoints}
    for one in earlier.checkpoints:
        if one["statement"] not in statements:
            yield f"checkpoint {one['statement'].split('|')[2]} of the earlier export is not in this one"


def main(path: str, key: str, earlier: str = "") -> int:
    """Say everything that is wrong with the export at this path, or what it is, and give the exit status."""
    try:
        is_key = len(bytes.fromhex(key)) == 32
    except ValueError:
        is_key = False
    if not is_key:
        print("this is no key: the public key is 64 hexadecimal digits, as you were given it")
        return 1
    told = []
    for one in filter(None, (path, earlier)):
        try:
            told.append(verify(one, key))
        except OSError as error:
            print(f"{one} cannot be read: {error.strerror}")
            return 1
        except BROKEN:
            print(f"{one}: this is no export of a journal, or its first line was altered")
            return 1
    found = [*told[0].found, *(changes_since(told[1], told[0]) if earlier else ())]
    print("\n".join(found) or told[0].summary())
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(str(__doc__).splitlines()[0])
    sys.exit(main(*sys.argv[1:]))
