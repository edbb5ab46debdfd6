"""What a call may end in: one clear sentence and nothing written, or an output whose account balances."""

import csv
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lontar.harmonise.reading.landing import TEXTS, Landing
from lontar.harmonise.run import Outcome
from lontar.model.errors import LontarError, SourceProblem
from lontar.model.problems import PROBLEM_KINDS, Problem
from tests.factories import read_output

CODES = {kind.code for kind in PROBLEM_KINDS.values()}
_LONGEST = 3000
_NO_PLACE = {PROBLEM_KINDS[name].code for name in ("idle_check", "idle_correction", "no_file")}
_RAW = re.compile(
    r"[A-Za-z]*(?:Error|Exception)\b(?!\.)|Traceback|\bErr\(|panick|Invalid:|, in <|line \d+, in |SIG[A-Z]{3,}|exit status"
    r"|\bArrow|zlib|calamine|duckdb|xlrd|std::|Errno|UTF8|utf-8' codec|\b0x[0-9a-f]{5,}|<[\w.]+ (?:object|filename)|(?:=|, )None\)"
    r"|(?:/tmp|/proc|/work|/root|/dev)/|[(: ]b'[^' ]*'(?:[). ]|$)"
)
"""How exceptions of libraries, places in the memory and on the disk, and Python's own writing of values look."""
_BLANK = re.compile(r"\{(?:value|expected|found|detail|declared|computed|suggestion|remedy)\}")


def judge_error(error: BaseException, folder: Path, given: set[str]) -> list[str]:
    """What is wrong with how a call was refused; `given` are the files that lay in the folder."""
    if not isinstance(error, LontarError):
        return [f"{type(error).__name__} reached the caller"]
    wrong = [] if isinstance(error, SourceProblem) else [f"a {type(error).__name__} of a file: {error}"]
    if {path.name for path in folder.iterdir()} != given:
        wrong.append("something was written")
    if error.code not in CODES or (not error.place and error.code not in _NO_PLACE):
        wrong.append(f"no known code or no place: {error.code} {error.place!r}")
    return wrong + judge_sentence(str(error))


def judge_sentence(told: str) -> list[str]:
    """What is wrong with a sentence."""
    wrong = []
    if not told.isprintable():
        wrong.append("signs that steer a terminal")
    if len(told) > _LONGEST:
        wrong.append(f"{len(told)} signs long")
    if not re.match(r"\[[A-Z]{3}-\d{3}\] .*[.?!)]$", told, re.DOTALL):
        wrong.append("no sentence after a code")
    blank = _BLANK.search(told)
    if blank is not None:
        wrong.append(f"a blank {blank[0]} that nothing fills")
    raw = _RAW.search(told)
    if raw is not None:
        wrong.append(f"raw text {raw[0]!r}")
    return [f"{one}: {told[:400]!r}" for one in wrong]


def judge_landing(landing: Landing, problems: list[Problem], work: Path) -> list[str]:
    """What is wrong with files as they were read: sentences, and cells that were counted but not landed."""
    wrong = [one for problem in problems for one in judge_problem(problem)]
    opened = {n: file for n, file in enumerate(landing.files) if file.opened}
    if not opened:
        return wrong
    cells, rows = _landed_cells(work, opened.keys())
    for number, file in opened.items():
        if rows.get(number, 0) != file.data_rows:
            wrong.append(f"{file.data_rows} rows were counted, {rows.get(number, 0)} landed")
        counted: dict[str, int] = {}
        for column in file.columns:
            if column.slot:
                counted[column.slot] = counted.get(column.slot, 0) + column.filled
        found = {slot: cells.get((number, slot), 0) for slot in counted}
        if found != counted:
            wrong.append(f"cells counted {counted}, landed {found}")
    return wrong


def _landed_cells(work: Path, files: Any) -> tuple[dict[tuple[int, str], int], dict[int, int]]:
    """Filled cells by file and slot, and rows by file, of what was written."""
    texts = _texts(work)
    cells: dict[tuple[int, str], int] = {}
    rows: dict[int, int] = {}
    for part in work.glob("rows.*.parquet"):
        for row in pq.read_table(part).to_pylist():
            if row["file"] not in files:
                continue
            rows[row["file"]] = rows.get(row["file"], 0) + 1
            for name, cell in row.items():
                is_filled = name[1:].isdigit() and (
                    bool(cell) if name[0] == "s" else bool(cell) and cell < texts
                )
                if is_filled:
                    slot = (row["file"], f"s{name[1:]}")
                    cells[slot] = cells.get(slot, 0) + 1
    return cells, rows


def _texts(work: Path) -> int:
    return pq.read_table(work / TEXTS).num_rows if (work / TEXTS).exists() else 0


def judge_problem(problem: Problem) -> list[str]:
    """What is wrong with what is told of one place."""
    return judge_sentence(problem.sentence())


def judge_output(outcome: Outcome, out: Path) -> list[str]:
    """What is wrong with what a call wrote."""
    made, wrong = read_output(out), []
    accounts = [made.account["all"], *made.account["files"]]
    for account in accounts:
        cells, sums = account["cells"], {name: Decimal(told) for name, told in account["sums"].items()}
        ends = cells["observed"] + cells["code_or_label"] + sum(cells["ignored"].values()) + cells["refused"]
        rows = account["rows"]
        if not account["balanced"] or cells["found"] != ends:
            wrong.append(f"cells do not balance: {cells}")
        if sums["found"] != sums["observed"] + sums["ignored"] + sums["refused"]:
            wrong.append(f"sums do not balance: {sums}")
        if rows["found"] != sum(count for name, count in rows.items() if name != "found"):
            wrong.append(f"rows do not balance: {rows}")
    counts = {name: len(rows) for name, rows in made.observations.items()}
    if counts != {name: count for name, count in accounts[0]["observations"].items() if count}:
        wrong.append(f"observations {counts}, by the account {accounts[0]['observations']}")
    severities = [problem["severity"] for problem in made.problems]
    if outcome.problems != {severity: severities.count(severity) for severity in set(severities)}:
        wrong.append(f"problems {outcome.problems}, in the file {len(severities)}")
    return wrong + [one for problem in made.problems for one in _judge_line(problem)] + _judge_form(out)


def _judge_line(problem: dict[str, str]) -> list[str]:
    place = " ".join(filter(None, (problem["file"], problem["sheet"], problem["row"], problem["column"])))
    if (
        problem["code"] not in CODES
        or not problem["message"]
        or (not place and problem["code"] not in _NO_PLACE)
    ):
        return [f"a problem without a known code, place or message: {problem}"]
    return judge_sentence(f"[{problem['code']}] {problem['message']}. {problem['remedy']}")


def _judge_form(out: Path) -> list[str]:
    with (out / "problems.csv").open(encoding="utf-8", newline="") as stream:
        widths = {len(row) for row in csv.reader(stream, strict=True)}
    return [] if widths == {9} else [f"problems.csv has rows of {widths} cells"]
