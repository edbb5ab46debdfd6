"""One thing wrong with one place of a file, in words."""

import re

import msgspec

from lontar.model.errors import LontarError
from lontar.model.problem_kinds import PROBLEM_KINDS, ProblemKind, Severity

__all__ = ["PROBLEM_KINDS", "Problem", "ProblemKind", "Severity", "shown"]


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with one place of a file. Rows and columns are counted from 1."""

    kind: str
    file: str = ""
    sheet: str | None = None
    row: int | None = None
    column: int | None = None
    value: str = ""
    details: dict[str, str] = {}
    severity: Severity | None = None

    @property
    def code(self) -> str:
        """The stable code, as HAR-040."""
        return PROBLEM_KINDS[self.kind].code

    @property
    def level(self) -> Severity:
        """Refused or warning: what the mapping says, else what this kind usually is."""
        return self.severity or PROBLEM_KINDS[self.kind].severity

    def message(self) -> str:
        """What is wrong, as part of a sentence that begins with the place."""
        return _fill(PROBLEM_KINDS[self.kind].sentence, self)

    def remedy(self) -> str:
        """What to do about it."""
        return _fill(PROBLEM_KINDS[self.kind].remedy, self)

    def place(self) -> str:
        """Where it is, in words."""
        parts = [printable(self.file)] if self.file else []
        parts += [f"sheet '{printable(self.sheet)}'"] if self.sheet else []
        parts += [f"row {self.row}"] if self.row else []
        parts += [f"column {self.column}"] if self.column else []
        return ", ".join(parts)

    def error(self, kind: type[LontarError]) -> LontarError:
        """This problem as an error of that class."""
        return kind(self.code, self.place(), f"{self.message()}.", self.remedy())

    def sentence(self) -> str:
        """Code, place, what is wrong and how to mend it, on one line."""
        place = self.place()
        return f"[{self.code}] {place + ': ' if place else ''}{self.message()}. {self.remedy()}"


_NAMED = re.compile(r"\{(\w+)\}")


_LONGEST_SHOWN = 80


def _fill(template: str, problem: Problem) -> str:
    details = {name: printable(text) for name, text in problem.details.items()}
    known = {"value": shown(problem.value), **details}
    return _NAMED.sub(lambda found: known.get(found[1], found[0]), template)


def shown(text: str) -> str:
    """A text of a file as a sentence may quote it: on one line, not too long, without signs that steer a terminal."""
    plain = printable(text[: _LONGEST_SHOWN + 1])
    return plain if len(text) <= _LONGEST_SHOWN else plain[:_LONGEST_SHOWN] + "…"


def printable(text: str) -> str:
    """A text on one line, without signs that steer a terminal."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
