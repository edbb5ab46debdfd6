"""The plan: a few operations on relations whose meaning does not depend on any engine's casts.

Types are text, int, number (decimal, 14 digits before and 4 after the point), date and bool. Text is compared
code point by code point; nothing is trimmed, folded or cast. Null equals null in the keys of Attach, and no
condition holds of a null except Missing. Whatever needs a language or a calendar is resolved once for each
distinct value before the plan runs, and comes in as a lookup.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

Type = Literal["text", "int", "number", "date", "bool"]
Scalar = str | int | bool | date | None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything in a plan."""


class Missing(Part, frozen=True, kw_only=True):
    """The column is null."""

    column: str


class OneOf(Part, frozen=True, kw_only=True):
    """The column holds one of these values."""

    column: str
    values: tuple[Scalar, ...]


class Compared(Part, frozen=True, kw_only=True):
    """Two columns of one type stand in this relation."""

    left: str
    holds: Literal["<", "<=", "=", ">=", ">", "!="]
    right: str


class All(Part, frozen=True, kw_only=True):
    """Every condition holds; of no condition that is true."""

    of: tuple[Condition, ...]


class Any(Part, frozen=True, kw_only=True):
    """At least one condition holds; of no condition that is false."""

    of: tuple[Condition, ...]


class Not(Part, frozen=True, kw_only=True):
    """The condition does not hold."""

    of: Condition


Condition = Missing | OneOf | Compared | All | Any | Not


class Column(Part, frozen=True, kw_only=True):
    """A column of a lookup, with its type."""

    name: str
    type: Type


class Lookup(Part, frozen=True, kw_only=True):
    """A table resolved beforehand: rows are unique in their first `keys` columns."""

    keys: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[tuple[Scalar, ...], ...]


class Read(Part, frozen=True, kw_only=True):
    """The landed rows of these files: file, row, line, pieces and the slots."""

    files: tuple[int, ...]
    slots: tuple[str, ...]


class Attach(Part, frozen=True, kw_only=True):
    """For each row the outputs of the lookup row with the same keys, null where there is none."""

    lookup: str
    keys: tuple[str, ...]


class Unpivot(Part, frozen=True, kw_only=True):
    """One row for each entry: `entry` is its number, `figure` the text of its slot."""

    entries: tuple[tuple[int, str], ...]


class Pick(Part, frozen=True, kw_only=True):
    """The first of these columns that is not null."""

    into: str
    type: Type
    options: tuple[str, ...]


class Digits(Part, frozen=True, kw_only=True):
    """The number that 1 to 14 ASCII digits stand for, null for any other text."""

    column: str
    into: str


class Case(Part, frozen=True, kw_only=True):
    """A condition, and the column or the value that it gives."""

    when: Condition
    column: str | None = None
    value: Scalar = None


class Choose(Part, frozen=True, kw_only=True):
    """What the first case that holds gives; otherwise the column `otherwise`, or null."""

    into: str
    type: Type
    cases: tuple[Case, ...]
    otherwise: str | None = None


class Concat(Part, frozen=True, kw_only=True):
    """The texts of these columns that are neither null nor empty, joined by '; '; null if there is none."""

    into: str
    columns: tuple[str, ...]


class Count(Part, frozen=True, kw_only=True):
    """How many rows that meet the condition share this row's values of `by`; null for the other rows."""

    into: str
    by: tuple[str, ...]
    where: Condition


class Total(Part, frozen=True, kw_only=True):
    """Sum of a number column over the rows that meet the condition and share this row's values of `by`."""

    column: str
    into: str
    by: tuple[str, ...]
    where: Condition


class Previous(Part, frozen=True, kw_only=True):
    """Values of the row before this one, among rows that meet the condition and share `by`, ordered by `order`."""

    columns: tuple[tuple[str, str], ...]
    by: tuple[str, ...]
    order: str
    where: Condition


class Subtract(Part, frozen=True, kw_only=True):
    """A number column less another; null if either is null."""

    left: str
    right: str
    into: str


class Keep(Part, frozen=True, kw_only=True):
    """Only the rows that meet the condition."""

    where: Condition


Operation = (
    Read | Attach | Unpivot | Pick | Digits | Choose | Concat | Count | Total | Previous | Subtract | Keep
)


class Step(Part, frozen=True, kw_only=True):
    """One operation, applied to the relation of the step before; with what it is for."""

    name: str
    does: Operation
    why: str = ""


class Plan(Part, frozen=True, kw_only=True):
    """Steps from the landed rows to the judged figures, and the lookups that they draw on."""

    steps: tuple[Step, ...]
    lookups: dict[str, Lookup]
