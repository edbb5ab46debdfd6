#!/usr/bin/env python3
"""Verify an export of a participant's journal: `python verifier.py EXPORT.jsonl PUBLIC_KEY [EARLIER.jsonl]`.

It stands alone: nothing of Lontar, only Python and the library `cryptography`. It trusts the public key that you were given when you
joined (hexadecimal digits) and nothing in the file. Keep your exports: with an earlier one, it also finds a chain that was written
anew and signed again. Exit status 0: the chain is whole and is the one that was signed; 1: it is not.
Every finding is one line.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


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
    return leaf if last == 0 else None


def findings(lines: Iterator[str], key: str) -> Iterator[str]:
    """Everything that is wrong with an export, in the order of the file."""
    first = json.loads(next(lines, ""))
    kind, instance, chain, length, head, _ = first["statement"].split("|")
    if kind != "lontar head 1" or not signed(key, first["statement"], first["signature"]):
        yield "the statement of the export is not signed by this key"
    hashes, before_checkpoint, number = ["00" * 32], "00" * 32, 0
    for line in lines:
        told = json.loads(line)
        if "checkpoint" in told:
            number += 1
            yield from checkpoint_findings(
                told["checkpoint"], key, (instance, chain, number, before_checkpoint), hashes
            )
            before_checkpoint = sha256(told["checkpoint"]["statement"].encode()).hexdigest()
            continue
        place = len(hashes)
        text = f"lontar entry 1|{chain}|{told['place']}|{told['at']}|{told['commitment']}|{hashes[-1]}"
        if told["place"] != place:
            yield f"entry {place} is missing or out of order: entry {told['place']} stands in its place"
            hashes += ["unknown"] * (told["place"] - place)
            place = told["place"]
        elif sha256(text.encode()).hexdigest() != told["hash"] and hashes[-1] != "unknown":
            yield f"entry {place} was altered, or what stands before it: its line does not give its hash"
        if (
            "salt" in told
            and sha256(bytes.fromhex(told["salt"]) + told["body"].encode()).hexdigest() != told["commitment"]
        ):
            yield f"entry {place} says something else than was committed to"
        hashes.append(told["hash"])
    if len(hashes) - 1 != int(length):
        yield f"the chain ends at entry {len(hashes) - 1}, and {length} were signed"
    elif hashes[-1] != head:
        yield f"the last entry, {length}, is not the one that was signed"


def checkpoint_findings(
    told: dict[str, Any], key: str, expected: tuple[str, str, int, str], hashes: list[str]
) -> Iterator[str]:
    """What is wrong with one checkpoint: its signature, its place in the row of checkpoints, or that it saw another chain."""
    instance, chain, number, before = expected
    kind, of, its_number, at, size, root, its_before = told["statement"].split("|")
    if (kind, of) != ("lontar checkpoint 1", instance) or not signed(
        key, told["statement"], told["signature"]
    ):
        yield f"checkpoint {its_number} is not signed by this key"
    if int(its_number) != number or its_before != before:
        yield f"checkpoint {number} is missing, or does not follow the one before it"
    leaf = told.get("leaf")
    if leaf is None:
        return
    if leaf["length"] >= len(hashes):
        yield f"checkpoint {its_number} of {at} saw {leaf['length']} entries, and the chain has {len(hashes) - 1}"
        return
    line = f"lontar leaf 1|{chain}|{leaf['length']}|{hashes[leaf['length']]}|{leaf['nonce']}".encode()
    proof = [bytes.fromhex(one) for one in leaf["proof"]]
    found = root_of(sha256(b"\x00" + line).digest(), leaf["place"], int(size), proof)
    if found is None or found.hex() != root:
        yield f"checkpoint {its_number} of {at} saw another chain up to entry {leaf['length']}"


def changes_since(earlier: Iterator[str], lines: Iterator[str]) -> Iterator[str]:
    """Every entry of an earlier export that is another one now."""
    now = {told["place"]: told["hash"] for told in map(json.loads, lines) if "place" in told}
    for told in map(json.loads, earlier):
        if "place" in told and now.get(told["place"]) != told["hash"]:
            yield f"entry {told['place']} is not the one that was exported earlier"


def main(path: str, key: str, earlier: str = "") -> int:
    """Say everything that is wrong with the export at this path, and give the exit status."""
    try:
        with Path(path).open(encoding="utf-8") as file:
            found = list(findings(iter(file), key))
        if earlier:
            with Path(path).open(encoding="utf-8") as file, Path(earlier).open(encoding="utf-8") as before:
                found += changes_since(iter(before), iter(file))
    except (OSError, ValueError, KeyError, TypeError) as error:
        found = [f"this is no export of a journal: {error}"]
    print("\n".join(found) or "The journal is whole, and the one that was signed.")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(str(__doc__).splitlines()[0])
    sys.exit(main(*sys.argv[1:]))
