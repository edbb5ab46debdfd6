"""What is wrong with periods, totals, checks, breaks and corrections of a mapping."""

from __future__ import annotations

from collections.abc import Iterator

from lontar.catalogue.findings import closest
from lontar.catalogue.mapping_names import Complaint, MappingNames
from lontar.catalogue.mappings import names_months
from lontar.model.mapping import REST, PeriodRule
from lontar.model.mapping.formats import COORDINATES, MONTHS, format_pattern, references, tokens_of

POSITION = "position"
_YEARS = {"year", "short_year", "fiscal_year", "serial", "period"}


def rule_complaints(names: MappingNames) -> Iterator[Complaint]:
    """Everything wrong with what the mapping demands, in the order of the file."""
    mapping = names.mapping
    for name, rules in (("period", mapping.period_rules()), ("vintage", mapping.vintage_rules())):
        is_list = not isinstance(getattr(mapping, name), PeriodRule)
        for number, rule in enumerate(rules):
            yield from _periods(names, name, rule, (name, number) if is_list else (name,))
    yield from _cumulative(names)
    yield from _position(names)
    yield from _adding(names)
    yield from _totals(names)
    yield from _checks(names)
    for number, one in enumerate(names.mapping.breaks):
        if REST not in names.headers:
            yield from names.unknown("breaks", one.columns, ("breaks", number, "columns"))
    yield from _corrections(names)


def _periods(
    names: MappingNames, name: str, rule: PeriodRule, steps: tuple[str | int, ...]
) -> Iterator[Complaint]:
    told = references(rule.source)
    for clause, named in (("from", told), ("to", references(rule.to or "")), ("when", tuple(rule.when))):
        yield from names.unknown(f"{name}, under {clause}", named, (*steps, clause))
    wrong = False
    for number, form in enumerate(rule.formats):
        for complaint in _format(form):
            wrong = True
            place = (*steps, "formats", number)
            yield Complaint(f"{name}, format '{form}': {complaint}", "Correct the format.", place)
    if (
        not told
        and not wrong
        and not any(format_pattern(form).fullmatch(rule.source) for form in rule.formats)
    ):
        braces = f" Write it in braces: '{{{rule.source}}}'." if rule.source in names.headers else ""
        message = f"{name}: '{rule.source}' names no column in braces, and is no {name} in its formats."
        yield Complaint(message, f"Name the column or fact that says the {name}.{braces}", (*steps, "from"))
    if rule.to is not None and not references(rule.to):
        message = f"{name}: '{rule.to}' under to names no column in braces."
        yield Complaint(message, "Name the column or fact that says where it ends.", (*steps, "to"))
    if names_months(names.mapping):
        known = names.catalogue.codelist(MONTHS).languages()
        for language in rule.languages:
            if language not in known:
                message = f"{name}: no month has a name in the language '{language}'."
                remedy = f"Add names to codelists/{MONTHS}_names.csv; it has {', '.join(sorted(known))}."
                yield Complaint(message, remedy, (*steps, "languages"))


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
    rules = names.mapping.period_rules()
    if not any(style.cumulative for style in styles):
        return
    if any(rule.since is None for rule in rules):
        yield Complaint(
            "figures are cumulative, but the periods do not begin with a year.",
            "Add `since: year_start` under period.",
            ("period",),
        )
    if len({rule.fiscal_year_starts for rule in rules}) > 1:
        message = "figures are cumulative over years that begin in different months."
        yield Complaint(message, "Map the two kinds of year in two mappings.", ("period",))
    if names.mapping.adds_up:
        message = "figures are cumulative and added up; one of the two can be done."
        key = "add_over" if names.mapping.add_over else "add_alike"
        yield Complaint(message, "Map such figures in two mappings.", (key,))


def _adding(names: MappingNames) -> Iterator[Complaint]:
    """Figures are added up over labels: what they are themselves tells no two parts apart."""
    yield from names.unknown("add_over", names.mapping.add_over, ("add_over",))
    figures = {h for c in names.mapping.columns if c.says in ("figure", "total") for h in c.headers()}
    for name in names.mapping.add_over:
        if name in figures:
            message = (
                f"add_over: the column '{name}' holds figures, which are added up and tell no parts apart."
            )
            remedy = "Take it out; if rows alike in all their labels are parts of one figure, say why under `add_alike:`."
            yield Complaint(message, remedy, ("add_over",))
    if names.mapping.add_alike is not None and names.mapping.add_alike.strip() in ("", "?"):
        message = "add_alike gives no reason why rows alike are parts of one figure."
        yield Complaint(message, "Say it: readers see it beside the sums.", ("add_alike",))


def _position(names: MappingNames) -> Iterator[Complaint]:
    """The formats of coordinates, and that somebody has a use for them."""
    rule = names.mapping.position
    if rule is None:
        return
    yield from names.unknown("position, under from", references(rule.source), ("position", "from"))
    if not references(rule.source):
        message = f"position: '{rule.source}' names no column in braces."
        yield Complaint(message, "Name the columns that hold the coordinates.", ("position", "from"))
    for number, form in enumerate(rule.formats):
        wrong = next(_position_format(form), None)
        if wrong is not None:
            place = ("position", "formats", number)
            yield Complaint(f"position, format '{form}': {wrong}", "Correct the format.", place)
    if names.bundle.indicators and POSITION not in names.dimensions:
        message = "the mapping says a position, which its indicators do not have."
        yield Complaint(message, "Take it out, and ignore the columns with a reason.", ("position",))
    elif rule.blank is not None and not names.allows(POSITION, rule.blank):
        message = f"position: '{rule.blank}' under blank is no code of {POSITION}."
        remedy = closest(rule.blank, names.known_codes(POSITION))
        yield Complaint(message, remedy, ("position", "blank"))
    if POSITION in names.filled:
        message = "the position is said by a column and by `position:`."
        yield Complaint(message, "Keep one of the two.", ("position",))


def _position_format(form: str) -> Iterator[str]:
    try:
        format_pattern(form, COORDINATES)
    except ValueError as error:
        yield f"{error}."
        return
    for token in COORDINATES:
        if token not in tokens_of(form):
            yield f"it does not say the {token}."


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
