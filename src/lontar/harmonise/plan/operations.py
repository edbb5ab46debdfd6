"""The plan: a few operations on relations whose meaning does not depend on any engine's casts.

Types are text, int, number (decimal, 14 digits before and 4 after the point; sums and differences 24 before it),
date and bool. A constant number, in a lookup or a case, is written as decimal text. Text is compared code point by
code point, a date by the calendar, false comes before true; nothing is trimmed, folded or cast. Null equals null in
the keys of Attach and wherever rows share values, and no condition looks true of a null except Missing (and Not of
one that does not hold). Every step gives its columns new names, which differ in more than upper and lower case. The
order of rows means nothing. Whatever needs a language or a calendar is resolved once for each
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


class Test(Part, frozen=True, kw_only=True, tag_field="holds_if", tag=True):
    """Base of the conditions."""


class Missing(Test, frozen=True, kw_only=True):
    """The column is null."""

    column: str


class OneOf(Test, frozen=True, kw_only=True):
    """The column holds one of these values."""

    column: str
    values: tuple[Scalar, ...]


class Compared(Test, frozen=True, kw_only=True):
    """Two columns of one type stand in this relation."""

    left: str
    holds: Literal["<", "<=", "=", ">=", ">", "!="]
    right: str


class All(Test, frozen=True, kw_only=True):
    """Every condition holds; of no condition that is true."""

    of: tuple[Condition, ...]


class Any(Test, frozen=True, kw_only=True):
    """At least one condition holds; of no condition that is false."""

    of: tuple[Condition, ...]


class Not(Test, frozen=True, kw_only=True):
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


class Act(Part, frozen=True, kw_only=True, tag_field="operation", tag=True):
    """Base of the operations: what each needs of the relation, and what it adds to it."""

    def reads(self) -> set[str]:
        """The columns whose values it needs (of Attach its keys)."""
        return set()

    def makes(self, lookups: dict[str, Lookup]) -> set[str]:
        """The columns that it adds."""
        raise NotImplementedError(f"{type(self).__name__} does not say which columns it adds")


class Adding(Act, frozen=True, kw_only=True):
    """Base of the operations that add one column, `into`."""

    into: str

    def makes(self, lookups: dict[str, Lookup]) -> set[str]:  # noqa: ARG002
        return {self.into}


class Read(Act, frozen=True, kw_only=True):
    """The landed rows of these files: file, row, line, pieces and the slots."""

    files: tuple[int, ...]
    slots: tuple[str, ...]

    def makes(self, lookups: dict[str, Lookup]) -> set[str]:  # noqa: ARG002
        return {"file", "row", "line", "pieces", *self.slots}


class Attach(Act, frozen=True, kw_only=True):
    """For each row the outputs of the lookup row with the same keys, null where there is none."""

    lookup: str
    keys: tuple[str, ...]

    def reads(self) -> set[str]:
        return set(self.keys)

    def makes(self, lookups: dict[str, Lookup]) -> set[str]:
        return {column.name for column in lookups[self.lookup].outputs}


class Unpivot(Act, frozen=True, kw_only=True):
    """One row for each entry: `entry` is its number, `figure` the text of its slot."""

    entries: tuple[tuple[int, str], ...]

    def reads(self) -> set[str]:
        return {slot for _, slot in self.entries}

    def makes(self, lookups: dict[str, Lookup]) -> set[str]:  # noqa: ARG002
        return {"entry", "figure"}


class Pick(Adding, frozen=True, kw_only=True):
    """The first of these columns that is not null."""

    type: Type
    options: tuple[str, ...]

    def reads(self) -> set[str]:
        return set(self.options)


class Digits(Adding, frozen=True, kw_only=True):
    """The number that 1 to 14 ASCII digits stand for, null for any other text."""

    column: str

    def reads(self) -> set[str]:
        return {self.column}


class Case(Part, frozen=True, kw_only=True):
    """A condition, and the column or the value that it gives."""

    when: Condition
    column: str | None = None
    value: Scalar = None


class Choose(Adding, frozen=True, kw_only=True):
    """What the first case that holds gives (its column if it names one); otherwise the column `otherwise`, or null."""

    type: Type
    cases: tuple[Case, ...]
    otherwise: str | None = None

    def reads(self) -> set[str]:
        """The columns of conditions and cases."""
        named = {case.column for case in self.cases if case.column} | (
            {self.otherwise} if self.otherwise else set()
        )
        return named.union(*(columns_tested(case.when) for case in self.cases))


class Concat(Adding, frozen=True, kw_only=True):
    """The texts of these columns that are neither null nor empty, joined by '; '; null if there is none."""

    columns: tuple[str, ...]

    def reads(self) -> set[str]:
        return set(self.columns)


class Count(Adding, frozen=True, kw_only=True):
    """How many rows that meet the condition share this row's values of `by`; null for the other rows."""

    by: tuple[str, ...]
    where: Condition

    def reads(self) -> set[str]:
        return set(self.by) | columns_tested(self.where)


class Total(Adding, frozen=True, kw_only=True):
    """Sum of a number column over the rows that meet the condition and share this row's values of `by`.

    Every row gets it, also one that does not meet the condition. Nulls count for nothing; the sum is null where no
    number is summed.
    """

    column: str
    by: tuple[str, ...]
    where: Condition

    def reads(self) -> set[str]:
        return {self.column, *self.by} | columns_tested(self.where)


class Gather(Adding, frozen=True, kw_only=True):
    """The distinct texts of a column over the rows that meet the condition and share this row's values of `by`.

    The rows that meet `given` get them, the others null: many rows with many texts each would be too much. In the order
    of their code points, joined by '; '. Null and empty texts count for nothing; null where no text is left.
    """

    column: str
    by: tuple[str, ...]
    where: Condition
    given: Condition

    def reads(self) -> set[str]:
        return {self.column, *self.by} | columns_tested(self.where) | columns_tested(self.given)


class Previous(Act, frozen=True, kw_only=True):
    """Values of the row before this one, among rows that meet the condition and share `by`, ordered by `order`.

    Null for the first of them and for rows that do not meet the condition. A null in `order` comes last; among rows
    that share `by`, no two may have the same value of `order`.
    """

    columns: tuple[tuple[str, str], ...]
    by: tuple[str, ...]
    order: str
    where: Condition

    def reads(self) -> set[str]:
        return {column for column, _ in self.columns} | {*self.by, self.order} | columns_tested(self.where)

    def makes(self, lookups: dict[str, Lookup]) -> set[str]:  # noqa: ARG002
        return {into for _, into in self.columns}


class Subtract(Adding, frozen=True, kw_only=True):
    """A number column less another; null if either is null."""

    left: str
    right: str

    def reads(self) -> set[str]:
        return {self.left, self.right}


class Keep(Act, frozen=True, kw_only=True):
    """Only the rows that meet the condition."""

    where: Condition

    def reads(self) -> set[str]:
        return columns_tested(self.where)

    def makes(self, lookups: dict[str, Lookup]) -> set[str]:  # noqa: ARG002
        return set()


Operation = (
    Read
    | Attach
    | Unpivot
    | Pick
    | Digits
    | Choose
    | Concat
    | Count
    | Total
    | Gather
    | Previous
    | Subtract
    | Keep
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


def columns_tested(condition: Condition) -> set[str]:
    """The columns that a condition looks at."""
    match condition:
        case Missing(column=column) | OneOf(column=column):
            return {column}
        case Compared(left=left, right=right):
            return {left, right}
        case All(of=conditions) | Any(of=conditions):
            return set[str]().union(*map(columns_tested, conditions))
        case Not(of=inner):
            return columns_tested(inner)
