"""The decisions that experts expect, one test each; and how far they reach."""

from itertools import combinations

import pytest
import z3

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.cli.expecting import Compared, expected_and_decided
from lontar.sharing.deciding import compiled, every
from lontar.sharing.proving.promises import promised
from lontar.sharing.proving.symbols import matched, unknowns

RULES = read_rules(open_catalogue().root)
CASES = list(expected_and_decided())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_it_is_decided_as_expected(case: Compared) -> None:
    assert case.agrees, case.sentence()


def test_there_are_many_and_each_is_told_apart() -> None:
    assert len(CASES) >= 80
    assert len({(case.file, case.name) for case in CASES}) == len(CASES)


def test_every_rule_decides_alone_somewhere() -> None:
    alone = {case.rules for case in CASES if len(case.rules) == 1}
    assert alone == {(rule.id,) for rule in RULES}


def test_every_pair_that_can_meet_meets_somewhere() -> None:
    facts = unknowns()
    tests = {rule.id: every([compiled(condition) for condition in rule.when]) for rule in RULES}
    met = {
        pair
        for case in CASES
        for pair in combinations([name for name, test in tests.items() if test(case.question)], 2)
    }
    for first, second in combinations(RULES, 2):
        solver = z3.Solver()
        solver.add(*promised(facts), matched(first, facts), matched(second, facts))
        can_meet = solver.check() == z3.sat
        assert ((first.id, second.id) in met) == can_meet, f"{first.id} and {second.id}"
