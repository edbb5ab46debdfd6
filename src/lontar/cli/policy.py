"""`lontar policy`: what the rules of sharing decide, why, and what is proved of them."""

import sys
from pathlib import Path

import click

from lontar.cli.groups import LazyGroup
from lontar.cli.saying import NO, OK, counted, say_json, table
from lontar.model.errors import SourceProblem, Unavailable


@click.group(cls=LazyGroup)
def policy() -> None:
    """Ask the rules of sharing, and prove what must hold of them."""


@policy.command("explain")
@click.argument("facts")
@click.option("--json", "as_json", is_flag=True, help="Print the decision as JSON.")
def explain(facts: str, as_json: bool) -> None:
    """Decide one question: may this viewer read this thing?

    FACTS is JSON, `@file` or `-`: {"viewer": {...}, "thing": {...}, "grain": "figure", "export": false}. Exit status 0: yes; 1: no.
    """
    from datetime import UTC, datetime

    from lontar.catalogue import open_catalogue
    from lontar.catalogue.policies import read_allegiances, read_rules
    from lontar.sharing.asking import notes_on, read_question
    from lontar.sharing.deciding import Policy

    catalogue = open_catalogue()
    text, allegiances = _text_of(facts), read_allegiances(catalogue)
    question = read_question(text, allegiances, datetime.now(UTC))
    for note in notes_on(text, allegiances):
        click.echo(f"Note: {note}", err=True)
    decision = Policy(read_rules(catalogue.root)).decide(question)
    if as_json:
        say_json(decision)
    else:
        click.echo("Yes." if decision.allowed else "No.")
        for rule, reason in zip(decision.rules, decision.reasons, strict=True):
            click.echo(f"{rule}: {reason}")
        if not decision.rules:
            click.echo("No rule permits it.")
        for obligation in decision.obligations:
            click.echo(f"The reader is bound: {obligation}")
    raise click.exceptions.Exit(OK if decision.allowed else NO)


@policy.command("prove")
@click.option("--json", "as_json", is_flag=True, help="Print the verdicts as JSON.")
def prove(as_json: bool) -> None:
    """Prove every invariant of the rules, for any number of States, and list each with its verdict.

    Exit status 0: all are proved; 1: one is not. A world that breaks an invariant is shown.
    """
    from lontar.catalogue import open_catalogue
    from lontar.catalogue.policies import read_rules

    try:
        from lontar.sharing.proving.prove import prove as proved
    except ModuleNotFoundError as error:
        if error.name != "z3":
            raise
        remedy = "Install it beside Lontar: pip install 'lontar[prove]'."
        raise Unavailable(
            "POL-002", "", "the solver that proves the rules is not installed.", remedy
        ) from None
    verdicts = list(proved(read_rules(open_catalogue().root)))
    if as_json:
        from lontar.cli.answers import PolicyVerdict, PolicyVerdicts

        say_json(PolicyVerdicts(verdicts=[PolicyVerdict(**verdict._asdict()) for verdict in verdicts]))
    else:
        rows = [[one.id, one.verdict, f"{one.seconds * 1000:.1f}", one.title] for one in verdicts]
        click.echo(table([["", "verdict", "ms", "what must hold"], *rows], right=(2,)))
        for one in verdicts:
            if one.world:
                click.echo(f"\n{one.id} does not hold in this world:\n{one.world}")
    unproved = [one for one in verdicts if one.verdict != "proved"]
    click.echo(f"{counted(len(verdicts) - len(unproved), 'claim')} proved, {len(unproved)} not.", err=True)
    raise click.exceptions.Exit(NO if unproved else OK)


@policy.command("cases")
def cases() -> None:
    """Compare the decisions that experts expect with what the rules decide."""
    from lontar.cli.expecting import expected_and_decided

    count, wrong = 0, 0
    for one in expected_and_decided():
        count += 1
        if not one.agrees:
            wrong += 1
            click.echo(one.sentence())
    click.echo(f"{counted(count, 'expected decision')}, {wrong} decided otherwise.", err=True)
    raise click.exceptions.Exit(NO if wrong else OK)


def _text_of(facts: str) -> bytes:
    if facts == "-":
        return sys.stdin.buffer.read()
    if not facts.startswith("@"):
        if not facts.lstrip().startswith("{") and Path(facts).is_file():
            said = "this is the name of a file, not a question."
            raise SourceProblem("POL-001", facts, said, f"Write @{facts}.")
        return facts.encode()
    try:
        return Path(facts[1:]).read_bytes()
    except OSError as error:
        said = (error.strerror or "cannot be read").lower()
        raise SourceProblem("POL-001", facts[1:], f"{said}.", "Name a file with the facts as JSON.") from None
