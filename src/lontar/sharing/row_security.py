"""The second reading: the rules as one expression of PostgreSQL over a row of terms.

Viewer and reading are the composite `v` (the function `viewer()` of lontar.members), and the facts of a thing are columns. Words
are literals and names come from this module: nothing else enters the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lontar.model.policy.facts import FACTS
from lontar.model.policy.language import Condition, Rule

_GIVEN = "?given?"
_FIELDS = {"reading.now": "v.asked_at", "viewer.contributed": _GIVEN}
"""Facts that are not called as the database calls them."""


class Opened(NamedTuple):
    """The policy as PL/pgSQL: `declared` are boolean variables of what is of the viewer alone, worked out once a query; `told` is the
    expression that says of terms, as a byte in hexadecimal digits, '00' (not read by `v`), '02' (read), or '01' (where `v` contributed);
    `first_rule` the expression that gives the first rule that permits, where `has_given` says whether `v` contributed.
    """

    declared: str
    told: str
    first_rule: str


def terms_opened(rules: Iterable[Rule]) -> Opened:
    """Write the rules for the function that opens terms.

    A contribution never narrows a decision (proved as I7b), and no forbid asks for one, so the three answers are all there are. What
    permits for a contribution is asked only of terms that nothing else opens. Raises ValueError where a forbid asks for one.
    """
    rules, asked = tuple(rules), _AskedOnce()
    permits = [_all(rule.when, asked) for rule in rules if rule.effect == "permit"]
    always = [permit.replace(_GIVEN, "false") for permit in permits]
    given = [permit.replace(_GIVEN, "true") for permit in permits if _GIVEN in permit]
    forbids = _either([_all(rule.when, asked) for rule in rules if rule.effect == "forbid"])
    if _GIVEN in forbids:
        raise ValueError("no forbid may ask for a contribution")
    told = f"""case
    when {_either(always)}
    then case when {forbids}
    then '00' else '02' end
    when {_either(given)}
    then case when {forbids}
    then '00' else '01' end
    else '00' end"""
    named = " ".join(
        f"when {_all(rule.when, asked).replace(_GIVEN, 'has_given')} then {_quoted(rule.id)}"
        for rule in rules
        if rule.effect == "permit"
    )
    return Opened(asked.declared(), told, f"case {named} else '' end")


class _AskedOnce:
    """Conditions of the viewer and the reading alone, each with the variable that holds its answer."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, expression: str) -> str:
        """Give the variable of an expression, the same for the same."""
        return self._names.setdefault(expression, f"asked_{len(self._names) + 1}")

    def declared(self) -> str:
        """Give the declarations of all variables."""
        return "\n".join(
            f"  {name} constant boolean := {expression};" for expression, name in self._names.items()
        )


def _either(expressions: Iterable[str]) -> str:
    return "(" + ("\n      or ".join(expressions) or "false") + ")"


def _all(conditions: Iterable[Condition], asked: _AskedOnce) -> str:
    """What is of the viewer alone comes first."""
    ordered = sorted(conditions, key=lambda condition: not _is_fixed(condition))
    return f"({' and '.join(_asked(condition, asked) for condition in ordered)})"


def _asked(condition: Condition, asked: _AskedOnce) -> str:
    match condition:
        case _ if _is_fixed(condition):
            return asked.name(_text(condition))
        case Condition(all=tuple(inner)):
            return _all(inner, asked)
        case Condition(any=tuple(inner)):
            return f"({' or '.join(_asked(one, asked) for one in inner)})"
        case Condition(is_not=Condition() as inner):
            return f"(not {_asked(inner, asked)})"
        case _:
            return _text(condition)


def _is_fixed(condition: Condition) -> bool:
    """Whether a condition is of the viewer and the reading alone, and so the same for all terms."""
    if parts := condition.parts():
        return all(map(_is_fixed, parts))
    named = [condition.holds] if condition.holds else []
    for test in ("equals", "among", "has", "meets", "within", "precedes"):
        named += [one for one in (getattr(condition, test) or ()) if isinstance(one, str) and one in FACTS]
    return all(name.startswith(("viewer.", "reading.")) and name != "viewer.contributed" for name in named)


def _text(condition: Condition) -> str:
    match condition:
        case Condition(all=tuple(inner)):
            return f"({' and '.join(map(_text, inner))})"
        case Condition(any=tuple(inner)):
            return f"({' or '.join(map(_text, inner))})"
        case Condition(is_not=Condition() as inner):
            return f"(not {_text(inner)})"
        case Condition(holds=str(name)):
            return _named(name)
        case _:
            return _compared(condition)


def _compared(condition: Condition) -> str:
    match condition:
        case Condition(equals=(first, second)):
            return f"{_named(first)} = {_operand(second)}"
        case Condition(among=(first, words)):
            return f"{_named(first)} in ({', '.join(map(_quoted, words))})"
        case Condition(has=(first, second)):
            return f"{_operand(second)} = any ({_named(first)})"
        case Condition(meets=(first, str(second))):
            shared = f"{_named(first)} && {_named(second)}"
            return (
                f"({shared} or (v.everyone and {_named(second)} <> '{{}}'))"
                if _is_allegiance(first)
                else shared
            )
        case Condition(meets=(first, words)):
            return f"{_named(first)} && array[{', '.join(map(_quoted, words))}]"
        case Condition(within=(first, second)):
            inside = f"{_named(first)} <@ {_named(second)}"
            return f"(not v.everyone and {inside})" if _is_allegiance(first) else inside
        case Condition(precedes=(first, second)):
            return _preceding(first, second)
    raise AssertionError(condition)


def _preceding(first: str, second: str) -> str:
    left, right = _named(first), _named(second)
    if FACTS[first].kind == "instant":
        return f"{left} < {right}"
    words = FACTS[first].values
    later = (
        f"({left} = {_quoted(word)} and {right} in ({', '.join(map(_quoted, words[place:]))}))"
        for place, word in enumerate(words[:-1], start=1)
    )
    return f"({' or '.join(later)})"


def _is_allegiance(name: str) -> bool:
    return name == "viewer.allegiance"


def _operand(name: str) -> str:
    return _named(name) if name in FACTS else _quoted(name)


def _named(name: str) -> str:
    """What the database calls a fact: a column of the terms, or a field of the viewer."""
    whose, _, plain = name.partition(".")
    return _FIELDS.get(name) or (f"t.{plain}" if whose == "thing" else f"v.{plain}")


def _quoted(word: str) -> str:
    """A word as a literal. Words are of closed vocabularies; a quotation mark in one would be a fault of ours."""
    if "'" in word or "\\" in word:
        raise ValueError(f"no word of a vocabulary is {word!r}")
    return f"'{word}'"


def vocabularies() -> str:
    """Give the expression that holds for terms whose words are all of their vocabularies: what is no word must not be let through."""
    said = []
    for fact in FACTS.values():
        whose, _, column = fact.name.partition(".")
        if whose == "thing" and fact.kind in {"word", "words"}:
            words = f"array[{', '.join(map(_quoted, fact.values))}]"
            said.append(f"{column} = any ({words})" if fact.kind == "word" else f"{column} <@ {words}")
    return " and ".join(said)
