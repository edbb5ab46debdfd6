"""The columns, figures and totals of a draft."""

import re
from collections.abc import Iterator

from lontar.harmonise.drafting.doubting import shown
from lontar.harmonise.drafting.judged import Judged
from lontar.harmonise.drafting.judging import separators
from lontar.harmonise.drafting.layout import Layout, is_number
from lontar.harmonise.drafting.timing import Timing
from lontar.harmonise.drafting.yaml_scalars import listed, quoted, scalar

DOUBT = "  # ?"
QUESTION = '"?"'
MOST_SHOWN = 10
"""Odd texts of one kind that a draft shows."""
_MOST_TEXTS = 60
_UNDER = re.compile(r"<\s*([1-9]\d{0,14})", re.ASCII)
_ANSWERS = "say it, or `is: ignore` with a reason, or `is: personal`"


def columns_text(columns: tuple[Judged, ...], timing: Timing, slugs: dict[str, str]) -> Iterator[str]:
    """Every column of the file: what it is, or the question; `slugs` names the crosswalk of a column."""
    yield "columns:"
    for column in columns:
        yield from _column(column, timing, slugs)
    if not any(column.role == "figure" for column in columns):
        yield f"  - column: {QUESTION}{DOUBT} no column looks like figures: name the one that is"
        yield "    is: figure"
        yield "    # figures: {each_is_one: true}  # ? if each row, or each filled cell, is one"


def _column(column: Judged, timing: Timing, slugs: dict[str, str]) -> Iterator[str]:
    if column.role == "asked":
        yield f"  # - column: {scalar(column.header)}{DOUBT} {column.doubt}; {_ANSWERS}"
        return
    yield f"  - column: {scalar(column.header)}"
    match column.role:
        case "figure":
            yield "    is: figure"
            if column.constants:
                told = ", ".join(f"{name}: {scalar(code)}" for name, code in column.constants)
                yield f"    dimensions: {{{told}}}"
        case "total":
            yield f"    is: total  # it is the sum of these in {column.confidence:.0%} of the rows"
            yield f"    of: {listed(column.parts)}"
        case "code":
            yield from _codes(column, slugs[column.header])
        case _:
            yield from _dates(column, timing)


def _dates(column: Judged, timing: Timing) -> Iterator[str]:
    why = timing.follows.get(column.header)
    if why is not None:
        yield "    is: ignore"
        yield f"    reason: {scalar(why)}{DOUBT}"
        return
    yield "    is: used"
    if column.dated is not None and column.dated.odd:
        yield f"    # ? no period: {', '.join(map(shown, column.dated.odd[:MOST_SHOWN]))}"


def _codes(column: Judged, slug: str) -> Iterator[str]:
    certain = f"{column.confidence:.0%} of its texts are certain"
    if column.is_all_total:
        certain = f"every row says {', '.join(map(shown, column.totals))}, which is _T: it is not broken down"
    doubt = f"{DOUBT} {column.doubt};" if column.doubt else "  #"
    yield f"    is: {column.target}{doubt} {certain}"
    if not column.is_codes:
        yield "    names: [names]"
    if column.has_blanks:
        yield f"    # blank: {DOUBT.strip(' #')} say which code an empty cell stands for"
    if column.proposals:
        yield f"    # crosswalk: {slug}  # see below"


def figures_text(columns: tuple[Judged, ...], layout: Layout) -> Iterator[str]:
    """How figures are written, and what the texts mean that are none."""
    figures = [one for one in columns if one.role in ("figure", "total")]
    at = {header: number for number, header in enumerate(layout.headers)}
    texts = [row[at[one.header]] for one in figures for row in layout.rows]
    thousands, decimal = separators(filter(is_number, texts))
    specials = tuple(dict.fromkeys(text for one in figures for text in one.specials))
    ranges = {text: int(found[1]) - 1 for text in specials if (found := _UNDER.fullmatch(text))}
    if thousands or decimal or ranges:
        yield "figures:"
    if thousands:
        yield f"  thousands: {quoted(thousands)}{DOUBT} or is it the decimal sign"
    if decimal:
        yield f"  decimal: {quoted(decimal)}{DOUBT}"
    if ranges:
        yield "  intervals:"
        yield from (
            f"    {quoted(text)}: {{low: 0, high: {high}}}{DOUBT} low: 1, if the source says so"
            for text, high in ranges.items()
        )
    others = [text for text in specials if text not in ranges]
    if others:
        yield "# ? Say under figures, absences what each of these means (not_collected, suppressed, unknown, ...), or correct it:"
        yield from (f"#   {quoted(text)}: ?" for text in others[:_MOST_TEXTS])


def totals_text(columns: tuple[Judged, ...], layout: Layout) -> Iterator[str]:
    """Rows that add up others; none where no row would be left to be added up."""
    found = [one for one in columns if one.totals and not one.is_all_total]
    at = {header: number for number, header in enumerate(layout.headers)}
    if found and not any(all(row[at[one.header]] not in one.totals for one in found) for row in layout.rows):
        names = ", ".join(f"'{one.header}'" for one in found)
        yield f"# ? Every row says all in one of {names}: tables of their own, of which each needs a mapping that ignores the others."
        return
    if found:
        yield "totals:"
    for one in found:
        yield f"  - where: {{{scalar(one.header)}: {listed(one.totals)}}}{DOUBT} rows that add up others"
