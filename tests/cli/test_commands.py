"""The command line as a person or a script meets it: exit statuses, sentences, JSON with schemas."""

import json
import subprocess
import sys
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
    (out / "old.txt").write_text("old", "utf-8")
    assert harmonise(out, BOATS, "--replace").returncode == 0
    assert not (out / "old.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


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
    assert "area 'QQ' is not in the code list reference_area" in told
    assert "there is no column 'tt'" in told


def test_a_misspelt_key_says_where(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    text = (ROOT / "catalogue" / "mappings" / "au" / "boat_arrivals.yml").read_text("utf-8")
    path.write_text(text.replace("\nperiod:", "\nperoid:"), "utf-8")
    done = lontar("mapping", "check", path)
    assert done.returncode == 2
    assert b"peroid" in done.stderr or b"period" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_demonstration_tells_every_account_and_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LONTAR_HOME", str(tmp_path))
    first = lontar("demo")
    assert first.returncode == 0, first.stderr
    told = first.stdout.decode()
    assert told.count("balanced: yes") == len(list(tmp_path.glob("demo/*/*/account.json"))) >= 6
    assert "us/usbp_monthly" in told.partition("never added across lines")[2]
    again = lontar("demo")
    assert again.stdout == first.stdout
