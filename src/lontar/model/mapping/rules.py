"""What a mapping demands: periods, totals, checks, breaks, corrections."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from lontar.model.mapping.formats import references
from lontar.model.mapping.sentence import Sentence

Severity = Literal["refused", "warning"]


ROW_FIELDS = ("period_start", "period_end", "vintage", "value")
"""Fields of the figure that a comparison may name besides source columns."""


class PeriodRule(Sentence, frozen=True, kw_only=True):
    """How to read a period or a vintage."""

    source: Annotated[
        str, Meta(description="Columns and facts in braces, as in '{fiscal_year} {header}'.")
    ] = field(name="from")
    to: Annotated[
        str | None,
        Meta(description="Columns and facts that say where the period ends, if `from` only says its start."),
    ] = None
    when: Annotated[
        dict[str, tuple[str, ...]],
        Meta(description="Only where these columns hold one of these texts; such a rule goes before others."),
    ] = {}
    formats: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="Formats of {year} {month} {month_name} {day} {quarter} {week} {half} ...",
        ),
    ]
    languages: Annotated[tuple[str, ...], Meta(description="Languages of month names.")] = ("en",)
    fiscal_year_starts: Annotated[
        int, Meta(ge=1, le=12, description="Month in which {fiscal_year} begins.")
    ] = 1
    fiscal_year_named: Annotated[
        Literal["end", "start"], Meta(description="FY 2013 ends, or starts, in 2013.")
    ] = "end"
    since: Annotated[
        Literal["year_start"] | None,
        Meta(
            description="The text gives the last day of a period that began with the year (fiscal_year_starts says which)."
        ),
    ] = None
    lasts: (
        Annotated[
            str,
            Meta(
                pattern=r"^P[1-9]\d{0,4}[YMWD]$",
                description="ISO 8601 duration such as P1M, when the text gives the first day only, or the last one.",
            ),
        ]
        | None
    ) = None
    gives: Annotated[
        Literal["first_day", "last_day"],
        Meta(description="With lasts: which day of the period the text gives, as in 'week ending'."),
    ] = "first_day"
    first_format_wins: Annotated[
        bool, Meta(description="Decides dates that two formats read differently; else they are refused.")
    ] = False

    def names(self) -> tuple[str, ...]:
        """The columns and facts that it looks at."""
        return tuple(dict.fromkeys((*references(self.source), *references(self.to or ""), *self.when)))

    def __post_init__(self) -> None:
        """Refuse a period whose end is said twice, or a last day of a period of which nobody says how long it is."""
        if self.gives == "last_day" and self.lasts is None:
            raise ValueError("'gives: last_day' needs lasts, which says how long the period is")
        if self.to is not None and (self.lasts or self.since):
            raise ValueError("a period that says `to` has neither `lasts` nor `since`")


class PositionRule(Sentence, frozen=True, kw_only=True):
    """How to read coordinates, which become a cell of one degree by one degree: finer is not kept."""

    source: Annotated[str, Meta(description="Columns in braces, as in '{lat}, {lon}'.")] = field(name="from")
    formats: Annotated[
        tuple[str, ...], Meta(min_length=1, description="Formats of {latitude} and {longitude}, in degrees.")
    ]
    blank: Annotated[str | None, Meta(description="Code where no coordinates are given.")] = None


class RowTotal(Sentence, frozen=True, kw_only=True):
    """Rows that declare a total: no observations, but checked against their parts."""

    where: Annotated[dict[str, tuple[str, ...]], Meta(description="Which rows are the total.")]
    of: Annotated[
        dict[str, tuple[str, ...]], Meta(description="Which rows are its parts; others must agree.")
    ] = {}
    within: Annotated[
        tuple[str, ...],
        Meta(
            description="Columns in which total and parts agree; by default all others of codes or periods."
        ),
    ] = ()
    tolerance: Annotated[int, Meta(ge=0, description="Difference that rounding explains.")] = 0


class Compare(Sentence, frozen=True, kw_only=True):
    """Two columns, or fields such as period_end, of one row that must stand in a relation."""

    left: Annotated[str, Meta(description="A column, or period_start, period_end, vintage or value.")]
    holds: Annotated[
        Literal["<", "<=", "=", ">=", ">", "!="], Meta(description="How the two must stand to each other.")
    ] = field(name="is")
    right: Annotated[str, Meta(description="As left.")]
    kind: Annotated[
        Literal["number", "date"],
        Meta(description="What columns hold; a cell that holds no such thing is not compared."),
    ] = field(default="number", name="as")
    formats: Annotated[tuple[str, ...], Meta(description="Formats of dates, as under period.")] = (
        "{year}-{month}-{day}",
    )


class Range(Sentence, frozen=True, kw_only=True):
    """Bounds of a figure column, both inclusive."""

    column: Annotated[str, Meta(description="The column that holds the figure.")]
    low: Annotated[int | None, Meta(description="The smallest figure that is right.")] = None
    high: Annotated[int | None, Meta(description="The largest figure that is right.")] = None

    def __post_init__(self) -> None:
        """Refuse a range that nothing lies in, or everything."""
        if self.low is None and self.high is None:
            raise ValueError("a range has low, high or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"a range cannot end ({self.high}) before it begins ({self.low})")


class Implies(Sentence, frozen=True, kw_only=True):
    """Where one column holds one of these texts, another must hold one of those."""

    when: Annotated[
        dict[str, tuple[str, ...]], Meta(description="The columns that are looked at, and their texts.")
    ]
    then: Annotated[
        dict[str, tuple[str, ...]], Meta(description="The columns that follow, and the texts they may hold.")
    ]


class Check(Sentence, frozen=True, kw_only=True):
    """One demand; exactly one of required, range, unique, compare, implies, listed."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$", description="A short name, lower case.")]
    says: Annotated[str, Meta(min_length=5, description="The demand in words, shown when it is not met.")]
    severity: Annotated[
        Severity,
        Meta(description="What becomes of a figure that does not meet it: refused, or used with a warning."),
    ] = "refused"
    required: Annotated[tuple[str, ...], Meta(description="Columns that may not be empty.")] = ()
    unique: Annotated[
        tuple[str, ...], Meta(description="Columns whose texts, taken together, stand in one row only.")
    ] = ()
    range: Range | None = None
    compare: Compare | None = None
    implies: Implies | None = None
    listed: Annotated[dict[str, str], Meta(description="Column -> code list that must hold its text.")] = {}

    def columns(self) -> list[str]:
        """The source columns and facts that it looks at."""
        named = [*self.required, *self.unique, *self.listed]
        named += [self.range.column] if self.range else []
        named += [*self.implies.when, *self.implies.then] if self.implies else []
        compared = (self.compare.left, self.compare.right) if self.compare else ()
        return named + [name for name in compared if name not in ROW_FIELDS]

    def __post_init__(self) -> None:
        """Refuse a check that demands nothing or two things."""
        demands = (self.required, self.unique, self.range, self.compare, self.implies, self.listed)
        if sum(bool(d) for d in demands) != 1:
            raise ValueError("a check has exactly one of required, unique, range, compare, implies, listed")


