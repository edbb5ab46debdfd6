"""Whatever is changed in a journal is found and named: in the database, and in an export, by both verifiers."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import msgspec
import psycopg
import pytest

from lontar.instance.cluster import SUPERUSER
from lontar.journal import verifier
from lontar.journal.erasing import erase_content
from lontar.journal.lines import commitment, entry_line
from lontar.journal.verifying import Export, verify_database
from tests.journal.conftest import NOW, Journal

Lines = list[bytes]


def found_by_both(journal: Journal, lines: Lines, tmp_path: Path, key: str = "") -> list[str]:
    """What the verifier of Lontar finds, if the stand-alone one, run as a program on its own, finds the same number of things."""
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(lines))
    copied = tmp_path / "verifier.py"
    copied.write_bytes(Path(str(verifier.__file__)).read_bytes())
    key = key or journal.signer.public
    alone = subprocess.run(
        [sys.executable, "-I", copied, path, key], capture_output=True, text=True, check=False
    )
    found = Export(lines, key).found
    assert (alone.returncode == 1) == bool(found), alone.stdout + alone.stderr
    said = [] if alone.returncode == 0 else alone.stdout.strip().splitlines()
    assert sorted(map(numbers_in, said)) == sorted(map(numbers_in, found))
    return found


def numbers_in(finding: str) -> list[str]:
    """The entries, checkpoints and moments that a finding names; the one verifier says the chain's name, the other does not."""
    return re.findall(r"\d+", finding.removeprefix("XA: "))


def places(lines: Lines) -> list[int]:
    return [number for number, line in enumerate(lines) if b'"place"' in line and b"checkpoint" not in line]


def changed(line: bytes, **changes: object) -> bytes:
    return msgspec.json.encode({**msgspec.json.decode(line), **changes}) + b"\n"


def test_a_whole_journal_is_whole(written: Journal, tmp_path: Path) -> None:
    for chain in ("XA", "XB", "XC"):
        assert found_by_both(written, written.export(chain), tmp_path) == []
    with written.copy.owner() as owner, owner.cursor() as cursor:
        assert list(verify_database(cursor, written.id, written.signer.public)) == []


def test_an_empty_chain_is_whole(written: Journal, tmp_path: Path) -> None:
    assert found_by_both(written, written.export("XF"), tmp_path) == []


def one_byte(lines: Lines) -> Lines:
    return [*lines[:4], lines[4].replace(b"12:00:0", b"13:00:0"), *lines[5:]]


def another_content(lines: Lines) -> Lines:
    return [*lines[:4], lines[4].replace(b"sent", b"seen"), *lines[5:]]


def a_line_less(lines: Lines) -> Lines:
    return [*lines[:4], *lines[5:]]


def two_lines_turned(lines: Lines) -> Lines:
    return [*lines[:4], lines[5], lines[4], *lines[6:]]


def a_shorter_tail(lines: Lines) -> Lines:
    last = places(lines)[-1]
    return [*lines[:last], *lines[last + 1 :]]


def a_checkpoint_less(lines: Lines) -> Lines:
    first = next(number for number, line in enumerate(lines) if b"checkpoint" in line)
    return [*lines[:first], *lines[first + 1 :]]


def computed_anew(lines: Lines) -> Lines:
    """The third entry says something else, and everything after it is computed anew, as whoever has the database could."""
    chain = msgspec.json.decode(lines[0])["statement"].split("|")[2]
    out, before = list(lines), b"\0" * 32
    for number in places(lines):
        told = msgspec.json.decode(lines[number])
        if told["place"] == 3:
            told["body"] = told["body"].replace("sent", "none")
            told["commitment"] = commitment(bytes.fromhex(told["salt"]), told["body"]).hex()
        before = sha256(
            entry_line(chain, told["place"], told["at"], bytes.fromhex(told["commitment"]), before)
        ).digest()
        out[number] = msgspec.json.encode({**told, "hash": before.hex()}) + b"\n"
    return out


def a_salt_less(lines: Lines) -> Lines:
    told = {name: value for name, value in msgspec.json.decode(lines[4]).items() if name != "salt"}
    return [*lines[:4], msgspec.json.encode({**told, "body": "something else"}) + b"\n", *lines[5:]]


def a_salt_that_swallows_the_body(lines: Lines) -> Lines:
    told = msgspec.json.decode(lines[4])
    return [
        *lines[:4],
        changed(lines[4], salt=told["salt"] + told["body"].encode().hex(), body=""),
        *lines[5:],
    ]


