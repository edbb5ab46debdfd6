"""What is wrong with the columns of a mapping, and with what it says of the whole table."""

from __future__ import annotations

from collections.abc import Iterator

from lontar.catalogue.findings import closest
from lontar.catalogue.mapping_names import Complaint, MappingNames
from lontar.model.mapping import FIELDS, REST, ROLES, Column

QUESTION = "?"
"""What a draft writes where only the expert can say something."""

_ALONE = ("figure", "total", "ignore", "personal")
"""Roles that leave no room for another: a column that is a figure is nothing else."""


def column_complaints(names: MappingNames) -> Iterator[Complaint]:
    """Everything wrong with constants and columns, in the order of the file."""
    yield from _open_questions(names)
    yield from _constants(names)
    if not any(column.says == "figure" for column in names.mapping.columns):
        yield Complaint(
            "no column is a figure.", "Say with `is: figure` where the figures stand.", ("columns",)
        )
    taken: dict[str, str] = {}
    for number, column in enumerate(names.mapping.columns):
        steps = ("columns", number)
        yield from _column(names, column, steps)
        yield from _roles(names, column, taken, steps)
        yield from _contradictions(names, column, steps)
        if column.says == "figure":
            yield from _figure(names, column, steps)


def _open_questions(names: MappingNames) -> Iterator[Complaint]:
    """What a draft left for somebody to say."""
    source = names.mapping.source
    told = {("title",): names.mapping.title, ("source", "publisher"): source.publisher}
    told |= {("source", "title"): source.title, ("source", "licence"): source.licence}
    for steps, text in told.items():
        if text.strip() == QUESTION:
            message = f"the {steps[-1]} is '{QUESTION}', a question that the draft left open."
            yield Complaint(message, "Answer it.", steps)


def _constants(names: MappingNames) -> Iterator[Complaint]:
    mapping = names.mapping
    for name in ("reporter", "indicator", "area", "source_kind"):
        told = getattr(mapping, name)
        is_known = told is None or names.allows(name, told) or (name == "area" and names.is_fictional(told))
        if not is_known:
            yield Complaint(f"there is no {name} '{told}'.", names.near(name, told), (name,))
    for name in ("reporter", "source_kind", "area"):
        if getattr(mapping, name) is None and name not in names.filled:
            yield Complaint(f"nothing says the {name}.", f"Add `{name}:`, or a column with `is: {name}`.")
    yield from _dimension_codes(names, mapping.dimensions, "dimensions", ("dimensions",))


def _dimension_codes(
    names: MappingNames, codes: dict[str, str], what: str, steps: tuple[str | int, ...]
) -> Iterator[Complaint]:
    if not names.bundle.indicators:
        return
    for dimension, code in codes.items():
        place = (*steps, dimension)
        if dimension not in names.dimensions:
            near = closest(dimension, sorted(names.dimensions), most=40)
            yield Complaint(f"{what} names '{dimension}', which its indicators do not have.", near, place)
        elif not names.allows(dimension, code):
            near = names.near(dimension, code)
            yield Complaint(f"{what}: '{code}' is no code of {dimension}.", near, place)


def _column(names: MappingNames, column: Column, steps: tuple[str | int, ...]) -> Iterator[Complaint]:
    shown = _shown(column)
    if not column.headers():
        yield Complaint("a column entry names no column.", "Add `column:` or `columns:`.", steps)
    for target in column.targets() if names.bundle.indicators else ():
        if target not in FIELDS and target not in names.dimensions:
            known = (*ROLES, *FIELDS, *sorted(names.dimensions))
            message = f"column {shown} is '{target}', which is neither a role, a field nor a dimension."
            yield Complaint(message, closest(target, known, most=40), (*steps, "is"))
        elif column.blank is not None and not names.allows(target, column.blank, column):
            message = f"column {shown}: '{column.blank}' under blank is no code of {target}."
            yield Complaint(message, names.near(target, column.blank, column), (*steps, "blank"))
    for header in column.headers():
        if header.startswith("{") and header.strip("{}") not in names.facts:
            message = f"column {header} names a fact that nothing captures."
            yield Complaint(message, f"Known: {', '.join(sorted(names.facts))}.", (*steps, "column"))
    yield from _attributes(names, column, steps)


