"""A draft as YAML: what is proposed as it would stand in a mapping, what is doubted as comments beside it."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePosixPath
from typing import NamedTuple

from lontar.harmonise.drafting.dating import Dated
from lontar.harmonise.drafting.judging import Judged, Proposal, separators
from lontar.harmonise.drafting.layout import YEAR, Layout, is_number
from lontar.model.mapping.layout import FileShape

_PLAIN = re.compile(r"[^\W\d][\w .()/*+;-]*(?<! )")
_DATE = re.compile(r"(?<!\d)(?:((?:19|20)\d{2})-\d{2}-\d{2}|\d{2}-\d{2}-(?:19|20)\d{2})(?!\d)")
_BEFORE = re.compile(r"(?:(?<!\w)\w{1,4})?\W+$")
"""What stands before a year in a title: a short word of its own, if any, and signs."""
_DOUBT = "  # ?"
_SHOWN, _SHOWN_ODD = 60, 10


class Draft(NamedTuple):
    """Everything that a draft is written from."""

    name: str
    reporter: str
    area: str
    indicator: str | None
    shape: FileShape
    layout: Layout
    columns: tuple[Judged, ...]
    dated_headers: tuple[Dated, str] | None
    """How headers say the period, and the fact that holds them."""
    is_whole: bool


def draft_text(draft: Draft) -> str:
    """The draft; a line with `?` must be looked at, and so must every other."""
    lines = [
        *_opening(draft), "", *_file(draft), "", *_columns(draft), "", *_period(draft), *_figures(draft), *_totals(draft),
        *_crosswalks(draft),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _opening(draft: Draft) -> Iterator[str]:
    yield "# yaml-language-server: $schema=../../schemas/mapping.schema.json"
    yield f"# A draft, made from {draft.name} by `lontar mapping draft`. Nothing in it is decided: read every line."
    yield "# ? marks what nobody can know but you. Take the comments out when you have answered them."
    yield f"id: {draft.reporter.lower()}/{_slug(draft.name)}"
    yield f"title: {_scalar(' '.join(draft.layout.titles) or draft.name)}{_DOUBT} what the table holds, in a few words"
    yield "source:"
    yield f'  publisher: "?"{_DOUBT} who publishes it'
    yield f'  title: "?"{_DOUBT} what the publisher calls it'
    yield f'  licence: "?"{_DOUBT} on which terms it may be used'
    yield f"reporter: {_scalar(draft.reporter)}"
    yield f"source_kind: official{_DOUBT} or organisation, survey, media, published"
    yield f"area: {_scalar(draft.area)}{_DOUBT} what the figures are about"
    told = (
        _scalar(draft.indicator)
        if draft.indicator
        else f'"?"{_DOUBT} lontar catalogue show ID says what one counts'
    )
    yield f"indicator: {told}"


def _file(draft: Draft) -> Iterator[str]:
    shape, table = draft.shape, draft.layout
    yield "file:"
    yield f"  names: [{json.dumps(_name_pattern(draft), ensure_ascii=False)}]"
    if shape.format != "text":
        yield f"  format: {shape.format}"
    if shape.sheet:
        yield f"  sheet: {_scalar(shape.sheet)}"
    if shape.encoding != "utf-8":
        yield f"  encoding: {shape.encoding}{_DOUBT} read so, no letter may look wrong"
    if shape.delimiter != ",":
        yield f"  delimiter: {json.dumps(shape.delimiter)}"
    yield "table:"
    yield f"  title_rows: {len(table.titles)}"
    yield f"  header_rows: {table.header_rows}"
    if not table.header_rows:
        names = ", ".join(map(_scalar, table.headers))
        yield f"  header: [{names}]{_DOUBT} give each column a name"
    if table.footnotes:
        yield "  ignore_rows:"
        for note in islice(dict.fromkeys(map(_beginning, table.footnotes)), _SHOWN_ODD):
            yield f"    - {{starts_with: {json.dumps(note, ensure_ascii=False)}, reason: footnote}}{_DOUBT}"
    if _year_from(draft) == "title":
        row, pattern = _title_fact(table)
        yield "facts:"
        yield f"  - {{from: title, row: {row}, pattern: {json.dumps(pattern, ensure_ascii=False)}}}"


def _columns(draft: Draft) -> Iterator[str]:
    yield "columns:"
    for column in draft.columns:
        yield from _column(column)


def _column(column: Judged) -> Iterator[str]:
    header = _scalar(column.header)
    match column.role:
        case "figure":
            yield f"  - column: {header}"
            yield "    is: figure"
            if column.constants:
                told = ", ".join(f"{name}: {_scalar(code)}" for name, code in column.constants)
                yield f"    dimensions: {{{told}}}"
        case "total":
            yield f"  - column: {header}"
            yield f"    is: total  # it is the sum of these in {column.confidence:.0%} of the rows"
            yield f"    of: [{', '.join(map(_scalar, column.parts))}]"
        case "period" | "month":
            yield f"  - column: {header}"
            yield "    is: used"
            if column.dated is not None and column.dated.odd:
                yield f"    # ? no period: {', '.join(column.dated.odd[:_SHOWN_ODD])}"
        case "code":
            yield f"  - column: {header}"
            yield f"    is: {column.dimension}  # {column.confidence:.0%} of its texts are certain"
            if not column.is_codes:
                yield "    names: [names]"
            if column.has_blanks:
                yield f"    # blank: {_DOUBT.strip(' #')} say which code an empty cell stands for"
            if column.proposals:
                yield f"    # crosswalk: {_slug(column.header)}  # see below"
        case _:
            why = "it is empty" if column.role == "empty" else "nobody can tell what it says"
            yield f"  # - column: {header}{_DOUBT} {why}; say it, or `is: ignore` with a reason, or `is: personal`"


def _period(draft: Draft) -> Iterator[str]:
    source, form, language, others = _dating(draft)
    yield "period:"
    yield f"  from: {json.dumps(source, ensure_ascii=False)}"
    doubt = f"{_DOUBT} {' and '.join(others)} would read it too" if others else ""
    yield f"  formats: [{json.dumps(form, ensure_ascii=False)}]{doubt}"
    if "{month_name}" in form:
        yield f"  languages: [{language}]"
    for other in [one for one in draft.columns if one.role == "period"][1:]:
        yield f"# ? vintage: is {{{other.header}}} the day as of which the source tells the figures?"


def _dating(draft: Draft) -> tuple[str, str, str, tuple[str, ...]]:
    """Where the period stands, its format, the language of its months, and formats that read it otherwise."""
    columns = {one.role: one for one in reversed(draft.columns) if one.dated}
    period, month = columns.get("period"), columns.get("month")
    year = f"{{{period.header}}}" if period else "{year}"
    if draft.dated_headers is not None:
        read, fact = draft.dated_headers
        return (f"{{{fact}}}", *read[:3]) if _has_year(read) else (f"{{{fact}}} {year}", *_with_year(read))
    if month is not None and month.dated is not None:
        return f"{{{month.header}}} {year}", *_with_year(month.dated)
    if period is not None and period.dated is not None:
        return year, *period.dated[:3]
    if date := _date_in(draft.name):
        return date, date, "en", ()
    return "{year}" if _year_from(draft) else "?", "{year}", "en", ()


def _has_year(read: Dated) -> bool:
    return "year}" in read.format or "period}" in read.format


def _with_year(read: Dated) -> tuple[str, str, tuple[str, ...]]:
    return f"{read.format} {{year}}", read.language, ()


def _date_in(name: str) -> str:
    """The form of a whole date in a file's name, where there is one."""
    found = _DATE.search(name)
    if found is None:
        return ""
    return "{year}-{month}-{day}" if found[1] else "{day}-{month}-{year}"


