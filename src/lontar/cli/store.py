"""`lontar store`: look after the sealed figures of an instance, as whoever keeps the machine. No figure is shown."""

import click

from lontar.cli.answers import StoreDamage
from lontar.cli.owning import as_owner_role
from lontar.cli.saying import NO, OK, counted, say_json


@click.group("store")
def store() -> None:
    """Look after the sealed figures: whether all is whole, what was left over, and keys anew. No figure is shown."""


@store.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def check(as_json: bool) -> None:
    """Open every segment, and name those that are damaged or missing. Exit status 1: there are some."""
    from lontar.warehouse.looking_after import damaged
    from lontar.warehouse.opening import open_store

    with as_owner_role() as (home, cursor):
        found = [one.sentence for one in damaged(cursor, open_store(home))]
    if as_json:
        say_json(StoreDamage(damage=found))
    else:
        click.echo("\n".join(found) or "Every segment is whole.")
    raise click.exceptions.Exit(NO if found else OK)


@store.command("sweep")
def sweep() -> None:
    """Remove what a process that was stopped left behind. The portal does so whenever it starts."""
    from lontar.warehouse import looking_after
    from lontar.warehouse.opening import open_store

    with as_owner_role() as (home, cursor):
        found = looking_after.sweep(cursor, open_store(home))
    click.echo(f"{counted(found, 'volume')} removed.")


@store.command("rotate")
@click.option(
    "--master",
    is_flag=True,
    help="Also renew the instance's own key, above all others. Stop the portal first.",
)
def rotate(master: bool) -> None:
    """Give every owner and set of classes a new key, and wrap the keys of all segments by it. Figures are not written anew.

    A renewed key of the instance lies in secrets/store: copy it to where the others are kept. Backups made before hold the old one.
    """
    from lontar.warehouse import looking_after
    from lontar.warehouse.opening import open_store, open_store_renewed

    with as_owner_role() as (home, cursor):
        found = looking_after.rotate(cursor, open_store_renewed(home) if master else open_store(home))
    if master:
        home.end_renewal("store")
    click.echo(f"The keys of {counted(found, 'segment')} are wrapped anew.")
