"""Plans over numbers instead of texts: a column holds the place of its text in a list, which engines join much faster.

Columns whose texts meet (one is picked for the other, or they are compared) share a list. Texts that no list can hold
for certain stay texts: those landed as texts, those put together from others, those told apart by their order.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from lontar.harmonise.plan import operations as op

_DIGITS = re.compile(r"[0-9]{1,14}")


class Texts:
    """A list of texts; a number is a place in it, from 0."""

    def __init__(self, known: Sequence[str] = ()) -> None:
        self.texts = list(known)
        self._numbers = {text: number for number, text in enumerate(self.texts)}

    def number(self, text: str) -> int:
        """The number of a text, which joins the list if it is new."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return found

    def numbers(self, texts: Sequence[op.Scalar]) -> list[op.Scalar]:
        """The numbers of these texts, of which new ones join the list; what is no text stays."""
        of = {text: self.number(text) if isinstance(text, str) else text for text in dict.fromkeys(texts)}
        return [of[text] for text in texts]

    def known(self, text: op.Scalar) -> int | None:
        """The number of a text; None if it is not in the list, so that no column can hold it."""
        return self._numbers.get(text) if isinstance(text, str) else None


class Numbered(NamedTuple):
    """A plan over numbers, and what they stand for."""

    plan: op.Plan
    lists: dict[str, Texts]
    """Column -> its list, for the columns that hold numbers; the other text columns hold texts."""


def numbered(plan: op.Plan, landed: Mapping[str, Texts]) -> Numbered:
    """The plan for landed rows whose slots hold numbers of texts (slot -> its list); other slots hold texts."""
    kin = _Kin(plan, landed)
    writer = _Writer(plan, landed, kin)
    for step in plan.steps:
        writer.add(step)
    return Numbered(op.Plan(steps=tuple(writer.steps), lookups=writer.lookups), writer.lists)


class _Kin:
    """Which text columns share a list, and which cannot have one."""

    def __init__(self, plan: op.Plan, landed: Mapping[str, Texts]) -> None:
        self.parent: dict[str, str] = {}
        self._plain: set[str] = set()
        for step in plan.steps:
            self._see(step.does, plan.lookups, landed)
        self._lists: dict[str, Texts] = {}
        for slot, texts in landed.items():
            if slot in self.parent and self._lists.setdefault(self._root(slot), texts) is not texts:
                self._plain.add(slot)
        self._plain = {self._root(column) for column in self._plain}

    def is_text(self, column: str) -> bool:
        """Whether a column of the plan holds texts or numbers of texts."""
        return column in self.parent

    def texts(self, column: str) -> Texts | None:
        """The list of a text column; None if it has to hold texts."""
        root = self._root(column)
        return None if root in self._plain else self._lists.setdefault(root, Texts())

    def _root(self, column: str) -> str:
        while self.parent[column] != column:
            self.parent[column] = self.parent[self.parent[column]]
            column = self.parent[column]
        return column

    def _see(self, does: op.Operation, lookups: dict[str, op.Lookup], landed: Mapping[str, Texts]) -> None:
        for column in _made_texts(does, lookups, self.parent):
            self.parent[column] = column
        match does:
            case op.Read(slots=slots):
                self._plain |= {slot for slot in slots if slot not in landed}
            case op.Unpivot(entries=entries):
                self._join("figure", (slot for _, slot in entries))
            case op.Pick(into=into, type="text", options=options):
                self._join(into, options)
            case op.Choose(into=into, type="text"):
                self._join(into, [c for c in (*(case.column for case in does.cases), does.otherwise) if c])
            case op.Concat(into=into) | op.Gather(into=into):
                self._plain.add(into)
            case op.Previous():
                self._see_previous(does)
        self._see_comparisons(does)

    def _see_previous(self, does: op.Previous) -> None:
        for column, into in does.columns:
            if self.is_text(column):
                self._join(into, [column])
        self._plain |= {does.order} & self.parent.keys()

    def _see_comparisons(self, does: op.Operation) -> None:
        for left, holds, right in _comparisons(does):
            if self.is_text(left):
                self._join(left, [right])
                self._plain |= set() if holds in ("=", "!=") else {left}

    def _join(self, column: str, others: Iterable[str]) -> None:
        for other in others:
            self.parent[self._root(other)] = self._root(column)


