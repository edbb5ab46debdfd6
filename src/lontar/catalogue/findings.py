"""Collect what is wrong with the catalogue, each with its file and its line or row."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from lontar.catalogue.yaml_text import line_of
from lontar.model.errors import CatalogueProblem

T = TypeVar("T")


class Findings:
    """The problems found so far; places are written from the catalogue's folder on."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[CatalogueProblem] = []

    def in_yaml(self, path: Path, steps: Sequence[str | int], code: str, message: str, remedy: str) -> None:
        """Note a problem of a YAML file at the value under these keys and positions."""
        line = line_of(path.read_text(encoding="utf-8-sig"), steps) or 1
        self._note(code, f"{self._near(path)}, line {line}", message, remedy)

    def in_table(self, path: Path, row: int, code: str, message: str, remedy: str) -> None:
        """Note a problem of a CSV file in this row (1 is the header)."""
        self._note(code, f"{self._near(path)}, row {row}", message, remedy)

    def attempt(self, read: Callable[[], T]) -> T | None:
        """Read something; if that raises a CatalogueProblem, note it and give None."""
        try:
            return read()
        except CatalogueProblem as problem:
            place = problem.place.replace(f"{self.root}/", f"{self.root.name}/")
            self._note(problem.code, place, problem.message, problem.remedy)
            return None

    def _near(self, path: Path) -> str:
        return f"{self.root.name}/{path.relative_to(self.root).as_posix()}"

    def _note(self, code: str, place: str, message: str, remedy: str) -> None:
        known = {(problem.code, problem.place, problem.message) for problem in self.problems}
        if (code, place, message) not in known:
            self.problems.append(CatalogueProblem(code, place, message, remedy))


def closest(found: str, allowed: Sequence[str], most: int = 10) -> str:
    """Say what would have been allowed: the closest three, or the first of them, `most` at the most."""
    alike = difflib.get_close_matches(found.casefold(), [one.casefold() for one in allowed], n=3)
    close = [one for one in dict.fromkeys(allowed) if one.casefold() in alike]
    if close:
        return f"Closest: {', '.join(close[:3])}."
    if not allowed:
        return "None exists yet."
    return f"Allowed: {', '.join(allowed[:most])}{', ...' if len(allowed) > most else ''}."
