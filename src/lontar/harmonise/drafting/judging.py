"""What each column seems to say, and how sure that is."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from lontar.harmonise.drafting.dating import Dated, dated
from lontar.harmonise.drafting.layout import YEAR, Layout, is_number
from lontar.harmonise.resolving.names import NameBook
from lontar.model.figures.codelists import CodeList

TOTAL = "_T"
_MOSTLY, _FEWEST_PARTS, _FEWEST_SUMS = 0.5, 2, 2
_SEPARATORS = ". ,'\u00a0\u202f"
_NAMES = ("names",)
_MOST_TEXTS, _MOST_PROPOSALS = 2_000, 200
"""Distinct texts of a column that are looked up, and those that are compared with what looks like them."""


class Proposal(NamedTuple):
    """A text of the file, the codes that it can stand for (one is certain), and the name that it looks like."""

    text: str
    codes: tuple[str, ...]
    closest: str | None


class Judged(NamedTuple):
    """One column."""

    header: str
    role: str
    """figure, total, period, month (a period without a year), code, empty or unknown."""
    dimension: str = ""
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
    specials: tuple[str, ...] = ()
    """Texts of a figure column that are no numbers."""


class Judge:
    """Judges columns by the code lists of some dimensions and the names of months."""

    def __init__(self, dimensions: dict[str, CodeList], months: CodeList) -> None:
        self._dimensions, self._months, self._names = dimensions, months, NameBook()

    def columns(self, layout: Layout) -> tuple[Judged, ...]:
        """Every column of a table, totals told from their parts."""
        cells = [[row[at] for row in layout.rows] for at in range(len(layout.headers))]
        judged = [self._column(header, texts) for header, texts in zip(layout.headers, cells, strict=True)]
        figures = {
            one.header: numbers(texts)
            for one, texts in zip(judged, cells, strict=True)
            if one.role == "figure"
        }
        return tuple(_as_total(one, figures) for one in judged)

    def _column(self, header: str, texts: list[str]) -> Judged:
        distinct = tuple(dict.fromkeys(text for text in texts if text))
        if not distinct:
            return Judged(header, "empty")
        numeric = [text for text in distinct if is_number(text)]
        if all(YEAR.fullmatch(text) for text in distinct):
            return Judged(header, "period", dated=Dated("{year}"))
        if len(numeric) > len(distinct) * _MOSTLY:
            specials = (*(text for text in distinct if text not in numeric), *(("",) if "" in texts else ()))
            return Judged(header, "figure", constants=self._constants(header), specials=specials)
        if (read := dated(distinct, self._months)) is not None:
            return Judged(header, "period", dated=read)
        if (read := dated(distinct, self._months, with_year=False)) is not None:
            return Judged(header, "month", dated=read)
        return self._coded(header, distinct, "" in texts)

    def _coded(self, header: str, distinct: tuple[str, ...], has_blanks: bool) -> Judged:
        """The dimension in which most texts are understood."""
        best, looked_up = Judged(header, "unknown", confidence=0.0), distinct[:_MOST_TEXTS]
        for dimension, codelist in self._dimensions.items():
            told = {text: self._codes(codelist, text) for text in looked_up}
            share = sum(len(codes) == 1 for codes in told.values()) / len(told)
            if share >= _MOSTLY and share > best.confidence:
                best = Judged(
                    header, "code", dimension, share, has_blanks=has_blanks,
                    is_codes=sum(map(codelist.has, told)) > len(told) * _MOSTLY,
                    proposals=self._proposals(codelist, told),
                    totals=tuple(text for text, codes in told.items() if codes == (TOTAL,)),
                )  # fmt: skip
        return best

    def _codes(self, codelist: CodeList, text: str) -> tuple[str, ...]:
        if codelist.has(text):
            return (text,)
        return tuple(sorted(self._names.resolver(codelist, _NAMES).resolve(text)))

    def _proposals(self, codelist: CodeList, told: dict[str, tuple[str, ...]]) -> tuple[Proposal, ...]:
        """What is not certain, with the name that it looks like."""
        resolver = self._names.resolver(codelist, _NAMES)
        doubtful = [(text, codes) for text, codes in told.items() if len(codes) != 1]
        return tuple(
            Proposal(text, codes, resolver.closest(text) if not codes and at < _MOST_PROPOSALS else None)
            for at, (text, codes) in enumerate(doubtful)
        )

    def _constants(self, header: str) -> tuple[tuple[str, str], ...]:
        """The codes that the levels of a header stand for, where that is certain; a total says nothing."""
        found: dict[str, str] = {}
        for level in header.split(" / "):
            for dimension, codelist in self._dimensions.items():
                codes = self._names.resolver(codelist, _NAMES).resolve(level)
                if len(codes) == 1 and not codes & {TOTAL}:
                    found.setdefault(dimension, next(iter(codes)))
                    break
        return tuple(found.items())

    def dated_headers(self, columns: tuple[Judged, ...]) -> tuple[Dated, str] | None:
        """How the headers of the figures say the period, if they do, and which level of the header that is."""
        figures = [one.header.split(" / ") for one in columns if one.role == "figure"]
        if len(figures) < 2:
            return None
        for level in range(min(map(len, figures))):
            texts = [levels[level] for levels in figures]
            if len(set(texts)) < 2:
                continue
            for with_year in (True, False):
                if (read := dated(texts, self._months, with_year=with_year)) is not None:
                    return read, "header" if max(map(len, figures)) == 1 else f"header_{level + 1}"
        return None


def separators(texts: Iterable[str]) -> tuple[str, str]:
    """What parts the thousands and what the decimals, as far as the numbers show it; both empty where nothing does."""
    thousands, decimal = "", ""
    for text in texts:
        signs = [sign for sign in text if sign in _SEPARATORS]
        if not signs:
            continue
        tail = text.rpartition(signs[-1])[2]
        if len(set(signs)) == 2:
            return signs[0], signs[-1]
        if len(tail) == 3:
            thousands = thousands or signs[-1]
        elif len(signs) == 1:
            decimal = decimal or signs[0]
    return thousands, decimal if decimal != thousands else ""


def numbers(texts: list[str]) -> list[Decimal | None]:
    """The numbers in a column; None for whatever is none."""
    thousands, decimal = separators(filter(is_number, texts))
    return [_number(text, thousands, decimal) if is_number(text) else None for text in texts]


def _number(text: str, thousands: str, decimal: str) -> Decimal | None:
    plain = text.replace("\u2212", "-").replace(thousands, "") if thousands else text.replace("\u2212", "-")
    try:
        return Decimal(plain.replace(decimal, ".") if decimal else plain)
    except ArithmeticError:
        return None


def _as_total(column: Judged, figures: dict[str, list[Decimal | None]]) -> Judged:
    """The column as a total of the other figures, where it is their sum in most rows in which all are numbers."""
    others = [name for name in figures if name != column.header]
    if column.header not in figures or len(others) < _FEWEST_PARTS:
        return column
    rows = zip(figures[column.header], *(figures[name] for name in others), strict=True)
    whole = [[cell for cell in row if cell is not None] for row in rows]
    sums = [row[0] == sum(row[1:]) for row in whole if len(row) == len(others) + 1 and any(row)]
    share = sum(sums) / len(sums) if sums else 0.0
    if sum(sums) < _FEWEST_SUMS or share <= _MOSTLY:
        return column
    return column._replace(role="total", parts=tuple(others), confidence=share)
