"""What each column says."""

from typing import Annotated, Literal

from msgspec import Meta, field

from lontar.model.figures.absences import Absence
from lontar.model.mapping.sentence import Sentence

ROLES = ("figure", "total", "ignore", "personal", "used")
"""What a column may be besides a field of the observation; `used` only feeds periods, vintages and checks."""

FIELDS = ("indicator", "unit", "stage", "reporter", "source_kind", "area", "status", "event")
"""Fields of an observation, besides the dimensions of its indicator, that a column may fill."""

LIST_OF_FIELD = {"area": "reference_area", "unit": "unit", "stage": "stage", "source_kind": "source_kind"}
"""Field -> the code list whose codes it holds."""

REST = "*"
"""A column entry with this header stands for all columns that no other entry names."""

STATUS_FLAGS = ("break",)
"""What a column of flags may say besides a status."""

NameKind = Literal["names", "alpha3", "m49", "unhcr", "short", "official", "old", "adjective", "alternative"]
"""Which kinds of name resolve to a code; `names` stands for every kind that is no code system."""


class Interval(Sentence, frozen=True, kw_only=True):
    """Bounds of a figure that the source gives as a range, both inclusive."""

    low: Annotated[int, Meta(description="The smallest number that it can be.")]
    high: Annotated[
        int | None, Meta(description="The largest number that it can be; none if it is open.")
    ] = None

    def __post_init__(self) -> None:
        """Refuse bounds that nothing lies between."""
        if self.high is not None and self.low > self.high:
            raise ValueError(f"an interval cannot end ({self.high}) before it begins ({self.low})")


class NotYet(Sentence, frozen=True, kw_only=True):
    """Fillers in periods that lie after the vintage: they are no figures yet."""

    values: Annotated[tuple[str, ...], Meta(description="What the source writes there, for instance 0.")]
    absence: Annotated[Absence, Meta(description="Why there is no figure yet.")] = "awaited"


class Cumulative(Sentence, frozen=True, kw_only=True):
    """Figures that count since the start of the year, to be turned into increments between reports."""

    keep: Annotated[
        dict[str, tuple[str, ...]],
        Meta(description="Codes for which the cumulative figure stays, since their members change."),
    ] = {}


class FigureStyle(Sentence, frozen=True, kw_only=True):
    """How the source writes figures."""

    thousands: Annotated[str, Meta(max_length=1, description="What parts the thousands, or nothing.")] = ""
    decimal: Annotated[str, Meta(max_length=1, description="Decimal sign, where fractions occur at all.")] = (
        ""
    )
    absences: Annotated[
        dict[str, Absence | Literal["nothing"]],
        Meta(description="What a text without a figure means in this source; nothing = no observation."),
    ] = {}
    intervals: Annotated[dict[str, Interval], Meta(description="Ranges such as '<5' and their bounds.")] = {}
    words: Annotated[
        dict[str, int], Meta(description="Texts that stand for a number, such as 'none' or 'Incident'.")
    ] = {}
    each_is_one: Annotated[
        bool,
        Meta(description="Each filled cell counts as one, whatever it says: numbers or names of events."),
    ] = False
    times: (
        Annotated[int, Meta(ge=2, description="The source counts in units of so many, such as 1000.")] | None
    ) = None
    span: Annotated[
        str, Meta(max_length=3, description="What stands between the bounds of a range, as in 1-4.")
    ] = ""
    marks: Annotated[
        tuple[str, ...],
        Meta(
            description="Footnote marks to take off the end of a figure. A raised 2 of a workbook is written ², "
            "a raised letter ^(a); a share is written 12.5%."
        ),
    ] = ()
    flags: Annotated[
        dict[str, Literal["provisional", "estimated", "revised", "final", "break"]],
        Meta(description="Letters glued to a figure, and what they mean; raised ones as under marks."),
    ] = {}
    rounded_to: Annotated[int, Meta(ge=2, description="The source rounds to multiples of this.")] | None = (
        None
    )
    negative: Annotated[bool, Meta(description="Negative figures may occur (corrections).")] = False
    not_yet: NotYet | None = None
    cumulative: Cumulative | None = None

    def __post_init__(self) -> None:
        """Refuse signs that could as well be part of the figure beside them."""
        if self.thousands and self.thousands == self.decimal:
            raise ValueError(f"'{self.thousands}' cannot part the thousands and be the decimal sign too")
        signs = (self.thousands, self.decimal, self.span, *self.marks, *self.flags)
        digits = next((sign for sign in signs if sign.strip().isdecimal()), None)
        if digits is not None:
            raise ValueError(
                f"'{digits}' beside a figure cannot be told from its digits; correct such cells instead"
            )
        twice = {*self.words} & {*self.absences, *self.intervals}
        if twice:
            raise ValueError(f"'{min(twice)}' cannot be a number and something else")
        if self.each_is_one and (self.words or self.times or self.rounded_to or self.cumulative):
            raise ValueError("cells that count as one each are neither words, scaled, rounded nor cumulative")


