"""Problems as data say what the table says, and what a program needs to offer a repair."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lontar.harmonise.problem_facts import ProblemLine
from lontar.harmonise.run import harmonise_files
from tests.harmonise.cases import Case, cases, write_files
from tests.harmonise.in_process import reading_here
from tests.harmonise.many_cases import MONTH, PERSONS, PLACE, case, table
from tests.harmonise.test_many_generated import bundle_of

KNOWN = {name: case for name, case in cases() if not case.refused and case.problems}


def lines_of(out: Path) -> list[ProblemLine]:
    lines = (out / "problems.jsonl").read_text("utf-8").split("\n")
    assert lines.pop() == ""
    return [msgspec.json.decode(line, type=ProblemLine) for line in lines]


def as_table(line: ProblemLine) -> dict[str, str]:
    """The line as problems.csv has it, where an apostrophe stands before what looks like a formula."""
    names = ("code", "severity", "file", "sheet", "row", "column", "value", "message", "remedy")
    told = {name: getattr(line, name) for name in names}
    guard = "'" if line.value.startswith("=") else ""
    return {name: "" if value is None else str(value) for name, value in told.items()} | {
        "value": guard + line.value
    }


def said_by(given: Case, folder: Path) -> list[ProblemLine]:
    with reading_here():
        harmonise_files(write_files(given, folder), bundle_of(given, folder), folder / "out")
    return lines_of(folder / "out")


@pytest.mark.parametrize("name", KNOWN)
def test_lines_say_what_the_table_says(name: str, case_output: Callable[[str], Path]) -> None:
    out = case_output(name)
    with (out / "problems.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [as_table(line) for line in lines_of(out)] == rows


CHECKS: list[dict[str, Any]] = [
    {"id": "small", "says": "figures are small", "range": {"column": "Persons", "high": 10}},
    {"id": "only", "says": "only this year", "implies": {"when": {"Place": ["Yuma"]}, "then": {"Month": ["2024-01"]}}},
]  # fmt: skip
ROWS = [
    ("Tucsen", "2024-01", 1), ("Yuma", "2024-02", 2), ("Laredo", "soon", 3), ("Miami", "2024-01", 11), ("Yuma", "2024-01", "x")
]  # fmt: skip


def test_lines_say_what_may_stand_there(tmp_path: Path) -> None:
    given = case([PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", ROWS)}, checks=CHECKS)
    code, implied, period, large, figure = said_by(given, tmp_path)
    assert (code.kind, code.header, code.value) == ("unknown_code_like", "Place", "Tucsen")
    assert (code.suggestion, code.crosswalk, code.target) == ("Tucson", "sectors", "place")
    assert code.allowed == ["Tucson", "Yuma", "Laredo", "Miami"]
    assert code.codelist
    assert (implied.check, implied.allowed, implied.header) == ("only", ["2024-01"], "Month")
    assert (period.kind, period.target, period.crosswalk) == ("unknown_period", "period", None)
    assert period.allowed == ["{year}-{month}"]
    assert (large.check, large.allowed, large.target, large.value) == ("small", ["10 or less"], "value", "11")
    assert (figure.kind, figure.header, figure.allowed, figure.check) == ("no_figure", "Persons", None, None)


def test_at_most_twenty_texts_are_told(tmp_path: Path) -> None:
    column = {"column": "From", "is": "citizenship", "names": ["names"]}
    given = case([column, MONTH, PERSONS], {"a.csv": table("From,Month,Persons", [("Xyz", "2024-01", 1)])})
    (line,) = said_by(given, tmp_path)
    assert line.allowed is not None
    assert len(line.allowed) == 20
    assert line.target == "citizenship"


HOSTILE = ("=1+1", "<b>bold</b>", "a\u0007b", "\u202edlo", "-cmd", '"":,{}\\', "a\u2028b")


def test_texts_stand_as_they_were_found(tmp_path: Path) -> None:
    rows = [(f'"{text}"', f"20{n + 10}-01", n) for n, text in enumerate(HOSTILE)]
    name = "a\nb<i>.csv"
    given = case([PLACE, MONTH, PERSONS], {name: table("Place,Month,Persons", rows)})
    told = said_by(given, tmp_path)
    assert [line.value for line in told] == [text.replace('""', '"') for text in HOSTILE]
    assert {line.file for line in told} == {name}
    with (tmp_path / "out" / "problems.csv").open(encoding="utf-8", newline="") as stream:
        assert next(csv.DictReader(stream))["value"] == "'=1+1"


def test_a_personal_column_is_never_told(tmp_path: Path) -> None:
    name = {"column": "Name", "is": "personal"}
    rows = [("Siti Rahma", "Nowhere", "2024-01", 1), ("Siti Rahma", "Yuma", "2024-01", "x")]
    header = "Name,Place,Month,Persons"
    given = case([name, PLACE, MONTH, PERSONS], {"a.csv": table(header, rows) + "Siti Rahma\nSiti Rahma,1\n"})
    told = said_by(given, tmp_path)
    assert len(told) == 4
    assert "Siti" not in (tmp_path / "out" / "problems.jsonl").read_text("utf-8")
    assert [line.header for line in told if line.row in (2, 3)] == ["Place", "Persons"]
