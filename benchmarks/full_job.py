"""The whole job on a large generated file, beside a plain copy of the same file by the engine alone."""

import shutil
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

import msgspec

from benchmarks.generate import PROBLEMS, Truth, generated
from benchmarks.job import Report
from benchmarks.measure import Middle, in_turn, middle, run_once
from benchmarks.peers import PEERS, peer_commands, peer_tables
from lontar.model.problems import PROBLEM_KINDS

_COPY = """
import duckdb, sys
source, target = sys.argv[1:]
duckdb.execute("SET threads = 2")
duckdb.execute("SET memory_limit = '2GiB'")
duckdb.execute(
    f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true, header = true, delim = ',', quote = '\\"', "
    f"ignore_errors = true)) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
)
"""
"""Ordered (the engine's default), every cell as text, rows that do not fit left out."""


class Asked(NamedTuple):
    """What is measured."""

    rows: int
    seed: int
    runs: int
    peer_runs: int = 0
    """Runs of each peer; none without their libraries."""


def full_job_tables(asked: Asked, folder: Path) -> tuple[str, list[str]]:
    """The tables of the whole job, and a sentence for each result that is not the truth."""
    source, truth = generated(asked.rows, asked.seed, folder)
    out, copy = folder / "out", folder / "copy.parquet"
    commands = {
        "copy": [sys.executable, "-c", _COPY, str(source), str(copy)],
        "job": [sys.executable, "-m", "benchmarks.job", str(source), str(out)],
    }
    taken = in_turn(commands, asked.runs)
    reports = [msgspec.json.decode(said.splitlines()[-1], type=Report) for said in taken["job"].said]
    wrong = [sentence for report in reports for sentence in differences(report, truth, out / "problems.csv")]
    shutil.rmtree(out)
    copy.unlink()
    peers = _peers(asked, source, folder) if asked.peer_runs else {}
    return _tables(source, asked, taken, peers, reports), wrong


def _peers(asked: Asked, source: Path, folder: Path) -> dict[str, Middle]:
    out = folder / "peers"
    out.mkdir(exist_ok=True)
    commands = peer_commands(source, peer_tables(asked.seed, folder), out)
    found = {
        name: middle([run_once(command) for _ in range(asked.peer_runs)])
        for name, command in commands.items()
    }
    shutil.rmtree(out)
    return found


def differences(report: Report, truth: Truth, problems: Path) -> list[str]:
    """Where a result differs from the truth about the generated file."""
    expected = {
        "balanced": True, "observed": truth.observed, "refused": truth.refused, "intervals": truth.intervals,
        "absences": truth.absences, "sum_found": str(truth.sum_found), "sum_observed": str(truth.sum_observed),
        "problems": {"refused": truth.refused},
    }  # fmt: skip
    told = [
        f"{name} is {getattr(report, name)}, not {value}"
        for name, value in expected.items()
        if getattr(report, name) != value
    ]
    return told + _by_code(truth, problems)


def _by_code(truth: Truth, problems: Path) -> list[str]:
    """Kinds of bad row whose problems are not as many as they should be."""
    found: dict[str, int] = {}
    with problems.open(encoding="utf-8") as stream:
        for line in stream:
            code = line.partition(",")[0]
            found[code] = found.get(code, 0) + 1
    expected: dict[tuple[str, ...], int] = {}
    for kind, count in truth.bad.items():
        expected[PROBLEMS[kind]] = expected.get(PROBLEMS[kind], 0) + count
    counted = {names: sum(found.get(PROBLEM_KINDS[name].code, 0) for name in names) for names in expected}
    return [
        f"{' or '.join(names)}: {counted[names]} problems, not {count}"
        for names, count in expected.items()
        if counted[names] != count
    ]


def _tables(
    source: Path, asked: Asked, taken: dict[str, Middle], peers: dict[str, Middle], reports: list[Report]
) -> str:
    copy, size = taken["copy"], source.stat().st_size
    lines = [
        "## The whole job on one large file" if peers or asked.runs > 1 else "## The same with more rows",
        "",
        f"{asked.rows:,} generated rows of 14 text columns ({size / 1e6:,.0f} MB), one row in a hundred bad in one of eleven ways;",
        "18 demands on each row, names of areas in seven languages, four forms of a moment and three of a day. The job lands,",
        "maps, checks, writes observations, problems and the account. It is compared with the same file copied to Parquet by",
        "DuckDB, in order, every cell as text. Every count and sum of the job is checked against what the generator knows.",
        f"Medians of {asked.runs}, in turn; the limit of the engine's memory is 2 GB in both.",
        *(
            [f"Peers are given the meaning of every text beforehand; {asked.peer_runs} of each."]
            if peers
            else []
        ),
        "",
        "| | seconds | least to most | processor seconds | peak memory, MB | rows a second | to the copy | leaves out |",
        "|---|---|---|---|---|---|---|---|",
    ]
    named = {"copy by DuckDB": (copy, "everything but the copy"), "the whole job": (taken["job"], "")}
    named |= {name.replace("_", " "): (one, PEERS[name]) for name, one in peers.items()}
    for name, (one, lacks) in named.items():
        lines.append(
            f"| {name} | {one.wall:.2f} | {one.least:.2f} to {one.most:.2f} | {one.cpu:.2f} | {one.peak / 1e6:,.0f} "
            f"| {asked.rows / one.wall:,.0f} | {one.wall / copy.wall:.2f} | {lacks} |"
        )
    lines += ["", "Where the time of the job goes:", "", "| part | seconds |", "|---|---|"]
    for part in reports[0].parts:
        lines.append(f"| {part} | {statistics.median(report.parts[part] for report in reports):.2f} |")
    return "\n".join([*lines, ""])
