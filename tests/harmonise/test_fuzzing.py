"""Made-up files and plans: never a traceback, never a hang, never an unbalanced account.

`make test` takes a sample that is always the same; `make prove` goes on for an hour (LONTAR_FUZZ_SECONDS says otherwise).
What fails is kept under var/fuzzed, with its seed, its bytes and its mapping.
"""

import os
import re
import shutil
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import NamedTuple

import duckdb
import msgspec
import pytest
import yaml
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from lontar.harmonise.drafting.asking import look_at
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.plan.duckdb_sql import literal
from lontar.harmonise.resolving.periods import filled
from lontar.harmonise.resolving.positions import PositionReader
from lontar.harmonise.run import Outcome, Settings, harmonise_files
from lontar.model.errors import SourceProblem
from lontar.model.mapping import PositionRule
from lontar.model.mapping.layout import FileShape
from lontar.model.problems import Problem
from tests.conftest import PROVING
from tests.harmonise import reference
from tests.harmonise.broken_cases import Broken, said_of
from tests.harmonise.fuzzing.judging import judge_error, judge_output
from tests.harmonise.fuzzing.working import Trials, kept, way_of
from tests.harmonise.fuzzing.written import WRITERS
from tests.harmonise.generated_plans import OPERATIONS, cases
from tests.harmonise.generated_plans import Case as PlanCase
from tests.harmonise.generated_tables import Table, bundle_for, tables
from tests.harmonise.in_process import reading_here
from tests.harmonise.test_many_generated import SIZES, Sizes, small, told
from tests.harmonise.test_reference import carry_out, counted
from tests.house.places import ROOT

KEPT = ROOT / "var" / "fuzzed"
SECONDS = float(os.environ.get("LONTAR_FUZZ_SECONDS", "3600" if PROVING else "0"))
"""How long to go on; 0 for the sample."""
_ROUND, _SAMPLED_ROUNDS, _MOST_FAILURES = 100, 1, 25
_QUIET = settings(
    max_examples=5, database=None, derandomize=False, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)  # fmt: skip


class Told:
    """Says at the end of the run how many files and plans were tried, and how they ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if self.lines:
            terminalreporter.section("made-up files and plans")
            for line in self.lines:
                terminalreporter.line(line)


@pytest.fixture(scope="module")
def told_at_the_end(request: pytest.FixtureRequest) -> Told:
    plugin = Told()
    request.config.pluginmanager.register(plugin)
    return plugin


@pytest.fixture
def trials(tmp_path: Path) -> Iterator[Trials]:
    with Trials(tmp_path) as made:
        yield made


class Plans:
    """Made-up plans and tables, a few of them for each number."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.plans, self.tables = folder, 0, 0
        self.wrong: list[str] = []
        """What went wrong, with its round; the others go on."""

    def carry_out(self, number: int) -> None:
        """Plans give what the slow interpreter gives; tables of any format balance, and give the same on both paths."""
        for what, check in (("plans", self._agree), ("tables", self._balance)):
            try:
                check(number)
            except Exception:
                self.wrong.append(f"{what} of round {number}:\n{traceback.format_exc(limit=-4)}")
            finally:
                shutil.rmtree(self._folder / "work", ignore_errors=True)

    def _agree(self, number: int) -> None:
        (self._folder / "work").mkdir()
        with closing(DuckEngine(self._folder / "work", 2**30)) as engine:

            @seeded(number)
            @settings(_QUIET, max_examples=20)
            @given(case=cases(*OPERATIONS, most=6))
            def agree(case: PlanCase) -> None:
                self.plans += 1
                check_plan(engine, case)

            agree()

    def _balance(self, number: int) -> None:
        (self._folder / "work").mkdir()

        @seeded(number)
        @_QUIET
        @given(table=tables(), seed=st.integers(0, 2**32), sizes=SIZES)
        def balance(table: Table, seed: int, sizes: Sizes) -> None:
            self.tables += 1
            check_table(table, seed, sizes, self._folder / "work")

        balance()


def check_plan(engine: DuckEngine, case: PlanCase) -> None:
    expected = reference.interpret(case.plan, case.landed)
    found = carry_out(engine, case)
    columns = sorted(expected[0]) if expected else []
    assert counted(found, columns) == counted(expected, columns)


class TableFile(NamedTuple):
    """A made-up table as one file of some format."""

    path: Path
    shape: FileShape


def as_file(table: Table, seed: int, folder: Path) -> TableFile:
    rng = Random(seed)
    form = rng.choice(sorted(WRITERS))
    path = folder / f"table.{form}"
    rows = [table.shape.header(), *(record.cells for record in table.files[0])]
    path.write_bytes(WRITERS[form](rng, rows, "" if form in ("json", "jsonl") else "Data"))
    return TableFile(path, FileShape(format=form))  # type: ignore[arg-type]


