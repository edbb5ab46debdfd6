"""What is proved of the rules; and that every rule, and every part of one, is needed for it."""

from collections.abc import Iterator

import msgspec
import pytest

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.cli.expecting import expected_and_decided
from lontar.model.policy.language import Condition, Rule
from lontar.sharing.deciding import Policy
from lontar.sharing.proving.prove import prove

RULES = read_rules(open_catalogue().root)
CASES = list(expected_and_decided())


@pytest.mark.parametrize("verdict", list(prove(RULES)), ids=lambda verdict: verdict.id)
def test_it_is_proved(verdict: object) -> None:
    assert verdict.verdict == "proved", verdict  # type: ignore[attr-defined]


def test_the_invariants_of_the_model_are_all_there() -> None:
    claimed = {verdict.id.split()[0].rstrip("bcdef") for verdict in prove(RULES)}
    assert claimed == {"I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12", "V"}


def without_a_part(condition: Condition) -> Iterator[Condition | None]:
    """The condition with one part of it gone; None where nothing is left."""
    yield None
    yield from _without_an_inner(condition)
    if condition.is_not:
        yield condition.is_not
        yield from (
            msgspec.structs.replace(condition, is_not=less)
            for less in without_a_part(condition.is_not)
            if less
        )
    yield from _without_a_word(condition)


def _without_an_inner(condition: Condition) -> Iterator[Condition]:
    for name in ("all", "any"):
        parts = getattr(condition, name) or ()
        for place, part in enumerate(parts):
            for less in without_a_part(part):
                left = (*parts[:place], *([less] if less else []), *parts[place + 1 :])
                if left:
                    yield msgspec.structs.replace(condition, **{name: left})


def _without_a_word(condition: Condition) -> Iterator[Condition]:
    for test in ("among", "meets"):
        fact, words = getattr(condition, test) or ("", "")
        for word in () if isinstance(words, str) or len(words) == 1 else words:
            yield msgspec.structs.replace(
                condition, **{test: (fact, tuple(one for one in words if one != word))}
            )


def mutants() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """The rules with one rule gone, turned into its opposite, or without one part."""
    for place, rule in enumerate(RULES):
        before, after = RULES[:place], RULES[place + 1 :]
        yield f"{rule.id} gone", (*before, *after)
        for number, condition in enumerate(rule.when):
            for turn, less in enumerate(without_a_part(condition)):
                when = (*rule.when[:number], *([less] if less else []), *rule.when[number + 1 :])
                if when:
                    yield (
                        f"{rule.id} condition {number + 1} without part {turn}",
                        (*before, msgspec.structs.replace(rule, when=when), *after),
                    )


def broken_by(rules: tuple[Rule, ...]) -> str:
    """What a change to the rules breaks: an expected decision or a proof."""
    policy = Policy(rules)
    for case in CASES:
        decided = policy.decide(case.question)
        if (decided.allowed, decided.rules) != (case.allowed, case.rules):
            return case.name
    return next((verdict.id for verdict in prove(rules) if verdict.verdict != "proved"), "")


@pytest.mark.parametrize(
    ("name", "rules"), list(mutants()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_no_part_of_a_rule_can_go_unseen(name: str, rules: tuple[Rule, ...]) -> None:
    assert broken_by(rules), f"{name}: nothing notices"
