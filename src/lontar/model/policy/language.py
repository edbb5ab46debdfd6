"""The closed language of the sharing rules: tests on facts, and `all`, `any`, `not` over them. It compares and never computes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from lontar.model.figures.indicators import Reference

Effect = Literal["permit", "forbid"]
Words = tuple[str, ...]


class Condition(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"is_not": "not"},
):
    """Exactly one test. Facts are named as in `lontar.model.policy.facts`; whatever is no fact is a word of the fact's vocabulary.

    `holds` a flag; `equals` two facts, or a fact and a word; `among` a fact and allowed words; `has` a set and an element; `meets` two
    sets, or a set and words, that share something; `within` a set of States that lies in another; `precedes` two instants, or two
    words in the order of their vocabulary, the first truly before the second.
    """

    holds: str | None = None
    equals: tuple[str, str] | None = None
    among: tuple[str, Words] | None = None
    has: tuple[str, str] | None = None
    meets: tuple[str, str | Words] | None = None
    within: tuple[str, str] | None = None
    precedes: tuple[str, str] | None = None
    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    is_not: Condition | None = None

    def __post_init__(self) -> None:
        said = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        if len(said) != 1:
            raise ValueError(f"a condition is exactly one test, this has {', '.join(said) or 'none'}")
        if self.all == () or self.any == ():
            raise ValueError(f"'{said[0]}' needs at least one condition")

    def parts(self) -> tuple[Condition, ...]:
        """Give the conditions directly inside this one."""
        return (self.is_not,) if self.is_not else (self.all or self.any or ())


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sentence of the policy. It matches where all of `when` hold; a matching forbid outweighs every permit.

    `reason` is what owners and readers are told; `because` why the rule exists, for whoever reviews it.
    """

    id: str
    title: str
    effect: Effect
    reason: str
    because: str
    when: tuple[Condition, ...]
    source: tuple[Reference, ...]
    valid_from: str

    def __post_init__(self) -> None:
        if not self.when:
            raise ValueError("a rule without a condition would match everything")


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Every condition of a rule, the outer before the inner."""
    waiting = list(rule.when)
    while waiting:
        condition = waiting.pop(0)
        yield condition
        waiting.extend(condition.parts())


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The policy's answer to one question.

    `rules` are the ids of the rules that decided: the permits that matched, or the forbids that outweighed; empty where nothing
    permitted. `reasons` are theirs, in the same order. `obligations` bind the reader of what is allowed.
    """

    allowed: bool
    rules: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    obligations: tuple[str, ...] = ()