def check_table(table: Table, seed: int, sizes: Sizes, folder: Path) -> None:
    """A made-up table as a file of any format ends well, the same on both paths."""
    shutil.rmtree(folder)
    folder.mkdir()
    file, bundle = as_file(table, seed, folder), bundle_for(table.shape)
    bundle = msgspec.structs.replace(bundle, mapping=msgspec.structs.replace(bundle.mapping, file=file.shape))

    def call(out: str, many: int) -> Outcome:
        return harmonise_files(
            [(file.path, file.path.name)], bundle, folder / out, settings=Settings(many=many)
        )

    with reading_here():
        try:
            few = call("few", 10**9)
        except SourceProblem as refusal:
            wrong = judge_error(refusal, folder, {file.path.name})
            if wrong:
                raise AssertionError(wrong) from refusal
            return
        with small(sizes):
            call("many", sizes.many)
    assert judge_output(few, folder / "few") == []
    assert told(folder / "few") == told(folder / "many")


def rounds() -> Iterator[int]:
    """Numbers of rounds: those of the sample, or until the time is over."""
    began, number = time.monotonic(), 0
    while number < _SAMPLED_ROUNDS if not SECONDS else time.monotonic() - began < SECONDS:
        yield number
        number += 1


@pytest.mark.timeout(SECONDS + 300)
def test_made_up_files_and_plans_end_well(
    trials: Trials, told_at_the_end: Told, record_property: Callable[[str, object], None], tmp_path: Path
) -> None:
    (tmp_path / "plans").mkdir()
    plans = Plans(tmp_path / "plans")
    began = time.monotonic()
    for number in rounds():
        plans.carry_out(number)
        for seed in range(number * _ROUND, (number + 1) * _ROUND):
            trials.carry_out(seed, way_of(seed))
        if len(trials.failed) + len(plans.wrong) >= _MOST_FAILURES:
            break
    told_at_the_end.lines = [
        *trials.told(),
        f"{'plans':14}{plans.plans:8}: made, {'all agree' if not plans.wrong else 'not all agree'}",
        f"{'tables':14}{plans.tables:8}: made, {'all balance' if not plans.wrong else 'not all balance'}",
        f"{'seconds':14}{time.monotonic() - began:8.0f}",
    ]
    record_property("made-up files and plans", told_at_the_end.lines)
    failures = [*plans.wrong, *(f"{kept(ended, KEPT)}: {ended.wrong[0]}" for ended in trials.failed)]
    assert not failures, "\n".join(failures)


# What was found so, and must not come back.

FUZZED = Path(__file__).parent / "fuzzed"
FOUND = {
    name: msgspec.convert(one, Broken)
    for name, one in yaml.safe_load((FUZZED / "expected.yml").read_text("utf-8")).items()
}


def test_every_file_that_was_found_is_expected() -> None:
    assert set(FOUND) == {path.name for path in FUZZED.iterdir()} - {"expected.yml"}


@pytest.mark.parametrize("many", [0, 10**9], ids=["many rows", "few rows"])
@pytest.mark.parametrize("name", FOUND)
def test_what_once_broke_is_told(name: str, many: int, tmp_path: Path) -> None:
    with reading_here():
        assert said_of(FUZZED / name, FOUND[name], tmp_path / "out", many) == FOUND[name]


def test_what_once_broke_is_told_by_the_child(tmp_path: Path) -> None:
    name = "half_a_sign_in_a_name_twice.json"
    assert said_of(FUZZED / name, FOUND[name], tmp_path / "out") == FOUND[name]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfea\0,\0\x00\xd8b\0", "HAR-005] a.csv: the text is not utf-16: byte 0x00"),
        (b"\xff\xfea\0,\0b\0\n", "HAR-005] a.csv: the text is not utf-16: byte 0x0a"),
        (b'a,b\n"' + b"x" * (1 << 20) + b'x",1\n', "HAR-012] a.csv: reading it took more than the allowed 1 MB for one cell"),
    ],
)  # fmt: skip
def test_what_once_broke_a_draft_is_told(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(SourceProblem, match=re.escape(said)):
        look_at(tmp_path / "a.csv", "a.csv")


def test_names_of_files_and_sheets_cannot_steer_a_terminal() -> None:
    told = Problem("no_rows", file="a\x1b[31m\n.csv", sheet="\u202eb", row=3).sentence()
    assert told.startswith(r"[HAR-011] a\u001b[31m\u000a.csv, sheet '\u202eb', row 3: ")
    found = Problem("no_sheet", file="a", details={"expected": "'x'", "found": "y\u0007"})
    assert r"the workbook has y\u0007" in found.sentence()


@pytest.mark.parametrize(
    ("degrees", "is_one"),
    [("180", True), ("-180", True), ("180." + "0" * 40 + "1", False), ("-180." + "0" * 40 + "1", False)],
)
def test_a_position_just_off_the_earth_is_none(degrees: str, is_one: bool) -> None:
    reader = PositionReader(PositionRule(source="{A}", formats=("{latitude},{longitude}",)))
    assert (reader.read({"A": f"0,{degrees}"}).wrong is None) == is_one


def test_a_cell_that_names_a_column_is_not_filled_in_itself() -> None:
    assert filled("{A} of {B}", {"A": "{B}", "B": "2024"}) == "{B} of 2024"


def test_the_smallest_whole_number_is_a_constant_of_a_plan() -> None:
    """A cast binds more closely than a sign: the number without its sign is too large."""
    for number in (-(2**63), -1, 0, 2**63 - 1):
        assert duckdb.sql(f"SELECT {literal(number)}::BIGINT").fetchall() == [(number,)]
