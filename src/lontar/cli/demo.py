"""`lontar demo`: harmonise the examples, show a first table across them, and serve the portal with its fictional people."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lontar.cli.instance import as_owner
from lontar.cli.saying import table
from lontar.cli.serving import port_option, serve_until_stopped
from lontar.cli.working import do_apart

if TYPE_CHECKING:
    from lontar.cli.examples import Examples

_YEARS = (2006, 2012, 2018, 2020, 2022, 2024, 2025)


@click.command()
@click.option("--again", is_flag=True, help="Harmonise again what is done already.")
@click.option(
    "--serve/--no-serve", default=True, help="Whether to serve the portal, after the accounts and the table."
)
@port_option
def demo(again: bool, serve: bool, port: int) -> None:
    """Harmonise the examples, print the account of each and a first table across them, and serve the portal on this machine.

    What it writes lies under var/ (or LONTAR_HOME); what is done already is not done twice. It ends when it is interrupted, and
    everything that it started with it.
    """
    from lontar.catalogue import open_catalogue
    from lontar.cli.examples import Examples

    examples = Examples(open_catalogue())
    for done in examples.harmonise(again=again):
        click.echo(done + "\n")
    click.echo(first_table(examples.observations(), _YEARS))
    if serve:
        _serve(port, examples)


def _serve(port: int, examples: Examples) -> None:
    """Create the instance where there is none, let its people and the echoes be there, and serve it to this machine."""
    from lontar.cli.examples import home as folder
    from lontar.instance.home import Home
    from lontar.instance.server import running_database

    os.environ["LONTAR_HOME"] = str(folder().absolute())
    home = Home(folder())
    home.create("demo")
    with running_database(home):
        as_owner("bring_up_to_date", "load_demonstration")
        as_owner("load_echoes", echoes=_echoes(examples))
        do_apart(home, "lontar.web.demonstrating", str(examples.fictional))
        serve_until_stopped(home, "127.0.0.1", port, 2, lambda: click.echo(_welcome(port)))


def _echoes(examples: Examples) -> list[tuple[dict[str, object], str]]:
    """What the sources of the examples are, and where their observations lie."""
    return [
        (
            {
                "reporter": mapping.split("/")[0].upper(), "series": mapping, "publisher": source.publisher, "title": source.title,
                "address": source.taken_from, "licence": source.licence, "files": hashes,
            },
            str(folder),
        )
        for mapping, source, hashes, folder in examples.sources()
    ]  # fmt: skip


def _welcome(port: int) -> str:
    """Where it is, and who can sign in."""
    from lontar.members.demonstration import PASSWORD, demonstrators

    alike = {f".{letter}@" for letter in ("xb", "xc", "xd", "xe")}
    people = [one for one in demonstrators() if not any(part in one.email for part in alike)]
    rows = [["who", "for", "roles"]]
    for one in people:
        is_first = one.participant == "XA"
        rows.append(
            [one.email, "XA; alike .xb to .xe" if is_first else one.participant, ", ".join(one.roles)]
        )
    return "\n\n".join(
        [
            f"\nThe demonstration is ready: http://127.0.0.1:{port} (also http://localhost:{port}, which passkeys need)",
            f"Who can sign in, with the password {PASSWORD}:",
            table(rows),
            "The participants XA to XF, their people and all that they send are made up. Ctrl-C stops it.",
        ]
    )


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
