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
@click.option("--check", is_flag=True, help="Only say whether it answers; nothing is started.")
@click.option(
    "--closing", is_flag=True, help="Only print what a superuser runs once on an operator's server."
)
def database(check: bool, closing: bool) -> None:
    """Run the instance's database server until interrupted or told to stop, and start it again whenever it ends.

    Exit status 1: with --check, it does not answer. 3: another Lontar runs here, or it is an operator's server, which is not started here.
    """
    from lontar.cli.stopping import Stopping
    from lontar.instance import cluster, server
    from lontar.instance.home import Home, default_home

    if closing:
        click.echo(cluster.closing(), nl=False)
        return
    home = Home(default_home())
    _ = home.facts
    if check:
        answers = server.answers(home)
        click.echo("The database answers." if answers else "The database does not answer.", err=not answers)
        raise SystemExit(0 if answers else 1)
    if not server.is_own():
        said = "the database is an operator's, and is started there."
        raise Unavailable("INS-022", "LONTAR_DATABASE_URL", said, "Unset it to run the instance's own.")
    stopping = Stopping()
    with cluster.Cluster(home).running(alone=True):
        click.echo("The database answers.")
        stopping.wait()


def _migrate() -> None:
    as_owner("bring_up_to_date")


def as_owner(*commands: str, **told: object) -> None:
    """Carry out Django's commands as the owner role."""
    _as_role("owner", *commands, **told)


def as_web(*commands: str, **told: object) -> None:
    """Carry out Django's commands as the role that serves pages: with no right but that of whoever asks."""
    _as_role("web", *commands, **told)


def _as_role(role: str, *commands: str, **told: object) -> None:
    """Carry out Django's commands, in this process: Django is set up here and nowhere else in the command line."""
    os.environ["LONTAR_ROLE"] = role
    os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
    import django
    from django.core.management import call_command
    from django.db import connection
    from django.db.utils import OperationalError

    from lontar.instance import server
    from lontar.instance.home import Home, default_home

    home = Home(default_home())
    _ = home.facts
    with server.running_database(home):
        try:
            django.setup()
            for command in commands:
                call_command(command, **told)
            connection.close()
        except OperationalError as error:
            raise server.does_not_answer(error) from None