def _year_from(draft: Draft) -> str:
    """Where a year stands that no column says: in a title, in the file's name, or nowhere."""
    if any(one.role == "period" for one in draft.columns) or (
        draft.dated_headers is not None and _has_year(draft.dated_headers[0])
    ):
        return ""
    if sum(len(YEAR.findall(title)) for title in draft.layout.titles) == 1:
        return "title"
    return "name" if len(YEAR.findall(draft.name)) == 1 else ""


def _title_fact(table: Layout) -> tuple[int, str]:
    row, title = next((at, title) for at, title in enumerate(table.titles, start=1) if YEAR.search(title))
    before, _, after = title.partition(YEAR.findall(title)[0])
    sign = _BEFORE.search(before)
    told = sign[0] if sign is not None else before
    return row, f"{'*' if told != before else ''}{told}{{year}}{'*' if after.strip() else ''}"


def _figures(draft: Draft) -> Iterator[str]:
    figures = [one for one in draft.columns if one.role in ("figure", "total")]
    at = {header: number for number, header in enumerate(draft.layout.headers)}
    texts = [row[at[one.header]] for one in figures for row in draft.layout.rows]
    thousands, decimal = separators(filter(is_number, texts))
    specials = tuple(dict.fromkeys(text for one in figures for text in one.specials))
    ranges = [text for text in specials if re.fullmatch(r"<\s*\d+", text)]
    others = [text for text in specials if text not in ranges]
    if thousands or decimal or ranges:
        yield "figures:"
    if thousands:
        yield f"  thousands: {json.dumps(thousands)}{_DOUBT} or is it the decimal sign"
    if decimal:
        yield f"  decimal: {json.dumps(decimal)}{_DOUBT}"
    if ranges:
        yield "  intervals:"
        for text in ranges:
            high = int(text.strip("< ")) - 1
            yield f"    {json.dumps(text)}: {{low: 0, high: {high}}}{_DOUBT} low: 1, if the source says so"
    if others:
        yield "# ? Say under figures, absences what each of these means (not_collected, suppressed, unknown, ...), or correct it:"
        yield from (f"#   {json.dumps(text, ensure_ascii=False)}: ?" for text in others[:_SHOWN])


