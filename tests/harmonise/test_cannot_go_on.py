"""A machine that cannot go on while files are harmonised: no disk, no memory, no time; and what the reading child may do."""

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
from lontar.harmonise.reading.landing import Limits
from lontar.harmonise.run import Settings, harmonise_files
from lontar.model.errors import SourceProblem, Unavailable
from lontar.model.mapping import MappingBundle
from tests.harmonise.broken_cases import FOLDER as BROKEN
from tests.harmonise.in_process import reading_here
from tests.house.places import CATALOGUE, ROOT

SCARCE = 200_000
"""Bytes that a file may have where the disk is said to be full."""


@pytest.fixture(scope="module")
def bundle() -> MappingBundle:
    return open_mapping(open_catalogue(CATALOGUE), str(BROKEN / "mapping.yml"))


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