class Column(Sentence, frozen=True, kw_only=True):
    """One column, or several that say the same kind of thing."""

    says: Annotated[
        str | tuple[str, ...],
        Meta(description="figure, total, ignore, personal, used, a dimension, or a field such as area."),
    ] = field(name="is")
    column: Annotated[str | None, Meta(description="Its header, or a fact in braces such as {header}.")] = (
        None
    )
    columns: Annotated[tuple[str, ...], Meta(description="Headers of several columns.")] = ()
    when: Annotated[
        dict[str, tuple[str, ...]],
        Meta(description="Only where these other columns hold one of these texts."),
    ] = {}
    crosswalk: Annotated[str | None, Meta(description="Crosswalk beside the mapping, without .csv.")] = None
    codes: Annotated[str | None, Meta(description="Code list whose codes stand in the cells.")] = None
    names: Annotated[
        tuple[NameKind, ...],
        Meta(description="Names of the code list that are understood; only what is certain is used."),
    ] = ()
    several: Annotated[str | None, Meta(description="What parts several codes in one cell.")] = None
    blank: Annotated[str | None, Meta(description="Code that an empty cell stands for.")] = None
    fill_down: Annotated[
        bool, Meta(description="An empty cell says what the nearest filled cell above it says.")
    ] = False
    optional: Annotated[bool, Meta(description="Some files of the family do not have it.")] = False
    reason: Annotated[str | None, Meta(description="Why it is ignored; shown in the account.")] = None
    of: Annotated[tuple[str, ...], Meta(description="For a total: the columns whose sum it declares.")] = ()
    indicator: Annotated[str | None, Meta(description="Indicator of these figures.")] = None
    unit: Annotated[str | None, Meta(description="Unit of these figures.")] = None
    stage: Annotated[str | None, Meta(description="Stage of these figures.")] = None
    dimensions: Annotated[dict[str, str], Meta(description="Codes that hold for these figures.")] = {}
    figures: Annotated[
        FigureStyle | None, Meta(description="How these figures are written, if differently.")
    ] = None
    once_for: Annotated[
        tuple[str, ...],
        Meta(
            description="Rows that share the texts of these columns repeat one figure: it counts once, from the first."
        ),
    ] = ()
    tolerance: Annotated[
        int, Meta(ge=0, description="For a total: the difference that rounding explains.")
    ] = 0

    def headers(self) -> tuple[str, ...]:
        """The columns meant, by header."""
        return ((self.column,) if self.column is not None else ()) + self.columns

    def targets(self) -> tuple[str, ...]:
        """The fields or dimensions that it fills; empty for a role such as figure or ignore."""
        said = (self.says,) if isinstance(self.says, str) else self.says
        return tuple(s for s in said if s not in ROLES)


def is_fact_name(header: str) -> bool:
    """Whether a column entry names a fact in braces instead of a header."""
    return header.startswith("{") and header.endswith("}")
