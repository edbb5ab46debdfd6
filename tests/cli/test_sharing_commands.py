"""The commands of sharing and of the journal: what they print, and their exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from lontar.instance.cluster import GATE, OWNER, WEB
from tests.databases import Instance
from tests.house.places import DOCS

LONTAR = Path(sys.executable).with_name("lontar")
VIEWER = {
    "participant": "XA",
    "kind": "State",
    "standing": "member",
    "person": "ada",
    "roles": ["analyst"],
    "allegiance": ["XA"],
}
THING = {
    "owner": "XB",
    "agency": "xb.borders",
    "topic": "returns",
    "period": "2025",
    "mark": "AMBER",
    "shared_with": ["XA"],
    "classes": [],
}
YES = {"viewer": VIEWER, "thing": THING}


def lontar(
    *words: str, given: str | None = None, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"LONTAR_HOME": str(home)} if home else {})}
    return subprocess.run(
        [LONTAR, *words], input=given, env=environment, capture_output=True, text=True, check=False
    )


def test_a_question_is_answered_with_its_rule() -> None:
    told = lontar("policy", "explain", json.dumps(YES))
    assert (told.returncode, told.stdout) == (0, "Yes.\nSH-02: Its owner shared it with you by name.\n")


def test_a_no_has_exit_status_one() -> None:
    no = {**YES, "thing": {**THING, "recalled": True, "use": {"no_onward": True}}}
    told = lontar("policy", "explain", json.dumps(no))
    assert told.returncode == 1
    assert told.stdout == "No.\nSH-12: Its owner recalled it, or it has expired, or its time has not come.\n"
    nothing = lontar("policy", "explain", json.dumps({**YES, "thing": {**THING, "shared_with": []}}))
    assert (nothing.returncode, nothing.stdout) == (1, "No.\nNo rule permits it.\n")


def test_obligations_are_told() -> None:
    told = lontar(
        "policy",
        "explain",
        json.dumps({**YES, "thing": {**THING, "use": {"no_onward": True, "no_ranking": True}}}),
    )
    assert told.stdout.splitlines()[2:] == [
        "The reader is bound: Do not pass it on.", "The reader is bound: Do not rank participants by it."
    ]  # fmt: skip


@pytest.mark.parametrize("way", ["file", "input"])
def test_a_question_from_a_file_or_from_standard_input(way: str, tmp_path: Path) -> None:
    (tmp_path / "q.json").write_text(json.dumps(YES))
    told = (
        lontar("policy", "explain", f"@{tmp_path}/q.json")
        if way == "file"
        else lontar("policy", "explain", "-", given=json.dumps(YES))
    )
    assert told.returncode == 0


@pytest.mark.parametrize("words", [("explain", json.dumps(YES)), ("prove",)])
def test_json_follows_its_schema(words: tuple[str, ...]) -> None:
    told = json.loads(lontar("policy", *words, "--json").stdout)
    schema = json.loads(
        (DOCS / "reference" / "schemas" / f"policy_{words[0]}.schema.json").read_text("utf-8")
    )
    jsonschema.validate(told, schema)


def test_a_question_follows_its_schema() -> None:
    schema = json.loads((DOCS / "reference" / "schemas" / "policy_question.schema.json").read_text("utf-8"))
    jsonschema.validate(YES, schema)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("{", "it is no JSON"),
        ("[]", "Expected `object`, got `array`"),
        (json.dumps({"viewer": VIEWER}), "missing required field `thing`"),
        (json.dumps({**YES, "thing": {**THING, "mark": "SECRET"}}), "thing.mark: Invalid enum value 'SECRET'"),
        (json.dumps({**YES, "thing": {**THING, "mark": "amber"}}), "allowed are CLEAR, GREEN, AMBER, AMBER+STRICT, RED"),
        (json.dumps({**YES, "viewer": {"allegiance": "XA"}}), "give a list of areas"),
        (json.dumps({**YES, "grain": "fine"}), "allowed are total, figure, trace"),
        (json.dumps({**YES, "thing": {**THING, "period": "soon"}}), "soon"),
        (json.dumps({**YES, "thing": {**THING, "owner": ""}}), "a thing has an owner"),
        (json.dumps({**YES, "viewer": {"roles": ["analyst"]}}), "a viewer with roles is a person"),
        ("@/nowhere/q.json", "no such file or directory"),
    ],
)  # fmt: skip
def test_what_is_no_question_is_told_in_one_sentence(facts: str, said: str) -> None:
    told = lontar("policy", "explain", facts)
    assert told.returncode == 2
    assert said in told.stderr
    assert told.stderr.startswith("[POL-001] ")
    assert len(told.stderr.splitlines()) == 1


def test_a_code_that_no_list_knows_is_told_with_what_it_is_taken_for() -> None:
    thing = {**THING, "classes": ["asylum"], "origin": ["AFG", "Afghanistan"]}
    told = lontar(
        "policy",
        "explain",
        json.dumps({**YES, "viewer": {**YES["viewer"], "allegiance": ["Australia"]}, "thing": thing}),
    )
    assert (
        "Note: thing.origin: 'AFG' is no area here (meant: AF?); it is taken as an origin that cannot be closed."
        in told.stderr
    )
    assert (
        "viewer.allegiance: 'Australia' is no area here (meant: AU?); it is taken as every State."
        in told.stderr
    )
    assert lontar("policy", "explain", json.dumps(YES)).stderr == ""


def test_a_question_without_its_sign_is_told(tmp_path: Path) -> None:
    (tmp_path / "q.json").write_text(json.dumps(YES))
    told = lontar("policy", "explain", str(tmp_path / "q.json"))
    assert (told.returncode, told.stderr.endswith(f"Write @{tmp_path / 'q.json'}.\n")) == (2, True)


def test_everything_is_proved_and_every_case_is_as_expected() -> None:
    proved = lontar("policy", "prove")
    assert proved.returncode == 0
    assert proved.stderr.endswith("claims proved, 0 not.\n")
    cases = lontar("policy", "cases")
    assert (cases.returncode, cases.stdout) == (0, "")


def test_a_rule_is_shown() -> None:
    told = lontar("catalogue", "show", "sh-10")
    assert told.returncode == 0
    assert "Kept from the State of origin" in told.stdout


def test_a_journal_is_signed_exported_and_verified(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with instance.copied() as copy:
        for name, role in (("", OWNER), ("WEB_", WEB), ("GATE_", GATE)):
            of = copy.access(role)
            monkeypatch.setenv(
                f"LONTAR_DATABASE_{name}URL",
                f"postgresql://{of.user}:{of.password}@/{of.dbname}?host={of.host}",
            )
        check_journal_commands(instance.home.folder, tmp_path)


def check_journal_commands(home: Path, tmp_path: Path) -> None:
    assert lontar("journal", "checkpoint", home=home).returncode == 0
    exported = lontar("journal", "export", "XA", "--out", str(tmp_path / "xa.jsonl"), home=home)
    assert exported.returncode == 0, exported.stderr
    key = lontar("journal", "key", home=home).stdout.strip()
    assert exported.stdout.endswith(f"{key}.\n")
    assert lontar("journal", "verify", home=home).stdout == "The journal is whole.\n"
    told = lontar(
        "journal",
        "verify",
        str(tmp_path / "xa.jsonl"),
        "--key",
        key,
        "--earlier",
        str(tmp_path / "xa.jsonl"),
        home=home,
    )
    assert (
        told.returncode,
        "0 entries until" in told.stdout,
        "no checkpoint holds it yet" in told.stdout,
    ) == (0, True, True)
    again = lontar("journal", "export", "XA", "--out", str(tmp_path / "xa.jsonl"), home=home)
    assert (again.returncode, again.stderr[:9]) == (2, "[JOU-003]"), "no earlier export is written over"
    for wrong in ("xa", "", "Australia", "ZZ"):
        told = lontar("journal", "export", wrong, "--out", str(tmp_path / "wrong.jsonl"), home=home)
        assert (told.returncode, told.stderr[:9]) == (2, "[JOU-002]"), wrong
    told = lontar("journal", "export", "XA", "--out", str(tmp_path / "no" / "where.jsonl"), home=home)
    assert (told.returncode, told.stderr[:9]) == (2, "[JOU-001]")
    assert lontar("journal", "erase", "XA", "1", "--reason", "asked for", home=home).stderr.startswith(
        "[JOU-004]"
    )
    told = lontar("journal", "verify", str(tmp_path / "xa.jsonl"), "--key", "PUBLIC_KEY", home=home)
    assert (told.returncode, told.stderr[:9]) == (2, "[JOU-005]")
    assert lontar("journal", "verify", str(tmp_path / "xa.jsonl"), "--key", "ab" * 32).returncode == 1
    answer = json.loads(lontar("journal", "verify", "--json", home=home).stdout)
    jsonschema.validate(
        answer, json.loads((DOCS / "reference" / "schemas" / "journal_verify.schema.json").read_text("utf-8"))
    )
    assert (tmp_path / "xa.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "words",
    [("nowhere.jsonl", "--key", "ab"), (str(DOCS / "index.md"), "--key", "ab"), (str(DOCS / "index.md"),)],
)
def test_what_is_no_export_is_told(words: tuple[str, ...]) -> None:
    told = lontar("journal", "verify", *words)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
