"""What is wrong with the crosswalks of a mapping."""

from __future__ import annotations

from collections.abc import Iterator

from lontar.catalogue.mapping_names import Complaint, MappingNames
from lontar.model.mapping import Column, Crosswalk, CrosswalkLine

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
