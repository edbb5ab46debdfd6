"""What is missing on a machine is named in one line, with exit status 3; what is there is left as it is."""

import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).parent / "install"
EVERYTHING = {"chromium": "exit 0", "npm": "exit 0", "node": "echo 20"}


def install(folder: Path, programs: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run it where there are these programs and no others; for somebody who is not root unless `id` says so."""
    for name, does in {"id": "echo 1000", **programs}.items():
        (folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (folder / name).chmod(0o755)
    for name in ("bash", "dirname"):
        (folder / name).symlink_to(f"/usr/bin/{name}")
    return subprocess.run(
        ["/usr/bin/bash", INSTALL, *options],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("lacking", ["chromium", "node", "npm"])
def test_what_is_missing_is_told_in_one_line(tmp_path: Path, lacking: str) -> None:
    told = install(tmp_path, {name: does for name, does in EVERYTHING.items() if name != lacking})
    assert told.returncode == 3
    (line,) = told.stderr.splitlines()
    assert "Run: apt-get update && apt-get install --yes" in line
    assert {"chromium": "Chromium", "node": "nodejs npm", "npm": "nodejs npm"}[lacking] in line


def test_an_old_node_is_told(tmp_path: Path) -> None:
    told = install(tmp_path, {**EVERYTHING, "node": "case $1 in --version) echo v16.0.0;; *) echo 16;; esac"})
    assert (told.returncode, told.stderr) == (3, "lontar: Node 18 or newer is needed, this is v16.0.0.\n")


def test_only_the_browser_is_looked_for(tmp_path: Path) -> None:
    assert install(tmp_path, {"chromium": "exit 0"}, "--chromium").returncode == 0


def test_root_gets_the_browser_from_debian(tmp_path: Path) -> None:
    said, program = tmp_path / "said", tmp_path / "chromium"
    gets = f'echo "$@" >>{said}; [ $1 = update ] || {{ echo "#!/bin/sh" >{program}; /usr/bin/chmod +x {program}; }}'
    without = {name: does for name, does in EVERYTHING.items() if name != "chromium"}
    assert install(tmp_path, {**without, "id": "echo 0", "apt-get": gets}).returncode == 0
    assert said.read_text().splitlines() == ["update -qq", "install --yes -qq chromium"]


def test_root_is_told_where_debian_does_not_answer(tmp_path: Path) -> None:
    told = install(tmp_path, {"id": "echo 0", "apt-get": "echo no route >&2; exit 100"})
    assert (told.returncode, len(told.stderr.splitlines())) == (3, 2)
    assert told.stderr.startswith(
        "lontar: installing chromium\nlontar: the tests of the pages need Chromium. Run: "
    )


def test_what_npm_says_is_told(tmp_path: Path) -> None:
    told = install(tmp_path, {**EVERYTHING, "npm": "echo broken >&2; exit 1"})
    assert (told.returncode, told.stderr) == (1, "broken\n")
