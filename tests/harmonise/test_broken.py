"""Broken files, each with the exact problem that it must give; and a machine that cannot go on."""

import ctypes
import os
import resource
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.reading import quoting
from lontar.harmonise.reading.landing import Limits
from lontar.harmonise.run import Settings, harmonise_files
from lontar.model.errors import SourceProblem, Unavailable
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
SCARCE = 200_000
"""Bytes that a file may have where the disk is said to be full."""


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
        assert names - {"observations"} == {"account.json", "problems.csv"}


@pytest.mark.parametrize("name", [name for name in TABLE if name != "unreadable.csv"])
def test_what_is_broken_is_told_exactly(name: str, out: Path, tmp_path: Path) -> None:
    case = TABLE[name]
    assert said_of(put(name, case, tmp_path), case, out) == case
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


# A full disk is a limit on the size of files, set in a process of its own; the child of that process inherits it.
FULL_DISK = """
import pathlib, resource, signal, sys
from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import Unavailable
source, mapping, out, room = sys.argv[1:]
bundle = open_mapping(open_catalogue(), mapping)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if int(room):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
try:
    harmonise_files([(pathlib.Path(source), "large.csv")], bundle, pathlib.Path(out), replace=True)
except Unavailable as error:
    print(error)
    sys.exit(3)
"""


def large_table(folder: Path) -> Path:
    """A table whose landed rows outgrow a scarce disk."""
    rows = "".join(
        f"Tucson,{year}-{month:02},{year * month},{year % month},0\n"
        for year in range(2000, 2800)
        for month in range(1, 13)
    )
    path = folder / "large.csv"
    path.write_text("Detections\nSector,Month,Men,Women,All\n" + rows, "utf-8")
    return path


def harmonise_apart(source: Path, out: Path, room: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FULL_DISK, str(source), str(BROKEN / "mapping.yml"), str(out), str(room)]
    unwritten = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=unwritten)


@pytest.fixture(scope="module")
def warm(bundle: MappingBundle, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The reading child was started before, so that where room is scarce it needs not write its own code anew."""
    harmonise_files([(BROKEN / "good.csv", "good.csv")], bundle, tmp_path_factory.mktemp("warm") / "out")


@pytest.fixture
def before(warm: None, tmp_path: Path) -> Path:
    """An output folder from an earlier call."""
    out = tmp_path / "place" / "out"
    out.mkdir(parents=True)
    (out / "account.json").write_text("{}")
    return out


def check_untouched(done: subprocess.CompletedProcess[str], out: Path) -> None:
    assert done.returncode == 3, done.stderr
    assert done.stderr == ""
    assert done.stdout.startswith("[HAR-090] the output could not be written: ")
    assert done.stdout.count("\n") == 1
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert [path.name for path in out.iterdir()] == ["account.json"]
    assert (out / "account.json").read_text() == "{}"


@pytest.mark.parametrize("room", [4_000, 60_000, SCARCE], ids=["nearly none", "some", "for the rows only"])
def test_a_full_disk_leaves_nothing_half_written(room: int, before: Path, tmp_path: Path) -> None:
    check_untouched(harmonise_apart(large_table(tmp_path), before, room), before)


def test_with_room_enough_the_same_succeeds(before: Path, tmp_path: Path) -> None:
    done = harmonise_apart(large_table(tmp_path), before, 0)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (before / "observations").is_dir()


def test_a_full_file_system_leaves_nothing_half_written(warm: None, tmp_path: Path) -> None:
    """On a file system of two megabytes, where the test may mount one."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        out = place / "out"
        out.mkdir()
        (out / "account.json").write_text("{}")
        check_untouched(harmonise_apart(large_table(tmp_path), out, 0), out)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_folder_that_cannot_be_made_is_told(bundle: MappingBundle, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="HAR-090"):
        harmonise_files([(BROKEN / "good.csv", "good.csv")], bundle, tmp_path / "file" / "out")


def test_an_output_folder_in_use_stays_as_it_is(bundle: MappingBundle, before: Path) -> None:
    with pytest.raises(Unavailable, match="not empty"), reading_here():
        harmonise_files([(BROKEN / "good.csv", "good.csv")], bundle, before)
    assert [path.name for path in before.iterdir()] == ["account.json"]
    assert [path.name for path in before.parent.iterdir()] == ["out"]


# Limits of the reading child.


def test_a_child_without_memory_says_so(bundle: MappingBundle, tmp_path: Path) -> None:
    settings = Settings(limits=Limits(memory_bytes=300 * 2**20))
    source = tmp_path / "wide.csv"
    source.write_bytes(
        b't\nSector,Month,Men,Women,All\nTucson,2024-01,1,1,2\n"' + b"x" * (400 * 2**20) + b'",,,,\n'
    )
    with pytest.raises(SourceProblem) as refusal:
        harmonise_files([(source, "wide.csv")], bundle, tmp_path / "out", settings=settings)
    assert refusal.value.code == "HAR-012"
    assert "300 MB of memory" in str(refusal.value)
    assert not (tmp_path / "out").exists()


def test_a_child_out_of_time_says_so(bundle: MappingBundle, tmp_path: Path) -> None:
    with (tmp_path / "endless.csv").open("wb") as stream:
        stream.truncate(1 << 42)  # a hole: nothing on disk, and more to read than anybody has time for
    with pytest.raises(SourceProblem, match=r"HAR-012.* 1 seconds"):
        harmonise_files(
            [(tmp_path / "endless.csv", "endless.csv")], bundle, tmp_path / "out",
            settings=Settings(limits=Limits(seconds=1)),
        )  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_what_is_no_file_is_not_waited_for(kind: str, bundle: MappingBundle, tmp_path: Path) -> None:
    path = tmp_path / "source.csv"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    with pytest.raises(SourceProblem, match="HAR-002"):
        harmonise_files([(path, "source.csv")], bundle, tmp_path / "out")


def confined(act: str) -> subprocess.CompletedProcess[str]:
    """What a process can do once it is confined."""
    code = (
        "from lontar.harmonise.reading.confinement import confine\n"
        "from lontar.harmonise.reading.landing import Limits\nimport resource, socket\n"
        f"print(confine(Limits(memory_bytes=2**30, seconds=60)))\n{act}"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX"])
def test_a_confined_process_has_no_sockets(family: str) -> None:
    done = confined(f"socket.socket(socket.{family})")
    assert "seccomp" in done.stdout
    assert "PermissionError" in done.stderr


def test_a_confined_process_has_limits() -> None:
    done = confined("print(resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CPU))")
    assert done.stdout.splitlines()[1] == f"({2**30}, {2**30}) (60, 65)"


def test_this_process_is_not_confined() -> None:
    socket.socket().close()
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