def _totals(draft: Draft) -> Iterator[str]:
    found = [(one.header, one.totals) for one in draft.columns if one.totals]
    if found:
        yield "totals:"
    for header, texts in found:
        yield f"  - where: {{{_scalar(header)}: [{', '.join(map(_scalar, texts))}]}}{_DOUBT} rows that add up others"


def _crosswalks(draft: Draft) -> Iterator[str]:
    for column in draft.columns:
        if column.proposals:
            yield ""
            yield f"# {_slug(column.header)}.csv, to lie beside this mapping. Write the code that is meant, not the one that looks alike:"
            yield "# from,to,match,note"
            yield from (f"# {_cell(one.text)},?,,{_reason(one)}" for one in column.proposals)
    if not draft.is_whole:
        yield ""
        yield f"# Only the first {len(draft.layout.rows):,} rows were looked at: others may hold more."


def _reason(one: Proposal) -> str:
    if one.codes:
        return f"   can mean {' or '.join(one.codes)}"
    return f"   looks like '{one.closest}'" if one.closest else "   looks like no name that is known"


def _name_pattern(draft: Draft) -> str:
    years = YEAR.findall(draft.name)
    if form := _date_in(draft.name):
        is_needed = _dating(draft)[0] == form
        return _DATE.sub(form if is_needed else "*", draft.name)
    if len(years) == 1:
        return draft.name.replace(years[0], "{year}" if _year_from(draft) == "name" else "*")
    return draft.name


def _beginning(note: str) -> str:
    """What a footnote begins with, so that next year's is known by it too."""
    return note.partition(" ")[0][:_SHOWN]


def _slug(name: str) -> str:
    stem = PurePosixPath(name).name.partition(".")[0].lower()
    return re.sub(r"[^a-z0-9]+", "_", YEAR.sub("", stem)).strip("_") or "table"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"') else text


def _scalar(text: str) -> str:
    """A text as YAML reads it back: plain where that is safe, else between quotation marks."""
    is_plain = _PLAIN.fullmatch(text) and text not in ("true", "false", "null") and len(text) > 2
    return text if is_plain else json.dumps(text, ensure_ascii=False)
