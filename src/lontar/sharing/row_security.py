"""The second reading: the rules as one expression of PostgreSQL, which filters every query so that none can forget it.

The viewer's facts come from the function `viewer()` alone (lontar.members), always within a scalar subselect: it is then asked once
a query and not once a row. Words are literals, names come from this module, and nothing else enters the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lontar.model.policy.facts import FACTS
from lontar.model.policy.language import Condition, Rule

VIEWER_FACTS = {
    "viewer.participant": "participant",
    "viewer.kind": "kind",
    "viewer.standing": "standing",
    "viewer.person": "person",
    "viewer.agencies": "agencies",
    "viewer.functions": "functions",
    "viewer.roles": "roles",
    "viewer.allegiance": "allegiance",
    "reading.grain": "grain",
    "reading.export": "export",
    "reading.now": "asked_at",
}
"""Facts that do not differ from row to row -> the field of `viewer()` that holds them."""
CONTRIBUTED = (
    "(topic, period_start, period_end) in (select c.topic, c.period_start, c.period_end from contributed_spans() c)"
)
"""`viewer.contributed`, which is of the viewer and of the row; the spans are worked out once a query and looked up by hash."""


def visible_rows(rules: Iterable[Rule]) -> str:
    """Give the expression that holds for the rows which the current viewer may read."""
    rules = tuple(rules)
    permits = " or\n  ".join(matching_rows(rule) for rule in rules if rule.effect == "permit") or "false"
    forbids = " or\n  ".join(matching_rows(rule) for rule in rules if rule.effect == "forbid") or "false"
    return f"(\n  {permits}\n) and not (\n  {forbids}\n)"


def matching_rows(rule: Rule) -> str:
    """Give the expression that holds for the rows which a rule matches."""
    return _all(rule.when)


def _all(conditions: tuple[Condition, ...]) -> str:
    """What is of the viewer alone is asked first, together, once a query."""
    fixed = [one for one in conditions if _is_fixed(one)]
    asked = [_once(" and ".join(_text(one, _field) for one in fixed))] if fixed else []
    return f"({' and '.join([*asked, *(_rendered(one) for one in conditions if one not in fixed)])})"


def _rendered(condition: Condition) -> str:
    match condition:
        case Condition(all=tuple(inner)):
            return _all(inner)
        case _ if _is_fixed(condition):
            return _once(_text(condition, _field))
        case Condition(any=tuple(inner)):
            return f"({' or '.join(_rendered(one) for one in inner)})"
        case Condition(is_not=Condition() as inner):
            return f"(not {_rendered(inner)})"
        case _:
            return _text(condition, _column_or_once)


def _is_fixed(condition: Condition) -> bool:
    """Whether the condition is of the viewer and the reading alone."""
    if condition.parts():
        return all(map(_is_fixed, condition.parts()))
    named = [condition.holds] if condition.holds else []
    for test in ("equals", "among", "has", "meets", "within", "precedes"):
        named += [one for one in (getattr(condition, test) or ()) if isinstance(one, str) and one in FACTS]
    return all(name in VIEWER_FACTS for name in named)


Give = Callable[[str], str]


def _text(condition: Condition, give: Give) -> str:
    match condition:
        case Condition(all=tuple(inner)):
            return f"({' and '.join(_text(one, give) for one in inner)})"
        case Condition(any=tuple(inner)):
            return f"({' or '.join(_text(one, give) for one in inner)})"
        case Condition(is_not=Condition() as inner):
            return f"(not {_text(inner, give)})"
        case Condition(holds="viewer.contributed"):
            return CONTRIBUTED
        case Condition(holds=str(name)):
            return give(name)
        case _:
            return _compared(condition, give)


def _compared(condition: Condition, give: Give) -> str:
    match condition:
        case Condition(equals=(first, second)):
            return f"{give(first)} = {_operand(second, give)}"
        case Condition(among=(first, words)):
            return f"{give(first)} in ({', '.join(map(_quoted, words))})"
        case Condition(has=(first, second)):
            return f"{_operand(second, give)} = any ({give(first)}::text[])"
        case Condition(meets=(first, str(second))):
            shared = f"{give(first)}::text[] && {give(second)}::text[]"
            return _or_everyone(first, f"{give(second)} <> '{{}}'", shared, give)
        case Condition(meets=(first, words)):
            return f"{give(first)}::text[] && array[{', '.join(map(_quoted, words))}]"
        case Condition(within=(first, second)):
            inside = f"{give(first)}::text[] <@ {give(second)}::text[]"
            return f"(not {_everyone(give)} and {inside})" if first == "viewer.allegiance" else inside
        case Condition(precedes=(first, second)):
            return _preceding(first, second, give)
    raise AssertionError(condition)


def _preceding(first: str, second: str, give: Give) -> str:
    if FACTS[first].kind == "instant":
        return f"{give(first)} < {give(second)}"
    words = FACTS[first].values
    pairs = (
        f"({give(first)} = {_quoted(word)} and {give(second)} in ({', '.join(map(_quoted, words[place + 1 :]))}))"
        for place, word in enumerate(words[:-1])
    )
    return f"({' or '.join(pairs)})"


def _or_everyone(first: str, some: str, shared: str, give: Give) -> str:
    return f"(({_everyone(give)} and {some}) or {shared})" if first == "viewer.allegiance" else shared


def _everyone(give: Give) -> str:
    return "v.everyone" if give is _field else _once("v.everyone")


def _operand(name: str, give: Give) -> str:
    return give(name) if name in FACTS else _quoted(name)


def _field(name: str) -> str:
    return f"v.{VIEWER_FACTS[name]}"


def _column_or_once(name: str) -> str:
    return _once(_field(name)) if name in VIEWER_FACTS else name.removeprefix("thing.")


def _once(expression: str) -> str:
    """An expression of the viewer's facts, worked out once a query."""
    return f"(select {expression} from viewer() v)"


def _quoted(word: str) -> str:
    """A word as a literal. Words are of closed vocabularies; a quotation mark in one would be a fault of ours."""
    assert "'" not in word and "\\" not in word
    return f"'{word}'"
