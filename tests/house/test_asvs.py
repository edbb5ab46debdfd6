"""Every requirement of OWASP ASVS on signing in and sessions is answered, and what is met is tested by tests that exist."""

import ast
from functools import cache

from docs.asvs_page import Requirement, asvs_page, requirements
from tests.house.places import ROOT

SECTIONS = {
    "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
    "10.1": 2, "10.2": 3, "10.5": 5, "3.3": 5,
}  # fmt: skip
"""How many requirements each section of version 5.0.0 has."""
LEVELS_OF_6_AND_7 = {
    1: "6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2",
    3: "6.3.5 6.3.6 6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8 6.6.4 6.7.1 6.7.2 7.5.3",
}
"""All others there are of level 2."""


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def objections(one: Requirement) -> list[str]:
    """What is wrong with an answer."""
    found = []
    if one.state == "met" and not one.tests:
        found.append(f"{one.number} is met, and no test says so")
    if one.state == "not applicable" and one.tests:
        found.append(f"{one.number} is not applicable, and is tested")
    if one.state != "met" and len(one.said) < 25:
        found.append(f"{one.number} does not say why")
    for test in one.tests:
        file, _, name = test.partition("::")
        if name not in names_in(file):
            found.append(f"{one.number} names {test}, which is not there")
    return found


def test_every_requirement_is_answered_once() -> None:
    expected = [f"{section}.{number}" for section, many in SECTIONS.items() for number in range(1, many + 1)]
    assert [one.number for one in requirements()] == expected


def test_the_levels_are_those_of_the_standard() -> None:
    told = {one.number: one.level for one in requirements() if one.chapter in {"6", "7"}}
    levels = {number: level for level, numbers in LEVELS_OF_6_AND_7.items() for number in numbers.split()}
    assert told == {number: levels.get(number, 2) for number in told}


def test_what_is_met_is_tested_by_tests_that_exist() -> None:
    assert [sentence for one in requirements() for sentence in objections(one)] == []


def test_an_answer_without_a_test_or_a_reason_is_noticed() -> None:
    assert objections(Requirement("6.1.1", 1, "met", "It asks.", "It is so."))
    assert objections(Requirement("6.1.1", 1, "not met", "It asks.", "No."))
    assert objections(
        Requirement("6.1.1", 1, "met", "It asks.", "It is so.", ("tests/house/test_asvs.py::test_no_such",))
    )


def test_what_is_not_met_stands_at_the_head_of_the_page() -> None:
    head = asvs_page().partition("## Authentication")[0]
    lacking = [one for one in requirements() if one.state == "not met"]
    assert lacking
    assert all(f"**{one.number}**" in head and one.said in head for one in lacking)
    assert not [one for one in lacking if one.level == 1]
