"""`lontar mapping`: is a mapping right, complete, and what does it become."""

import tempfile
from pathlib import Path

import click

from lontar.cli.groups import LazyGroup
from lontar.cli.saying import NO, OK, say_json
from lontar.cli.sources import SourceFiles


@click.group(cls=LazyGroup)
def mapping() -> None:
    """Check mappings, and see what they become."""


@mapping.command("check")
@click.argument("path", metavar="ID_OR_PATH")
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def check(path: str, sources: tuple[str, ...], as_json: bool) -> None:
    """Say whether a mapping is valid, and whether it is complete for these files.

    Complete means: nothing in the files is refused. What the mapping holds and the files do not need (crosswalk lines,
    checks, corrections) is listed too.
    """
    from lontar.catalogue import open_catalogue
    from lontar.catalogue.mapping_checks import check_mapping
    from lontar.catalogue.mappings import open_mapping

    catalogue = open_catalogue()
    bundle = open_mapping(catalogue, path)
    wrong = [str(problem) for problem in check_mapping(bundle, catalogue)]
    refused, leftovers = _try_files(path, sources) if sources and not wrong else ([], [])
    if as_json:
        from lontar.cli.answers import MappingFindings

        say_json(
            MappingFindings(mapping=bundle.mapping.id, wrong=wrong, problems=refused, leftovers=leftovers)
        )
    else:
        _say_findings(bundle.mapping.id, wrong, refused, leftovers, bool(sources))
    raise click.exceptions.Exit(NO if wrong or refused else OK)


def _try_files(mapping_id: str, sources: tuple[str, ...]) -> tuple[list[str], list[str]]:
    import csv

    from lontar.catalogue import open_catalogue
    from lontar.catalogue.mappings import open_mapping
    from lontar.harmonise.run import harmonise_files

    with tempfile.TemporaryDirectory(prefix="lontar-check-") as folder, SourceFiles(sources, None) as files:
        out = Path(folder) / "out"
        outcome = harmonise_files(files, open_mapping(open_catalogue(), mapping_id), out)
        with (out / "problems.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    told = [
        f"[{r['code']}] {r['file']}, row {r['row']}, column {r['column']}: {r['message']}. {r['remedy']}"
        for r in rows
    ]
    left = outcome.account.leftovers
    unused = [f"unused crosswalk line: {line}" for line in left.unused_crosswalk_lines]
    idle = [f"check never put: {name}" for name in left.idle_checks]
    return told, unused + idle + [f"correction without a cell: {name}" for name in left.idle_corrections]


def _say_findings(
    name: str, wrong: list[str], refused: list[str], leftovers: list[str], with_files: bool
) -> None:
    for line in (*wrong, *refused):
        click.echo(line)
    for line in leftovers:
        click.echo(f"  {line}")
    if wrong or refused:
        click.echo(
            f"{name}: {len(wrong)} wrong in the mapping, {len(refused)} problems in the files.", err=True
        )
        return
    click.echo(f"{name}: valid{', and complete for these files' if with_files else ''}.")


@mapping.command("plan")
@click.argument("path", metavar="ID_OR_PATH")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the engine-neutral plan, lookups included, as JSON."
)
def plan(path: str, sources: tuple[str, ...], as_json: bool) -> None:
    """Print the plan for these files: as DuckDB SQL to read, or engine-neutral as JSON."""
    from lontar.catalogue import open_catalogue
    from lontar.catalogue.mappings import open_mapping
    from lontar.harmonise.plan.duckdb_sql import plan_sql
    from lontar.harmonise.run import plan_files

    with SourceFiles(sources, None) as files:
        made = plan_files(files, open_mapping(open_catalogue(), path))
    if as_json:
        say_json(made)
    else:
        click.echo(plan_sql(made))


@mapping.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_mappings(as_json: bool) -> None:
    """List the mappings of the catalogue."""
    from lontar.catalogue import open_catalogue
    from lontar.catalogue.mappings import mapping_ids, open_mapping

    catalogue = open_catalogue()
    told = {name: open_mapping(catalogue, name).mapping.title for name in mapping_ids(catalogue)}
    if as_json:
        from lontar.cli.answers import MappingTitles

        say_json(MappingTitles(mappings=told))
        return
    for name, title in told.items():
        click.echo(f"{name:24} {title}")