class Break(Sentence, frozen=True, kw_only=True):
    """A break in the series: figures from this period on count something else."""

    since: Annotated[str, Meta(description="First day of the new series, YYYY-MM-DD.")] = field(name="from")
    reason: Annotated[str, Meta(min_length=5, description="What counts differently from then on.")]
    columns: Annotated[
        tuple[str, ...], Meta(description="Figure columns concerned; all, if none is named.")
    ] = ()

    def __post_init__(self) -> None:
        """Refuse a day that no calendar has."""
        if len(self.since) != len("YYYY-MM-DD"):
            raise ValueError(f"'{self.since}' is no day; write YYYY-MM-DD")
        date.fromisoformat(self.since)


class Correction(Sentence, frozen=True, kw_only=True):
    """A known error in a received file, mended as data; it complains once the source is mended."""

    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]*$", description="A short name, lower case.")]
    column: Annotated[str, Meta(description="The column in which the wrong text stands.")]
    found: Annotated[
        str, Meta(description="The text that is wrong; if it is not there any more, this complains.")
    ]
    action: Annotated[Literal["replace", "refuse", "ignore"], Meta(description="What becomes of the cell.")]
    to: Annotated[str | None, Meta(description="What it is replaced by.")] = None
    where: Annotated[
        dict[str, tuple[str, ...]], Meta(description="Rows concerned, by the text of columns.")
    ] = {}
    files: Annotated[tuple[str, ...], Meta(description="Files concerned, as in file names.")] = ("*",)
    reason: Annotated[
        str, Meta(min_length=10, description="How one knows that it is wrong, and what is right.")
    ]
    reported: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Day on which it was noticed.")]
    status: Annotated[
        Literal["open", "reported", "mended"],
        Meta(description="Whether the source was told, and whether it mended the file."),
    ] = "open"

    def __post_init__(self) -> None:
        """Refuse a correction that replaces by nothing, or that says what it does not do."""
        if (self.action == "replace") != (self.to is not None):
            raise ValueError("a correction says `to` if it replaces, and only then")
