"""The reading child and the engine can do what they must and nothing else; and what a call leaves in its folder."""

import fcntl
import gzip
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import msgspec
import openpyxl
import pytest

from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.reading import launch
from lontar.harmonise.reading.landing import Limits, ReadRequest, SourceFile
from lontar.harmonise.reading.launch import ReadingChild
from lontar.harmonise.reading.starting import Process, start_child, stop_child
from lontar.harmonise.run import Settings, harmonise_files
from lontar.harmonise.workplace import Workplace, put_in_place
from lontar.model.errors import SourceProblem, Unavailable
from lontar.model.mapping import FileShape, TableShape
from tests.harmonise.cases import catalogue
from tests.harmonise.in_process import reading_here

LIMITS = Limits(memory_bytes=3 * 2**30, seconds=77)


def request_for(path: Path, work: Path, limits: Limits = LIMITS) -> ReadRequest:
    return ReadRequest(
        files=(SourceFile.at(path, "a.csv"),), shape=FileShape(), table=TableShape(),
        expected=("a",), personal=(), out=str(work), limits=limits,
    )  # fmt: skip


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file that is a hole: nothing on disk, and more to read than anybody has time for."""
    with (tmp_path / "endless.csv").open("wb") as stream:
        stream.truncate(1 << 42)
    return tmp_path / "endless.csv"


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def busy(endless: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """A real child that has confined itself and is busy reading."""
    monkeypatch.setenv("LONTAR_SECRET", "sesame")
    monkeypatch.chdir(tmp_path)
    process = start_child()
    child = ReadingChild(request_for(endless, tmp_path), process)
    wait_for(lambda: "Seccomp:\t2" in status(process) and str(endless) in opened(process))
    yield process
    child.stop()


def status(process: Process) -> str:
    return Path(f"/proc/{process.pid}/status").read_text()


def opened(process: Process) -> list[str]:
    links = Path(f"/proc/{process.pid}/fd").iterdir()
    return [str(link.readlink()) for link in links if link.is_symlink()]


# The child, from outside.


def test_the_child_has_limits_and_no_more_than_it_needs(busy: Process, tmp_path: Path) -> None:
    proc = Path(f"/proc/{busy.pid}")
    rows = [line.split() for line in (proc / "limits").read_text().splitlines()]
    limits = {" ".join(row[1:-3]): row[-3:-1] for row in rows}
    assert limits["address space"] == [str(3 * 2**30)] * 2
    assert limits["cpu time"] == ["77", "82"]
    assert limits["core file size"] == ["0", "0"]
    environment = (proc / "environ").read_bytes().decode().split("\0")
    names = {one.partition("=")[0] for one in environment if one}
    assert names == {"PATH", "LC_ALL", "MALLOC_ARENA_MAX"}
    command = (proc / "cmdline").read_bytes().decode().split("\0")
    assert command[1:] == ["-I", "-m", "lontar.harmonise.reading.child", ""]
    assert (proc / "cwd").readlink() == Path("/")
    assert "NoNewPrivs:\t1" in status(busy)
    others = {path for path in opened(busy) if path.startswith(str(tmp_path.parent))}
    assert others == {str(tmp_path / "endless.csv")}


def test_a_child_that_is_stopped_is_gone(busy: Process) -> None:
    assert busy.poll() is None
    stop_child(busy)
    assert busy.returncode == -signal.SIGKILL
    assert not Path(f"/proc/{busy.pid}").exists()


STARTS_A_CHILD = """
import sys, time
from pathlib import Path
from lontar.harmonise.reading.launch import ReadingChild
from lontar.harmonise.reading.landing import ReadRequest
import msgspec
child = ReadingChild(msgspec.json.decode(sys.argv[1].encode(), type=ReadRequest))
print(child._process.pid, flush=True)
time.sleep(60)
"""


def test_the_child_ends_when_its_parent_is_killed(endless: Path, tmp_path: Path) -> None:
    asked = msgspec.json.encode(request_for(endless, tmp_path)).decode()
    command = [sys.executable, "-c", STARTS_A_CHILD, asked]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = Path(f"/proc/{parent.stdout.readline().strip()}")
    wait_for(lambda: "Seccomp:\t2" in (child / "status").read_text())
    parent.kill()
    parent.communicate()
    wait_for(lambda: not child.exists() or "State:\tZ" in (child / "status").read_text())


def test_a_child_that_hangs_is_ended_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_GRACE_SECONDS", 0.5)
    hanging = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    child = ReadingChild(request_for(tmp_path / "a.csv", tmp_path, Limits(seconds=1)), hanging)
    began = time.monotonic()
    with pytest.raises(SourceProblem, match=r"HAR-012.* a\.csv: .*1 seconds"):
        child.answer()
    assert 1.4 < time.monotonic() - began < 20
    assert hanging.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("does", "kind", "said"),
    [
        ("sys.exit(4)", Unavailable, "HAR-090"),
        ("sys.stderr.write('28 No space left'); sys.stderr.flush(); os._exit(4)", Unavailable, "HAR-090.*No space left"),
        ("raise MemoryError", SourceProblem, "HAR-012.*3072 MB of memory"),
        ("sys.exit('Cannot allocate memory')", SourceProblem, "HAR-012.*3072 MB of memory"),
        ("sys.stderr.write('terminate: std::bad_alloc'); os.abort()", SourceProblem, "HAR-012.*3072 MB of memory"),
        ("os.kill(os.getpid(), 11)", SourceProblem, "HAR-091] a.csv: .*it broke on something in the file"),
        ("os.kill(os.getpid(), 15)", Unavailable, "HAR-091.*SIGTERM"),
        ("os.kill(os.getpid(), 24)", SourceProblem, "HAR-012.*77 seconds"),
        ("raise ValueError('what')", SourceProblem, "HAR-091((?!what).)*it broke on something((?!what).)*$"),
        ("os._exit(9)", Unavailable, "HAR-091.*exit status 9"),
    ],
)  # fmt: skip
def test_how_a_child_ended_is_told(does: str, kind: type[Exception], said: str, tmp_path: Path) -> None:
    ending = subprocess.Popen(
        [sys.executable, "-c", f"import os, sys; sys.stdin.read(); {does}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    with pytest.raises(kind, match=said):
        ReadingChild(request_for(tmp_path / "a.csv", tmp_path), ending).answer()


# The child, from within: what a confined process may still call.

CALLS = """
import ctypes, errno, platform
from lontar.harmonise.reading.confinement import confine
from lontar.harmonise.reading.landing import Limits
libc = ctypes.CDLL(None, use_errno=True)
SOCKET = {"x86_64": 41, "aarch64": 198}[platform.machine()]
def outcome(*call):
    ctypes.set_errno(0)
    found = libc.syscall(*map(ctypes.c_long, call))
    return "made" if found >= 0 else errno.errorcode[ctypes.get_errno()]
