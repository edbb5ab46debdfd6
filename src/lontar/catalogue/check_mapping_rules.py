"""What is wrong with periods, totals, checks, breaks and corrections of a mapping."""

from __future__ import annotations

from collections.abc import Iterator

from lontar.catalogue.mapping_names import Complaint, MappingNames
from lontar.catalogue.mappings import names_months
from lontar.model.mapping import REST, PeriodRule
from lontar.model.mapping.formats import MONTHS, format_pattern, references, tokens_of

_YEARS = {"year", "short_year", "fiscal_year", "serial", "period"}


def rule_complaints(names: MappingNames) -> Iterator[Complaint]:
    """Everything wrong with what the mapping demands, in the order of the file."""
    for name, rule in (("period", names.mapping.period), ("vintage", names.mapping.vintage)):
        if rule is not None:
            yield from _periods(names, name, rule)
    yield from _cumulative(names)
    yield from _totals(names)
    yield from _checks(names)
    for number, one in enumerate(names.mapping.breaks):
        if REST not in names.headers:
            yield from names.unknown("breaks", one.columns, ("breaks", number, "columns"))
    yield from _corrections(names)


def _periods(names: MappingNames, name: str, rule: PeriodRule) -> Iterator[Complaint]:
    told = references(rule.source)
    yield from names.unknown(f"{name}, under from", told, (name, "from"))
    wrong = False
    for number, form in enumerate(rule.formats):
        for complaint in _format(form):
            wrong = True
            yield Complaint(
                f"{name}, format '{form}': {complaint}", "Correct the format.", (name, "formats", number)
            )
    if (
        not told
        and not wrong
        and not any(format_pattern(form).fullmatch(rule.source) for form in rule.formats)
    ):
        braces = f" Write it in braces: '{{{rule.source}}}'." if rule.source in names.headers else ""
        message = f"{name}: '{rule.source}' names no column in braces, and is no {name} in its formats."
        yield Complaint(message, f"Name the column or fact that says the {name}.{braces}", (name, "from"))
    if names_months(names.mapping):
        known = names.catalogue.codelist(MONTHS).languages()
        for language in rule.languages:
            if language not in known:
                message = f"{name}: no month has a name in the language '{language}'."
                remedy = f"Add names to codelists/{MONTHS}_names.csv; it has {', '.join(sorted(known))}."
                yield Complaint(message, remedy, (name, "languages"))


def _format(form: str) -> Iterator[str]:
    try:
        format_pattern(form)
    except ValueError as error:
        yield f"{error}."
        return
    tokens = tokens_of(form)
    if not tokens:
        yield "it names no part of a period in braces."
    elif not _YEARS & set(tokens):
        yield f"it says no year ({', '.join(sorted(_YEARS))})."
    if {"fiscal_year", "week"} <= set(tokens):
        yield "weeks of a fiscal year are not defined."


def _cumulative(names: MappingNames) -> Iterator[Complaint]:
    styles = [column.figures or names.mapping.figures for column in names.mapping.columns]
    if any(style.cumulative for style in styles) and names.mapping.period.since is None:
        yield Complaint(
            "figures are cumulative, but the periods do not begin with a year.",
            "Add `since: year_start` under period.",
            ("period",),
        )


def _totals(names: MappingNames) -> Iterator[Complaint]:
    for number, total in enumerate(names.mapping.totals):
        told = dict.fromkeys((*total.where, *total.of, *total.within))
        yield from names.unknown("totals", told, ("totals", number))


def _checks(names: MappingNames) -> Iterator[Complaint]:
    seen: set[str] = set()
    for number, check in enumerate(names.mapping.checks):
        steps = ("checks", number)
        if REST not in names.headers:
            yield from names.unknown(f"check {check.id}", dict.fromkeys(check.columns()), steps)
        for form in check.compare.formats if check.compare else ():
            for complaint in _format(form):
                yield Complaint(
                    f"check {check.id}, format '{form}': {complaint}", "Correct the format.", steps
                )
        if check.id in seen:
            yield Complaint(f"two checks are called {check.id}.", "Give each an id of its own.", steps)
        seen.add(check.id)


def _corrections(names: MappingNames) -> Iterator[Complaint]:
    seen: set[str] = set()
    for correction in names.bundle.corrections:
        place = names.bundle.corrections_at
        told = dict.fromkeys((correction.column, *correction.where))
        for complaint in names.unknown(f"correction {correction.id}", told, ()):
            yield complaint._replace(place=place)
        if correction.id in seen:
            message = f"two corrections are called {correction.id}."
            yield Complaint(message, "Give each an id of its own.", place=place)
        seen.add(correction.id)
