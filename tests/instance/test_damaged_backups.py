"""A backup of which one byte is another, or that is not whole, is never taken for a good one; where it is damaged is said."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from lontar.instance.backups import sealing
from lontar.instance.backups.archive import ArchiveWriter, Manifest, Member
from lontar.instance.backups.restoring import check_backup, restore_backup
from lontar.instance.backups.sealing import Opener, Sealer
from lontar.instance.home import Home
from lontar.instance.streams import CHUNK
from lontar.model.errors import SourceProblem
from tests.instance.conftest import PASSPHRASE

HEAD, WHOLE, END = sealing._HEAD, CHUNK + 16, len(sealing._END)
pytestmark = pytest.mark.usefixtures("cheap")


def damaged(tmp_path: Path, content: bytes) -> SourceProblem:
    path = tmp_path / "damaged.lontar"
    path.write_bytes(content)
    with pytest.raises(SourceProblem) as error:
        check_backup(path, PASSPHRASE)
    assert "\n" not in str(error.value)
    assert PASSPHRASE not in str(error.value)
    return error.value


def test_the_whole_one_is_good(sealed: Path) -> None:
    assert check_backup(sealed, PASSPHRASE).rows > 500
    assert sealed.stat().st_size > HEAD + 3 * WHOLE


def test_a_flipped_byte_is_found_wherever_it_is(sealed: Path, tmp_path: Path, full_counts: bool) -> None:
    content, rng = sealed.read_bytes(), Random(20260301)
    edges = [
        0,
        14,
        15,
        16,
        17,
        HEAD - 1,
        HEAD,
        HEAD + WHOLE - 1,
        HEAD + WHOLE,
        len(content) - END - 1,
        len(content) - 1,
    ]
    for place in [*edges, *(rng.randrange(len(content)) for _ in range(2000 if full_counts else 25))]:
        changed = bytearray(content)
        changed[place] ^= 1 << rng.randrange(8)
        told = damaged(tmp_path, bytes(changed))
        assert told.code in {"INS-040", "INS-042", "INS-043", "INS-044"}, place
        if HEAD <= place < len(content) - END:
            first, last = (int(text.replace(",", "")) for text in re.findall(r"byte ([\d,]+)", told.message))
            assert first <= place + 1 <= last <= first + WHOLE
            assert told.code == "INS-042"


def test_what_is_cut_off_is_told(sealed: Path, tmp_path: Path, full_counts: bool) -> None:
    content, rng = sealed.read_bytes(), Random(20260302)
    sizes = [
        HEAD,
        HEAD + WHOLE,
        len(content) - 1,
        *(rng.randrange(20, len(content)) for _ in range(500 if full_counts else 10)),
    ]
    for size in sizes:
        told = damaged(tmp_path, content[:size])
        assert (told.code, f"byte {size:,}" in told.message) == ("INS-043", True)


def test_an_end_that_was_put_back_does_not_hide_what_is_missing(sealed: Path, tmp_path: Path) -> None:
    content = sealed.read_bytes()
    for chunks in (1, 2, 3):
        told = damaged(tmp_path, content[: HEAD + chunks * WHOLE] + sealing._END)
        assert told.code == "INS-043"
    for size in (HEAD, HEAD + 5, HEAD + WHOLE + 1, HEAD + WHOLE + 100):
        assert damaged(tmp_path, content[:size] + sealing._END).code in {"INS-042", "INS-043"}


@pytest.mark.parametrize(
    "change",
    [
        lambda head, chunks: [head, chunks[1], chunks[0], *chunks[2:]],
        lambda head, chunks: [head, chunks[0], chunks[0], *chunks[1:]],
        lambda head, chunks: [head, *chunks[1:]],
        lambda head, chunks: [head, chunks[0], *chunks[2:]],
        lambda head, chunks: [head, *chunks, chunks[-1]],
        lambda head, chunks: [head, *chunks, b"more"],
        lambda head, chunks: [head, *chunks[:-1], chunks[0]],
    ],
    ids=[
        "swapped",
        "twice",
        "first left out",
        "one left out",
        "last twice",
        "more at the end",
        "another last",
    ],
)
def test_chunks_keep_their_places(
    sealed: Path, tmp_path: Path, change: Callable[[bytes, list[bytes]], list[bytes]]
) -> None:
    content = sealed.read_bytes()
    body = content[HEAD:-END]
    chunks = [body[start : start + WHOLE] for start in range(0, len(body), WHOLE)]
    told = damaged(tmp_path, b"".join([*change(content[:HEAD], chunks), sealing._END]))
    assert "damaged between byte" in told.message or told.code == "INS-043", (
        "found by the seal, before what is in it"
    )


def test_a_chunk_of_another_backup_under_the_same_passphrase_does_not_fit(
    sealed: Path, tmp_path: Path
) -> None:
    ours = sealed.read_bytes()
    sink = io.BytesIO()
    with sealed.open("rb") as file:
        opener, sealer = Opener(file, "", PASSPHRASE), Sealer(sink, PASSPHRASE)
        while part := opener.read(CHUNK):
            sealer.write(part)
        sealer.finish()
    theirs = sink.getvalue()
    assert len(ours) == len(theirs)
    told = damaged(
        tmp_path, ours[: HEAD + WHOLE] + theirs[HEAD + WHOLE : HEAD + 2 * WHOLE] + ours[HEAD + 2 * WHOLE :]
    )
    assert told.code == "INS-042"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_whatever_its_length_a_stream_comes_back(tmp_path: Path, size: int) -> None:
    path, content = tmp_path / "stream", Random(size).randbytes(size)
    with path.open("wb") as sink:
        sealer = Sealer(sink, "ä")
        sealer.write(content)
        sealer.finish()
    with path.open("rb") as file:
        assert Opener(file, "", "a\u0308").read(size + 1) == content, (
            "however the passphrase's letters are composed"
        )


def test_another_passphrase_does_not_open_it(sealed: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for passphrase in ("", PASSPHRASE[:-1], PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(SourceProblem, match=r"\[INS-041\].*the passphrase does not open it"):
            restore_backup(home, sealed, passphrase)
    assert not home.folder.exists()


def test_nothing_is_put_in_place_of_what_is_damaged(sealed: Path, tmp_path: Path) -> None:
    content = bytearray(sealed.read_bytes())
    content[-END - 100] ^= 1
    path, home = tmp_path / "damaged.lontar", Home(tmp_path / "home")
    path.write_bytes(content)
    with pytest.raises(SourceProblem, match=r"\[INS-042\]"):
        restore_backup(home, path, PASSPHRASE)
    assert not home.folder.exists()


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"Lontar backup", b"Lontar backup x"):
        assert damaged(tmp_path, content).code == "INS-040"
    assert damaged(tmp_path, b"Lontar backup 1\n").code == "INS-043"
    with pytest.raises(SourceProblem, match=r"\[INS-040\]"):
        check_backup(tmp_path, PASSPHRASE)
    with pytest.raises(SourceProblem, match=r"\[INS-040\]"):
        check_backup(Path("/dev/null"), PASSPHRASE)


# ---------------------------------------------------------------- what is in it


def written(path: Path, contents: dict[str, bytes], **changes: object) -> Path:
    """A backup with these members, and a manifest that fits unless it is changed."""
    with path.open("wb") as sink:
        sealer = Sealer(sink, PASSPHRASE)
        archive = ArchiveWriter(sealer, lambda _: None)
        for name, content in contents.items():
            archive.add_bytes(name, content)
        told: dict[str, object] = {
            "id": "5d0c54f1a2b3c4d5", "kind": "real", "version": "0.1.0", "postgres": 15, "moment": datetime.now(UTC),
            "members": list(archive.members), "tables": {}, "missing": [], **changes,
        }  # fmt: skip
        archive.finish(Manifest(**told))  # type: ignore[arg-type]
        sealer.finish()
    return path


def test_a_later_lontar_or_postgresql_is_refused_and_an_earlier_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.lontar"
    for changes, said in (
        ({"version": "99.0.0"}, "made by Lontar 99.0.0"),
        ({"version": "0.1.1"}, "made by Lontar 0.1.1"),
        ({"postgres": 99}, "made with PostgreSQL 99"),
    ):
        with pytest.raises(SourceProblem, match=rf"\[INS-044\].*{said}"):
            check_backup(written(path, {}, **changes), PASSPHRASE)
    for version in ("0.0.9", "0.1.0"):
        assert check_backup(written(path, {}, version=version), PASSPHRASE).version == version
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Lontar backup 1\n", b"Lontar backup 2\n", 1))
    with pytest.raises(SourceProblem, match=r"\[INS-044\].*a later Lontar"):
        check_backup(path, PASSPHRASE)


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "store/../../x", "postgres/x", "instance.json/x", "store/.x", "store//x", "other"],
)
def test_a_member_that_lontar_does_not_write_is_refused(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path / "home")
    path = written(tmp_path / "a.lontar", {name: b"x"})
    with pytest.raises(SourceProblem, match=r"\[INS-042\].*is not what 'lontar backup' writes"):
        restore_backup(home, path, PASSPHRASE)
    assert not home.folder.exists()


def test_members_are_those_of_the_manifest(tmp_path: Path) -> None:
    other = Member(name="store/a", size=1, sha256="0" * 64)
    for members in ([], [other], [other, other]):
        path = written(tmp_path / "a.lontar", {"store/a": b"x"}, members=members)
        with pytest.raises(SourceProblem, match=r"\[INS-042\]"):
            check_backup(path, PASSPHRASE)
