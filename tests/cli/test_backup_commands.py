"""`lontar backup` and `lontar restore` as a person and a script meet them: how the passphrase is given, exit statuses, JSON."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.databases import Instance
from tests.house.places import ROOT

LONTAR = Path(sys.executable).with_name("lontar")
SCHEMAS = ROOT / "docs" / "reference" / "schemas"
PASSPHRASE = "six words that nobody guesses together"


def lontar(home: Path, *words: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LONTAR, *words], env={**os.environ, "LONTAR_HOME": str(home)}, capture_output=True, text=True, input=answer, check=False
    )  # fmt: skip


def on_a_terminal(home: Path, typed: list[str], *words: str) -> tuple[int, str]:
    """Run the command on a terminal of its own, answer each question, and give the exit status and all that stood there."""
    process, terminal = pty.fork()
    if process == 0:
        os.environ["LONTAR_HOME"] = str(home)
        os.execv(LONTAR, [str(LONTAR), *words])
    shown, answers = b"", iter(typed)
    asked = 0
    try:
        while part := os.read(terminal, 4096):
            shown += part
            if shown.count(b": ") > asked and shown.endswith(b": "):
                asked = shown.count(b": ")
                os.write(terminal, next(answers).encode() + b"\n")
    except OSError:  # the other end is closed
        pass
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


@pytest.fixture(scope="module")
def made(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup, and what the command printed as JSON beside it."""
    to = tmp_path_factory.mktemp("made") / "whole.lontar"
    told = lontar(
        instance.home.folder,
        "backup",
        str(to),
        "--passphrase-file",
        "-",
        "--json",
        answer=PASSPHRASE + "\nmore\n",
    )
    assert (told.returncode, told.stderr) == (0, "")
    to.with_suffix(".json").write_text(told.stdout)
    return to


def test_what_json_prints_fits_its_schema(instance: Instance, made: Path, tmp_path: Path) -> None:
    told = lontar(
        tmp_path / "home", "restore", str(made), "--json", "--passphrase-file", "-", answer=PASSPHRASE
    )
    assert told.returncode == 0, told.stderr
    answers = {
        "backup": json.loads(made.with_suffix(".json").read_text()),
        "restore": json.loads(told.stdout),
    }
    for name, answer in answers.items():
        jsonschema.validate(answer, json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")))
        assert answer["instance"] == instance.home.facts.id
        assert answer["bytes"] == made.stat().st_size
        assert answer["tables"]["public.members_participant"] > 0
        assert answer["missing"] == []
    assert answers["restore"]["folder"] == str(tmp_path / "home")
    assert answers["backup"]["folder"] == ""


def test_checking_restores_nothing(made: Path, tmp_path: Path) -> None:
    told = lontar(
        tmp_path / "home", "restore", str(made), "--check", "--passphrase-file", "-", answer=PASSPHRASE
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert " rows in " in told.stdout
    assert "is in" not in told.stdout
    assert not (tmp_path / "home").exists()


def test_a_passphrase_is_asked_for_twice_on_a_terminal_and_never_shown(
    instance: Instance, made: Path, tmp_path: Path
) -> None:
    to = tmp_path / "asked.lontar"
    status, shown = on_a_terminal(
        instance.home.folder, [PASSPHRASE, "another one", PASSPHRASE, PASSPHRASE], "backup", str(to)
    )
    assert status == 0, shown
    assert shown.count("Passphrase: ") == 2, "the two differed, and it was asked again"
    assert "100%" in shown
    status, again = on_a_terminal(tmp_path / "home", [PASSPHRASE], "restore", str(to), "--check")
    assert status == 0, again
    assert "Repeat" not in again
    assert PASSPHRASE not in shown + again


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("too short\n", "the passphrase has 9 characters, and needs 15 at least"),
        ("", "its first line is empty"),
        ("\nsix words that nobody guesses together", "its first line is empty"),
    ],
)
def test_a_passphrase_that_does_not_do_is_told(
    instance: Instance, tmp_path: Path, answer: str, said: str
) -> None:
    to = tmp_path / "a.lontar"
    told = lontar(instance.home.folder, "backup", str(to), "--passphrase-file", "-", answer=answer)
    assert (told.returncode, told.stderr[:9]) == (2, "[INS-049]")
    assert said in told.stderr
    assert not to.exists()


def test_a_passphrase_is_text_in_a_file_that_can_be_read(instance: Instance, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(b"\xff" * 40)
    words = ("backup", str(tmp_path / "a.lontar"), "--passphrase-file")
    for file, said in (
        (bad, "no text in UTF-8"),
        (tmp_path / "none", "no such file"),
        (tmp_path, "directory"),
    ):
        told = lontar(instance.home.folder, *words, str(file))
        assert (told.returncode, told.stderr[:9]) == (2, "[INS-049]"), told.stderr
        assert said in told.stderr
    told = lontar(instance.home.folder, "backup", str(tmp_path / "a.lontar"))
    assert (told.returncode, told.stderr) == (
        2, "[INS-049] there is no passphrase, and nobody to ask. Give a file that holds it, with --passphrase-file.\n",
    )  # fmt: skip


def test_what_cannot_be_restored_is_told_before_a_passphrase_is_asked_for(
    instance: Instance, made: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short.lontar"
    short.write_bytes(made.read_bytes()[:-40])
    other = tmp_path / "other.txt"
    other.write_text("Dear colleague")
    for home, backup, status, code in (
        (instance.home.folder, made, 3, "INS-013"),
        (tmp_path, made, 1, "INS-045"),
        (tmp_path / "home", short, 2, "INS-043"),
        (tmp_path / "home", other, 2, "INS-040"),
        (tmp_path / "home", tmp_path / "none", 2, "INS-040"),
    ):
        told = lontar(home, "restore", str(backup))
        assert (told.returncode, told.stderr[:9]) == (status, f"[{code}]"), told.stderr
        assert told.stderr.count("\n") == 1


def test_an_interrupt_leaves_nothing(instance: Instance, made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    process = subprocess.Popen(
        [LONTAR, "restore", str(made), "--passphrase-file", str(tmp_path / "passphrase")],
        env={**os.environ, "LONTAR_HOME": str(home)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not (home / ".restoring" / "postgres").exists() and process.poll() is None:
        pass
    process.terminate()
    assert process.communicate()[1] == "Stopped; nothing was written.\n"
    assert process.returncode == 130
    assert [path.name for path in home.iterdir()] == ["postgres.lock"]
