"""Everything that is wrong with the catalogue, at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lontar.catalogue.check_codelists import check_codelists
from lontar.catalogue.check_records import RecordChecks
from lontar.catalogue.check_thresholds import check_thresholds
from lontar.catalogue.findings import Findings
from lontar.model.errors import CatalogueProblem
from lontar.model.figures.codelists import CodeList
from lontar.model.people.method_sheets import Question


def check_catalogue(
    root: Path, give_list: Callable[[str], CodeList], give_questions: Callable[[], tuple[Question, ...]]
) -> list[CatalogueProblem]:
    """Check code lists, topics, indicators, participants, reporters, method sheets and thresholds; ordered by place."""
    findings = Findings(root)
    check_codelists(findings, give_list)
    questions = findings.attempt(give_questions) or ()
    RecordChecks(findings, give_list, questions).check()
    check_thresholds(findings)
    return sorted(findings.problems, key=lambda problem: _natural(problem.place))


def _natural(place: str) -> tuple[str, int]:
    file, _, number = place.rpartition(" ")
    return (file, int(number)) if number.isdecimal() else (place, 0)
