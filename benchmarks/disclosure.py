"""What an edition of regional totals costs. `python -m benchmarks.disclosure [--indicators N] [--write]`."""

from __future__ import annotations

import argparse
import sys
import time
from calendar import monthrange
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.machine import tell_page
from benchmarks.sharing import Row
from lontar.catalogue import open_catalogue
from lontar.disclosure.audit import audit_edition
from lontar.disclosure.cells import Cell, Contribution, Echo
from lontar.disclosure.editions import Edition, Findings, make_edition
from lontar.model.figures.thresholds import Thresholds

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-disclosure.md"
CONTRIBUTORS, YEARS, CODES = 45, range(2021, 2026), 200
SEXES = {"F": 0.35, "M": 0.6, "_U": 0.05}
_HEAD = """# Benchmarks of regional totals

What `python -m benchmarks.disclosure` measured, on one machine and in one run of it. Machines differ and are shared: read the ratios first.

Generated contributions of 45 participants over five years: three of five give months with quarters and years (a tenth of their
years lack a month), the others quarters and years, or years alone; two of three by sex and by citizenship too, each 5 to 60 of 200
codes, most of them small.
"""
Given = dict[Cell, list[Contribution]]
Counts = Mapping[tuple[int, int], tuple[int, "np.ndarray", "np.ndarray"]]


class Participant(NamedTuple):
    """How one participant counts one indicator."""

    name: str
    months: int
    by_code: bool
    scale: float
    codes: np.ndarray
    shares: np.ndarray


def indicator(name: str, seed: int) -> Given:
    """Generate what everybody gives of one indicator."""
    random = np.random.default_rng(seed)
    weights = random.pareto(1.0, CODES) + 0.05
    given: Given = {}
    for number in range(CONTRIBUTORS):
        codes = random.choice(CODES, size=int(random.integers(5, 60)), replace=False)
        one = Participant(
            f"P{number:02d}",
            int(random.choice([1, 1, 1, 3, 12])),
            bool(random.random() < 2 / 3),
            float(random.lognormal(3.5, 1.5)),
            codes,
            weights[codes] / weights[codes].sum(),
        )
        for year in YEARS:
            _add(given, name, one, year, _counts(one, random))
    return given


def _counts(one: Participant, random: np.random.Generator) -> Counts:
    """Whole, by citizenship and by sex, for each first month and length."""
    starts = [start for start in range(1, 13, one.months) if one.months > 1 or random.random() > 0.01]
    held = {}
    for start in starts:
        total = int(random.poisson(one.scale * one.months))
        by_sex = random.multinomial(total, list(SEXES.values()))
        held[start, one.months] = (total, random.multinomial(total, one.shares), by_sex)
    for length in (3, 12):
        for start in range(1, 13, length):
            parts = [held.get((at, one.months)) for at in range(start, start + length, one.months)]
            if length > one.months and all(part is not None for part in parts):
                whole = [part for part in parts if part is not None]
                held[start, length] = (
                    sum(part[0] for part in whole),
                    np.sum([part[1] for part in whole], axis=0),
                    np.sum([part[2] for part in whole], axis=0),
                )
    return held


def _add(given: Given, name: str, one: Participant, year: int, counts: Counts) -> None:
    for (start, length), (total, by_code, by_sex) in counts.items():
        last = start + length - 1
        end = f"{year}-{last:02d}-{monthrange(year, last)[1]}"
        cell = Cell(name, "persons", "_Z", f"{year}-{start:02d}-01", end)
        told = {cell: total}
        if one.by_code:
            for code, count in zip(one.codes, by_code, strict=True):
                if count:
                    told[cell._replace(dimension="citizenship", code=f"C{code:03d}")] = int(count)
            told |= {
                cell._replace(dimension="sex", code=code): int(count)
                for code, count in zip(SEXES, by_sex, strict=True)
            }
        for place, count in told.items():
            given.setdefault(place, []).append(
                Contribution(owner=one.name, group=one.name, low=count, high=count, classes=frozenset())
            )


class Timed:
    """The audit, with the seconds that it took."""

    def __init__(self) -> None:
        self.elapsed = self.processor = 0.0
        self.found = Findings(frozenset(), ())

    def __call__(
        self, draft: Edition, earlier: Sequence[Edition], echoes: Sequence[Echo], rules: Thresholds
    ) -> Findings:
        began, used = time.perf_counter(), time.process_time()
        self.found = audit_edition(draft, earlier, echoes, rules)
        self.elapsed, self.processor = time.perf_counter() - began, time.process_time() - used
        return self.found


def measured(indicators: int) -> list[Row]:
    """Make a first edition of all but the last quarter, and a second one of all."""
    rules = open_catalogue().thresholds("2026-06-01")
    given: Given = {}
    for number in range(indicators):
        given |= indicator(f"indicator_{number:02d}", number)
    known = {cell: held for cell, held in given.items() if cell.end < "2025-10-01"}
    rows = [
        Row(
            "indicators; cells; contributions",
            f"{indicators}; {len(given):,}; {sum(map(len, given.values())):,}",
            "",
        )
    ]
    earlier: list[Edition] = []
    for name, taken in (("first", known), ("second", given)):
        audit = Timed()
        began = time.perf_counter()
        edition = make_edition(taken, earlier, rules, [], audit)
        whole = time.perf_counter() - began
        new = [
            one
            for one in taken
            if (shown := edition.shown(one)) is not None and shown.since == edition.number
        ]
        rows.append(
            Row(
                f"the {name} edition, seconds: rules; audit (of the processor)",
                f"{whole - audit.elapsed:.1f}; {audit.elapsed:.0f} ({audit.processor:.0f})",
                "",
            )
        )
        rows.append(
            Row(
                "totals shown for the first time; besides these, safe alone and withheld by the audit",
                f"{len(new):,}; {len(audit.found.withhold):,}",
                "",
            )
        )
        earlier.append(edition)
    return rows


def main() -> int:
    """Measure, print, and write the page if asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.disclosure", description=__doc__)
    parser.add_argument("--indicators", type=int, default=30)
    parser.add_argument(
        "--write", action="store_true", help="write docs/reference/benchmarks-disclosure.md too"
    )
    asked = parser.parse_args()
    rows = measured(asked.indicators)
    lines = ["| Measured | |", "|---|---|", *(f"| {row.what} | {row.measured} |" for row in rows)]
    return tell_page(PAGE, _HEAD, lines, write=asked.write)


if __name__ == "__main__":
    sys.exit(main())
