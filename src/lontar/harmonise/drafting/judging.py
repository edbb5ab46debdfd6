"""What each column seems to say, and how sure that is."""

from collections.abc import Iterable
from decimal import Decimal

from lontar.harmonise.drafting.dating import Dated, dated, dated_numbers, has_year
from lontar.harmonise.drafting.doubting import why_asked, why_unnamed
from lontar.harmonise.drafting.header_words import AREA
from lontar.harmonise.drafting.judged import Judged
from lontar.harmonise.drafting.layout import YEAR, Layout, is_number
from lontar.harmonise.drafting.targets import NAMES, TOTAL, Targets
from lontar.harmonise.drafting.weighing import without_labels
from lontar.harmonise.resolving.names import NameBook
from lontar.model.figures.codelists import CodeList

_MOSTLY, _FEWEST_PARTS, _FEWEST_SUMS = 0.5, 2, 2
_SEPARATORS = ". ,'\u00a0\u202f"


class Judge:
    """Judges columns by the code lists of targets (dimensions, and the area) and the names of months."""

    def __init__(self, targets: dict[str, CodeList], months: CodeList) -> None:
        self._targets, self._months, self._names = targets, months, NameBook()

    def columns(self, layout: Layout) -> tuple[Judged, ...]:
        """Every column of a table, totals told from their parts and labels from figures."""
        cells = [tuple(row[at] for row in layout.rows) for at in range(len(layout.headers))]
        named = list(zip(layout.headers, cells, strict=True))
        plain = [self._plain(header, texts, layout.headers) for header, texts in named]
        coded = [column for column, one in zip(named, plain, strict=True) if one is None]
        told = iter(Targets(self._targets, self._names).judge(coded))
        judged = [one or next(told) for one in plain]
        figures = {
            one.header: numbers(list(texts))
            for one, texts in zip(judged, cells, strict=True)
            if one.role == "figure"
        }
        judged = without_labels((_as_total(one, figures) for one in judged), cells)
        return tuple(_without_said(one, judged) for one in map(_asking, judged, cells))

    def _plain(self, header: str, cells: tuple[str, ...], headers: tuple[str, ...]) -> Judged | None:
        """A column of figures or periods, or one that nobody can name; None where it holds texts to look up."""
        distinct = tuple(dict.fromkeys(filter(None, cells)))
        unnamed = why_unnamed(header, headers)
        if unnamed or not distinct:
            return Judged(header, "asked", doubt=unnamed)
        if all(YEAR.fullmatch(text) for text in distinct):
            return Judged(header, "period", dated=Dated("{year}"))
        numeric = dict.fromkeys(text for text in distinct if is_number(text))
        if len(numeric) > len(distinct) * _MOSTLY:
            others = tuple(text for text in distinct if text not in numeric)
            return self._of_numbers(header, tuple(numeric), others, "" in cells)
        for role, with_year in (("period", True), ("part", False)):
            if (read := dated(distinct, self._months, with_year=with_year)) is not None:
                return Judged(header, role, dated=read)
        return None

    def _of_numbers(
        self, header: str, numeric: tuple[str, ...], others: tuple[str, ...], has_blanks: bool
    ) -> Judged:
        read = dated_numbers(header, numeric)
        if read is not None:
            return Judged(
                header, "period" if has_year(read.format) else "part", dated=read._replace(odd=others)
            )
        specials = (*others, *(("",) if has_blanks else ()))
        return Judged(header, "figure", constants=self._constants(header), specials=specials)

    def _constants(self, header: str) -> tuple[tuple[str, str], ...]:
        """The codes that the levels of a header stand for, where that is certain; a total says nothing."""
        found: dict[str, str] = {}
        for level in header.split(" / "):
            for dimension, codelist in self._targets.items():
                if dimension == AREA:
                    continue
                codes = self._names.resolver(codelist, NAMES).resolve(level)
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


def _asking(column: Judged, cells: tuple[str, ...]) -> Judged:
    """A column that somebody must say, with why."""
    if column.role != "asked" or column.doubt:
        return column
    return column._replace(doubt=why_asked(column.header, cells))


def _without_said(column: Judged, columns: list[Judged]) -> Judged:
    """A column of figures without the codes of its header that a column says in every row."""
    said = {one.target for one in columns if one.role == "code"}
    return column._replace(constants=tuple(one for one in column.constants if one[0] not in said))
