"""Trying a mapping on files without keeping what it makes."""

import csv
import tempfile
from itertools import groupby
from pathlib import Path

from lontar.model.errors import LontarError
from lontar.model.mapping import MappingBundle

_SHOWN_ROWS = 5


class Found:
    """What is wrong with a mapping, or with files under it."""

    def __init__(self) -> None:
        self.wrong: list[LontarError] = []
        self.problems: list[dict[str, str]] = []
        self.leftovers: list[str] = []

    @property
    def refused(self) -> int:
        """How many places of the files are refused."""
        return sum(problem["severity"] == "refused" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many places of the files are only doubtful."""
        return len(self.problems) - self.refused

    def told(self) -> list[str]:
        """The problems of the files, one sentence for the same text in the same column, with the rows where it stands."""
        alike = sorted(self.problems, key=_likeness)  # stable: within a group the places stay in order
        groups = [list(group) for _, group in groupby(alike, _likeness)]
        groups.sort(key=lambda group: self.problems.index(group[0]))
        return [_sentence(group) for group in groups]


def try_files(bundle: MappingBundle, files: list[tuple[Path, str]], found: Found) -> None:
    """Harmonise the files into a folder that is thrown away, and note what was found."""
    from lontar.harmonise.run import harmonise_files

    with tempfile.TemporaryDirectory(prefix="lontar-check-") as folder:
        out = Path(folder) / "out"
        outcome = harmonise_files(files, bundle, out)
        with (out / "problems.csv").open(encoding="utf-8", newline="") as stream:
            found.problems = list(csv.DictReader(stream))
    left = outcome.account.leftovers
    found.leftovers += [f"unused crosswalk line: {line}" for line in left.unused_crosswalk_lines]
    found.leftovers += [f"check never put: {name}" for name in left.idle_checks]
    found.leftovers += [f"correction without a cell: {name}" for name in left.idle_corrections]
    found.leftovers += [f"total never declared: {where}" for where in left.idle_totals]


def _likeness(problem: dict[str, str]) -> tuple[str, ...]:
    return tuple(problem[name] for name in ("code", "file", "sheet", "column", "message", "remedy"))


def _sentence(group: list[dict[str, str]]) -> str:
    one = group[0]
    place = [one["file"], f"sheet '{one['sheet']}'" if one["sheet"] else ""]
    rows = [problem["row"] for problem in group if problem["row"]]
    if len(rows) == 1:
        place.append(f"row {rows[0]}")
    elif rows:
        more = "" if len(rows) <= _SHOWN_ROWS else " and more"
        place.append(f"{len(rows):,} rows ({', '.join(rows[:_SHOWN_ROWS])}{more})")
    place.append(f"column {one['column']}" if one["column"] else "")
    where = ", ".join(part for part in place if part)
    return f"[{one['code']}] {where + ': ' if where else ''}{one['message']}. {one['remedy']}"
