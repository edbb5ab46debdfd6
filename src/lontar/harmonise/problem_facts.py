"""What a program must know of a problem besides its sentence: what the column fills, what it may hold, the closest known text."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from lontar.harmonise.resolving.codes import lists_of
from lontar.model.figures.absences import STATUSES
from lontar.model.mapping import REST, STATUS_FLAGS, Check, Column, MappingBundle, Range
from lontar.model.mapping.formats import references
from lontar.model.problems import Problem, Severity

MOST_ALLOWED = 20
"""Texts that are told of those that a cell may hold."""
_ABOUT_CODES = (
    "unknown_code", "unknown_code_like", "code_not_allowed", "empty_code", "ambiguous_name", "no_meaning",
)  # fmt: skip
_EXPECT_A_FORM = (
    "unknown_period", "empty_period", "other_calendar", "doubtful_separator", "not_rounded", "no_position",
)  # fmt: skip
"""Kinds whose detail `expected` says what would be right."""


class ProblemLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of problems.jsonl: a problem as data, in the order of problems.csv."""

    kind: str
    """Its name, as unknown_code."""
    code: str
    """Its code, as HAR-040."""
    severity: Severity
    """refused or warning."""
    file: str
    """The name that the file has for its sender."""
    sheet: str | None
    """The sheet of a workbook."""
    row: int | None
    """Counted from 1, as a spreadsheet shows it; of text the record."""
    column: int | None
    """Counted from 1."""
    header: str | None
    """The name of the column, as the mapping writes it."""
    value: str
    """The text found; empty where the column is personal."""
    message: str
    """What is wrong."""
    remedy: str
    """What to do about it."""
    allowed: list[str] | None
    """Texts that the cell may hold, at most twenty of them, or what such a text looks like."""
    crosswalk: str | None
    """The crosswalk that reads the column, by the name that the mapping gives it."""
    codelist: str | None
    """The code list of what the column fills; several are parted by |."""
    suggestion: str | None
    """The closest known text."""
    target: str | None
    """The dimension or field that the column fills; several are parted by |. Of a figure it is value."""
    check: str | None
    """The check that is not met: what a sender may explain, and keep."""


class Facts(NamedTuple):
    """What is told of a problem itself; of a problem about codes the column says the rest."""

    is_about_codes: bool
    allowed: list[str] | None = None
    codelist: str | None = None
    suggestion: str | None = None
    check: str | None = None


class ColumnFacts(NamedTuple):
    """What is told of a column."""

    target: str | None
    crosswalk: str | None
    codelist: str | None
    allowed: list[str] | None


def facts_of(problem: Problem, bundle: MappingBundle) -> Facts:
    """What a program must know of this problem, wherever it is met."""
    told = problem.details
    suggestion = told.get("suggestion")
    check = next((c for c in bundle.mapping.checks if c.id == told.get("check")), None)
    if check is not None:
        codelist = next(iter(check.listed.values()), None)
        return Facts(False, _demanded(check, bundle), codelist, suggestion, check.id)
    forms = told.get("expected", "") if problem.kind in _EXPECT_A_FORM else ""
    allowed = [form.strip("'") for form in forms.split("' or '")] if forms else None
    return Facts(problem.kind in _ABOUT_CODES, allowed, None, suggestion)


def column_facts(header: str, bundle: MappingBundle) -> ColumnFacts:
    """What a program must know of the column with this header."""
    columns = [c for c in bundle.mapping.columns if header in c.headers()]
    columns = columns or [c for c in bundle.mapping.columns if REST in c.headers()]
    targets = [*(t for c in columns for t in c.targets()), *_dated(header, bundle)]
    targets += ["value" for c in columns if c.says in ("figure", "total")]
    coded = [column for column in columns if column.targets()]
    lists = [found.id for c in coded for target in c.targets() for found in lists_of(target, c, bundle)]
    crosswalks = [column.crosswalk for column in coded if column.crosswalk]
    return ColumnFacts(_joined(targets), _joined(crosswalks), _joined(lists), _known(coded, bundle))


def _dated(header: str, bundle: MappingBundle) -> list[str]:
    mapping = bundle.mapping
    named = {
        "period": {name for rule in mapping.period_rules() for name in rule.names()},
        "vintage": {name for rule in mapping.vintage_rules() for name in rule.names()},
        "position": set(references(mapping.position.source) if mapping.position is not None else ()),
    }
    return [target for target, names in named.items() if header in names]


def _joined(names: Iterable[str]) -> str | None:
    return "|".join(dict.fromkeys(names)) or None


def _known(columns: Sequence[Column], bundle: MappingBundle) -> list[str] | None:
    """The first texts that these columns know: of crosswalks, else names or codes."""
    texts = dict.fromkeys(text for column in columns for text in _texts(column, bundle))
    return list(islice(texts, MOST_ALLOWED)) or None


def _texts(column: Column, bundle: MappingBundle) -> Iterable[str]:
    if column.crosswalk:
        return [line.source for line in bundle.crosswalks[column.crosswalk].lines if not line.ignore]
    closed = {"status": (*STATUSES, *STATUS_FLAGS), "indicator": tuple(bundle.indicators)}
    target = column.targets()[0]
    if target in closed:
        return closed[target]
    codes = {code: one for found in lists_of(target, column, bundle) for code, one in found.codes.items()}
    return [one.labels.get("en", code) for code, one in codes.items()] if column.names else codes


def _demanded(check: Check, bundle: MappingBundle) -> list[str] | None:
    """What a check wants, in short."""
    if check.range is not None:
        return [_between(check.range)]
    if check.implies is not None:
        return list(next(iter(check.implies.then.values()), ()))[:MOST_ALLOWED]
    if check.compare is not None:
        return [f"{check.compare.left} {check.compare.holds} {check.compare.right}"]
    codelist = next(iter(check.listed.values()), None)
    return list(islice(bundle.codelists[codelist].codes, MOST_ALLOWED)) if codelist else None


def _between(within: Range) -> str:
    if within.low is None:
        return f"{within.high} or less"
    return f"{within.low} or more" if within.high is None else f"{within.low} to {within.high}"
