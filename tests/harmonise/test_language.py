"""Every clause of the mapping language, by small cases that an expert can read: tests/harmonise/language/*.yml."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lontar.model.errors import SourceProblem
from tests.factories import read_output
from tests.harmonise.cases import Case, cases, harmonise_case, table_of, told, told_problems

CASES = dict(cases())


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.refused])
def test_a_table_becomes_what_its_mapping_says(name: str, case_output: Callable[[str], Path]) -> None:
    case = CASES[name]
    made = read_output(case_output(name))
    columns, rows = table_of(case.observations)
    assert told(made.observations, columns) == rows, case.case
    assert told_problems(made.problems) == list(case.problems), case.case
    assert made.account["all"]["balanced"]
    check_part(made.account, case.account, case.case)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.refused])
def test_what_is_no_such_table_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceProblem) as refusal:
        harmonise_case(CASES[name], tmp_path)
    assert str(refusal.value) == CASES[name].refused


def check_part(whole: Any, part: Any, where: str) -> None:
    """The account holds what the case says of it; of lists and texts that is all of them."""
    if not isinstance(part, dict):
        assert whole == part, where
        return
    for key, value in part.items():
        check_part(whole[key], value, f"{where}: {key}")


def test_the_names_of_cases_say_what_they_are() -> None:
    titles = [case.case for case in CASES.values()]
    assert len(titles) == len(set(titles))


def test_a_case_can_fail(tmp_path: Path) -> None:
    case: Case = CASES["shapes-1"]
    columns, rows = table_of(case.observations)
    made = harmonise_case(case, tmp_path)
    assert told(made.observations, columns) != [*rows, rows[0]]
    with pytest.raises(AssertionError):
        check_part(made.account, {"all": {"balanced": False}}, "")