class _Writer:
    """Writes the steps over numbers."""

    def __init__(self, plan: op.Plan, landed: Mapping[str, Texts], kin: _Kin) -> None:
        self._plan, self._landed, self._kin = plan, landed, kin
        self.steps: list[op.Step] = []
        self.lookups: dict[str, op.Lookup] = {}
        self.lists: dict[str, Texts] = {}
        self._told: dict[str, str] = {}
        """Slot -> the column that holds its texts, where it holds numbers and those that it meets hold texts."""
        self._decoded: dict[str, str] = {}

    def add(self, step: op.Step) -> None:
        """Write one step, and the steps that it needs."""
        made = _made_texts(step.does, self._plan.lookups, self._kin.parent)
        self.lists |= {column: texts for column in made if (texts := self._kin.texts(column)) is not None}
        does = self._written(step)
        self.steps.append(msgspec.structs.replace(step, does=does))
        if isinstance(does, op.Read):
            self._add_texts_of_slots(does)

    def _written(self, step: op.Step) -> op.Operation:
        match step.does:
            case op.Attach() as does:
                return self._attach(does)
            case op.Pick() as does:
                options = tuple(map(self._name, does.options))
                return msgspec.structs.replace(does, type=self._type(does.into, does.type), options=options)
            case op.Digits() as does:
                return self._digits(does)
            case op.Choose() as does:
                return self._choose(does)
            case op.Concat() as does:
                # the texts are attached before this step
                return msgspec.structs.replace(does, columns=tuple(map(self._as_text, does.columns)))
            case op.Unpivot() as does:
                entries = tuple((number, self._name(slot)) for number, slot in does.entries)
                return msgspec.structs.replace(does, entries=entries)
            case op.Count() | op.Total() | op.Gather() | op.Previous() as does:
                return self._across_rows(does)
            case op.Keep(where=where):
                return op.Keep(where=self._condition(where))
        return step.does

    def _across_rows(self, does: op.Count | op.Total | op.Gather | op.Previous) -> op.Operation:
        by, where = tuple(map(self._name, does.by)), self._condition(does.where)
        does = msgspec.structs.replace(does, by=by, where=where)
        if isinstance(does, op.Gather):
            given = self._condition(does.given)
            does = msgspec.structs.replace(does, column=self._as_text(does.column), given=given)
        if isinstance(does, op.Previous):
            pairs = tuple((self._name(column), into) for column, into in does.columns)
            does = msgspec.structs.replace(does, columns=pairs, order=self._name(does.order))
        return does

    def _add_texts_of_slots(self, does: op.Read) -> None:
        """Give the texts of slots that hold numbers and must be texts for those they meet; the slots stay as they are."""
        for slot in does.slots:
            if slot in self._landed and self._kin.texts(slot) is None:
                self.lists[slot] = self._landed[slot]
                self._told[slot] = self._decode(slot, self._landed[slot])

    def _decode(self, column: str, texts: Texts) -> str:
        """Attach the texts of a column of numbers; returns the column that holds them."""
        if column in self._decoded:
            return self._decoded[column]
        into = self._decoded[column] = f"{column}_as_text"
        key, output = op.Column(name="number", type="int"), op.Column(name=into, type="text")
        self.lookups[into] = op.Lookup(keys=(key,), outputs=(output,), rows=tuple(enumerate(texts.texts)))
        self.steps.append(op.Step(name=f"step_{into}", does=op.Attach(lookup=into, keys=(column,))))
        return into

    def _name(self, column: str) -> str:
        return self._told.get(column, column)

    def _as_text(self, column: str) -> str:
        texts = self.lists.get(column)
        return column if texts is None else self._decode(column, texts)

    def _held(self, column: str) -> Texts | None:
        """The list of the numbers that stand in the column read for this one."""
        return None if column in self._told else self.lists.get(column)

    def _type(self, into: str, kind: op.Type) -> op.Type:
        return "int" if into in self.lists else kind

    def _value(self, into: str, value: op.Scalar) -> op.Scalar:
        texts = self.lists.get(into)
        return texts.number(value) if texts is not None and isinstance(value, str) else value

    def _attach(self, does: op.Attach) -> op.Attach:
        lookup = self._plan.lookups[does.lookup]
        keys = [self._held(key) for key in does.keys]
        outputs = [self.lists.get(column.name) for column in lookup.outputs]
        rows = _numbered_rows(lookup.rows, keys, outputs)
        self.lookups[does.lookup] = op.Lookup(
            keys=_typed(lookup.keys, keys), outputs=_typed(lookup.outputs, outputs), rows=rows
        )
        return msgspec.structs.replace(does, keys=tuple(map(self._name, does.keys)))

    def _digits(self, does: op.Digits) -> op.Operation:
        texts = self._held(does.column)
        if texts is None:
            return msgspec.structs.replace(does, column=self._name(does.column))
        rows = tuple((n, text) for n, text in enumerate(texts.texts) if _DIGITS.fullmatch(text))
        key, output = op.Column(name="number", type="int"), op.Column(name=does.into, type="number")
        self.lookups[f"digits_{does.into}"] = op.Lookup(keys=(key,), outputs=(output,), rows=rows)
        return op.Attach(lookup=f"digits_{does.into}", keys=(does.column,))

    def _choose(self, does: op.Choose) -> op.Choose:
        cases = tuple(
            op.Case(
                when=self._condition(case.when),
                column=None if case.column is None else self._name(case.column),
                value=self._value(does.into, case.value),
            )
            for case in does.cases
        )
        otherwise = None if does.otherwise is None else self._name(does.otherwise)
        kind = self._type(does.into, does.type)
        return op.Choose(into=does.into, type=kind, cases=cases, otherwise=otherwise)

    def _condition(self, condition: op.Condition) -> op.Condition:
        match condition:
            case op.Missing(column=column):
                return op.Missing(column=self._name(column))
            case op.OneOf(column=column, values=values):
                texts = self._held(column)
                if texts is not None:
                    values = tuple(n for value in values if (n := texts.known(value)) is not None)
                return op.OneOf(column=self._name(column), values=values)
            case op.Compared(left=left, holds=holds, right=right):
                return op.Compared(left=self._name(left), holds=holds, right=self._name(right))
            case op.All(of=conditions):
                return op.All(of=tuple(map(self._condition, conditions)))
            case op.Any(of=conditions):
                return op.Any(of=tuple(map(self._condition, conditions)))
            case op.Not(of=inner):
                return op.Not(of=self._condition(inner))