def a_leaf_less(lines: Lines) -> Lines:
    last = len(lines) - 1
    told = msgspec.json.decode(lines[last])["checkpoint"]
    told.pop("leaf")
    return [*lines[:last], msgspec.json.encode({"checkpoint": told}) + b"\n"]


@pytest.mark.parametrize(
    ("tamper", "first"),
    [
        (one_byte, "XA: entry 4, or what stands before it, was altered: its line does not give its hash."),
        (another_content, "XA: entry 4 says something else than was committed to."),
        (a_salt_less, "XA: entry 4 says something else than was committed to."),
        (a_salt_that_swallows_the_body, "XA: entry 4 says something else than was committed to."),
        (a_leaf_less, "checkpoint 3 of 2026-03-01T12:00:00.000000Z does not hold this chain, which an earlier one held."),
        (a_line_less, "XA: entry 4 is missing or out of order: entry 5 stands in its place."),
        (two_lines_turned, "XA: entry 4 is missing or out of order: entry 5 stands in its place."),
        (a_shorter_tail, "XA: the chain ends at entry 11, and the signed statement says 12."),
        (a_checkpoint_less, "checkpoint 1 is missing, or does not follow the one before it."),
        (computed_anew, "XA: the last entry, 12, is not the one that the signed statement names."),
    ],
)  # fmt: skip
def test_what_is_changed_in_an_export_is_named_by_both(
    written: Journal, tmp_path: Path, tamper: Callable[[Lines], Lines], first: str
) -> None:
    assert first in found_by_both(written, tamper(written.export()), tmp_path)


def test_a_chain_computed_anew_is_another_than_the_checkpoints_saw(written: Journal, tmp_path: Path) -> None:
    found = found_by_both(written, computed_anew(written.export()), tmp_path)
    assert [one for one in found if "saw another chain up to entry 4" in one and "checkpoint 1" in one]


def test_another_key_is_not_believed(written: Journal, tmp_path: Path) -> None:
    found = found_by_both(written, written.export(), tmp_path, key="ab" * 32)
    assert found[0] == "the statement of the export is not signed by this key."
    assert len(found) == 5


