"""The input of the job: any number of rows of 14 text columns, one row in a hundred bad, and the truth about them."""

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import repeat
from pathlib import Path
from random import Random

import msgspec

from benchmarks.words import Words, gather_words

FORM = 1
"""Raised when the same seed would give other rows, so that files kept from before are not used."""
HEADER = (
    "record", "office", "detected", "registered", "citizenship", "departure", "destination", "sex", "age",
    "company", "mode", "method", "persons", "remark",
)  # fmt: skip
CHUNK = 100_000
BAD_EVERY = 100
PROBLEMS = {
    "unknown_code": ("unknown_code", "unknown_code_like"), "ambiguous_name": ("ambiguous_name",),
    "unknown_date": ("unknown_period",), "no_such_day": ("no_such_day",), "letters_in_figure": ("no_figure",),
    "negative_figure": ("negative_figure",), "empty_code": ("empty_code",), "too_many_cells": ("too_many_cells",),
    "too_few_cells": ("too_few_cells",), "duplicate_key": ("check_failed",), "broken_rule": ("check_failed",),
}  # fmt: skip
"""Kinds of bad row, and the kinds of problem that each must give."""


class Truth(msgspec.Struct, kw_only=True):
    """What the job must find in a generated file."""

    rows: int = 0
    bad: dict[str, int] = {}
    """Rows made bad, by kind; a repeated record number makes two rows bad."""
    observed: int = 0
    intervals: int = 0
    absences: int = 0
    sum_found: int = 0
    """Of the rows that have as many cells as the header."""
    sum_observed: int = 0

    def add(self, other: "Truth") -> None:
        """Count another part of the file in."""
        for name in ("rows", "observed", "intervals", "absences", "sum_found", "sum_observed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, count in other.bad.items():
            self.bad[kind] = self.bad.get(kind, 0) + count

    @property
    def refused(self) -> int:
        """How many rows must be refused."""
        return sum(self.bad.values())


def generated(rows: int, seed: int, folder: Path) -> tuple[Path, Truth]:
    """The generated file of that many rows, written to `folder` unless it lies there already."""
    path = folder / f"generated-{FORM}-{seed}-{rows}.csv"
    told = path.with_suffix(".json")
    if path.is_file() and told.is_file():
        return path, msgspec.json.decode(told.read_bytes(), type=Truth)
    folder.mkdir(parents=True, exist_ok=True)
    truth = _write(path, rows, seed)
    told.write_bytes(msgspec.json.encode(truth))
    return path, truth


def _write(path: Path, rows: int, seed: int) -> Truth:
    truth, starts = Truth(), range(0, rows, CHUNK)
    sizes = [min(CHUNK, rows - start) for start in starts]
    waiting = path.with_suffix(".part")
    with waiting.open("wb") as stream, ProcessPoolExecutor(2) as pool:
        stream.write((",".join(HEADER) + "\n").encode())
        for data, part in pool.map(make_chunk, repeat(seed), starts, sizes):
            stream.write(data)
            truth.add(part)
    waiting.rename(path)
    return truth


@cache
def _words(seed: int) -> Words:
    return gather_words(seed)


def make_chunk(seed: int, start: int, rows: int) -> tuple[bytes, Truth]:
    """Rows `start` to `start + rows` as CSV; each chunk has a seed of its own, so a short file begins like a long one."""
    words, rng = _words(seed), Random(f"{seed}:{start}")
    figures = rng.choices(words.figures, k=rows)
    columns = [
        [record(n) for n in range(start, start + rows)], rng.choices(words.offices, k=rows),
        rng.choices(words.dates, k=rows), rng.choices(words.citizenships, k=rows),
        rng.choices(words.areas, k=rows), rng.choices(words.areas, k=rows), rng.choices(words.sexes, k=rows),
        rng.choices(words.ages, k=rows), rng.choices(words.modes, k=rows), figures,
        rng.choices(words.remarks, k=rows),
    ]  # fmt: skip
    lines = list(map(",".join, zip(*columns, strict=True)))
    truth = Truth(rows=rows)
    _spoil(lines, figures, truth, words, rng, start)
    return ("\n".join(lines) + "\n").encode(), truth


def _spoil(lines: list[str], figures: list[str], truth: Truth, words: Words, rng: Random, start: int) -> None:
    """Make one row in each hundred bad (never the first, so that the row before it is good), and count what is left."""
    good = [True] * len(lines)
    landed = [True] * len(lines)
    kinds = list(PROBLEMS)
    for block in range(0, len(lines) - BAD_EVERY + 1, BAD_EVERY):
        at = block + rng.randrange(1, BAD_EVERY)
        kind = kinds[(start + block) // BAD_EVERY % len(kinds)]
        cells = good_row(record(start + at), words, rng)
        spoil_row(cells, kind, words, rng, record(start + at - 1))
        lines[at] = ",".join(cells)
        good[at] = False
        landed[at] = kind not in ("too_many_cells", "too_few_cells")
        figures[at] = cells[12] if landed[at] else "-"
        truth.bad[kind] = truth.bad.get(kind, 0) + 1
        if kind == "duplicate_key":
            good[at - 1] = False
            truth.bad[kind] += 1
    values = {text: number(text) for text in set(figures)}
    kept = [text for text, is_good in zip(figures, good, strict=True) if is_good]
    truth.observed = len(kept)
    truth.intervals, truth.absences = kept.count("<5"), kept.count("-")
    truth.sum_found, truth.sum_observed = (
        sum(map(values.__getitem__, figures)),
        sum(map(values.__getitem__, kept)),
    )


def record(n: int) -> str:
    """The record number of a row."""
    return f"R{n:08d}"


def good_row(name: str, words: Words, rng: Random) -> list[str]:
    """The fourteen cells of a good row, each quoted where it must be."""
    moment, _, day = rng.choice(words.dates).rpartition(",")
    age, _, company = rng.choice(words.ages).rpartition(",")
    mode, _, method = rng.choice(words.modes).rpartition(",")
    return [
        name, rng.choice(words.offices), moment, day, rng.choice(words.citizenships), rng.choice(words.areas),
        rng.choice(words.areas), rng.choice(words.sexes), age, company, mode, method, rng.choice(words.figures),
        rng.choice(words.remarks),
    ]  # fmt: skip


def spoil_row(cells: list[str], kind: str, words: Words, rng: Random, before: str) -> None:
    """Make a good row bad in exactly one way."""
    if kind == "too_many_cells":
        cells.append("more")
    elif kind == "too_few_cells":
        del cells[10:]
    elif kind == "broken_rule":
        _break_rule(cells, rng)
    else:
        at, text = _wrong_cell(kind, words, rng, before)
        cells[at] = text


def _wrong_cell(kind: str, words: Words, rng: Random, before: str) -> tuple[int, str]:
    """Position and text of one cell that must be refused."""
    year = rng.randrange(1998, 2025)
    at, wrong = rng.choice([(4, "Zzyzx"), (6, "Qwertia"), (7, "third"), (11, "by magic"), (1, "nowhere")])
    return {
        "unknown_code": (at, f"{wrong} {rng.randrange(40)}"),
        "ambiguous_name": (4, rng.choice(words.ambiguous)),
        "unknown_date": (2, f"about {year}"),
        "no_such_day": (2, f"{year}-{rng.choice(('02-30', '04-31', '13-01'))} 06:00"),
        "letters_in_figure": (12, rng.choice(("l2", "many", "1O0", "ca. 40", "12x"))),
        "negative_figure": (12, f"-{rng.randrange(1, 90)}"),
        "empty_code": (rng.choice((4, 6, 7)), ""),
        "duplicate_key": (0, before),
    }[kind]


def _break_rule(cells: list[str], rng: Random) -> None:
    match rng.randrange(3):
        case 0:
            cells[8], cells[9] = "35-64", "alone"
        case 1:
            cells[10], cells[11] = "Air", "by boat"
        case _:
            cells[3] = "1997-12-30"


def number(text: str) -> int:
    """What a figure cell adds to the sums: masked, missing and unreadable figures add nothing."""
    digits = text.replace(".", "")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


if __name__ == "__main__":
    file, found = generated(int(sys.argv[1]), 42, Path("var/bench"))
    print(file, msgspec.json.encode(found).decode())
