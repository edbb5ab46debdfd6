"""`lontar demo`: harmonise the examples, say the account of each, and show a first table across them."""

from pathlib import Path

import click

from lontar.cli.saying import OK, table

_YEARS = (2006, 2012, 2018, 2020, 2022, 2024, 2025)


@click.command()
@click.option("--again", is_flag=True, help="Harmonise again what is done already.")
def demo(again: bool) -> None:
    """Harmonise the examples, print the account of each and a first table across them.

    What it writes lies under var/ (or LONTAR_HOME); what is done already is not done twice.
    """
    from lontar.catalogue import open_catalogue
    from lontar.cli.examples import Examples

    examples = Examples(open_catalogue())
    for done in examples.harmonise(again=again):
        click.echo(done + "\n")
    click.echo(first_table(examples.observations(), _YEARS))
    raise click.exceptions.Exit(OK)


def first_table(files: list[Path], years: tuple[int, ...]) -> str:
    """Sums of flows by calendar year, as the sources count them; units, stages and sources are never added together."""
    from lontar.catalogue import open_catalogue
    from lontar.harmonise.overview import yearly_figures

    catalogue = open_catalogue()
    figures = yearly_figures(files, {path.stem: catalogue.indicator(path.stem) for path in files})
    lines: dict[tuple[str, ...], dict[int, str]] = {}
    for figure in figures:
        stage = "" if figure.stage == "_Z" else figure.stage
        key = (figure.indicator, figure.unit, stage, figure.mapping)
        mark = ("*" if figure.missing else "") + ("~" if figure.is_part else "")
        lines.setdefault(key, {})[figure.year] = f"{_span(figure.low, figure.high)}{mark}"
    rows = [["indicator", "unit", "stage", "source", *map(str, years)]]
    rows += [[*key, *(cells.get(year, "") for year in years)] for key, cells in sorted(lines.items())]
    notes = "a range where the source gives intervals; * some figures of that year are not there; ~ only a part of the year is told"
    title = "What the examples say, by calendar year and as each source counts: never added across lines"
    return f"{title}\n\n{table(rows, right=tuple(range(4, 4 + len(years))))}\n\n({notes})"


def _span(low: float, high: float) -> str:
    return f"{low:,.0f}" if low == high else f"{low:,.0f}-{high:,.0f}"