def test_with_an_earlier_export_a_chain_signed_again_is_found(written: Journal, tmp_path: Path) -> None:
    """Whoever holds the host holds its key, and could sign another chain; what was exported earlier tells."""
    earlier = written.export()
    (tmp_path / "earlier.jsonl").write_bytes(b"".join(earlier))
    (tmp_path / "now.jsonl").write_bytes(b"".join(computed_anew(earlier)))
    alone = subprocess.run(
        [sys.executable, "-I", str(verifier.__file__), tmp_path / "now.jsonl", written.signer.public, tmp_path / "earlier.jsonl"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "entry 3 is not the one that was exported earlier" in alone.stdout


def test_what_lies_in_a_checkpoint_line_is_no_entry(written: Journal, tmp_path: Path) -> None:
    """The hashes of an earlier export, put where no verifier looks, do not stand for entries."""
    earlier = written.export()
    anew = computed_anew(earlier)
    old = {told["place"]: told["hash"] for told in map(msgspec.json.decode, earlier) if "place" in told}
    marked = iter(old.items())
    for number, line in enumerate(anew):
        if b"checkpoint" in line and (one := next(marked, None)):
            anew[number] = changed(line, place=one[0], hash=one[1])
    (tmp_path / "earlier.jsonl").write_bytes(b"".join(earlier))
    (tmp_path / "now.jsonl").write_bytes(b"".join(anew))
    assert (
        verifier.main(str(tmp_path / "now.jsonl"), written.signer.public, str(tmp_path / "earlier.jsonl"))
        == 1
    )
    told = verifier.verify(str(tmp_path / "now.jsonl"), written.signer.public)
    before = verifier.verify(str(tmp_path / "earlier.jsonl"), written.signer.public)
    assert "entry 3 is not the one that was exported earlier" in list(verifier.changes_since(before, told))


def test_checkpoints_that_went_and_another_chain_are_found_by_an_earlier_export(
    written: Journal, tmp_path: Path
) -> None:
    paths = {}
    for name, lines in {"earlier": written.export(), "other": written.export("XB"), "less": [
        line for line in written.export() if b"checkpoint" not in line
    ]}.items():  # fmt: skip
        paths[name] = tmp_path / f"{name}.jsonl"
        paths[name].write_bytes(b"".join(lines))
    earlier, other, less = (
        verifier.verify(str(paths[name]), written.signer.public) for name in ("earlier", "other", "less")
    )
    assert list(verifier.changes_since(earlier, earlier)) == []
    assert "checkpoint 1 of the earlier export is not in this one" in list(
        verifier.changes_since(earlier, less)
    )
    assert "the earlier export is of another chain, or of another instance" in list(
        verifier.changes_since(earlier, other)
    )


def test_a_checkpoint_older_than_the_one_before_is_found(written: Journal) -> None:
    from datetime import timedelta

    from lontar.journal.checkpoints import make_checkpoint
    from tests.journal.conftest import NOW

    with written.copy.owner() as owner, owner.transaction(), owner.cursor() as cursor:
        make_checkpoint(cursor, written.id, written.signer, NOW - timedelta(days=1))
    with written.copy.owner() as owner, owner.cursor() as cursor:
        found = list(verify_database(cursor, written.id, written.signer.public))
    assert found == ["checkpoint 4 of 2026-02-28T12:00:00.000000Z is older than the one before it."]


@pytest.mark.parametrize("text", ["", "{}\n", "\x00", '{"statement": "a|b"}\n', "[1]\n"])
def test_what_is_no_export_is_told(written: Journal, tmp_path: Path, text: str) -> None:
    (tmp_path / "export.jsonl").write_text(text)
    alone = subprocess.run(
        [sys.executable, "-I", str(verifier.__file__), tmp_path / "export.jsonl", written.signer.public],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (alone.returncode, alone.stderr) == (1, "")
    assert "this is no export of a journal" in alone.stdout


FOURTH = "(select entry from journal_link where chain = 'XA' and place = 4)"
IN_THE_DATABASE: dict[str, tuple[tuple[str, ...], str]] = {
    "a byte": (
        (f"update journal_entry set at = at + interval '1 second' where id = {FOURTH}",),
        "XA: entry 4, or what stands before it, was altered",
    ),
    "content": (
        (f"update journal_content set body = replace(body, 'sent', 'seen') where entry = {FOURTH}",),
        "XA: entry 4 says something else",
    ),
    "a link": (
        (f"delete from journal_link where entry = {FOURTH}",),
        "XA: entry 4 is missing or out of order: entry 5 stands in its place.",
    ),
    "two links": (
        (
            "alter table journal_link drop constraint one_entry_a_place",
            "update journal_link set place = 9 - place where chain = 'XA' and place in (4, 5)",
        ),
        "XA: entry 4, or what stands before it, was altered",
    ),
    "the tail": (
        ("delete from journal_link where chain = 'XA' and place = 12",),
        "XA: the chain ends at entry 11, and its head says 12.",
    ),
    "the tail and the head": (
        (
            "delete from journal_link where chain = 'XA' and place > 2",
            (
                "update journal_head h set length = 2, hash = l.hash from journal_link l"
                " where h.chain = 'XA' and l.chain = 'XA' and l.place = 2"
            ),
        ),
        "XA: checkpoint 1 saw 4 entries, and the chain has 2.",
    ),
    "an entry moved to another chain": (
        (f"update journal_entry set chain = 'XB' where id = {FOURTH}",),
        "XA: entry 4 was written into another chain.",
    ),
    "a whole chain": (
        (
            "delete from journal_content where entry in (select id from journal_entry where chain = 'XA')",
            "delete from journal_link where chain = 'XA'",
            "delete from journal_entry where chain = 'XA'",
            "delete from journal_head where chain = 'XA'",
            "update journal_leaf set chain = '' where chain = 'XA' and checkpoint > 1",
        ),
        "XA: checkpoint 2 does not hold this chain, which an earlier one held.",
    ),
    "a checkpoint": (
        ("delete from journal_leaf where checkpoint = 2", "delete from journal_checkpoint where number = 2"),
        "checkpoint 2 is missing, or does not follow the one before it.",
    ),
    "a signature": (
        ("update journal_checkpoint set statement = replace(statement, '2026-', '2025-') where number = 3",),
        "checkpoint 3 is not signed by this instance's key.",
    ),
    "a leaf": (
        ("update journal_leaf set length = 3 where checkpoint = 1 and chain = 'XA'",),
        "checkpoint 1: the leaf of XA was altered.",
    ),
    "noise": (
        (
            (
                "update journal_leaf set hash = sha256('x') where checkpoint = 1 and place ="
                " (select min(place) from journal_leaf where checkpoint = 1 and chain = '')"
            ),
        ),
        "checkpoint 1: its leaves do not give its root.",
    ),
}


@pytest.mark.parametrize("name", IN_THE_DATABASE)
def test_what_is_changed_in_the_database_is_named(written: Journal, name: str) -> None:
    statements, first = IN_THE_DATABASE[name]
    with written.copy.access(SUPERUSER).connect(autocommit=True) as host:
        host.execute(
            "set session_replication_role = replica"
        )  # as whoever holds the machine could: no trigger, no constraint
        for statement in statements:
            host.execute(statement)  # type: ignore[arg-type]
    with written.copy.owner() as owner, owner.cursor() as cursor:
        found = list(verify_database(cursor, written.id, written.signer.public))
    assert found
    assert any(one.startswith(first) for one in found), found


def test_erasing_what_an_entry_says_leaves_the_chain_whole_and_is_told(
    written: Journal, tmp_path: Path
) -> None:
    with written.copy.owner() as owner, owner.transaction(), owner.cursor() as cursor:
        for place in (2, 4):
            assert erase_content(cursor, "XA", place, "asked for by the person", NOW + timedelta(days=1))
        assert not erase_content(cursor, "XA", 2, "again", NOW)
        assert not erase_content(cursor, "XA", 99, "none", NOW)
    with written.copy.owner() as owner, owner.cursor() as cursor:
        assert list(verify_database(cursor, written.id, written.signer.public)) == []
    lines = written.export()
    assert sum(b"salt" in line for line in lines) == 12
    assert found_by_both(written, lines, tmp_path) == []
    assert "2 of them erased, as entries say" in Export(lines, written.signer.public).summary()


@pytest.mark.parametrize("also", [False, True])
def test_what_is_erased_without_a_word_is_named(written: Journal, tmp_path: Path, also: bool) -> None:
    """Also where what said so was erased after it."""
    with written.copy.owner() as owner, owner.transaction(), owner.cursor() as cursor:
        if also:
            erase_content(cursor, "XA", 4, "asked for", NOW + timedelta(days=1))
    with written.copy.owner() as owner, owner.transaction(), owner.cursor() as cursor:
        assert not erase_content(cursor, "XA", 13, "what says so stays", NOW)
        gone = 13 if also else 4
        owner.execute(
            "delete from journal_content where entry in (select entry from journal_link where place = %s and chain = 'XA')",
            (gone,),
        )
    named = {f"XA: entry {place} was erased, and no entry says so." for place in ({4, 13} if also else {4})}
    with written.copy.owner() as owner, owner.cursor() as cursor:
        assert set(verify_database(cursor, written.id, written.signer.public)) == named
    assert set(found_by_both(written, written.export(), tmp_path)) == named


def test_whatever_character_is_changed_both_say_so_and_neither_breaks(
    written: Journal, tmp_path: Path
) -> None:
    """One character after another of an entry, of a checkpoint and of the first line."""
    lines, rng = written.export(), Random(1)
    kinds = [0, 3, next(n for n, line in enumerate(lines) if b"checkpoint" in line[:20])]
    for kind in kinds:
        for _ in range(12):
            place = rng.randrange(len(lines[kind]) - 1)
            letter = b"0" if lines[kind][place : place + 1] != b"0" else b"1"
            changed_line = lines[kind][:place] + letter + lines[kind][place + 1 :]
            tampered = [*lines[:kind], changed_line, *lines[kind + 1 :]]
            try:
                assert found_by_both(written, tampered, tmp_path)
            except ValueError:
                assert kind == 0, "only what is no first line any more is no export"


@pytest.mark.parametrize(
    "statement",
    [
        "update journal_entry set chain = 'XB'", "delete from journal_entry", "truncate journal_entry cascade",
        "update journal_link set place = 1", "delete from journal_link", "update journal_checkpoint set number = 7",
        "delete from journal_checkpoint",
    ],
)  # fmt: skip
def test_even_the_owner_role_only_writes_on(written: Journal, statement: str) -> None:
    with written.copy.owner() as owner, pytest.raises(psycopg.Error) as error:
        owner.execute(statement)  # type: ignore[arg-type]
    assert error.value.sqlstate == "LV021"
