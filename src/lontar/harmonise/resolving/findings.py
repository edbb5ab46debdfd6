"""Problems met while resolving, numbered so that a plan can carry them."""

from typing import NamedTuple

from lontar.model.problems import Problem, Severity


class Wrong(NamedTuple):
    """Why a text cannot be used: a kind of problem, and what its sentence names."""

    kind: str
    details: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, kind: str, **details: str) -> "Wrong":
        """A problem of that kind with these details."""
        return cls(kind, tuple(sorted(details.items())))


class Findings:
    """Every distinct problem once; its number travels through the plan."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[Wrong, str, Severity | None], int] = {}
        self.problems: list[Problem] = []

    def number(self, wrong: Wrong, value: str = "", severity: Severity | None = None) -> int:
        """The number of this problem with this value found; the same again gets the same number."""
        key = (wrong, value, severity)
        if key not in self._numbers:
            self._numbers[key] = len(self.problems)
            self.problems.append(
                Problem(wrong.kind, value=value, details=dict(wrong.details), severity=severity)
            )
        return self._numbers[key]
