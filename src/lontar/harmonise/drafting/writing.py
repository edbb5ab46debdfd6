"""A draft as YAML: what is proposed as it would stand in a mapping, what is doubted as comments beside it."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple

from lontar.harmonise.drafting.columns_text import (
    DOUBT,
    MOST_SHOWN,
    QUESTION,
    columns_text,
    figures_text,
    totals_text,
)
from lontar.harmonise.drafting.judged import Judged, Proposal
from lontar.harmonise.drafting.layout import YEAR, Layout
from lontar.harmonise.drafting.timing import Timing, date_in, without_date
from lontar.harmonise.drafting.yaml_scalars import csv_cell, printable, quoted, scalar
from lontar.model.mapping.layout import FileShape

_BEFORE = re.compile(r"(?:(?<!\w)\w{1,4})?\W+$")
"""What stands before a year in a title: a short word of its own, if any, and signs."""
_LONGEST_BEGINNING = 60
_SOURCE_KINDS = {
    "official": "or organisation, survey, media, published",
    "organisation": "or published, if it publishes what others told it",
    "published": "or organisation, survey, media, official",
}


class About(NamedTuple):
    """What is known of the figures before the file is looked at."""

    reporter: str
    area: str | None
    """None where the reporter stands for no area."""
    source_kind: str
    indicator: str | None
    choices: dict[str, tuple[str, ...]] = {}
    """Field (stage, unit) -> its codes, where the indicator has several."""
    is_stock: bool = False


class Draft(NamedTuple):
    """Everything that a draft is written from."""

    name: str
    about: About
    shape: FileShape
    layout: Layout
    columns: tuple[Judged, ...]
    timing: Timing
    is_whole: bool


def draft_text(draft: Draft) -> str:
    """The draft; a line with `?` must be looked at, and so must every other."""
    columns, layout = draft.columns, draft.layout
    slugs = _slugs(columns)
    lines = [
        *_opening(draft), "", *_file(draft), "", *columns_text(columns, draft.timing, slugs), "", *_period(draft),
        *figures_text(columns, layout), *totals_text(columns, layout), *_crosswalks(draft, slugs),
    ]  # fmt: skip
    return printable("\n".join(lines) + "\n")


def _opening(draft: Draft) -> Iterator[str]:
    about = draft.about
    yield "# yaml-language-server: $schema=../../schemas/mapping.schema.json"
    yield f"# A draft, made from {' '.join(draft.name.split())} by `lontar mapping draft`. Nothing in it is decided: read every line."
    yield "# ? marks what nobody can know but you. Take the comments out when you have answered them."
    yield f"id: {about.reporter.lower()}/{_slug(draft.name)}"
    yield f"title: {scalar(' '.join(draft.layout.titles) or draft.name)}{DOUBT} what the table holds, in a few words"
    yield "source:"
    yield f"  publisher: {QUESTION}{DOUBT} who publishes it"
    yield f"  title: {QUESTION}{DOUBT} what the publisher calls it"
    yield f"  licence: {QUESTION}{DOUBT} on which terms it may be used"
    yield f"reporter: {scalar(about.reporter)}"
    yield f"source_kind: {about.source_kind}{DOUBT} {_SOURCE_KINDS[about.source_kind]}"
    yield from _area(draft)
    told = f"{QUESTION}{DOUBT} lontar catalogue show ID says what one counts"
    yield f"indicator: {scalar(about.indicator) if about.indicator else told}"
    for field, codes in about.choices.items():
        yield f"{field}: {QUESTION}{DOUBT} {', '.join(codes)}; or take it out where a column `is: {field}`"


def _area(draft: Draft) -> Iterator[str]:
    if any(column.target == "area" for column in draft.columns):
        return
    if draft.about.area is not None:
        yield f"area: {scalar(draft.about.area)}{DOUBT} what the figures are about"
        return
    yield "# area:  # ? the code of what the figures are about (lontar catalogue show reference_area), or a column that `is: area`"


def _file(draft: Draft) -> Iterator[str]:
    shape, table = draft.shape, draft.layout
    yield "file:"
    yield f"  names: [{quoted(_name_pattern(draft))}]"
    if shape.format != "text":
        yield f"  format: {shape.format}"
    if shape.sheet:
        yield f"  sheet: {scalar(shape.sheet)}"
    if shape.encoding != "utf-8":
        yield f"  encoding: {shape.encoding}{DOUBT} read so, no letter may look wrong"
    if shape.delimiter != ",":
        yield f"  delimiter: {quoted(shape.delimiter)}"
    yield "table:"
    yield f"  title_rows: {len(table.titles)}"
    yield f"  header_rows: {table.header_rows}"
    if not table.header_rows:
        names = ", ".join(map(scalar, table.headers))
        yield f"  header: [{names}]{DOUBT} give each column a name"
    if table.footnotes:
        yield "  ignore_rows:"
        for note in islice(dict.fromkeys(map(_beginning, table.footnotes)), MOST_SHOWN):
            yield f"    - {{starts_with: {quoted(note)}, reason: footnote}}{DOUBT}"
    if draft.timing.year_from == "title":
        row, pattern = _title_fact(table)
        yield "facts:"
        yield f"  - {{from: title, row: {row}, pattern: {quoted(pattern)}}}"


def _period(draft: Draft) -> Iterator[str]:
    timing, read = draft.timing, draft.timing.read
    nowhere = f"{DOUBT} {timing.lacks}" if timing.lacks else ""
    yield "period:"
    yield f"  from: {quoted(timing.source)}{nowhere}"
    doubt = f"{DOUBT} {' and '.join(read.others)} would read it too" if read.others else ""
    yield f"  formats: [{quoted(read.format)}]{doubt}"
    if "{month_name}" in read.format:
        yield f"  languages: [{read.language}]"
    yield from _span(draft)
    yield from (f"# ? {doubt}" for doubt in timing.doubts)
    for header in timing.vintages:
        yield f"# ? vintage: is {{{header}}} the day as of which the source tells the figures?"


def _span(draft: Draft) -> Iterator[str]:
    span, source = draft.timing.span, draft.timing.source
    if span is None:
        return
    told = f"every {source} is the {span.end} day of a {span.name}"
    if draft.about.is_stock:
        yield f"# ? {told}: {draft.about.indicator} holds at a day, so it is read as that day; else add `lasts: {span.duration}`"
        return
    yield f"  lasts: {span.duration}{DOUBT} {told} and read as the whole {span.name}; take this out if it is that day alone"
    if span.gives == "last_day":
        yield "  gives: last_day"


def _title_fact(table: Layout) -> tuple[int, str]:
    row, title = next((at, title) for at, title in enumerate(table.titles, start=1) if YEAR.search(title))
    before, _, after = title.partition(YEAR.findall(title)[0])
    sign = _BEFORE.search(before)
    told = sign[0] if sign is not None else before
    return row, f"{'*' if told != before else ''}{told}{{year}}{'*' if after.strip() else ''}"


def _crosswalks(draft: Draft, slugs: dict[str, str]) -> Iterator[str]:
    for column in draft.columns:
        if column.proposals:
            yield ""
            yield f"# {slugs[column.header]}.csv, to lie beside this mapping. Write the code that is meant, not the one that looks alike:"
            yield "# from,to,match,note"
            yield from (f"# {csv_cell(one.text)},?,,{_reason(one)}" for one in column.proposals)
    if not draft.is_whole:
        yield ""
        yield f"# Only the first {len(draft.layout.rows):,} rows were looked at: others may hold more."


def _reason(one: Proposal) -> str:
    if one.codes:
        return f"   can mean {' or '.join(one.codes)}"
    return f"   looks like '{one.closest}'" if one.closest else "   looks like no name that is known"


def _name_pattern(draft: Draft) -> str:
    name = re.sub(r"[{}]", "*", draft.name)
    years = YEAR.findall(name)
    if form := date_in(draft.name):
        is_needed = draft.timing.source == form
        return without_date(name, form if is_needed else "*")
    if len(years) == 1:
        return name.replace(years[0], "{year}" if draft.timing.year_from == "name" else "*")
    return name


def _beginning(note: str) -> str:
    """What a footnote begins with, so that next year's is known by it too."""
    return note.partition(" ")[0][:_LONGEST_BEGINNING]


def _slug(name: str) -> str:
    stem = PurePosixPath(name).name.partition(".")[0].lower()
    return re.sub(r"[^a-z0-9]+", "_", YEAR.sub("", stem)).strip("_") or "table"


def _slugs(columns: tuple[Judged, ...]) -> dict[str, str]:
    """What the crosswalk of each column may be called, each otherwise."""
    slugs: dict[str, str] = {}
    for column in columns:
        slug = _slug(column.header)
        alike = sum(re.fullmatch(rf"{slug}(?:_\d+)?", other) is not None for other in slugs.values())
        slugs.setdefault(column.header, f"{slug}_{alike + 1}" if alike else slug)
    return slugs
