"""What a condition may compare: each test with the kinds of fact that it is made for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lontar.model.policy.facts import FACTS, Fact
from lontar.model.policy.language import Condition

Place = tuple[str | int, ...]


def complaints(condition: Condition, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Everything in a condition that names no fact, or compares what cannot be compared: where, and a clause that says so."""
    for name in condition.__struct_fields__:
        value = getattr(condition, name)
        if value is None:
            continue
        key = "not" if name == "is_not" else name
        if isinstance(value, Condition):
            yield from complaints(value, (*place, key))
        elif name in {"all", "any"}:
            for position, inner in enumerate(value):
                yield from complaints(inner, (*place, key, position))
        else:
            said = _said_of(name, value)
            if said:
                yield (*place, key), said


def _said_of(test: str, value: str | tuple[str, str | tuple[str, ...]]) -> str:
    first, second = (value, "") if isinstance(value, str) else value
    left = FACTS.get(str(first))
    if left is None:
        return f"'{first}' is no fact"
    if test == "holds":
        return "" if left.kind == "flag" else f"'{first}' is no flag"
    right = FACTS.get(second) if isinstance(second, str) else None
    tests: dict[str, Callable[[], bool]] = {
        "equals": lambda: _same(left, right, "id") or _word(left, second),
        "among": lambda: left.kind == "word" and all(_word(left, word) for word in second),
        "has": lambda: (left.kind == "ids" and right is not None and right.kind == "id") or _element(left, second),
        "meets": lambda: _same(left, right, "states") or (
            not isinstance(second, str) and bool(second) and all(_element(left, word) for word in second)
        ),
        "within": lambda: _same(left, right, "states"),
        "precedes": lambda: _same(left, right, "instant") or (
            _same(left, right, "word") and right is not None and left.values == right.values
        ),
    }  # fmt: skip
    return "" if tests[test]() else f"'{first}' cannot be compared so with {second!r}"


def _same(left: Fact, right: Fact | None, kind: str) -> bool:
    return right is not None and left.kind == right.kind == kind


def _word(left: Fact, word: object) -> bool:
    return left.kind == "word" and word in left.values


def _element(left: Fact, word: object) -> bool:
    return left.kind == "words" and word in left.values
