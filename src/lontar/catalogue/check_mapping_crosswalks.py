"""What is wrong with the crosswalks of a mapping."""

from __future__ import annotations

from collections.abc import Iterator

from lontar.catalogue.mapping_names import Complaint, MappingNames
from lontar.model.figures.codelists import one_for
from lontar.model.mapping import FIELDS, Column, Crosswalk, CrosswalkLine

ANY_TARGET = "to"
"""The column of a crosswalk that serves whatever the mapping's column is."""


def crosswalk_complaints(names: MappingNames) -> Iterator[Complaint]:
    """Everything wrong with the crosswalks, each with its file and line; the same is said once."""
    found: dict[Complaint, None] = {}
    for number, column in enumerate(names.mapping.columns):
        if column.crosswalk is None:
            continue
        crosswalk = names.bundle.crosswalks[column.crosswalk]
        lost = set(column.targets()) - set(crosswalk.targets)
        if lost and crosswalk.targets != (ANY_TARGET,):
            message = f"{crosswalk.path} has no column for {', '.join(sorted(lost))}."
            told = f"It has: {', '.join(crosswalk.targets)}. Add the column, or correct its name."
            found[Complaint(message, told, ("columns", number, "crosswalk"))] = None
            continue
        for line in crosswalk.lines:
            found |= dict.fromkeys(_line(names, column, crosswalk, line))
    yield from found


def _line(
    names: MappingNames, column: Column, crosswalk: Crosswalk, line: CrosswalkLine
) -> Iterator[Complaint]:
    place = f"{crosswalk.path}, line {line.line}"
    for target in column.targets() if not line.ignore else ():
        told = line.to.get(target) or line.to.get(ANY_TARGET)
        if told is None:
            message = f"'{line.source}' has no code for {target}."
            yield Complaint(
                message, "Give one: _T for all, _U for unknown, _Z where it does not apply.", place=place
            )
            continue
        codes = told.split("|")
        for code in codes:
            if not names.allows(target, code, column):
                near = names.near(target, code, column)
                yield Complaint(f"'{code}' is no code of {target}.", near, place=place)
        if len(codes) > 1 and line.match not in ("broader", "partial"):
            message = f"'{line.source}' stands for several codes of {target}, which is no {line.match} match."
            yield Complaint(message, "Call the match broader, with a note.", place=place)
        if len(codes) > 1 and target in FIELDS and not _may_be_several(names, column, target, codes):
            message = f"'{line.source}' stands for several codes of {target}, of which a figure has one and no more."
            remedy = "Give the one code that holds of every figure of such rows, or leave it empty and give a reason under ignore."
            yield Complaint(message, remedy, place=place)


def _may_be_several(names: MappingNames, column: Column, target: str, codes: list[str]) -> bool:
    """Whether the field has a code that stands for all of these, as an area may; a stage or a unit has none."""
    return names.allows(target, one_for(names.lists_of(target, column), codes), column)
