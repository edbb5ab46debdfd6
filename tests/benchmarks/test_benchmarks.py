"""The benchmark finds what its generator knows; nothing is timed here."""

import sys
from pathlib import Path

import msgspec
import pytest

from benchmarks.full_job import differences
from benchmarks.generate import BAD_EVERY, PROBLEMS, Truth, generated, make_chunk
from benchmarks.job import Report
from benchmarks.measure import run_once

ROWS, SEED = 2_000, 42


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    return generated(ROWS, SEED, tmp_path_factory.mktemp("bench"))


def test_the_job_finds_the_truth(made: tuple[Path, Truth], tmp_path: Path) -> None:
    source, truth = made
    taken = run_once([sys.executable, "-m", "benchmarks.job", str(source), str(tmp_path / "out")])
    report = msgspec.json.decode(taken.said.splitlines()[-1], type=Report)
    assert differences(report, truth, tmp_path / "out" / "problems.csv") == []
    assert taken.peak > 0
    assert taken.cpu > 0


def test_a_wrong_result_is_noticed(made: tuple[Path, Truth], tmp_path: Path) -> None:
    _, truth = made
    (tmp_path / "problems.csv").write_text("code,severity\nHAR-020,refused\n")
    nothing = Report(
        seconds=1, parts={}, balanced=True, observed=0, refused=0, problems={}, intervals=0, absences=0,
        sum_found="0", sum_observed="0",
    )  # fmt: skip
    assert len(differences(nothing, truth, tmp_path / "problems.csv")) > len(PROBLEMS) - 1


def test_every_kind_of_bad_row_occurs(made: tuple[Path, Truth]) -> None:
    _, truth = made
    assert set(truth.bad) == set(PROBLEMS)
    assert truth.refused >= ROWS // BAD_EVERY
    assert truth.observed + truth.refused == ROWS


def test_the_same_seed_gives_the_same_rows() -> None:
    assert make_chunk(SEED, 0, 500) == make_chunk(SEED, 0, 500)
    assert make_chunk(SEED, 0, 500)[0] != make_chunk(SEED + 1, 0, 500)[0]


def test_a_file_is_made_once(made: tuple[Path, Truth]) -> None:
    source, truth = made
    written = source.stat().st_mtime_ns
    assert generated(ROWS, SEED, source.parent) == (source, truth)
    assert source.stat().st_mtime_ns == written
