"""`lontar create`, `lontar migrate`, `lontar database`: an instance and its database."""

import os

import click

from lontar.model.errors import Unavailable


@click.command("create")
@click.option("--kind", type=click.Choice(["demo", "real"]), required=True, help="Fixed for good.")
def create(kind: str) -> None:
    """Create an instance in LONTAR_HOME (default: var), with its secrets and its database.

    Run again, it changes nothing. Exit status 3: an instance of the other kind is there.
    """
    from lontar.instance.home import Home, default_home

    home = Home(default_home())
    home.create(kind)  # type: ignore[arg-type]
    _migrate()
    click.echo(f"The instance of kind '{kind}' in {home.folder} is ready.")


@click.command("migrate")
def migrate() -> None:
    """Bring the database to what this version needs: tables, functions, and the rules of sharing in force.

    Works as the role that owns the database, which no process that serves pages can do.
    """
    _migrate()
    click.echo("The database is as this version needs it.")


@click.command("database")
@click.option("--check", is_flag=True, help="Only say whether it answers.")
def database(check: bool) -> None:
    """Run the instance's database server until interrupted, and start it again whenever it ends.

    Exit status 3: another Lontar runs here, or the server does not answer.
    """
    from threading import Event

    from lontar.instance.cluster import Cluster
    from lontar.instance.home import Home, default_home

    home = Home(default_home())
    _ = home.facts
    with Cluster(home).running(alone=not check):
        click.echo("The database answers.")
        if not check:
            Event().wait()


def _migrate() -> None:
    """As the owner role, in this process: Django is set up here and nowhere else in the command line."""
    os.environ["LONTAR_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
    import django
    from django.core.management import call_command
    from django.db.utils import OperationalError

    from lontar.instance.home import Home, default_home
    from lontar.instance.server import running_database

    home = Home(default_home())
    _ = home.facts
    with running_database(home):
        try:
            django.setup()
            call_command("bring_up_to_date")
        except OperationalError as error:
            said = str(error).strip().splitlines()[-1]
            raise Unavailable(
                "INS-017", "", f"the database does not answer: {said}.", "See that it runs."
            ) from None
