"""`lontar mapping`: is a mapping right, complete, and what does it become."""

import click

from lontar.cli.groups import LazyGroup
from lontar.cli.saying import NO, OK, counted, say_json
from lontar.cli.sources import SourceFiles
from lontar.cli.trying import Found, try_files
from lontar.model.errors import CatalogueProblem


@click.group(cls=LazyGroup)
def mapping() -> None:
    """Draft and check mappings, and see what they become."""


@mapping.command("check")
@click.argument("path", metavar="ID_OR_PATH")
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@click.option("--name", metavar="FILE", help="Name of the file when the source is - (standard input).")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def check(path: str, sources: tuple[str, ...], name: str | None, as_json: bool) -> None:
    """Say whether a mapping is valid, and whether it is complete for these files.

    Complete means: nothing in the files is refused. What the mapping holds and the files do not need (crosswalk lines,
    checks, corrections) is listed too.
    """
    from lontar.catalogue import open_catalogue
    from lontar.catalogue.mapping_checks import open_checked_mapping
    from lontar.catalogue.mappings import mapping_path

    catalogue, found = open_catalogue(), Found()
    mapping_path(catalogue, path)
    try:
        bundle = open_checked_mapping(catalogue, path)
    except CatalogueProblem as problem:
        found.wrong += [problem, *problem.others]
    else:
        if sources:
            with SourceFiles(sources, name) as files:
                try_files(bundle, files, found)
    if as_json:
        from lontar.cli.answers import MappingFindings

        say_json(MappingFindings(mapping=path, wrong=[one.sentence() for one in found.wrong], problems=found.told(),
                                 leftovers=found.leftovers))  # fmt: skip
    else:
        _say_findings(path, found, bool(sources))
    raise click.exceptions.Exit(NO if found.wrong or found.refused else OK)


def _say_findings(path: str, found: Found, with_files: bool) -> None:
    for line in (*(one.sentence() for one in found.wrong), *found.told()):
        click.echo(line)
    for line in found.leftovers:
        click.echo(f"  {line}")
    if found.wrong or found.refused:
        places = (
            f", {counted(found.refused, 'problem')} in the files" if with_files and not found.wrong else ""
        )
        click.echo(f"{path}: {len(found.wrong)} wrong in the mapping{places}.", err=True)
        return
    warned = f", with {counted(found.warnings, 'warning')}" if found.warnings else ""
    click.echo(f"{path}: valid{', and complete for these files' if with_files else ''}{warned}.")


@mapping.command("draft")
@click.argument("source", metavar="SOURCE")
@click.option("--participant", required=True, metavar="XX", help="Who says the figures: a reporter's id.")
@click.option(
    "--indicator", metavar="ID", help="What is counted; without it, all usual dimensions are tried."
)
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook that has several.")
@click.option("--name", metavar="FILE", help="Name of the file when the source is - (standard input).")
def draft(source: str, participant: str, indicator: str | None, sheet: str | None, name: str | None) -> None:
    """Propose a mapping for a file never seen, as YAML; what is doubtful stands there as comments.

    It looks for the header, what each column says, how periods and figures are written, and which texts are names of
    codes. It decides nothing: until you have answered its questions, the draft is no valid mapping.
    """
    from lontar.catalogue import open_catalogue
    from lontar.cli.drafting import draft_for

    with SourceFiles((source,), name) as files:
        if len(files) > 1:
            raise click.UsageError(f"{source} holds several files; give the one to draft from.")
        click.echo(draft_for(open_catalogue(), files[0], participant, indicator, sheet), nl=False)


@mapping.command("plan")
@click.argument("path", metavar="ID_OR_PATH")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the engine-neutral plan, lookups included, as JSON."
)
def plan(path: str, sources: tuple[str, ...], as_json: bool) -> None:
    """Print the plan for these files: as DuckDB SQL to read, or engine-neutral as JSON."""
    from lontar.catalogue import open_catalogue
    from lontar.catalogue.mapping_checks import open_checked_mapping
    from lontar.harmonise.plan.duckdb_sql import plan_sql
    from lontar.harmonise.run import plan_files

    with SourceFiles(sources, None) as files:
        made = plan_files(files, open_checked_mapping(open_catalogue(), path))
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
