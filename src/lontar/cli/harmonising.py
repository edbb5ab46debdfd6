"""`lontar harmonise`: files in, observations, problems and account out."""

import os
from pathlib import Path

import click

from lontar.cli.saying import NO, OK, say_json
from lontar.cli.sources import SourceFiles

_MEGABYTE = 2**20


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--mapping", "mapping_id", required=True, metavar="ID", help="Mapping of the catalogue, or a path to one."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder to write to."
)
@click.option("--replace", is_flag=True, help="Replace what the folder holds.")
@click.option(
    "--engine", type=click.Choice(["duckdb"]), default="duckdb", help="Engine that carries out the plan."
)
@click.option(
    "--memory",
    type=click.IntRange(64, 2**22),
    default=2048,
    show_default=True,
    metavar="MB",
    help="Memory that the engine may use.",
)
@click.option("--name", metavar="FILE", help="Name of the file when the source is - (standard input).")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
def harmonise(
    sources: tuple[str, ...],
    mapping_id: str,
    out: Path,
    replace: bool,
    engine: str,  # noqa: ARG001 - one engine so far; the option is part of the contract
    memory: int,
    name: str | None,
    as_json: bool,
) -> None:
    """Turn national files into comparable observations, list every problem, and account for every cell.

    SOURCE is a file, a folder of files of one family, or - for standard input. Writes observations/, problems.csv,
    problems.jsonl (the same for programs) and account.json to the folder given, whole or not at all.
    """
    from lontar.harmonise.reading.starting import start_child, stop_child

    _check_folder(out, replace)
    child = start_child()  # it loads its libraries while this process loads the mapping
    try:
        from lontar.catalogue import open_catalogue
        from lontar.catalogue.mapping_checks import open_checked_mapping
        from lontar.harmonise.run import Settings, harmonise_files

        bundle, settings = open_checked_mapping(open_catalogue(), mapping_id), Settings(memory * _MEGABYTE)
        with SourceFiles(sources, name) as files:
            outcome = harmonise_files(files, bundle, out, replace=replace, settings=settings, child=child)
    finally:
        stop_child(child)
    if as_json:
        say_json(outcome.account)
    else:
        from lontar.cli.summary import summary

        click.echo(summary(outcome.account, out))
    raise click.exceptions.Exit(NO if outcome.problems.get("refused") else OK)


def _check_folder(out: Path, replace: bool) -> None:
    """Raise UsageError where the output cannot go there, before anything is read."""
    try:
        if out.is_dir():
            if any(out.iterdir()) and not replace:
                raise click.UsageError(f"The folder {out} is not empty. Give another one, or --replace.")
            place = out.resolve().parent
        elif out.exists():
            raise click.UsageError(f"{out} is no folder. Give another one.")
        else:
            place = next(parent for parent in out.resolve().parents if parent.exists())
        if not place.is_dir():
            raise click.UsageError(f"{place} is no folder, so {out} cannot be made. Give another one.")
        if not os.access(place, os.W_OK | os.X_OK):
            raise click.UsageError(f"There is no permission to write in {place}. Give another folder.")
    except OSError as error:
        raise click.UsageError(f"{out} cannot be written to: {error.strerror or error}.") from error