def _numbered_rows(
    rows: Sequence[tuple[op.Scalar, ...]], keys: Sequence[Texts | None], outputs: Sequence[Texts | None]
) -> tuple[tuple[op.Scalar, ...], ...]:
    """The rows of a lookup over numbers; rows with a key that no column can hold are left out. Column by column, for speed."""
    columns: list[Sequence[op.Scalar]] = list(zip(*rows, strict=True))
    for place, texts in enumerate(keys):
        if texts is None or not columns:
            continue
        numbers = list(map(texts.known, columns[place]))
        lost = [n is None and text is not None for n, text in zip(numbers, columns[place], strict=True)]
        columns[place] = numbers
        if any(lost):
            columns = [[v for v, is_lost in zip(c, lost, strict=True) if not is_lost] for c in columns]
    for place, texts in enumerate(outputs, start=len(keys)):
        if texts is not None and columns:
            columns[place] = texts.numbers(columns[place])
    return tuple(zip(*columns, strict=True))


def _typed(columns: tuple[op.Column, ...], lists: Sequence[Texts | None]) -> tuple[op.Column, ...]:
    return tuple(
        c if texts is None else op.Column(name=c.name, type="int")
        for c, texts in zip(columns, lists, strict=True)
    )


def _made_texts(does: op.Operation, lookups: dict[str, op.Lookup], known: Mapping[str, str]) -> list[str]:
    """The text columns that an operation adds; `known` are those that are there."""
    match does:
        case op.Read(slots=slots):
            return list(slots)
        case op.Attach(lookup=name):
            return [column.name for column in lookups[name].outputs if column.type == "text"]
        case op.Unpivot():
            return ["figure"]
        case op.Pick(into=into, type="text") | op.Choose(into=into, type="text"):
            return [into]
        case op.Concat(into=into) | op.Gather(into=into):
            return [into]
        case op.Previous(columns=columns):
            return [into for column, into in columns if column in known]
    return []


def _comparisons(does: op.Operation) -> Iterator[tuple[str, str, str]]:
    """Every two columns that an operation compares, and how."""
    waiting: list[op.Condition] = []
    if isinstance(does, op.Choose):
        waiting = [case.when for case in does.cases]
    elif isinstance(does, op.Count | op.Total | op.Gather | op.Previous | op.Keep):
        waiting = [does.where, *([does.given] if isinstance(does, op.Gather) else [])]
    while waiting:
        match waiting.pop():
            case op.Compared(left=left, holds=holds, right=right):
                yield left, holds, right
            case op.All(of=conditions) | op.Any(of=conditions):
                waiting += conditions
            case op.Not(of=inner):
                waiting.append(inner)
