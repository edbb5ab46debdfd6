"""Problems as somebody repairs them: cells of a crosswalk's columns that hold one text are one question, every other cell is its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lontar.harmonise.problem_facts import ProblemLine
from lontar.reporting.repairs import Repair, Said, cell_of

MOST = 200
"""Questions that one page asks."""
_LOOKED_THROUGH = 50_000
_NAMED = 5
_BY_CODE = frozenset({"unknown_code", "unknown_code_like", "ambiguous_name"})
"""Kinds of problem that a line of a crosswalk mends."""


@dataclass
class Question:
    """What is asked of a cell, or of all cells that hold one text: `key` tells it from others, `first` is the first problem.

    `standing` is what was said of it already; `rivals` what others said beside that.
    """

    key: str
    first: ProblemLine
    said: Said
    count: int = 0
    places: list[tuple[str, int | None, int | None]] = field(default_factory=list)
    standing: Repair | None = None
    rivals: list[Repair] = field(default_factory=list)

    @property
    def is_code(self) -> bool:
        """Whether it is read as another text that is known."""
        return bool(self.said.crosswalk)

    @property
    def may_be_kept(self) -> bool:
        """Whether it may be kept as it stands, with an explanation."""
        return bool(self.first.check)

    @property
    def may_be_answered(self) -> bool:
        """Whether anything can be said of it here: a place is known, and it is not personal."""
        return self.is_code or bool(self.first.row and self.first.column)


def questions_of(
    problems: Iterable[ProblemLine], repairs: Iterable[Repair], key: bytes
) -> tuple[list[Question], int]:
    """Give what is to be asked of the problems of a pass, in the order of the files, and how many questions there are besides."""
    found: dict[str, Question] = {}
    beyond = 0
    for number, one in enumerate(problems):
        if number == _LOOKED_THROUGH:
            break
        if one.severity != "refused" and not one.check:
            continue
        said = _said_of(one)
        cell = cell_of(said, key)
        if cell not in found and len(found) == MOST:
            beyond += 1
            continue
        asked = found.setdefault(cell, Question(cell, one, said))
        asked.count += 1
        if len(asked.places) < _NAMED:
            asked.places.append((one.file, one.row, one.column))
    for repair in repairs:
        question = found.get(repair.cell)
        if question is not None and repair.rival_of is None:
            question.standing = repair
        elif question is not None:
            question.rivals.append(repair)
    return list(found.values()), beyond


def _said_of(one: ProblemLine) -> Said:
    if one.crosswalk and one.kind in _BY_CODE:
        return Said(found=one.value, crosswalk=one.crosswalk)
    return Said(found=one.value, file=one.file, sheet=one.sheet, row=one.row or 0, column=one.column or 0)
