"""docs/reference/policy.md: the facts, the language and the rules of sharing, and what is proved of them."""

from collections.abc import Iterator

from lontar.catalogue import open_catalogue
from lontar.catalogue.policies import read_rules
from lontar.model.policy.facts import FACTS
from lontar.model.policy.language import Condition, Rule
from lontar.sharing.proving.invariants import claims
from lontar.sharing.proving.symbols import SymbolicPolicy

_TESTS = (
    ("`holds: fact`", "a flag that is set"),
    ("`equals: [fact, fact or word]`", "the same id, or this word"),
    ("`among: [fact, [word, ...]]`", "one of these words"),
    ("`has: [set, fact or word]`", "the set holds it"),
    ("`meets: [set, set or [word, ...]]`", "two sets share something"),
    ("`within: [States, States]`", "every State of the first is in the second"),
    (
        "`precedes: [fact, fact]`",
        "an instant truly before another; a word before another in the order of their vocabulary",
    ),
    ("`all: [...]`, `any: [...]`, `not: ...`", "every one, at least one, not"),
)


def policy_page() -> str:
    """The page as Markdown."""
    rules = read_rules(open_catalogue().root)
    return "\n".join(
        [
            "# The rules of sharing",
            "",
            "One policy decides every reading. Each rule is a file under `catalogue/policies/`; deny by default, and a forbid that",
            "matches outweighs every permit. What they are for is told in [Sharing](../explanation/sharing.md).",
            "`lontar policy explain` decides one question, `lontar policy prove` proves the claims below.",
            "",
            "## The rules",
            "",
            *(line for rule in rules for line in _rule(rule)),
            "## The language",
            "",
            "A rule matches where everything under `when` holds. It compares facts, and never computes.",
            "",
            "| Test | Holds for |",
            "|---|---|",
            *(f"| {test} | {meaning} |" for test, meaning in _TESTS),
            "",
            "## The facts",
            "",
            "| Fact | It is | Kind | Words, in their order |",
            "|---|---|---|---|",
            *(
                f"| `{one.name}` | {one.meaning} | {one.kind} | {', '.join(one.values)} |"
                for one in FACTS.values()
            ),
            "",
            "A question as JSON (`lontar policy explain`) names them as `viewer`, `thing`, `grain`, `export`, `channel` and `now`.",
            "The thing's `use` holds `grain` (how fine others may read), `export`, `regional_totals`, `no_onward`, `no_ranking`.",
            "Codes of `allegiance` and `origin` are closed when the question is read; an allegiance that is not given is every State's.",
            "Its schema is [policy_question](schemas/policy_question.schema.json).",
            "",
            "## What is proved",
            "",
            "For any number of States, participants and people. A claim whose id starts with V says that there is such a world at all:",
            "else the other claims could be true only since nothing ever happens.",
            "",
            "| | Claim |",
            "|---|---|",
            *(f"| {claim.id} | {claim.title} |" for claim in claims(SymbolicPolicy(rules))),
            "",
        ]
    )


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {rule.id} {rule.title}"
    yield ""
    yield f"**{rule.effect.capitalize()}s.** {rule.reason} {rule.because}"
    yield ""
    for condition in rule.when:
        yield from _lines(condition, "")
    yield ""
    sources = "; ".join(
        f"{one.title}{', ' + one.part if one.part else ''}{'' if one.verified else ' (cited, not yet compared with the text)'}"
        for one in rule.source
    )
    yield f"Source: {sources}."
    yield ""


def _lines(condition: Condition, indent: str) -> Iterator[str]:
    """A condition in words, one line for each test."""
    for word, inner in (("all of", condition.all), ("at least one of", condition.any)):
        if inner:
            yield f"{indent}- {word}"
            for one in inner:
                yield from _lines(one, indent + "  ")
            return
    yield f"{indent}- {_said(condition)}"


def _said(condition: Condition) -> str:
    match condition:
        case Condition(is_not=Condition(all=None, any=None) as inner):
            return f"not: {_said(inner)}"
        case Condition(holds=str(name)):
            return f"`{name}`"
        case Condition(equals=(first, second)):
            return f"`{first}` is {_operand(second)}"
        case Condition(among=(first, words)):
            return f"`{first}` is {' or '.join(words)}"
        case Condition(has=(first, second)):
            return f"`{first}` holds {_operand(second)}"
        case Condition(meets=(first, str(second))):
            return f"`{first}` meets `{second}`"
        case Condition(meets=(first, words)):
            return f"`{first}` holds {' or '.join(words)}"
        case Condition(within=(first, second)):
            return f"`{first}` lies within `{second}`"
        case Condition(precedes=(first, second)):
            return f"`{first}` comes before `{second}`"
    raise AssertionError(condition)


def _operand(name: str) -> str:
    return f"`{name}`" if name in FACTS else name
