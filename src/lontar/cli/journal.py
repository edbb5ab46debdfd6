"""`lontar journal`: verify, export and sign the record of who did or saw what."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lontar.cli.groups import LazyGroup
from lontar.cli.owning import as_owner_role, known_participant
from lontar.cli.saying import NO, OK, counted, say_json
from lontar.model.errors import SourceProblem

if TYPE_CHECKING:
    from lontar.journal.verifying import Export


@click.group(cls=LazyGroup)
def journal() -> None:
    """Verify, export and sign the record of who did or saw what."""


@journal.command("verify")
@click.argument("export", required=False, type=click.Path(path_type=Path))
@click.option("--key", help="The instance's public key, as you were given it; needed for an export.")
@click.option(
    "--earlier", type=click.Path(path_type=Path), help="An earlier export of the same chain, to compare with."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def verify(export: Path | None, key: str | None, earlier: Path | None, as_json: bool) -> None:
    """Verify the chains and the signed checkpoints: of this instance's database, or of an EXPORT with the key.

    Exit status 0: whole; 1: not, with one sentence for each finding.
    """
    found, whole = _of_export(export, key, earlier) if export else (_of_database(), "The journal is whole.")
    if as_json:
        from lontar.cli.answers import JournalFindings

        say_json(JournalFindings(findings=found))
    else:
        for finding in found:
            click.echo(finding)
        click.echo(f"{counted(len(found), 'finding')}." if found else whole, err=bool(found))
    raise click.exceptions.Exit(NO if found else OK)


@journal.command("export")
@click.argument("participant")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write; it must be new.",
)
def export(participant: str, out: Path) -> None:
    """Write a participant's chain with its checkpoints and proofs into a file that anyone can verify with the key."""
    from lontar.instance.home import write_whole
    from lontar.journal.exporting import export_chain
    from lontar.journal.keys import Signer

    if out.exists():
        said = (
            "there is a file of that name, and an earlier export is what finds a chain that was written anew."
        )
        raise SourceProblem("JOU-003", str(out), said, "Name a new one.")
    with as_owner_role() as (home, cursor):
        cursor.execute("set transaction isolation level repeatable read")
        known_participant(cursor, participant)
        signer = Signer(home.secret("journal"))
        lines = list(export_chain(cursor, home.facts.id, participant, signer, datetime.now(UTC)))
    try:
        write_whole(out.absolute(), b"".join(lines), mode=0o600)
    except OSError as error:
        said = (error.strerror or "cannot be written").lower()
        raise SourceProblem(
            "JOU-001", str(out), f"{said}.", "Name a file in a folder that is there."
        ) from None
    entries = sum(b'"checkpoint"' not in line[:14] for line in lines[1:])
    click.echo(
        f"{out}: {entries:,} {'entry' if entries == 1 else 'entries'}. Verify it with the key {signer.public}."
    )


@journal.command("erase")
@click.argument("participant")
@click.argument("place", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why, in a sentence: it stands in the chain for good.")
def erase(participant: str, place: int, reason: str) -> None:
    """Erase what the entry at PLACE of a participant's chain says. The chain stays whole, and an entry says which was erased, and why.

    Exit status 2: nothing is there to erase.
    """
    from lontar.journal.erasing import erase_content

    with as_owner_role() as (_, cursor):
        known_participant(cursor, participant)
        was_there = erase_content(cursor, participant, place, reason, datetime.now(UTC))
    if not was_there:
        raise SourceProblem(
            "JOU-004",
            f"{participant}, entry {place}",
            "there is nothing to erase.",
            "Name an entry that says something.",
        )
    click.echo(f"What entry {place} of {participant} said is erased, and an entry says so.")


@journal.command("checkpoint")
def checkpoint() -> None:
    """Sign the heads of all chains as they are now; a job does so at fixed hours."""
    from lontar.journal.checkpoints import make_checkpoint
    from lontar.journal.keys import Signer

    with as_owner_role() as (home, cursor):
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

    with as_owner_role() as (home, cursor):
        cursor.execute("set transaction isolation level repeatable read")
        return list(verify_database(cursor, home.facts.id, Signer(home.secret("journal")).public))


def _of_export(path: Path, key: str | None, earlier: Path | None) -> tuple[list[str], str]:
    """What is wrong with an export, and what it is."""
    from lontar.journal.keys import is_key

    if not key:
        raise click.UsageError("An export is verified with --key, the public key that you were given.")
    if not is_key(key):
        said = "this is no key: a public key is 64 hexadecimal digits."
        raise SourceProblem("JOU-005", "--key", said, "Give it as you were given it.")
    now = _opened(path, key)
    before = _opened(earlier, key) if earlier else None
    return [*now.found, *(now.changes_since(before) if before else ())], now.summary()


def _opened(path: Path, key: str) -> "Export":
    from lontar.journal.verifying import Export

    try:
        with path.open("rb") as file:
            return Export(file, key)
    except OSError as error:
        said = (error.strerror or "cannot be read").lower()
        raise SourceProblem("JOU-001", str(path), f"{said}.", "Name an export of a journal.") from None
    except (ValueError, KeyError, TypeError):
        said = "this is no export of a journal, or its first line was altered."
        raise SourceProblem("JOU-001", str(path), said, "Write one with 'lontar journal export'.") from None
