"""Small national tables with their mappings, made up; each knows what it wrote, and so what must become of it."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from lontar.catalogue import Catalogue, open_catalogue
from lontar.model.mapping import (
    Check,
    Column,
    Crosswalk,
    CrosswalkLine,
    FigureStyle,
    FileShape,
    IgnoredRows,
    Interval,
    Mapping,
    MappingBundle,
    PeriodRule,
    Range,
    RowTotal,
    Source,
    TableShape,
)
from tests.house.places import CATALOGUE

CODES = {"TU": "US_TUCSON", "N'YU": "US_YUMA", "नेपाल": "US_LAREDO", "2": "US_TUCSON", 'the "x"': "US_MIAMI"}
"""National codes; two of them mean the same place."""
IGNORED, UNKNOWN, TOTAL = ("n.a.", "X, Y"), ("Perahuu", "'; DROP TABLE landed; --", ""), "Total"
FOOTNOTE = "Source: the police"
MONTHS = ("2024-01", "2024-02", "2024-03")
BAD_MONTHS = ("2024-13", "soon", "")
REMARKS = ("", "fine", "two\nlines", 'said "so"', "a;b,c|d\te", "\u00a0")


class Figure(NamedTuple):
    """A figure cell: its text, and what it says by the style of the table."""

    text: str
    says: str
    value: Decimal | None = None


class Record(NamedTuple):
    """A record of the file; `kind` is row, footnote, blank or odd."""

    kind: str
    cells: list[str]
    figures: tuple[Figure, ...] = ()
    place: str = ""
    month: str = ""
    vintage: str = ""


class Shape(NamedTuple):
    """What the table looks like; drawn first."""

    is_wide: bool
    measures: tuple[str, ...]
    has_total_column: bool
    has_total_rows: bool
    has_vintage: bool
    extras: tuple[str, ...]
    style: FigureStyle
    delimiter: str

    def header(self) -> list[str]:
        """The columns in order: codes, figures, and what stands beside them."""
        before = ["Place", *([] if self.is_wide else ["Month"]), *(["As of"] if self.has_vintage else [])]
        return [*before, *self.figures(), *self.extras]

    def figures(self) -> list[str]:
        return [*(MONTHS if self.is_wide else self.measures), *(["All"] if self.has_total_column else [])]


class Table(NamedTuple):
    """A table: what it looks like, and its files as records."""

    shape: Shape
    files: list[list[Record]]
    line_end: str
    ends_with_line_end: bool


SEXES = {"Persons": "_T", "Men": "M", "Women": "F"}
EXTRAS = {
    "Name": Column(says="personal", column="Name"),
    "Remark": Column(says="ignore", column="Remark", reason="remarks"),
    "Note; 2": Column(says="used", column="Note; 2", optional=True),
    "Unheard of": None,
}


@cache
def catalogue() -> Catalogue:
    return open_catalogue(CATALOGUE)


@st.composite
def styles(draw: st.DrawFn) -> FigureStyle:
    thousands = draw(st.sampled_from(["", ",", ".", " ", "'"]))
    absences: dict[str, Any] = {":": "unknown", "-": "nothing"}
    absences |= draw(st.sampled_from([{}, {"": "not_collected"}, {"": "nothing"}]))
    absences |= draw(st.sampled_from([{}, {"999": "withheld"}]))
    return FigureStyle(
        thousands=thousands, absences=absences, intervals={"<5": Interval(low=0, high=4)}, marks=("*",),
        flags={"p": "provisional", "b": "break"}, negative=draw(st.booleans()),
        rounded_to=draw(st.sampled_from([None, None, 5])),
    )  # fmt: skip


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    return Shape(
        is_wide=draw(st.booleans()),
        measures=draw(st.sampled_from([("Persons",), ("Men", "Women"), ("Persons", "Men", "Women")])),
        has_total_column=draw(st.booleans()),
        has_total_rows=draw(st.booleans()),
        has_vintage=draw(st.booleans()),
        extras=tuple(draw(st.lists(st.sampled_from(list(EXTRAS)), unique=True, max_size=4))),
        style=draw(styles()),
        delimiter=draw(st.sampled_from([",", ";", "\t", "|"])),
    )


def bundle_for(shape: Shape) -> MappingBundle:
    """The mapping that says what such a table says."""
    sexes = {} if shape.is_wide else SEXES
    figures = MONTHS if shape.is_wide else shape.measures
    columns = [Column(says="place", column="Place", crosswalk="places")]
    columns += [
        Column(says="figure", column=name, dimensions={"sex": sexes[name]} if sexes else {})
        for name in figures
    ]
    if shape.has_total_column:
        columns.append(Column(says="total", column="All", of=tuple(figures)))
    for name, column in EXTRAS.items():
        columns += [column] if name in shape.extras and column is not None else []
    mapping = Mapping(
        id="xa/generated", title="Made up", source=Source(publisher="p", title="t", licence="l"), reporter="XA",
        source_kind="official", area="US", indicator="irregular_entries", columns=tuple(columns),
        file=FileShape(delimiter=shape.delimiter), figures=shape.style,
        table=TableShape(ignore_rows=(IgnoredRows(reason="footnote", starts_with="Source:"),)),
        period=PeriodRule(source="{header}" if shape.is_wide else "{Month}", formats=("{year}-{month}",)),
        vintage=PeriodRule(source="{As of}", formats=("{year}-{month}-{day}",)) if shape.has_vintage else None,
        totals=(RowTotal(where={"Place": (TOTAL,)}),) if shape.has_total_rows else (),
        checks=(
            Check(id="small", says="figures are small", severity="warning", range=Range(column=figures[0], high=50)),
            Check(id="once", says="each place stands once", severity="warning", unique=("Place",)),
        ),
    )  # fmt: skip
    lines = [CrosswalkLine(source=code, to={"place": place}) for code, place in CODES.items()]
    lines += [CrosswalkLine(source=code, ignore="no place") for code in IGNORED]
    indicator = catalogue().indicator("irregular_entries")
    return MappingBundle(
        mapping=mapping, corrections=(), indicators={indicator.id: indicator}, version="0",
        crosswalks={"places": Crosswalk(id="places", path="places.csv", targets=("place",), lines=tuple(lines))},
        codelists={"place": catalogue().codelist("place")},
    )  # fmt: skip


def figure_of(style: FigureStyle, kind: str, number: int, mark: str) -> Figure:
    """A figure of that kind as the table writes it."""
    negative = kind == "negative"
    if kind in (":", "-", "999", ""):
        meaning = style.absences.get(kind)
        if meaning is None and kind == "999":
            return Figure("999", "bad") if style.rounded_to else Figure("999", "value", Decimal(999))
        says = "bad" if meaning is None else "nothing" if meaning == "nothing" else "absence"
        return Figure(kind, says)
    if kind in ("<5", "odd"):
        return Figure("<5", "interval") if kind == "<5" else Figure("12x", "bad")
    digits = f"{number:,}".replace(",", style.thousands) if kind != "plain" else str(number)
    if style.rounded_to is not None and number % style.rounded_to:
        return Figure(("-" if negative else "") + digits + mark, "bad")
    if negative and not style.negative:
        return Figure("-" + digits + mark, "bad")
    return Figure(
        ("-" if negative else "") + digits + mark, "value", Decimal(-number if negative else number)
    )


@st.composite
def _figures(draw: st.DrawFn, style: FigureStyle) -> Figure:
    kind = draw(st.sampled_from(["plain", "plain", "parted", ":", "-", "<5", "999", "", "odd", "negative"]))
    number = draw(st.integers(1000, 10**9) if kind == "parted" else st.integers(1, 60))
    if style.rounded_to is not None and draw(st.integers(0, 3)):
        number = max(style.rounded_to, number - number % style.rounded_to)
    return figure_of(style, kind, number, draw(st.sampled_from(["", "", "*", "p", "b", "p*"])))


@st.composite
def _records(draw: st.DrawFn, shape: Shape) -> Record:
    width = len(shape.header())
    kind = draw(st.sampled_from(["row"] * 9 + ["footnote", "blank", "odd"]))
    if kind == "blank":
        return Record(kind, draw(st.sampled_from([[], [""] * width, [" "] * width])))
    if kind == "footnote":
        return Record(kind, [FOOTNOTE] + [""] * draw(st.sampled_from([0, width - 1])))
    if kind == "odd":
        count = draw(st.sampled_from([1, width - 1, width + 1, width + 3]))
        more = draw(st.lists(st.sampled_from(["", "7"]), min_size=count - 1, max_size=count - 1))
        return Record(kind, ["12", *more[:-1], *(["7"] if count > width else more[-1:])])
    totals = [TOTAL] if shape.has_total_rows else []
    place = draw(st.sampled_from([*CODES, *CODES, *IGNORED, *UNKNOWN, *totals, *totals]))
    month = draw(st.sampled_from([*MONTHS, *MONTHS, *BAD_MONTHS]))
    vintage = draw(st.sampled_from(["2024-05-01", "2024-06-01", "31"]))
    figures = tuple(draw(_figures(shape.style)) for _ in shape.figures())
    cells = [place] + ([] if shape.is_wide else [month]) + ([vintage] if shape.has_vintage else [])
    cells += [figure.text for figure in figures] + [draw(st.sampled_from(REMARKS)) for _ in shape.extras]
    return Record(kind, cells, figures, place, month, vintage)


@st.composite
def tables(draw: st.DrawFn, may_have_totals: bool = True) -> Table:
    shape = draw(shapes())
    if not may_have_totals:
        shape = shape._replace(has_total_column=False, has_total_rows=False)
    files = draw(st.lists(st.lists(_records(shape), max_size=8), min_size=1, max_size=2))
    sure = Record("row", ["TU", *(["2024-01"] if not shape.is_wide else []), *(["2024-05-01"] if shape.has_vintage else []),
                          *("10" for _ in shape.figures()), *("" for _ in shape.extras)],
                  tuple(Figure("10", "value", Decimal(10)) for _ in shape.figures()), "TU", "2024-01", "2024-05-01")  # fmt: skip
    files = [[*records, sure] for records in files]
    if len(files) > 1 and sorted(r.cells for r in files[0]) == sorted(r.cells for r in files[1]):
        files = files[:1]  # the same file twice is refused, which other tests look at
    return Table(shape, files, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()))


def written(table: Table, records: list[Record], order: Sequence[int] = ()) -> str:
    """The text of a file; `order` puts its columns in another order, if all rows are whole."""
    lines = [table.shape.header(), *(record.cells for record in records)]
    lines = [[cells[n] for n in order] for cells in lines] if order else lines
    parted = [
        table.shape.delimiter.join(_quoted(cell, table.shape.delimiter) for cell in cells) for cells in lines
    ]
    return table.line_end.join(parted) + (table.line_end if table.ends_with_line_end else "")


def _quoted(cell: str, delimiter: str) -> str:
    is_plain = not any(sign in cell for sign in (delimiter, '"', "\n"))
    return cell if is_plain else '"' + cell.replace('"', '""') + '"'


class Expected(NamedTuple):
    """What must become of a table, told by the one who wrote it."""

    cells: int
    sums: dict[str, Decimal]
    observations: Counter[tuple[Any, ...]]


def expected(table: Table) -> Expected:
    """What must become of this table: cells, sums by fate, and each observation (place, sex, period, vintage, text)."""
    fated = [(r, f, name, fate_of(table.shape, r, f, name)) for records in table.files for r in records
             for f, name in zip(r.figures, table.shape.figures(), strict=r.kind == "row")]  # fmt: skip
    keys = Counter(key_of(table.shape, r, name) for r, _, name, fate in fated if fate == "observed")
    sums = dict.fromkeys(("found", "observed", "ignored", "refused"), Decimal(0))
    observations: Counter[tuple[Any, ...]] = Counter()
    for record, figure, name, fate in fated:
        told = key_of(table.shape, record, name)
        became = "refused" if fate == "observed" and keys[told] > 1 else fate
        if figure.value is not None:
            sums["found"] += figure.value
            sums[became] += figure.value
        if became == "observed":
            observations[(*told, figure.text)] += 1
    header = sum(bool(cell.strip()) for cell in table.shape.header()) * len(table.files)
    cells = sum(bool(cell.strip()) for records in table.files for r in records for cell in r.cells)
    return Expected(header + cells, sums, observations)


def fate_of(shape: Shape, record: Record, figure: Figure, name: str) -> str:
    """What becomes of a figure by itself."""
    if record.place in IGNORED:
        return "ignored"
    is_total = name == "All" or (shape.has_total_rows and record.place == TOTAL)
    if is_total and figure.says != "bad":
        return "ignored"
    if figure.says == "nothing":
        return "ignored"
    wrong_vintage = shape.has_vintage and record.vintage == "31"
    wrong_month = not shape.is_wide and record.month in BAD_MONTHS
    if record.place not in CODES or wrong_month or wrong_vintage or figure.says == "bad":
        return "refused"
    return "observed"


def key_of(shape: Shape, record: Record, name: str) -> tuple[Any, ...]:
    """What tells an observation apart: place, sex, period, vintage."""
    sex = "_T" if shape.is_wide else SEXES.get(name, "")
    return (
        CODES.get(record.place), sex, name if shape.is_wide else record.month,
        record.vintage if shape.has_vintage else None,
    )  # fmt: skip
