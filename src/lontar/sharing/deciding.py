"""The first reading: a question is decided, with the rules that decided it and their reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

from lontar.model.policy.facts import FACTS, Question
from lontar.model.policy.language import Condition, Decision, Rule

Test = Callable[[Question], bool]
Get = Callable[[Question], object]

_PLACES = {
    "viewer.allegiance": "viewer.states",
    "viewer.contributed": "contributed",
    "thing.list_only": "thing.is_list_only",
    "thing.finest": "thing.use.finest",
    "thing.may_be_exported": "thing.use.export",
    "thing.regional_totals": "thing.use.regional_totals",
    "reading.grain": "grain",
    "reading.export": "export",
    "reading.channel": "channel",
    "reading.now": "now",
}
_DENIED = Decision(allowed=False)


class Policy:
    """The rules, made ready to decide. Deny by default; a matching forbid outweighs every permit."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        tests = [(rule, every([compiled(condition) for condition in rule.when])) for rule in self.rules]
        self._permits = [one for one in tests if one[0].effect == "permit"]
        self._forbids = [one for one in tests if one[0].effect == "forbid"]

    def decide(self, question: Question) -> Decision:
        """Decide one question."""
        forbidding = [rule for rule, matches in self._forbids if matches(question)]
        if forbidding:
            return Decision(allowed=False, rules=_ids(forbidding), reasons=_reasons(forbidding))
        permitting = [rule for rule, matches in self._permits if matches(question)]
        if not permitting:
            return _DENIED
        return Decision(
            allowed=True,
            rules=_ids(permitting),
            reasons=_reasons(permitting),
            obligations=_obligations(question),
        )

    def allows(self, question: Question) -> bool:
        """Say whether a question is allowed, without telling why."""
        return any(matches(question) for _, matches in self._permits) and not any(
            matches(question) for _, matches in self._forbids
        )


def _ids(rules: list[Rule]) -> tuple[str, ...]:
    return tuple(rule.id for rule in rules)


def _reasons(rules: list[Rule]) -> tuple[str, ...]:
    return tuple(rule.reason for rule in rules)


def _obligations(question: Question) -> tuple[str, ...]:
    """What binds the reader; the owner's participant is bound by nothing here."""
    use = question.thing.use
    if question.viewer.participant == question.thing.owner:
        return ()
    told = (
        (use.no_onward, "Do not pass it on."),
        (use.no_ranking, "Do not rank participants by it."),
    )
    return tuple(sentence for binds, sentence in told if binds)


def every(tests: list[Test]) -> Test:
    """A test that holds where all of these do; `all` of them is asked one by one, cheapest to read first."""
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        return lambda question: first(question) and second(question)
    return lambda question: all(test(question) for test in tests)


def compiled(condition: Condition) -> Test:
    """Turn a condition into a function of the question."""
    match condition:
        case Condition(all=tuple(inner)):
            return every([compiled(one) for one in inner])
        case Condition(any=tuple(inner)):
            tests = [compiled(one) for one in inner]
            return lambda question: any(test(question) for test in tests)
        case Condition(is_not=Condition() as inner):
            test = compiled(inner)
            return lambda question: not test(question)
        case Condition(holds=str(name)):
            return value_of(name)  # type: ignore[return-value]
        case _:
            return _compared(condition)


def _compared(condition: Condition) -> Test:
    match condition:
        case Condition(equals=(first, second)):
            left, right = value_of(first), value_of(second)
            return lambda question: left(question) == right(question)
        case Condition(among=(first, words)):
            left, allowed = value_of(first), frozenset(words)
            return lambda question: left(question) in allowed
        case Condition(has=(first, second)):
            left, right = value_of(first), value_of(second)
            return lambda question: right(question) in left(question)  # type: ignore[operator]
        case Condition(meets=(first, str(second))):
            left, right = value_of(first), value_of(second)
            return lambda question: not left(question).isdisjoint(right(question))  # type: ignore[attr-defined]
        case Condition(meets=(first, words)):
            left, several = value_of(first), frozenset(words)
            return lambda question: not left(question).isdisjoint(several)  # type: ignore[attr-defined]
        case Condition(within=(first, second)):
            left, right = value_of(first), value_of(second)
            return lambda question: left(question).issubset(right(question))  # type: ignore[attr-defined]
        case Condition(precedes=(first, second)):
            return _preceding(first, second)
        case _:  # pragma: no cover
            raise AssertionError(condition)


def _preceding(first: str, second: str) -> Test:
    left, right = value_of(first), value_of(second)
    if FACTS[first].kind == "instant":
        return lambda question: left(question) < right(question)  # type: ignore[operator]
    order = {word: place for place, word in enumerate(FACTS[first].values)}
    return lambda question: order[left(question)] < order[right(question)]  # type: ignore[index]


def value_of(name: str) -> Get:
    """Give the function that reads a fact off a question; a word that is no fact stands for itself."""
    if name not in FACTS:
        return lambda _: name
    return attrgetter(_PLACES.get(name, name))
