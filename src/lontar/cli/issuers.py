"""`lontar issuer`: who else signs people in, each for one participant. For whoever keeps the machine."""

from typing import Any

import click

from lontar.cli.instance import as_owner
from lontar.cli.saying import say_json, table


@click.group("issuer")
def issuer() -> None:
    """Say which issuers of OpenID Connect sign people in, each for exactly one participant.

    A participant that has an issuer of its own lets its people sign in as they do at home. Nobody becomes known here through one.
    """


@issuer.command("add")
@click.argument("slug")
@click.option("--url", required=True, help="The issuer, as it names itself: https://login.example.")
@click.option("--client-id", required=True, help="What the issuer knows this instance by.")
@click.option(
    "--participant", required=True, metavar="ID", help="For whom its people may act, and for nobody else."
)
@click.option(
    "--second-factor", is_flag=True, help="Believe it where it says that a second factor was shown."
)
@click.option(
    "--secret",
    type=click.File("r"),
    default="-",
    help="The file with what the issuer knows us by; without it, standard input.",
)
def add(slug: str, url: str, client_id: str, participant: str, second_factor: bool, secret: Any) -> None:
    """Add an issuer under a short name, or change the one of that name.

    The issuer is asked what it is, so it must answer now. Tell it this address to send people back to:
    <address of the portal>/account/oidc/SLUG/login/callback/. Exit status 2: it is no such issuer. 3: it does not answer.
    """
    if secret.isatty():
        told = click.prompt("Client secret", hide_input=True)
    else:
        told = secret.read()
    _run(
        "add",
        slug=slug,
        url=url,
        client_id=client_id,
        participant=participant,
        second_factor=second_factor,
        secret=told.strip(),
    )
    click.echo(
        f"People of {participant} sign in through {url}, and come back to /account/oidc/{slug}/login/callback/."
    )


@issuer.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def list_them(as_json: bool) -> None:
    """Say which issuers there are; secrets are not shown."""
    found = _run("list")
    if as_json:
        say_json(found)
        return
    if not found:
        click.echo("There are no issuers: everybody signs in with a password or a passkey.")
        return
    rows = [["name", "participant", "issuer", "second factor"]]
    rows += [
        [one["slug"], one["participant"], one["url"], "believed" if one["second_factor"] else "asked here"]
        for one in found
    ]
    click.echo(table(rows))


@issuer.command("remove")
@click.argument("slug")
def remove(slug: str) -> None:
    """Remove an issuer, with what its people were known by there; they are signed out. Exit status 1: there is none of that name."""
    _run("remove", slug=slug)
    click.echo(f"Nobody signs in through {slug} any longer.")


def _run(verb: str, **told: Any) -> Any:
    """Carry out a verb as the owner role, and give what it answers."""
    as_owner("issuers", verb=verb, told=told)
    return told["answer"]
