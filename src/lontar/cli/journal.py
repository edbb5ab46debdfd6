"""`lontar journal`: verify, export and sign the record of who did or saw what."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lontar.cli.groups import LazyGroup
from lontar.cli.saying import NO, OK, counted, say_json
from lontar.model.errors import SourceProblem, Unavailable

if TYPE_CHECKING:
    from psycopg import Cursor

    from lontar.instance.home import Home


@click.group(cls=LazyGroup)
def journal() -> None:
    """Verify, export and sign the record of who did or saw what."""


@journal.command("verify")
@click.argument("export", required=False, type=click.Path(path_type=Path))
@click.option("--key", help="The instance's public key, as you were given it; needed for an export.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def verify(export: Path | None, key: str | None, as_json: bool) -> None:
    """Verify the chains and the signed checkpoints: of this instance's database, or of an EXPORT with the key.

    Exit status 0: whole; 1: not, with one sentence for each finding.
    """
    found = list(_of_export(export, key) if export else _of_database())
    if as_json:
        from lontar.cli.answers import JournalFindings

        say_json(JournalFindings(findings=found))
    else:
        for finding in found:
            click.echo(finding)
        click.echo(
            f"{counted(len(found), 'finding')}." if found else "The journal is whole.", err=bool(found)
        )
    raise click.exceptions.Exit(NO if found else OK)


@journal.command("export")
@click.argument("participant")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write."
)
def export(participant: str, out: Path) -> None:
    """Write a participant's chain with its checkpoints and proofs into a file that anyone can verify with the key."""
    from lontar.instance.home import write_whole
    from lontar.journal.exporting import export_chain
    from lontar.journal.keys import Signer

    with _as_owner() as (home, cursor):
        signer = Signer(home.secret("journal"))
        cursor.execute("set transaction isolation level repeatable read")
        lines = b"".join(export_chain(cursor, home.facts.id, participant, signer, datetime.now(UTC)))
    write_whole(out.absolute(), lines, mode=0o600)
    click.echo(f"{out}: verify it with the key {signer.public}.")


@journal.command("checkpoint")
def checkpoint() -> None:
    """Sign the heads of all chains as they are now; a job does so at fixed hours."""
    from lontar.journal.checkpoints import make_checkpoint
    from lontar.journal.keys import Signer

    with _as_owner() as (home, cursor):
        number = make_checkpoint(cursor, home.facts.id, Signer(home.secret("journal")), datetime.now(UTC))
    click.echo(f"Checkpoint {number} is signed.")


@journal.command("key")
def key() -> None:
    """Print the public key that checkpoints and exports of this instance are verified with."""
    from lontar.instance.home import Home, default_home
    from lontar.journal.keys import Signer

    home = Home(default_home())
    _ = home.facts
    click.echo(Signer(home.secret("journal")).public)


def _of_database() -> list[str]:
    from lontar.journal.keys import Signer
    from lontar.journal.verifying import verify_database

    with _as_owner() as (home, cursor):
        cursor.execute("set transaction isolation level repeatable read")
        return list(verify_database(cursor, home.facts.id, Signer(home.secret("journal")).public))


def _of_export(path: Path, key: str | None) -> Iterator[str]:
    from lontar.journal.verifying import verify_export

    if not key:
        raise click.UsageError("An export is verified with --key, the public key that you were given.")
    try:
        with path.open("rb") as file:
            yield from verify_export(file, key)
    except OSError as error:
        said = (error.strerror or "cannot be read").lower()
        raise SourceProblem("JOU-001", str(path), f"{said}.", "Name an export of a journal.") from None
    except (ValueError, KeyError, TypeError) as error:
        said = f"this is no export of a journal: {error}."
        raise SourceProblem("JOU-001", str(path), said, "Write one with 'lontar journal export'.") from None


@contextmanager
def _as_owner() -> "Iterator[tuple[Home, Cursor[Any]]]":
    """A transaction as the role that owns the database."""
    import psycopg

    from lontar.instance.home import Home, default_home
    from lontar.instance.server import access_as, running_database

    home = Home(default_home())
    _ = home.facts
    with running_database(home):
        try:
            with access_as("owner", home).connect() as connection, connection.cursor() as cursor:
                yield home, cursor
        except psycopg.OperationalError as error:
            said = str(error).strip().splitlines()[-1]
            raise Unavailable(
                "INS-017", "", f"the database does not answer: {said}.", "See that it runs."
            ) from None
