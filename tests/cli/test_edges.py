"""The edges of the command line: faults of ours, machines that cannot go on, folders, standard input, what is done again."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lontar.catalogue import open_catalogue
from lontar.cli import run, showing
from lontar.cli.examples import Examples
from lontar.cli.saying import say_error
from lontar.cli.summary import summary
from lontar.harmonise import carrying
from lontar.harmonise import run as running
from lontar.harmonise.account import (
    Account,
    Added,
    Cells,
    Counted,
    DeclaredTotal,
    Derived,
    FileAccount,
    Leftovers,
    Rows,
    Sums,
)
from lontar.harmonise.engine import DuckEngine
from lontar.model.errors import Bug, CatalogueProblem, LontarError, Refused, SourceProblem, Unavailable
from tests.catalogue.small_mapping import CROSSWALK, NAME, mapping_catalogue, with_change
from tests.house.places import CATALOGUE, EXAMPLES

BOATS = EXAMPLES / "au" / "boat_arrivals_1976_2025.csv"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


@pytest.fixture
def lontar(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """The command line in this process, so that faults can be made."""

    def call(*words: str | Path) -> Ended:
        monkeypatch.setattr(sys, "argv", ["lontar", *map(str, words)])
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
        capfd.readouterr()
        try:
            with pytest.raises(SystemExit) as end:
                run()
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        assert end.value.code is None or isinstance(end.value.code, int)
        return Ended(end.value.code or 0, *capfd.readouterr())

    return call


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize(
    ("kind", "status"), [(Unavailable, 3), (Bug, 3), (SourceProblem, 2), (CatalogueProblem, 2), (Refused, 1)]
)
def test_who_must_act_is_told_by_the_exit_status(
    kind: type[LontarError], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say_error(kind("LON-009", "there", "it went wrong.", "Mend it.")) == status
    assert tuple(capsys.readouterr()) == ("", "[LON-009] there: it went wrong. Mend it.\n")


def test_a_machine_that_cannot_go_on_is_3(
    lontar: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "put_in_place", failing(OSError(28, "No space left on device")))
    ended = lontar("harmonise", BOATS, "--mapping", "au/boat_arrivals", "--out", tmp_path / "out")
    assert (ended.status, ended.out) == (3, "")
    assert ended.err.startswith("[HAR-090] the output could not be written: No space left on device.")
    assert ended.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


# A fault of ours.


def test_a_fault_of_ours_is_one_sentence_and_a_file(
    lontar: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(running, "harmonise_files", failing(ValueError("a figure, 4711")))
    ended = lontar("harmonise", BOATS, "--mapping", "au/boat_arrivals", "--out", tmp_path / "out")
    kept = list(tmp_path.glob("lontar-fault-*.txt"))
    assert (ended.status, ended.out, len(kept)) == (3, "", 1)
    assert ended.err == (
        "[LON-001] something went wrong in Lontar itself (ValueError); nothing was half-written. "
        f"Send {kept[0]} to those who keep Lontar.\n"
    )
    told = kept[0].read_text("utf-8")
    assert told.startswith("Traceback")
    assert "a figure, 4711" in told
    assert list(tmp_path.iterdir()) == kept


def test_a_fault_of_ours_is_told_where_nothing_can_be_kept_too(
    lontar: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "harmonise_files", failing(ValueError("a figure, 4711")))
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", failing(OSError(28, "No space left on device")))
    ended = lontar("harmonise", BOATS, "--mapping", "au/boat_arrivals", "--out", tmp_path / "out")
    assert (ended.status, ended.out, ended.err.count("\n")) == (3, "", 1)
    assert ended.err.startswith("[LON-001]")
    assert "could not be kept" in ended.err
    assert "Traceback" not in ended.err
    assert "4711" not in ended.err


# The catalogue.


def test_a_catalogue_in_order_is_0(lontar: Callable[..., Ended], tmp_path: Path) -> None:
    ended = lontar("catalogue", "check", "--folder", mapping_catalogue(tmp_path).root)
    assert ended == (0, "The catalogue is in order.\n", "")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (with_change(CROSSWALK, "child,Y0T17", "child,Y0T18"), ["[CAT-040] mappings/no/ages.csv, line 2: "]),
        (with_change(NAME, "area: NO", "area: XQ"), ["[CAT-040] mappings/no/landings.yml, line 6: "]),
        (
            {"codelists/lost.csv": "code,label_en,parent,valid_from,valid_to\n", **with_change(NAME, "area: NO", "area: XQ")},
            ["[CAT-036] catalogue/codelists/lost.csv, row 1: ", "[CAT-040] mappings/no/landings.yml, line 6: "],
        ),
    ],
)  # fmt: skip
def test_a_catalogue_that_is_broken_is_1_its_mappings_included(
    changed: dict[str, str], told: list[str], lontar: Callable[..., Ended], tmp_path: Path
) -> None:
    folder = mapping_catalogue(tmp_path, changed).root
    ended = lontar("catalogue", "check", "--folder", folder)
    lines = ended.out.splitlines()
    assert (ended.status, len(lines)) == (1, len(told))
    assert all(line.startswith(begin) for line, begin in zip(lines, told, strict=True))
    assert ended.err == f"{len(told)} problem{'s' if len(told) > 1 else ''}.\n"
    ended = lontar("catalogue", "check", "--folder", folder, "--json")
    codes = [problem["code"] for problem in json.loads(ended.out)["problems"]]
    assert (ended.status, codes) == (1, [begin[1:8] for begin in told])


def test_what_is_false_or_nought_is_shown(lontar: Callable[..., Ended]) -> None:
    ended = lontar("catalogue", "show", "irregular_entries")
    assert ended.status == 0
    assert "\n  stock: False\n" in ended.out
    assert "\n      verified: True\n" in ended.out
    assert (
        json.loads(lontar("catalogue", "show", "irregular_entries", "--json").out)["indicator"]["stock"]
        is False
    )
    told = showing.told(
        "thing", {"a": False, "b": 0, "c": None, "d": "", "e": [], "f": {}, "g": [0, False], "h": 0.0}
    )
    assert told.splitlines() == [
        "thing",
        "  a: False",
        "  b: 0",
        "  g:",
        "    - 0",
        "    - False",
        "  h: 0.0",
    ]


# What a command is given.


def harmonise_boats(lontar: Callable[..., Ended], out: Path, *words: str | Path) -> Ended:
    return lontar("harmonise", *words, "--mapping", "au/boat_arrivals", "--out", out, "--json")


def test_the_memory_allowed_is_the_engine_s(
    lontar: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[int] = []

    def start(work: Path, memory_bytes: int) -> DuckEngine:
        allowed.append(memory_bytes)
        return DuckEngine(work, memory_bytes)

    monkeypatch.setattr(carrying, "start_engine", start)
    assert harmonise_boats(lontar, tmp_path / "a", BOATS).status == 0
    assert harmonise_boats(lontar, tmp_path / "b", BOATS, "--memory", "100").status == 0
    assert allowed == [2048 * 2**20, 100 * 2**20]


def test_of_a_folder_only_the_data_are_sources(lontar: Callable[..., Ended], tmp_path: Path) -> None:
    folder = tmp_path / "boats"
    (folder / "boat_arrivals_below.csv").mkdir(parents=True)
    (folder / "boat_arrivals_x.csv").write_bytes(BOATS.read_bytes())
    (folder / ".boat_arrivals_hidden.csv").write_text("hidden", "utf-8")
    (folder / "SOURCE.yml").write_text("publisher: x", "utf-8")
    ended = harmonise_boats(lontar, tmp_path / "out", folder)
    assert ended.status == 0
    assert [file["file"] for file in json.loads(ended.out)["files"]] == ["boat_arrivals_x.csv"]


@pytest.mark.parametrize("inside", [[], ["SOURCE.yml"], [".hidden"]])
def test_a_folder_without_data_is_wrong_usage(
    inside: list[str], lontar: Callable[..., Ended], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    for name in inside:
        (tmp_path / "empty" / name).write_text("x", "utf-8")
    ended = harmonise_boats(lontar, tmp_path / "out", tmp_path / "empty")
    assert (ended.status, ended.out) == (2, "")
    assert f"The folder {tmp_path / 'empty'} holds no file." in ended.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("more", "status"), [((), 0), (("",), 2), (("no_such_folder/x.csv",), 1)])
def test_what_came_by_standard_input_is_gone_afterwards(
    more: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    (tmp_path / "tmp").mkdir()
    command = [sys.executable, "-m", "lontar.cli", "harmonise", "-", "--name", BOATS.name, *more]
    command += ["--mapping", "au/boat_arrivals", "--out", str(tmp_path / "out")]
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    done = subprocess.run(
        command, input=BOATS.read_bytes(), capture_output=True, check=False, env=environment
    )
    assert done.returncode == status, done.stderr
    assert list((tmp_path / "tmp").iterdir()) == []


# What is told of a call.


def an_account(**more: Any) -> Account:
    totals = [
        DeclaredTotal(place="x", declared="1", computed="1", agrees=agrees) for agrees in (True, False, True)
    ]
    totals.append(DeclaredTotal(place="x", declared="1", computed="0", agrees=False, has_parts=False))
    whole = FileAccount(
        file="", cells=Cells(found=1234, observed=1000, code_or_label=200, ignored={"b": 3, "a": 30}, refused=1),
        rows=Rows(found=99), sums=Sums(found="10", observed="7", ignored="2", refused="1"), counted=Counted(),
        declared_totals=totals, problems={"refused": 1, "warning": 1200},
    )  # fmt: skip
    files = [
        FileAccount(
            file=name, opened=name != "b.csv", cells=Cells(), rows=Rows(), sums=Sums(), counted=Counted()
        )
        for name in ("a.csv", "b.csv")
    ]
    told = {
        "mapping": "xa/table",
        "mapping_version": "0123",
        "files": files,
        "all": whole,
        "derived": Derived(),
    }
    return Account(**{**told, "leftovers": Leftovers(), "hashes": {}, "seconds": 1.234, **more})


def test_the_summary_tells_the_numbers_of_the_account(tmp_path: Path) -> None:
    assert summary(an_account(), tmp_path).splitlines() == [
        "xa/table (0123): 1 of 2 files, 99 rows, 1,234 cells",
        "  observed 1,000, codes and labels 200, refused 1, ignored 33 (30 a, 3 b)",
        "  sums: found 10 = observed 7 + ignored 2 + refused 1",
        "  declared totals: 4, of which 1 differ from their parts and 1 have no parts",
        "  not opened: b.csv",
        "  problems: 1 refused, 1,200 warnings",
        f"  balanced: yes; 1.23 s; written to {tmp_path}",
    ]


def test_the_summary_does_not_hide_what_does_not_agree(tmp_path: Path) -> None:
    account = an_account(
        derived=Derived(increments=5, agrees=False), added=Added(sums=2, figures=1003, agrees=False)
    )
    account.all.balanced, account.all.declared_totals, account.all.problems = False, [], {}
    told = summary(account, tmp_path)
    assert "increments: 5; they add up to the last cumulative figures: NO" in told
    assert "added up: 2 of 1,003 figures; each is the sum of its figures: NO" in told
    assert "balanced: NO" in told
    assert "problems: 0 refused, 0 warnings" in told
    assert "declared totals" not in told


# The demonstration does again what changed, and nothing else.


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examples:
    monkeypatch.setenv("LONTAR_HOME", str(tmp_path / "home"))
    (tmp_path / "examples" / "au").mkdir(parents=True)
    (tmp_path / "examples" / "au" / BOATS.name).write_bytes(BOATS.read_bytes())
    (tmp_path / "examples" / "au" / "SOURCE.yml").write_text("x", "utf-8")
    return Examples(open_catalogue(CATALOGUE), tmp_path / "examples")


def test_the_demonstration_does_again_what_changed(examples: Examples, tmp_path: Path) -> None:
    out = tmp_path / "home" / "demo" / "au" / "boat_arrivals"
    (told,) = examples.harmonise()
    assert "balanced: yes" in told
    assert [path.name for path in examples.observations()] == ["boats.parquet", "sea_arrivals.parquet"]

    def is_done_again(*, again: bool = False) -> bool:
        before = (out / "account.json").stat().st_ino
        list(examples.harmonise(again=again))
        return (out / "account.json").stat().st_ino != before

    assert not is_done_again()
    assert is_done_again(again=True)
    account = json.loads((out / "account.json").read_text("utf-8"))
    (out / "account.json").write_text(json.dumps(account | {"mapping_version": "old"}), "utf-8")
    assert is_done_again()
    assert (
        json.loads((out / "account.json").read_text("utf-8"))["mapping_version"] == account["mapping_version"]
    )
    source = tmp_path / "examples" / "au" / BOATS.name
    source.write_text(source.read_text("utf-8").replace("1977,,868", "1977,,869"), "utf-8")
    assert is_done_again()
    (source.parent / "boat_arrivals_y.csv").write_text("t,boats,n\n1970,1,2\n", "utf-8")
    assert is_done_again()
    assert not is_done_again()


def test_what_the_fictional_participants_send_is_no_echo(examples: Examples, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "fictional" / "xf", tmp_path / "examples" / "fictional" / "xf")
    (tmp_path / "examples" / "fictional" / BOATS.name).write_bytes(BOATS.read_bytes())
    assert examples.families() == {"au/boat_arrivals": [tmp_path / "examples" / "au" / BOATS.name]}
    (tmp_path / "examples" / "fictional" / "xf").rename(tmp_path / "examples" / "xf")
    assert examples.families().keys() == {"au/boat_arrivals", "xf/yearly"}


def test_without_examples_the_demonstration_says_so(tmp_path: Path) -> None:
    with pytest.raises(CatalogueProblem, match=r"CAT-001.*there are no examples here"):
        Examples(open_catalogue(CATALOGUE), tmp_path / "none").families()
