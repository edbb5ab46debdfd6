"""The mapping language: how one national table becomes observations. Data that a statistician reads aloud."""

from typing import Annotated

from msgspec import Meta

from lontar.model.figures.absences import Status
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.indicators import Indicator
from lontar.model.mapping.additions import Additions, Repair
from lontar.model.mapping.columns import (
    FIELDS,
    LIST_OF_FIELD,
    REST,
    ROLES,
    STATUS_FLAGS,
    Column,
    Cumulative,
    FigureStyle,
    Interval,
    NotYet,
)
from lontar.model.mapping.crosswalks import Crosswalk, CrosswalkLine
from lontar.model.mapping.formats import references
from lontar.model.mapping.layout import Fact, FileShape, IgnoredRows, TableShape, Wrapped
from lontar.model.mapping.rules import (
    ROW_FIELDS,
    Break,
    Check,
    Compare,
    Correction,
    Implies,
    PeriodRule,
    PositionRule,
    Range,
    RowTotal,
)
from lontar.model.mapping.sentence import Sentence


class Source(Sentence, frozen=True, kw_only=True):
    """Who publishes the table, and under which terms."""

    publisher: Annotated[str, Meta(description="Who publishes it.")]
    title: Annotated[str, Meta(description="What the publisher calls it, in its language.")]
    licence: Annotated[str, Meta(description="The terms on which it may be used, by their usual name.")]
    address: Annotated[str, Meta(description="Where it can be found.")] = ""


Rules = Annotated[tuple[PeriodRule, ...], Meta(min_length=1)]


class Mapping(Sentence, frozen=True, kw_only=True):
    """How one table of one reporter becomes observations."""

    id: Annotated[str, Meta(pattern="^[a-z0-9_]+/[a-z0-9_]+$", description="<reporter>/<table>, lower case.")]
    title: Annotated[str, Meta(description="What the table holds, in a few words.")]
    source: Source
    description: Annotated[str, Meta(description="What else there is to say of the table.")] = ""
    reporter: Annotated[str | None, Meta(description="Who says it, unless a column does.")] = None
    source_kind: Annotated[
        str | None, Meta(description="official, organisation, survey, media, published.")
    ] = None
    area: Annotated[str | None, Meta(description="What it is about, unless a column says so.")] = None
    indicator: Annotated[
        str | None, Meta(description="What is counted, unless columns or their entries say it.")
    ] = None
    unit: Annotated[str | None, Meta(description="In which unit, where the indicator has several.")] = None
    stage: Annotated[
        str | None, Meta(description="How far established, where the indicator has several.")
    ] = None
    status: Annotated[Status, Meta(description="How firm the figures are.")] = "final"
    dimensions: Annotated[dict[str, str], Meta(description="Codes that hold for the whole table.")] = {}
    notes: Annotated[
        tuple[str, ...], Meta(description="What a reader must know to compare these figures.")
    ] = ()
    file: FileShape = FileShape()
    table: TableShape = TableShape()
    facts: tuple[Fact, ...] = ()
    columns: Annotated[tuple[Column, ...], Meta(min_length=1)]
    period: Annotated[PeriodRule | Rules, Meta(description="One rule, or several, each for rows of its own.")]
    vintage: PeriodRule | Rules | None = None
    position: PositionRule | None = None
    figures: FigureStyle = FigureStyle()
    add_over: Annotated[
        tuple[str, ...],
        Meta(description="Figures of one file that differ only in the texts of these columns are added up."),
    ] = ()
    add_alike: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        Meta(
            description="Why rows of one file that are alike in all their labels are parts of one figure: they are added up."
        ),
    ] = None
    totals: tuple[RowTotal, ...] = ()
    checks: tuple[Check, ...] = ()
    breaks: tuple[Break, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether figures are added up."""
        return bool(self.add_over) or self.add_alike is not None

    def period_rules(self) -> tuple[PeriodRule, ...]:
        """The rules by which periods are read."""
        return _several(self.period)

    def vintage_rules(self) -> tuple[PeriodRule, ...]:
        """The rules by which vintages are read; none where the table has no vintage."""
        return _several(self.vintage) if self.vintage is not None else ()

    def dating_columns(self) -> tuple[str, ...]:
        """Columns and facts that periods, vintages and positions are read from."""
        rules = (*self.period_rules(), *self.vintage_rules())
        position = references(self.position.source) if self.position is not None else ()
        return tuple(dict.fromkeys((*(name for rule in rules for name in rule.names()), *position)))


class Corrections(Sentence, frozen=True, kw_only=True):
    """The known errors of one family of files."""

    mapping: Annotated[str, Meta(description="Id of the mapping of these files.")]
    corrections: tuple[Correction, ...]


class MappingBundle(Sentence, frozen=True, kw_only=True):
    """A mapping with everything that it speaks of, loaded: what the engine is given."""

    mapping: Mapping
    crosswalks: dict[str, Crosswalk]
    corrections: tuple[Correction, ...]
    corrections_at: Annotated[str, Meta(description="Where the corrections lie, for messages.")] = ""
    indicators: dict[str, Indicator]
    codelists: dict[str, CodeList]
    version: Annotated[
        str, Meta(description="Hash of the mapping, its crosswalks and corrections, and of what was added.")
    ]
    additions: Annotated[Additions, Meta(description="What a sender has added.")] = Additions()
    catalogue_version: Annotated[
        str, Meta(description="The version without additions, if there are any.")
    ] = ""


def _several(rules: PeriodRule | tuple[PeriodRule, ...]) -> tuple[PeriodRule, ...]:
    return (rules,) if isinstance(rules, PeriodRule) else rules


__all__ = [
    "FIELDS",
    "LIST_OF_FIELD",
    "REST",
    "ROLES",
    "ROW_FIELDS",
    "STATUS_FLAGS",
    "Additions",
    "Break",
    "Check",
    "Column",
    "Compare",
    "Correction",
    "Corrections",
    "Crosswalk",
    "CrosswalkLine",
    "Cumulative",
    "Fact",
    "FigureStyle",
    "FileShape",
    "IgnoredRows",
    "Implies",
    "Interval",
    "Mapping",
    "MappingBundle",
    "NotYet",
    "PeriodRule",
    "PositionRule",
    "Range",
    "Repair",
    "RowTotal",
    "Source",
    "TableShape",
    "Wrapped",
]
