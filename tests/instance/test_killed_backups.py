"""kill -9 in the middle of a backup, and of a restoring: no half one is ever taken for a whole one, and the next puts it right."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from lontar.instance.backups import restoring
from lontar.instance.backups.making import make_backup
from lontar.instance.backups.restoring import check_backup
from lontar.instance.home import Home
from tests.house.places import ROOT
from tests.instance.conftest import LONTAR, PASSPHRASE, Lived, contents, lontar

DYING = """
import os, signal, sys
from pathlib import Path
from lontar.instance.backups.restoring import restore_backup
from lontar.instance.home import Home, default_home
left, rename = int(sys.argv[2]), Path.rename
def renamed(self, target):
    global left
    if self.parent.name == ".restoring" and self.name in {"postgres", "store", "secrets", "instance.json"}:
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
    return rename(self, target)
Path.rename = renamed
restore_backup(Home(default_home()), Path(sys.argv[1]), sys.argv[3])
"""
"""A restoring that is killed after so many parts are in place."""


def killed(home: Path, pause: float, *words: str) -> int:
    """Start the command, kill it after so many seconds, and give its exit status."""
    process = subprocess.Popen(
        [LONTAR, *words], env={**os.environ, "LONTAR_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    try:
        process.wait(pause)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return process.returncode


def servers_of(folder: Path) -> list[str]:
    """Whatever still runs in a folder."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if str((process / "cwd").readlink()).startswith(str(folder)):
                    found.append(process.name)
            except OSError:
                continue
    return found


def test_a_backup_that_is_killed_is_none(
    lived: Lived, tmp_path: Path, passphrase_file: str, full_counts: bool
) -> None:
    rng, to = Random(20260301), tmp_path / "made.lontar"
    words = ("backup", str(to), "--passphrase-file", passphrase_file)
    ended = 0
    for _ in range(100 if full_counts else 5):
        ended += killed(lived.home.folder, 0.3 + rng.random() * 0.5, *words) == -9
        if to.exists():
            check_backup(to, PASSPHRASE)
            to.unlink()
    assert ended > 1, "none was killed, so nothing was tried"
    make_backup(lived.home, to, PASSPHRASE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.lontar", "passphrase"]
    assert lontar(lived.home.folder, "database", "--check").returncode == 0


def test_a_restoring_that_is_killed_leaves_no_instance_and_the_next_ends_well(
    sealed: Path, tmp_path: Path, passphrase_file: str, full_counts: bool
) -> None:
    rng, home = Random(20260302), tmp_path / "home"
    words = ("restore", str(sealed), "--passphrase-file", passphrase_file)
    assert lontar(tmp_path / "undisturbed", *words).returncode == 0
    expected = contents(tmp_path / "undisturbed")
    ended = 0
    for _ in range(100 if full_counts else 6):
        status = killed(home, 0.4 + rng.random() * 1.4, *words)
        ended += status == -9
        assert Home(home).exists or status != 0
        if Home(home).exists:
            assert lontar(home, "journal", "verify").returncode == 0
            assert contents(home) == expected
            home.rename(tmp_path / f"whole-{time.monotonic_ns()}")
    assert ended > 2, "none was killed, so nothing was tried"
    assert lontar(home, *words).returncode == 0
    whole_again(home)


def test_the_server_of_one_that_was_killed_is_ended_by_the_next(
    sealed: Path, tmp_path: Path, passphrase_file: str
) -> None:
    home = tmp_path / "home"
    words = ("restore", str(sealed), "--passphrase-file", passphrase_file)
    process = subprocess.Popen([LONTAR, *words], env={**os.environ, "LONTAR_HOME": str(home)})
    running = home / ".restoring" / "postgres" / "postmaster.pid"
    while not (running.exists() and running.read_text()):
        assert process.poll() is None
    process.kill()
    process.wait()
    assert len(servers_of(home)) > 0
    assert not Home(home).exists
    with restoring._kept(Home(home)):
        assert servers_of(home) == [], "it is ended before what it works on is removed"
    told = lontar(home, *words)
    assert told.returncode == 0, told.stderr
    whole_again(home)


def test_one_that_is_killed_while_parts_are_moved_into_place_leaves_no_instance(
    sealed: Path, tmp_path: Path, passphrase_file: str, full_counts: bool
) -> None:
    for moved in range(4) if full_counts else (3,):
        home = tmp_path / str(moved)
        die(home, sealed, moved)
        assert sum((home / part).exists() for part in ("postgres", "store", "secrets")) == moved
        assert not Home(home).exists
        assert lontar(home, "serve").stderr.startswith("[INS-001]")
        if moved:
            assert lontar(home, "create", "--kind", "demo").stderr.startswith("[INS-024]")
        told = lontar(home, "restore", str(sealed), "--passphrase-file", passphrase_file)
        assert told.returncode == 0, told.stderr
        whole_again(home)


def die(home: Path, backup: Path, moved: int) -> None:
    """Restore, and be killed once so many parts are in place."""
    died = subprocess.run(
        [sys.executable, "-c", DYING, str(backup), str(moved), PASSPHRASE], env={**os.environ, "LONTAR_HOME": str(home)}, check=False,
        cwd=ROOT, capture_output=True,
    )  # fmt: skip
    assert died.returncode == -9, died.stderr


def whole_again(home: Path) -> None:
    assert sorted(path.name for path in home.iterdir()) == [
        "instance.json", "postgres", "postgres.lock", "secrets", "store",
    ]  # fmt: skip
    assert servers_of(home) == []
    assert lontar(home, "journal", "verify").returncode == 0
    assert contents(home)["members_person"] is not None
