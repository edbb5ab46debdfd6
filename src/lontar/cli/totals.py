"""`lontar totals`: editions of regional totals, made by whoever keeps the machine, at fixed times."""

from typing import Any

import click

from lontar.cli.answers import EditionTold
from lontar.cli.instance import as_owner
from lontar.cli.saying import counted, say_json


@click.group("totals")
def totals() -> None:
    """Make editions of regional totals. 'lontar figures --grain total' reads them, as a member of the region may."""


@totals.command("freeze")
@click.argument("indicators", nargs=-1, metavar="[INDICATOR]...")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def freeze(indicators: tuple[str, ...], as_json: bool) -> None:
    """Freeze the next edition of all indicators, or of those named: what enough participants gave and nobody can take apart.

    Each owner's journal says that it was counted. Figures that earlier editions and published sources together give away are named, for
    their owners to be told; no figure is printed.
    """
    told: dict[str, Any] = {"indicators": indicators}
    as_owner("freeze_totals", told=told)
    frozen = told["frozen"]
    exposed = sorted(
        {
            f"{one.cell.indicator} {one.cell.start} to {one.cell.end}: {', '.join(one.groups)}"
            for one in frozen.exposed
        }
    )
    if as_json:
        say_json(
            EditionTold(number=frozen.number, shown=frozen.shown, withheld=frozen.withheld, exposed=exposed)
        )
        return
    click.echo(
        f"Edition {frozen.number}: {counted(frozen.shown, 'total')} shown, {frozen.withheld:,} withheld."
    )
    for line in exposed:
        click.echo(f"Given away by what is known already: {line}.")
