"""`lontar catalogue`: what the experts wrote, and what is wrong with it."""

from pathlib import Path

import click

from lontar.cli.groups import LazyGroup
from lontar.cli.saying import NO, OK, counted, say_json
from lontar.model.errors import CatalogueProblem


@click.group(cls=LazyGroup)
def catalogue() -> None:
    """Check and show indicators, code lists, participants and mappings."""


@catalogue.command("check")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Another catalogue's folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def check(folder: Path | None, as_json: bool) -> None:
    """Say everything that is wrong with the catalogue, in plain words."""
    from lontar.catalogue import open_catalogue
    from lontar.catalogue.mapping_checks import check_mappings
    from lontar.catalogue.policies import check_policies

    opened = open_catalogue(folder)
    found = [*opened.check(), *check_mappings(opened), *check_policies(opened)]
    if as_json:
        from lontar.cli.answers import CatalogueFinding, CatalogueFindings

        told = [
            CatalogueFinding(code=p.code, place=p.place, message=p.message, remedy=p.remedy) for p in found
        ]
        say_json(CatalogueFindings(problems=told))
    else:
        for problem in found:
            click.echo(str(problem))
        click.echo(
            f"{counted(len(found), 'problem')}." if found else "The catalogue is in order.", err=bool(found)
        )
    raise click.exceptions.Exit(NO if found else OK)


@catalogue.command("show")
@click.argument("identity", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(identity: str, as_json: bool) -> None:
    """Show an indicator, code list, participant, reporter, topic, mapping or rule, with its history."""
    from lontar.catalogue.findings import closest
    from lontar.cli.showing import found_things, known_ids, told

    things = found_things(identity)
    if not things:
        remedy = closest(identity, known_ids())
        raise CatalogueProblem("CAT-006", "catalogue", f"there is nothing with the id '{identity}'.", remedy)
    if as_json:
        from lontar.cli.answers import Shown

        say_json(Shown(**dict(things)))  # type: ignore[arg-type]
        return
    click.echo("\n\n".join(told(kind, thing) for kind, thing in things))


@catalogue.command("schemas")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where to write them."
)
def schemas(folder: Path) -> None:
    """Write the JSON Schema of each kind of file, from the model, for editors to complete and check with."""
    from lontar.catalogue.schemas import write_schemas

    for path in write_schemas(folder):
        click.echo(str(path))
