"""`lontar person`: what the keeper of the machine does for people whom nobody else can help. Each is written into the journal."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import click

from lontar.cli.owning import as_owner_role, known_participant
from lontar.model.errors import SourceProblem


@click.group("person")
def person() -> None:
    """Invite a participant's first administrator, end a lost second factor, or erase a person.

    Everything else about people is done by the administrators of their participant, in the portal.
    """


@person.command("invite")
@click.argument("participant")
@click.argument("address")
def invite(participant: str, address: str) -> None:
    """Invite an administrator of a participant, and print the link that they accept by, once. It holds for fourteen days.

    The participant's journal says so. Hand the link over in person, or by another way that only they read. Exit status 2: it is no
    participant, or no address.
    """
    from lontar.members.addresses import read_address
    from lontar.members.secrets import hashed, new_secret

    told = read_address(address)
    if not told:
        raise SourceProblem(
            "MEM-007", address[:80], "this is no address.", "Give one such as name@agency.example."
        )
    secret = new_secret()
    with as_owner_role() as (_, cursor):
        known_participant(cursor, participant)
        cursor.execute(
            "select invite_administrator(%s, %s, %s, %s)",
            (participant, told, hashed(secret), datetime.now(UTC)),
        )
    click.echo(f"{_address()}/account/invitation/{secret}/")


@person.command("reset")
@click.argument("identity", metavar="ID")
def reset(identity: str) -> None:
    """End the second factor of a person who acts for several participants; they set up a new one when they next sign in.

    Make sure that it is they who ask. The journals of those participants say so. Exit status 2: there is no such person.
    """
    with as_owner_role() as (_, cursor):
        _known(cursor, identity)
        cursor.execute("select reset_factors(%s, %s)", (UUID(identity), datetime.now(UTC)))
    click.echo("The second factor has ended, and every session with it.")


@person.command("erase")
@click.argument("identity", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask; it cannot be undone.")
def erase(identity: str, yes: bool) -> None:
    """Erase the name and the address of a person, and everything that they sign in with. The id stays in journals.

    Their roles end. Exit status 2: there is no such person.
    """
    with as_owner_role() as (_, cursor):
        _known(cursor, identity)
        if not yes:
            click.confirm("Erase the person for good?", abort=True)
        cursor.execute("select erase_person(%s, %s)", (UUID(identity), datetime.now(UTC)))
    click.echo(
        "The person is erased. Backups made before still hold the name: see docs/how-to/run-an-instance.md."
    )


def _known(cursor: Any, identity: str) -> None:
    try:
        cursor.execute("select from members_person where id = %s", (UUID(identity),))
        if cursor.fetchone() is not None:
            return
    except ValueError:
        pass
    raise SourceProblem(
        "MEM-011", identity[:80], "there is no such person.", "Give the id that the journal names."
    )


def _address() -> str:
    return os.environ.get("LONTAR_ADDRESS", "").rstrip("/") or "https://localhost"
