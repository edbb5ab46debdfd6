"""The command line as a person or a script meets it: exit statuses, sentences, JSON with schemas."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
BOATS = ROOT / "examples" / "au" / "boat_arrivals_1976_2025.csv"
SCHEMAS = ROOT / "docs" / "reference" / "schemas"


def lontar(*words: str | Path, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "lontar.cli", *map(str, words)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)


def harmonise(
    out: Path, *words: str | Path, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    return lontar("harmonise", *words, "--mapping", "au/boat_arrivals", "--out", out, stdin=stdin)


def validated(answer: bytes, schema: str) -> object:
    told = json.loads(answer)
    jsonschema.validate(told, json.loads((SCHEMAS / f"{schema}.schema.json").read_text("utf-8")))
    return told


def test_all_well_is_0_and_writes_what_the_contract_names(tmp_path: Path) -> None:
    done = harmonise(tmp_path / "out", BOATS)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"balanced: yes" in done.stdout
    names = sorted(
        p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*") if p.is_file()
    )
    assert names == [
        "account.json",
        "observations/boats.parquet",
        "observations/sea_arrivals.parquet",
        "problems.csv",
        "problems.jsonl",
    ]


def test_something_refused_is_1_with_output(tmp_path: Path) -> None:
    path = tmp_path / "boat_arrivals_x.csv"
    path.write_text(BOATS.read_text("utf-8").replace("1977,,868", "1977,,many"), "utf-8")
    done = harmonise(tmp_path / "out", path)
    assert done.returncode == 1
    problems = (tmp_path / "out" / "problems.csv").read_text("utf-8").splitlines()
    assert problems[1].startswith('HAR-060,refused,boat_arrivals_x.csv,,3,3,"many"')


def test_nothing_opened_is_2_with_the_code_and_no_output(tmp_path: Path) -> None:
    done = harmonise(tmp_path / "out", tmp_path / "boat_arrivals_none.csv")
    assert done.returncode == 2
    assert (
        done.stderr.decode() == "[HAR-001] boat_arrivals_none.csv: there is no such file. Check the path.\n"
    )
    assert not (tmp_path / "out").exists()


def test_wrong_usage_is_2(tmp_path: Path) -> None:
    assert lontar("harmonise", BOATS).returncode == 2
    assert lontar("harmonise", BOATS, "--mapping", "xx/none", "--out", tmp_path / "o").returncode == 2
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept.txt").write_text("kept", "utf-8")
    done = harmonise(tmp_path / "full", BOATS)
    assert (done.returncode, b"--replace" in done.stderr) == (2, True)
    assert (tmp_path / "full" / "kept.txt").read_text("utf-8") == "kept"


def test_replace_takes_the_place_of_the_old_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert harmonise(out, BOATS).returncode == 0
    (out / "observations" / "returns.parquet").write_text("old", "utf-8")
    assert harmonise(out, BOATS, "--replace").returncode == 0
    assert not (out / "observations" / "returns.parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_replace_keeps_what_others_put_there_the_source_included(tmp_path: Path) -> None:
    source = tmp_path / BOATS.name
    source.write_bytes(BOATS.read_bytes())
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "kept.txt").write_text("kept", "utf-8")
    assert harmonise(tmp_path, source, "--replace").returncode == 0
    assert source.read_bytes() == BOATS.read_bytes()
    assert (tmp_path / "letters" / "kept.txt").read_text("utf-8") == "kept"
    assert (tmp_path / "account.json").is_file()


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert harmonise(tmp_path / "link", BOATS).returncode == 0
    assert harmonise(tmp_path / "link", BOATS, "--replace").returncode == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "account.json").is_file()


@pytest.mark.parametrize("out", ["file", "file/below", "x" * 300, ""])
def test_where_no_output_can_be_is_wrong_usage(out: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "full").mkdir()
    done = harmonise(Path(f"{tmp_path}/{out}") if out else Path("/dev/null"), BOATS)
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr


def test_the_same_file_twice_is_told_once(tmp_path: Path) -> None:
    done = harmonise(tmp_path / "out", BOATS, BOATS)
    assert done.returncode == 1
    assert b"not opened: " in done.stdout
    problems = (tmp_path / "out" / "problems.csv").read_text("utf-8").splitlines()
    assert [line.partition(",")[0] for line in problems[1:]] == ["HAR-018"]


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for place, year in (("a", "1976"), ("b", "1977")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "boat_arrivals_x.csv").write_text(f"t,boats,n\n{year},,5\n", "utf-8")
    done = harmonise(tmp_path / "out", *sorted(tmp_path.glob("?/*.csv")), "--json")
    assert done.returncode == 0, done.stderr
    names = [file["file"] for file in json.loads(done.stdout)["files"]]
    assert names == [f"{tmp_path}/{place}/boat_arrivals_x.csv" for place in "ab"]


@pytest.mark.parametrize(
    "words",
    [("-", "-"), (BOATS, "--name", "x.csv"), ("",), (BOATS, "--memory", "0"), (BOATS, "--memory", "9" * 30)],
)
def test_words_that_contradict_are_wrong_usage(words: tuple[str | Path, ...], tmp_path: Path) -> None:
    done = harmonise(tmp_path / "out", *words, stdin=b"")
    assert done.returncode == 2
    assert done.stderr.startswith(b"Usage: ")


def test_standard_input_has_the_name_given(tmp_path: Path) -> None:
    done = harmonise(
        tmp_path / "out", "-", "--name", "boat_arrivals_in.csv", "--json", stdin=BOATS.read_bytes()
    )
    assert done.returncode == 0
    account = validated(done.stdout, "harmonise")
    assert isinstance(account, dict)
    assert [file["file"] for file in account["files"]] == ["boat_arrivals_in.csv"]


def test_the_account_file_fits_its_schema(tmp_path: Path) -> None:
    harmonise(tmp_path / "out", BOATS)
    validated((tmp_path / "out" / "account.json").read_bytes(), "harmonise")


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        (("mapping", "list"), "mapping_list"),
        (("mapping", "check", "au/boat_arrivals", BOATS), "mapping_check"),
        (("mapping", "plan", "au/boat_arrivals", BOATS), "mapping_plan"),
        (("catalogue", "check"), "catalogue_check"),
        (("catalogue", "show", "sea_arrivals"), "catalogue_show"),
        (("catalogue", "show", "us/usbp_monthly"), "catalogue_show"),
        (("catalogue", "show", "AU"), "catalogue_show"),
        (("catalogue", "show", "sex"), "catalogue_show"),
    ],
)
def test_what_json_prints_fits_its_schema(words: tuple[str, ...], schema: str) -> None:
    done = lontar(*words, "--json")
    assert done.returncode == 0, done.stderr
    validated(done.stdout, schema)


def test_the_plan_can_be_read_as_sql() -> None:
    done = lontar("mapping", "plan", "au/boat_arrivals", BOATS)
    assert done.returncode == 0
    assert done.stdout.startswith(b"WITH\n-- the landed rows\n")


def test_an_unknown_id_is_one_sentence() -> None:
    done = lontar("catalogue", "show", "no_such_thing")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_a_mapping_that_is_wrong_is_told_in_words(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    text = (ROOT / "catalogue" / "mappings" / "au" / "boat_arrivals.yml").read_text("utf-8")
    path.write_text(text.replace("area: AU", "area: QQ").replace('from: "{t}"', 'from: "{tt}"'), "utf-8")
    done = lontar("mapping", "check", path)
    assert done.returncode == 1
    told = done.stdout.decode()
    assert f"{path}, line 11: there is no area 'QQ'." in told
    assert len(told.splitlines()) == 2
    assert (
        "there is no column 'tt'. Name it under columns, as `used` if it only serves this. Closest: t."
        in told
    )


def test_a_draft_is_of_one_file() -> None:
    done = lontar("mapping", "draft", BOATS.parent.parent / "it" / "nazionalita", "--participant", "IT")
    assert done.returncode == 2
    assert b"holds several files; give the one to draft from" in done.stderr
    done = lontar("mapping", "draft", BOATS, "--participant", "AU", "--indicator", "sea_arrivals")
    assert done.returncode == 0
    assert b"indicator: sea_arrivals\n" in done.stdout


def test_a_file_name_need_be_no_text(tmp_path: Path) -> None:
    source = os.fsencode(tmp_path) + b"/boat_arrivals_\xff.csv"
    Path(os.fsdecode(source)).write_bytes(BOATS.read_bytes())
    assert harmonise(tmp_path / "one", os.fsdecode(source)).returncode == 0
    done = harmonise(tmp_path / "all", tmp_path, "--json")
    assert done.returncode in (0, 2), done.stderr
    account = json.loads((tmp_path / "one" / "account.json").read_text("utf-8"))
    assert account["files"][0]["file"] == "boat_arrivals_\ufffd.csv"


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "y/" * 3000 + "z.csv"])
def test_a_name_too_long_is_one_sentence(name: str, tmp_path: Path) -> None:
    done = harmonise(tmp_path / "out", name)
    assert (done.returncode, done.stderr[:9]) == (2, b"[HAR-002]")


def test_a_mapping_that_is_wrong_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    text = (ROOT / "catalogue" / "mappings" / "au" / "boat_arrivals.yml").read_text("utf-8")
    path.write_text(text.replace("area: AU", "area: AUS").replace("mode: sea", "mode: see"), "utf-8")
    done = lontar("harmonise", BOATS, "--mapping", path, "--out", tmp_path / "out")
    assert done.returncode == 2
    told = done.stderr.decode().splitlines()
    assert [line[:9] for line in told] == ["[CAT-040]"] * 2
    assert not (tmp_path / "out").exists()


def test_a_misspelt_key_says_where(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    text = (ROOT / "catalogue" / "mappings" / "au" / "boat_arrivals.yml").read_text("utf-8")
    path.write_text(text.replace("\nperiod:", "\nperoid:"), "utf-8")
    done = lontar("mapping", "check", path)
    assert done.returncode == 1
    line = text.splitlines().index("period:") + 1
    assert f"{path}, line {line}: there is no 'peroid' here. Closest: period." in done.stdout.decode()
    answer = validated(lontar("mapping", "check", path, "--json").stdout, "mapping_check")
    assert isinstance(answer, dict)
    assert len(answer["wrong"]) == 1


def test_problems_that_say_the_same_are_one_sentence_with_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "boat_arrivals_x.csv"
    path.write_text("t,boats,n\n" + "".join(f"{year},1,many\n" for year in range(2000, 2010)), "utf-8")
    done = lontar("mapping", "check", "au/boat_arrivals", path)
    assert done.returncode == 1
    told = done.stdout.decode().splitlines()
    assert told[0].startswith(
        "[HAR-060] boat_arrivals_x.csv, 10 rows (2, 3, 4, 5, 6 and more), column 3: 'many'"
    )
    assert len([line for line in told if "HAR-060" in line]) == 1


def test_warnings_alone_are_a_yes(tmp_path: Path) -> None:
    path = tmp_path / "boat_arrivals_x.csv"
    path.write_text("t,boats,n\n2000,1,3\n", "utf-8")
    done = lontar("mapping", "check", "au/boat_arrivals", path)
    assert done.returncode == 0
    assert b"complete for these files, with " in done.stdout


@pytest.mark.parametrize("path", ["none.yml", "."])
def test_what_is_no_mapping_is_wrong_usage(path: str) -> None:
    done = lontar("mapping", "check", path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"[CAT-001]")


def test_standard_input_has_the_name_given_in_a_check_too() -> None:
    done = lontar("mapping", "check", "au/boat_arrivals", "-", "--name", BOATS.name, stdin=BOATS.read_bytes())
    assert done.returncode == 0, done.stdout


def test_a_formula_is_not_handed_on(tmp_path: Path) -> None:
    path = tmp_path / "boat_arrivals_x.csv"
    path.write_text("t,boats,n\n2000,1,=1+1\n2001,-5,@SUM(1)\n", "utf-8")
    assert harmonise(tmp_path / "out", path).returncode == 1
    with (tmp_path / "out" / "problems.csv").open(encoding="utf-8", newline="") as stream:
        values = [row["value"] for row in csv.DictReader(stream) if row["row"]]
    assert values == ["'=1+1", "-5", "'@SUM(1)"]


def test_a_stopped_command_clears_away_what_it_began(tmp_path: Path) -> None:
    running = endless_call(tmp_path)
    running.terminate()
    _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (130, b"Stopped; nothing was written.\n")
    assert list((tmp_path / "work").iterdir()) == []


def test_what_a_killed_command_left_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    running = endless_call(tmp_path)
    child = child_of(running.pid)
    running.kill()
    running.communicate(timeout=30)
    wait_for(lambda: not Path(f"/proc/{child}").exists())
    assert len(list((tmp_path / "work").iterdir())) == 1
    assert harmonise(tmp_path / "work" / "out", BOATS).returncode == 0
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["out"]


def endless_call(folder: Path) -> "subprocess.Popen[bytes]":
    """A call at work in folder/work, with more to read than anybody has time for."""
    source = folder / "boat_arrivals_x.csv"
    with source.open("wb") as stream:
        stream.truncate(1 << 40)
    (folder / "work").mkdir()
    command = [sys.executable, "-m", "lontar.cli", "harmonise", source, "--mapping", "au/boat_arrivals"]
    running = subprocess.Popen(
        [*map(str, command), "--out", str(folder / "work" / "out")], stderr=subprocess.PIPE
    )
    wait_for(lambda: any((folder / "work").glob(".lontar-*/lock")))
    return running


def child_of(parent: int) -> int:
    """The process that this one has started."""
    return int(Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()[0])


def wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)
