"""What can go wrong, split by who must act. Each says where, what, and how to mend it, and never holds a personal value."""

from __future__ import annotations


class LontarError(Exception):
    """One thing that went wrong: a stable code, a place, a sentence, and a remedy ('' where there is none)."""

    def __init__(self, code: str, place: str, message: str, remedy: str = "") -> None:
        super().__init__(code, place, message, remedy)
        self.code = code
        self.place = place
        self.message = message
        self.remedy = remedy
        self.others: tuple[LontarError, ...] = ()
        """What else went wrong, where everything is told at once."""

    def __str__(self) -> str:
        return "\n".join([self.sentence(), *map(str, self.others)])

    def sentence(self) -> str:
        """This one alone, without what else went wrong."""
        where = f"{self.place}: " if self.place else ""
        return f"[{self.code}] {where}{self.message}{' ' if self.remedy else ''}{self.remedy}"


class SourceProblem(LontarError):
    """The sender must act: a received file cannot be read as its mapping says."""


class CatalogueProblem(LontarError):
    """The expert must act: a file of the catalogue is wrong, or names something that does not exist."""


class Refused(LontarError):
    """Nobody must act: the policy said no, under the rules named here."""

    def __init__(
        self, code: str, place: str, message: str, remedy: str = "", rules: tuple[str, ...] = ()
    ) -> None:
        super().__init__(code, place, message, remedy)
        self.rules = rules


class Unavailable(LontarError):
    """Try again later: something that is needed does not answer."""


class Bug(LontarError):
    """The makers must act: a state that should not exist."""
