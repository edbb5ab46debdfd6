"""The decisions that experts expect, beside what the rules decide."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_allegiances, read_expected, read_rules
from lontar.model.errors import CatalogueProblem
from lontar.model.policy.facts import Question
from lontar.model.policy.language import Decision
from lontar.sharing.asking import Asked, as_question
from lontar.sharing.deciding import Policy


class Compared(NamedTuple):
    """One expected decision, its question, and what was decided."""

    file: str
    name: str
    question: Question
    allowed: bool
    rules: tuple[str, ...]
    decided: Decision

    @property
    def agrees(self) -> bool:
        """Whether the rules decide as expected, by the rules expected."""
        return (self.decided.allowed, self.decided.rules) == (self.allowed, self.rules)

    def sentence(self) -> str:
        """What was expected and what was decided."""
        return f"{self.file}: {self.name}: expected {_told(self.allowed, self.rules)}, decided {_told(*self._decided)}."

    @property
    def _decided(self) -> tuple[bool, tuple[str, ...]]:
        return self.decided.allowed, self.decided.rules


def expected_and_decided(root: Path | None = None) -> Iterator[Compared]:
    """Decide every case of the catalogue. Raises CatalogueProblem for a case that is no question."""
    catalogue = open_catalogue(root)
    allegiances, policy = read_allegiances(catalogue), Policy(read_rules(catalogue.root))
    for file, expected in read_expected(catalogue.root).items():
        for case in expected.cases:
            facts = {
                "viewer": {**expected.viewer, **case.viewer},
                "thing": {**expected.thing, **case.thing},
                **expected.reading,
                **case.reading,
            }
            try:
                question = as_question(msgspec.convert(facts, Asked), allegiances, expected.now)
            except msgspec.ValidationError as error:
                place = f"policies/cases/{file}.yml, '{case.name}'"
                raise CatalogueProblem("CAT-004", place, f"{error}.", "docs/reference/policy.md") from None
            yield Compared(file, case.name, question, case.allowed, case.rules, policy.decide(question))


def _told(allowed: bool, rules: tuple[str, ...]) -> str:
    return f"{'yes' if allowed else 'no'} by {' and '.join(rules) or 'no rule'}"
