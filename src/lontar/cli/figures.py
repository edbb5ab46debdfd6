"""`lontar figures`: read figures through the door, as somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from lontar.cli.answers import FiguresLeftOut, FiguresSource, FiguresTold
from lontar.cli.instance import as_web
from lontar.cli.saying import say_json, table
from lontar.model.errors import SourceProblem


@click.command("figures")
@click.argument("words", nargs=-1, required=True, metavar="QUERY")
@click.option(
    "--viewer", default="", metavar="WHO", help="The id or the address of a person; without it, the public."
)
@click.option(
    "--for", "participant", default="", metavar="ID", help="For whom the person acts, if for several."
)
@click.option("--grain", type=click.Choice(["total", "figure", "trace"]), default="figure", show_default=True,
              help="How finely to ask.")  # fmt: skip
@click.option("--list", "as_list", is_flag=True, help="List figures as they were sent, and add up nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print for programs.")
def figures(
    words: tuple[str, ...], viewer: str, participant: str, grain: str, as_list: bool, as_json: bool
) -> None:
    """Read figures as a person may: one indicator, filtered, grouped, by stretches of time.

    QUERY is an indicator and clauses in any order: where COLUMN = CODE, CODE and COLUMN = CODE; by COLUMN, COLUMN; every
    year, half, quarter, month, week, day, period (as sent, which is usual) or all; from PERIOD; to PERIOD; as of DAY; vintage DAY;
    published (what others published); own (of the person's own participant, as sent). At the grain total it is the latest edition of
    regional totals that is read. The reading is written into the journal of
    whoever it is read as.

    Exit status 2: the question cannot be asked, or there is no such person.
    """
    told: dict[str, Any] = {"question": " ".join(words), "grain": grain, "as_list": as_list}
    told["person"], told["participant"] = _found(viewer, participant) if viewer else ("", "")
    as_web("figures", told=told)
    if as_json:
        say_json(_for_programs(told))
    else:
        click.echo(_for_people(told))


def _found(viewer: str, participant: str) -> tuple[str, str]:
    """The id of a person, and for whom they act."""
    from lontar.cli.owning import as_owner_role

    asked = "select p.id::text, array_agg(distinct a.participant_id) from members_person p join members_appointment a on a.person_id = p.id"
    with as_owner_role() as (_, cursor):
        cursor.execute(
            f"{asked} where p.email = lower(%s) or p.id::text = %s group by p.id", (viewer, viewer)
        )
        row = cursor.fetchone()
    if row is None:
        raise SourceProblem(
            "MEM-011", viewer[:80], "there is no such person.", "Give the id that the journal names."
        )
    acts_for = sorted(row[1])
    if participant not in acts_for and (participant or len(acts_for) != 1):
        raise SourceProblem(
            "WAR-011", viewer[:80], "it is not clear for whom they act.", f"Give --for {', '.join(acts_for)}."
        )
    return str(UUID(row[0])), participant or acts_for[0]


def _for_programs(told: dict[str, Any]) -> FiguresTold:
    if told["as_list"] or told["grain"] == "total":
        return FiguresTold(figures=told["answer"].to_pylist())
    answer = told["answer"]
    return FiguresTold(
        figures=answer.figures.to_pylist(), notes=list(answer.notes), rules=list(answer.rules),
        sources=[FiguresSource(owner=one.owner, series=one.series, parcels=list(one.parcels)) for one in answer.sources],
        left_out=FiguresLeftOut(**vars(answer.left_out)),
    )  # fmt: skip


_MEASURES = ("low", "high", "figures", "absent", "there", "missing", "match", "provisional", "series_break")
_LISTED = (
    "parcel",
    "unit",
    "stage",
    "reporter",
    "area",
    "period",
    "value",
    "low",
    "high",
    "absence",
    "status",
    "match",
)


def _for_people(told: dict[str, Any]) -> str:
    is_table = told["as_list"] or told["grain"] == "total"
    found = told["answer"] if is_table else told["answer"].figures
    if not found.num_rows:
        return "There are no figures here for this viewer.\n\n" + _DEPENDS
    rows = found.to_pylist()
    if told["as_list"]:
        names = [
            *_LISTED,
            *(
                name
                for name in found.column_names
                if name not in _LISTED and any(_is_told(row[name]) for row in rows)
            ),
        ]
        return table([names, *([_cell(row.get(name)) for name in names] for row in rows)])
    from lontar.warehouse.door.answers import in_words

    names = [name for name in found.column_names if name not in _MEASURES]
    lines = [
        [
            *(_cell(row[name]) for name in names),
            in_words(row["low"], row["high"], row["missing"], row["there"], row["absent"]),
            _remarks(row),
        ]
        for row in rows
    ]
    parts = [
        table([[*names, "figure", ""], *lines], right=(len(names),)),
        *told["answer"].notes,
        *_left_out(told["answer"].left_out),
    ]
    owners = ", ".join(f"{one.owner} ({one.series})" for one in told["answer"].sources)
    return "\n\n".join([*parts, f"From {owners}; read under {', '.join(told['answer'].rules)}.", _DEPENDS])


_DEPENDS = "Figures depend on what each participant shares with you."


def _remarks(row: dict[str, Any]) -> str:
    match = row["match"] if row["match"] != "exact" else ""
    told = [match, "provisional" if row["provisional"] else "", "break" if row["series_break"] else ""]
    return ", ".join(one for one in told if one)


def _left_out(left_out: Any) -> list[str]:
    said = {
        "unaligned": "of periods that do not fit (ask 'every period')",
        "other_voices": "that tell of the same in another way (ask by owner or reporter, or for one series)",
        "not_by_that": "not told by that dimension",
        "holding_others": "of areas counted in others or holding them (ask by area)",
    }
    counts = [f"{getattr(left_out, name)} {words}" for name, words in said.items() if getattr(left_out, name)]
    return [f"Not counted, tables: {'; '.join(counts)}."] if counts else []


def _is_told(value: object) -> bool:
    return value not in (None, "", "_T", False)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.15g}"
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)
