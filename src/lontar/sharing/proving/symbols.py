"""A question whose facts are unknowns, and the language of the rules as formulas over them.

States, participants, agencies and people are sorts without a size: what is proved holds for any number of them. The words of closed
vocabularies are enumerations, instants are whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import z3

from lontar.model.policy.facts import FACTS, Fact
from lontar.model.policy.language import Condition, Rule

Facts = dict[str, z3.ExprRef]

STATE = z3.DeclareSort("State")
IDENTITY = z3.DeclareSort("Identity")
NOBODY = z3.Const("nobody", IDENTITY)
"""The empty id: of the public's participant and person."""


@cache
def vocabulary(values: tuple[str, ...]) -> tuple[z3.SortRef, dict[str, z3.ExprRef]]:
    """A sort with exactly these words, and each word in it."""
    sort, words = z3.EnumSort(f"Words_{'_'.join(values)}", list(values))
    return sort, dict(zip(values, words, strict=True))


def unknown(fact: Fact, prefix: str = "") -> z3.ExprRef:
    """A fact as an unknown."""
    return z3.Const(f"{prefix}{fact.name}", _sort(fact))


def _sort(fact: Fact) -> z3.SortRef:
    match fact.kind:
        case "flag":
            return z3.BoolSort()
        case "instant":
            return z3.IntSort()
        case "id":
            return IDENTITY
        case "ids":
            return z3.SetSort(IDENTITY)
        case "states":
            return z3.SetSort(STATE)
        case "word":
            return vocabulary(fact.values)[0]
        case "words":
            return z3.SetSort(vocabulary(fact.values)[0])


def unknowns(prefix: str = "") -> Facts:
    """Every fact as an unknown."""
    return {name: unknown(fact, prefix) for name, fact in FACTS.items()}


def matched(rule: Rule, facts: Facts) -> z3.BoolRef:
    """The formula that says that a rule matches."""
    return z3.And([formula(condition, facts) for condition in rule.when])


def formula(condition: Condition, facts: Facts) -> z3.BoolRef:
    """A condition as a formula over these facts."""
    match condition:
        case Condition(all=tuple(inner)):
            return z3.And([formula(one, facts) for one in inner])
        case Condition(any=tuple(inner)):
            return z3.Or([formula(one, facts) for one in inner])
        case Condition(is_not=Condition() as inner):
            return z3.Not(formula(inner, facts))
        case Condition(holds=str(name)):
            return facts[name]
        case _:
            return _compared(condition, facts)


def _compared(condition: Condition, facts: Facts) -> z3.BoolRef:
    match condition:
        case Condition(equals=(first, second)):
            return facts[first] == _term(first, second, facts)
        case Condition(among=(first, words)):
            return z3.Or([facts[first] == _term(first, word, facts) for word in words])
        case Condition(has=(first, second)):
            return z3.IsMember(_term(first, second, facts), facts[first])
        case Condition(meets=(first, str(second))):
            return meet(facts[first], facts[second])
        case Condition(meets=(first, words)):
            return z3.Or([z3.IsMember(_term(first, word, facts), facts[first]) for word in words])
        case Condition(within=(first, second)):
            return z3.IsSubset(facts[first], facts[second])
        case Condition(precedes=(first, second)):
            return _before(first, second, facts)
    raise AssertionError(condition)


def meet(left: z3.ExprRef, right: z3.ExprRef) -> z3.BoolRef:
    """Two sets share something."""
    return z3.SetIntersect(left, right) != z3.EmptySet(left.domain())


def word(name: str, value: str) -> z3.ExprRef:
    """A word of a fact's vocabulary."""
    return vocabulary(FACTS[name].values)[1][value]


def ranked(name: str, value: z3.ExprRef) -> z3.ArithRef:
    """The place of a word in the order of its vocabulary."""
    rank: z3.ArithRef = z3.IntVal(0)
    for place, one in enumerate(FACTS[name].values):
        rank = z3.If(value == word(name, one), z3.IntVal(place), rank)
    return rank


def _term(name: str, other: str, facts: Facts) -> z3.ExprRef:
    return facts[other] if other in FACTS else word(name, other)


def _before(first: str, second: str, facts: Facts) -> z3.BoolRef:
    if FACTS[first].kind == "instant":
        return facts[first] < facts[second]
    return ranked(first, facts[first]) < ranked(second, facts[second])


class SymbolicPolicy:
    """The rules as formulas."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)

    def permitted(self, facts: Facts) -> z3.BoolRef:
        """Some permit matches."""
        return z3.Or([matched(rule, facts) for rule in self.rules if rule.effect == "permit"])

    def forbidden(self, facts: Facts) -> z3.BoolRef:
        """Some forbid matches."""
        return z3.Or([matched(rule, facts) for rule in self.rules if rule.effect == "forbid"])

    def allowed(self, facts: Facts) -> z3.BoolRef:
        """The decision: a permit matches, and no forbid does."""
        return z3.And(self.permitted(facts), z3.Not(self.forbidden(facts)))
