"""The whole job, in a process of its own: `python -m benchmarks.job CSV OUT` prints what it found, and where the time went.

The parts are timed by a clock around calls of the product, once each: that disturbs nothing.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from lontar.catalogue.loader import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise import carrying, run
from lontar.harmonise.run import harmonise_files

MAPPING = Path(__file__).parent / "mappings" / "generated.yml"


class Report(msgspec.Struct, kw_only=True):
    """What one run of the job found and how long its parts took, in seconds."""

    seconds: float
    parts: dict[str, float]
    balanced: bool
    observed: int
    refused: int
    problems: dict[str, int]
    intervals: int
    absences: int
    sum_found: str
    sum_observed: str


def main(source: Path, out: Path) -> Report:
    """Do the job once."""
    parts = _timed_parts()
    started = time.perf_counter()
    bundle = open_mapping(open_catalogue(), str(MAPPING))
    account = harmonise_files([(source, "generated.csv")], bundle, out, replace=True).account
    whole = time.perf_counter() - started
    return Report(
        seconds=whole,
        parts=parts | {"rest": whole - sum(parts.values())},
        balanced=account.balanced,
        observed=account.all.rows.observed,
        refused=account.all.rows.refused,
        problems=account.all.problems,
        intervals=account.all.counted.intervals,
        absences=sum(account.all.counted.absences.values()),
        sum_found=account.all.sums.found,
        sum_observed=account.all.sums.observed,
    )


def _timed_parts() -> dict[str, float]:
    """Put a clock around the parts of a call; the times appear in the dictionary as the parts end."""
    parts: dict[str, float] = {}
    for name, owner, attribute in (
        ("landing (reading child)", run.ReadingChild, "answer"),
        ("distinct texts, resolved", carrying.Call, "compiled"),
        ("plan", carrying.Call, "_carry_out"),
        ("observations", carrying, "write_observations"),
        ("account", carrying.Call, "_account"),
        ("problems", carrying, "write_problems"),
    ):
        setattr(owner, attribute, _clocked(getattr(owner, attribute), name, parts))
    return parts


def _clocked(call: Callable[..., Any], name: str, parts: dict[str, float]) -> Callable[..., Any]:
    def clocked(*given: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return call(*given, **named)
        finally:
            parts[name] = parts.get(name, 0.0) + time.perf_counter() - started

    return clocked


if __name__ == "__main__":
    report = main(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