before = outcome(SOCKET, 1, 1, 0), outcome(425, 0, 0)
confine(Limits())
print(*before, outcome(SOCKET, 1, 1, 0), outcome(SOCKET, 2, 1, 0), outcome(425, 0, 0), outcome(39 + 0x40000000))
open("/dev/null").close()
"""


def test_a_confined_process_can_make_no_socket_by_any_call() -> None:
    done = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, check=True)
    before, ring, *after = done.stdout.split()
    assert before == "made"
    assert ring in ("EFAULT", "EINVAL", "ENOSYS", "EPERM")
    assert after == ["EACCES"] * 4


# What files may unpack to.

MAPPING = """
id: xa/packed
title: A table
source: {publisher: Border Police of Xa, title: A table, licence: CC BY 4.0}
reporter: XA
source_kind: official
area: ID
indicator: irregular_entries
file: {format: FORMAT}
columns: [{column: Year, is: used}, {column: Persons, is: figure}]
period: {from: "{Year}", formats: ["{year}"]}
"""
TEXT = b"Year,Persons\n2024,3\n" + b",\n" * 5000


def packed(name: str, path: Path) -> int:
    """Write a packed file; gives what it unpacks to, in bytes."""
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(TEXT))
        return len(TEXT)
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", TEXT)
        return len(TEXT)
    book = openpyxl.Workbook()
    for row in (["Year", "Persons"], [2024, 3]):
        book.worksheets[0].append(row)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip", "a.xlsx"])
def test_a_packed_file_may_unpack_to_so_much_and_no_more(name: str, tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(MAPPING.replace("FORMAT", "xlsx" if name == "a.xlsx" else "text"))
    bundle, size = open_mapping(catalogue(), str(tmp_path / "m.yml")), packed(name, tmp_path / name)
    with reading_here():
        enough = Settings(limits=Limits(inflated_bytes=size))
        harmonise_files([(tmp_path / name, name)], bundle, tmp_path / "out", settings=enough)
        less = Settings(limits=Limits(inflated_bytes=size - 1))
        with pytest.raises(SourceProblem, match=f"HAR-012.*{size - 1} bytes once unpacked"):
            harmonise_files([(tmp_path / name, name)], bundle, tmp_path / "none", settings=less)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("parent", "status", "said"), [("0", 0, "on\n"), ("os.getppid()", 0, "on\n"), ("1 << 30", 9, "")]
)
def test_a_process_whose_parent_has_ended_already_ends_too(parent: str, status: int, said: str) -> None:
    code = (
        "import os\nfrom lontar.harmonise.reading.confinement import confine\n"
        f"from lontar.harmonise.reading.landing import Limits\nconfine(Limits(), {parent})\nprint('on')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, said)


# The engine.


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckEngine]:
    (tmp_path / "work").mkdir()
    made = DuckEngine(tmp_path / "work", 300 * 2**20)
    yield made
    made.close()


NO_WAY_OUT = [
    "SELECT * FROM read_csv('/etc/hostname')",
    "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM '{beside}'",
    "COPY (SELECT 1) TO '{beside}'",
    "ATTACH '{beside}' AS other",
    "INSTALL httpfs",
    "LOAD httpfs",
]
LOCKED = [
    "SET enable_external_access = true",
    "SET memory_limit = '4GiB'",
    "RESET memory_limit",
    "SET lock_configuration = false",
    "SET allowed_directories = ['/']",
]


@pytest.mark.parametrize("query", NO_WAY_OUT)
def test_the_engine_reaches_nothing_beside_the_folder_of_its_call(
    query: str, engine: DuckEngine, tmp_path: Path
) -> None:
    beside = tmp_path / "beside.csv"
    beside.write_text("a\n1\n")
    with pytest.raises(duckdb.PermissionException, match="disabled"):
        engine._connection.execute(query.format(beside=beside))
    assert beside.read_text() == "a\n1\n"


@pytest.mark.parametrize("query", LOCKED)
def test_what_the_engine_may_do_cannot_be_changed_any_more(query: str, engine: DuckEngine) -> None:
    with pytest.raises(duckdb.InvalidInputException, match="locked"):
        engine._connection.execute(query)


def test_the_engine_has_the_memory_and_the_room_that_it_was_given(engine: DuckEngine, tmp_path: Path) -> None:
    told = dict(engine.rows("SELECT name, value FROM duckdb_settings()"))
    assert told["memory_limit"] == "300.0 MiB"
    assert told["temp_directory"] == str(tmp_path / "work" / "spill")
    assert told["threads"] == "2"
    assert (told["autoinstall_known_extensions"], told["autoload_known_extensions"]) == ("false", "false")
    engine.copy("SELECT 7 AS n", tmp_path / "work" / "n.csv", "FORMAT csv, HEADER")
    assert (tmp_path / "work" / "n.csv").read_text() == "n\n7\n"


# Where the output appears.


def a_folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_where_the_new_folder_cannot_take_its_place_the_old_one_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = a_folder(tmp_path / "made", account="new")
    out = a_folder(tmp_path / "out", account="old", letter="theirs")
    rename = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if path == made:
            raise OSError(28, "No space left")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="No space left"):
        put_in_place(made, out, replace=True)
    assert names(tmp_path) == ["made", "out"]
    assert (out / "account").read_text() == "old"
    assert (out / "letter").read_text() == "theirs"


def test_what_others_put_into_the_folder_stays_and_what_we_did_goes(tmp_path: Path) -> None:
    made = a_folder(tmp_path / "made", **{"account.json": "new", "observations/a.parquet": "new"})
    theirs = {"letter.txt": "theirs", "sub/kept": "theirs", ".hidden": "theirs"}
    ours = {"account.json": "old", "problems.csv": "old", "observations/b.parquet": "old"}
    out = a_folder(tmp_path / "out", **theirs, **ours)
    put_in_place(made, out, replace=True)
    assert names(tmp_path) == ["out"]
    assert names(out) == [".hidden", "account.json", "letter.txt", "observations", "sub"]
    assert names(out / "observations") == ["a.parquet"]
    assert (out / "account.json").read_text() == "new"
    assert (out / "sub" / "kept").read_text() == "theirs"


def test_a_folder_that_holds_something_is_not_replaced_unasked(tmp_path: Path) -> None:
    made, out = a_folder(tmp_path / "made", account="new"), a_folder(tmp_path / "out", letter="theirs")
    with pytest.raises(FileExistsError, match="not empty"):
        put_in_place(made, out, replace=False)
    assert names(tmp_path) == ["made", "out"]
    (out / "letter").unlink()
    put_in_place(made, out, replace=False)
    assert names(out) == ["account"]


def test_folders_of_calls_that_are_gone_are_swept_and_no_others(tmp_path: Path) -> None:
    a_folder(tmp_path / ".lontar-gone", lock="", rows="x")
    a_folder(tmp_path / ".lontar-old-kept", lock="", was="x")
    a_folder(tmp_path / ".lontar-without-lock", rows="x")
    a_folder(tmp_path / "lontar-other", lock="", rows="x")
    alive = a_folder(tmp_path / ".lontar-alive", lock="", rows="x")
    lock = os.open(alive / "lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    kept = [".lontar-alive", ".lontar-old-kept", ".lontar-without-lock", "lontar-other"]
    with Workplace(tmp_path) as place:
        assert names(tmp_path) == sorted([*kept, place.folder.name])
        assert names(alive) == ["lock", "rows"]
        with Workplace(tmp_path) as other:
            assert place.folder.is_dir()
            assert other.folder != place.folder
    assert names(tmp_path) == kept
    os.close(lock)
    with Workplace(tmp_path):
        pass
    assert names(tmp_path) == kept[1:]


def test_what_goes_wrong_beside_is_told_where_it_is_asked_for(engine: DuckEngine) -> None:
    assert engine.begin("CREATE TABLE made AS SELECT 1 AS one").result() is None
    assert engine.rows("SELECT one FROM made") == [(1,)]
    with pytest.raises(duckdb.CatalogException):
        engine.begin("SELECT * FROM not_there").result()
    with pytest.raises(Unavailable, match="HAR-092"):
        engine.begin("CREATE TABLE large AS SELECT list(i) AS one FROM range(200_000_000) AS t(i)").result()


def test_what_is_carried_out_beside_ends_with_the_engine(tmp_path: Path) -> None:
    engine = DuckEngine(tmp_path, 300 * 2**20)
    endless = engine.begin(
        "CREATE TABLE endless AS SELECT max(a.i + b.i) FROM range(100_000_000) AS a(i), range(1_000_000) AS b(i)"
    )
    waiting = engine.begin("SELECT 1")
    while not endless.running():
        time.sleep(0.01)
    time.sleep(0.2)
    engine.close()
    assert isinstance(endless.exception(), duckdb.InterruptException)
    assert waiting.cancelled()