def _attributes(names: MappingNames, column: Column, steps: tuple[str | int, ...]) -> Iterator[Complaint]:
    """What a column entry says besides its target."""
    shown = _shown(column)
    yield from names.unknown(f"column {shown}, under when", column.when, (*steps, "when"))
    if REST not in names.headers:
        yield from names.unknown(f"column {shown}, under of", column.of, (*steps, "of"))
    yield from names.unknown(f"column {shown}, under once_for", column.once_for, (*steps, "once_for"))
    if column.once_for and column.says != "figure":
        message = f"column {shown} counts once, but is no figure."
        yield Complaint(message, "Take `once_for:` out.", (*steps, "once_for"))
    if column.fill_down and column.says in _ALONE:
        message = f"column {shown} is filled from above, but is '{column.says}'."
        remedy = "Only what says codes, periods or checks is filled; a figure would be counted again."
        yield Complaint(message, remedy, (*steps, "fill_down"))
    if column.says == "personal" and REST in column.headers():
        yield Complaint(
            "`*` cannot be personal.", "Name each personal column, so that none is missed.", steps
        )
    if column.says == "ignore" and not column.reason:
        yield Complaint(
            f"column {shown} is ignored without a reason.", "Add `reason:`; the account shows it.", steps
        )
    if column.says == "indicator" and column.crosswalk is None:
        yield Complaint(f"column {shown} says indicators without a crosswalk.", "Add `crosswalk:`.", steps)


def _roles(
    names: MappingNames, column: Column, taken: dict[str, str], steps: tuple[str | int, ...]
) -> Iterator[Complaint]:
    """A column is a figure, a total, ignored or personal altogether, and once."""
    says = column.says if isinstance(column.says, str) else ""
    if column.when and not column.targets() and not _says_nothing(names, column):
        message = f"column {_shown(column)} is '{says}' only under `when`, but a column is that in every row or not at all."
        remedy = _SAID_NOTHING_ELSE if says == "used" else _SAID_NOTHING
        yield Complaint(message, remedy, (*steps, "when"))
        return
    for header in column.headers():
        alone = says if says in _ALONE else ""
        before = taken.get(header)
        if before is not None and (alone or before):
            message = f"column {header} is '{alone or before}' in one entry and something else in another."
            yield Complaint(message, "Keep one of the two.", steps)
        taken[header] = alone or before or ""


_SAID_NOTHING = (
    "Where a column with codes says nothing in some rows, write `is: used` for these; whole rows are left out by a "
    "crosswalk line with a reason under ignore."
)
_SAID_NOTHING_ELSE = "Add an entry that says what the column is in other rows, or take `when:` out."


def _says_nothing(names: MappingNames, column: Column) -> bool:
    """Whether this is `used` in some rows, and other entries say what the columns are in the others."""
    told = {h for other in names.mapping.columns if other.targets() for h in other.headers()}
    return column.says == "used" and set(column.headers()) <= told


def _contradictions(names: MappingNames, column: Column, steps: tuple[str | int, ...]) -> Iterator[Complaint]:
    """What a column says in every row cannot be said of the whole table too."""
    if column.when or column.optional:
        return
    for target in column.targets():
        figures = [c.dimensions for c in names.mapping.columns if c.says == "figure"]
        if target in names.mapping.dimensions or any(target in told for told in figures):
            message = f"{target} is said by column {_shown(column)} and under dimensions."
            yield Complaint(message, "Keep one of the two.", steps)
        elif target in FIELDS and target != "status" and getattr(names.mapping, target, None) is not None:
            message = f"{target} is said by column {_shown(column)} and by `{target}:`."
            yield Complaint(message, "Keep one of the two.", steps)


def _figure(names: MappingNames, column: Column, steps: tuple[str | int, ...]) -> Iterator[Complaint]:
    shown, name = _shown(column), names.indicator_of(column)
    if name is None:
        if "indicator" not in names.filled:
            yield Complaint(f"figure {shown} has no indicator.", "Add `indicator:`.", steps)
        return
    if name not in names.bundle.indicators:
        return
    indicator = names.bundle.indicators[name]
    for kind, allowed in (("unit", indicator.units), ("stage", indicator.stages)):
        told = getattr(column, kind) or getattr(names.mapping, kind)
        if told is None and len(allowed) > 1 and kind not in names.filled:
            remedy = f"Add `{kind}:`, one of {', '.join(allowed[:20])}."
            yield Complaint(f"figure {shown} has no {kind}.", remedy, steps)
        if told is not None and told not in allowed:
            message = f"figure {shown} has {kind} '{told}', which {name} does not have."
            yield Complaint(message, closest(told, allowed), steps)
    yield from _dimension_codes(names, column.dimensions, f"figure {shown}", (*steps, "dimensions"))
    for other in names.mapping.columns:
        told_of = set(other.targets())
        lost = told_of and told_of <= names.dimensions and not told_of & set(indicator.dimensions)
        if lost and not other.when:
            message = f"figure {shown} is of {name}, which has no {' or '.join(sorted(told_of))}; column {_shown(other)} would be lost."
            yield Complaint(message, "Map the two kinds of figure in two mappings.", steps)


def _shown(column: Column) -> str:
    return ", ".join(column.headers()) or "a column entry"
