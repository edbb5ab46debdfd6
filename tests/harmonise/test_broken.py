"""Broken files, each with the exact sentences that it must give, and nothing half-written."""

import ctypes
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.reading import quoting
from lontar.harmonise.reading.starting import Process, start_child, stop_child
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import SourceProblem
from lontar.model.mapping import MappingBundle
from tests.factories import read_output
from tests.harmonise.broken_cases import Broken, put, said_of, table
from tests.harmonise.broken_files import MADE
from tests.harmonise.in_process import reading_here
from tests.house.places import CATALOGUE, ROOT

BROKEN = Path(__file__).parent / "broken"
TABLE = table()
PIECE = 64
"""Bytes of a small piece of a file."""
REFUSED = 2
"""Exit code of a call that is refused."""
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24


@pytest.fixture(scope="module")
def bundle() -> MappingBundle:
    return open_mapping(open_catalogue(CATALOGUE), str(BROKEN / "mapping.yml"))


def test_every_broken_file_lies_there_is_made_or_is_written_down() -> None:
    lying = {path.name for path in BROKEN.glob("*.csv")} - {"sectors.csv"}
    written = {name for name, case in TABLE.items() if case.text or case.bytes}
    assert set(TABLE) == lying | set(MADE) | written
    assert len(TABLE) == len(lying) + len(MADE) + len(written)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An output folder from an earlier call."""
    folder = tmp_path / "place" / "out"
    folder.mkdir(parents=True)
    (folder / "account.json").write_text("{}")
    return folder


def check_nothing_half_written(case: Broken, out: Path) -> None:
    """A refused call leaves what was there before; any other leaves what it wrote, and nothing beside it."""
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    names = {path.name for path in out.iterdir()}
    if case.refused:
        assert names == {"account.json"}
        assert (out / "account.json").read_text() == "{}"
    else:
        assert names - {"observations"} == {"account.json", "problems.csv", "problems.jsonl"}


@pytest.fixture(scope="module")
def children() -> Iterator[Callable[[], Process]]:
    """Gives a reading child that was started before, as the command line does, and starts the next one."""
    ahead = [start_child()]

    def give() -> Process:
        ahead.append(start_child())
        return ahead.pop(0)

    yield give
    stop_child(ahead[0])


SAMPLED = 4
"""A sample reads every so manieth plain text by the child."""
PLAIN = [name for name, case in TABLE.items() if case.is_text and not case.is_no_file and not case.limits]
HERE = {name for number, name in enumerate(PLAIN) if number % SAMPLED}
"""What a sample reads in this process: the reading child has nothing to do with these but to read them."""


@pytest.mark.parametrize("name", [name for name in TABLE if name != "unreadable.csv"])
def test_what_is_broken_is_told_exactly(
    name: str, out: Path, tmp_path: Path, children: Callable[[], Process], full_counts: bool
) -> None:
    case = TABLE[name]
    path = put(name, case, tmp_path)
    if name in HERE and not full_counts:
        with reading_here():
            assert said_of(path, case, out) == case
    else:
        assert said_of(path, case, out, child=children()) == case
    check_nothing_half_written(case, out)


@pytest.mark.parametrize(
    "name", [name for name, case in TABLE.items() if case.is_text and not case.is_no_file]
)
def test_it_is_told_so_whatever_the_way_through(
    name: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read in small pieces, and carried out as many rows are."""
    case = TABLE[name]
    path = put(name, case, tmp_path)
    above = b"".join(path.read_bytes().splitlines(keepends=True)[:2])  # the first piece holds the header
    monkeypatch.setattr(quoting, "_CHUNK", max(PIECE, len(above) + 1, path.stat().st_size // 20))
    monkeypatch.setattr(quoting, "_NEAR_END", PIECE // 2)
    with reading_here():
        assert said_of(path, case, out, many=0) == case
    check_nothing_half_written(case, out)


def without_rights() -> None:
    """Let the process that is about to begin read nothing but what it may, even as root (capabilities(7))."""
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def test_a_file_that_may_not_be_read_is_told(out: Path, tmp_path: Path) -> None:
    name = "unreadable.csv"
    path = put(name, TABLE[name], tmp_path)
    command = [
        sys.executable,
        "-c",
        "from lontar.cli import run; run()",
        "harmonise",
        str(path),
        "--mapping",
        str(BROKEN / "mapping.yml"),
    ]
    done = subprocess.run(
        [*command, "--out", str(out), "--replace"], capture_output=True, text=True, cwd=ROOT, check=False,
        preexec_fn=without_rights,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.strip()) == (REFUSED, "", TABLE[name].refused)
    check_nothing_half_written(TABLE[name], out)


def test_one_good_file_among_broken_ones_is_harmonised(bundle: MappingBundle, tmp_path: Path) -> None:
    names = ["empty.csv", "good.csv", "truncated.csv"]
    with reading_here():
        harmonise_files([(BROKEN / name, name) for name in names], bundle, tmp_path / "out")
    made = read_output(tmp_path / "out")
    assert [(p["file"], p["code"]) for p in made.problems] == [
        ("empty.csv", "HAR-003"),
        ("truncated.csv", "HAR-004"),
    ]
    assert [file["opened"] for file in made.account["files"]] == [False, True, False]


def test_a_file_that_is_not_there_is_told(bundle: MappingBundle, tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match="HAR-001") as refusal:
        harmonise_files([(tmp_path / "none.csv", "none.csv")], bundle, tmp_path / "out")
    assert "none.csv" in str(refusal.value)


def test_no_file_at_all_is_told(bundle: MappingBundle, tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match="HAR-001"):
        harmonise_files([], bundle, tmp_path / "out")
