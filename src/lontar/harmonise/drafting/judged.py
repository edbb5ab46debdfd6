"""What was found out about a column."""

from typing import NamedTuple

from lontar.harmonise.drafting.dating import Dated


class Proposal(NamedTuple):
    """A text of the file, the codes that it can stand for (one is certain), and the name that it looks like."""

    text: str
    codes: tuple[str, ...]
    closest: str | None


class Judged(NamedTuple):
    """One column."""

    header: str
    role: str
    """figure, total, period, part (of a year that another column or a fact says), code, or asked: somebody must say it."""
    target: str = ""
    """The dimension that a column of codes says, or `area`."""
    doubt: str = ""
    """What there is to ask: why nobody can tell, or what else it could be."""
    confidence: float = 1.0
    """The share of the distinct texts that are understood; for a total, of the rows that it adds up."""
    is_codes: bool = False
    """Whether the cells hold codes, and no names."""
    has_blanks: bool = False
    constants: tuple[tuple[str, str], ...] = ()
    """Codes that the header of a figure column says."""
    parts: tuple[str, ...] = ()
    """For a total: the columns that it adds up."""
    dated: Dated | None = None
    proposals: tuple[Proposal, ...] = ()
    """Texts that are not certain."""
    totals: tuple[str, ...] = ()
    """Texts that stand for all."""
    is_all_total: bool = False
    """Whether every row says one of these."""
    specials: tuple[str, ...] = ()
    """Texts of a figure column that are no numbers."""
