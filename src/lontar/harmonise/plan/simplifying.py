"""Plans that say the same without asking what is known beforehand: columns that hold one value in every row."""

from collections.abc import Iterable, Iterator

import msgspec

from lontar.harmonise.plan import operations as op

_ALWAYS, _NEVER = op.All(of=()), op.Any(of=())


def simplified(plan: op.Plan) -> op.Plan:
    """The plan with lookups, choices and conditions over constant columns worked out; it makes the same columns."""
    known = _Known(plan)
    steps = [simple for step in plan.steps for simple in known.simple(step)]
    return op.Plan(steps=tuple(steps), lookups=known.lookups)


class _Known:
    """The columns known to hold one value, and what steps come to because of that."""

    def __init__(self, plan: op.Plan) -> None:
        self._constants: dict[str, op.Scalar] = {}
        self.lookups = dict(plan.lookups)

    def simple(self, step: op.Step) -> Iterator[op.Step]:
        """The steps that do what this one does."""
        match step.does:
            case op.Read(files=files) if len(files) == 1:
                self._constants["file"] = files[0]
            case op.Unpivot(entries=entries) if len(entries) == 1:
                self._constants["entry"] = entries[0][0]
            case op.Attach() as does:
                yield from self._attach(step, does)
                return
            case op.Keep(where=where) as does:
                where = self.condition(where)
                if where != _ALWAYS:
                    yield msgspec.structs.replace(step, does=op.Keep(where=where))
                return
            case op.Pick() as does:
                yield msgspec.structs.replace(step, does=self._pick(does))
                return
            case op.Choose() as does:
                yield msgspec.structs.replace(step, does=self._choose(does))
                return
            case op.Count() | op.Total() | op.Gather() | op.Previous() as does:
                by = tuple(column for column in does.by if column not in self._constants)
                does = msgspec.structs.replace(does, by=by, where=self.condition(does.where))
                if isinstance(does, op.Gather):
                    does = msgspec.structs.replace(does, given=self.condition(does.given))
                yield msgspec.structs.replace(step, does=does)
                return
        yield step

    def condition(self, condition: op.Condition) -> op.Condition:
        """A condition without what is known; `All` of nothing if it always holds, `Any` of nothing if it never does."""
        match condition:
            case op.Missing(column=column) if column in self._constants:
                return _ALWAYS if self._constants[column] is None else _NEVER
            case op.OneOf(column=column, values=values) if column in self._constants:
                value = self._constants[column]
                return _ALWAYS if value is not None and _is_one_of(value, values) else _NEVER
            case op.OneOf(values=()):
                return _NEVER
            case op.Compared(left=left, right=right):
                nulls = [c for c in (left, right) if c in self._constants and self._constants[c] is None]
                return _NEVER if nulls else condition
            case op.All(of=conditions):
                return _joined(map(self.condition, conditions), op.All, _ALWAYS, _NEVER)
            case op.Any(of=conditions):
                return _joined(map(self.condition, conditions), op.Any, _NEVER, _ALWAYS)
            case op.Not(of=inner):
                inner = self.condition(inner)
                return _NEVER if inner == _ALWAYS else _ALWAYS if inner == _NEVER else op.Not(of=inner)
        return condition

    def _constant(self, into: str, kind: op.Type, value: op.Scalar) -> op.Choose:
        """A column of one value, which is known from now on."""
        self._constants[into] = value
        cases = () if value is None else (op.Case(when=_ALWAYS, value=value),)
        return op.Choose(into=into, type=kind, cases=cases)

    def _attach(self, step: op.Step, does: op.Attach) -> Iterator[op.Step]:
        lookup = self.lookups[does.lookup]
        fixed = [n for n, key in enumerate(does.keys) if key in self._constants]
        if not fixed and does.keys and lookup.rows:
            yield step
            return
        rows = [
            row for row in lookup.rows if all(_is_same(row[n], self._constants[does.keys[n]]) for n in fixed)
        ]
        left = [n for n, _ in enumerate(does.keys) if n not in fixed]
        width = len(does.keys)
        if left and rows:
            self.lookups[does.lookup] = op.Lookup(
                keys=tuple(lookup.keys[n] for n in left),
                outputs=lookup.outputs,
                rows=tuple((*(row[n] for n in left), *row[width:]) for row in rows),
            )
            keys = tuple(does.keys[n] for n in left)
            yield msgspec.structs.replace(step, does=op.Attach(lookup=does.lookup, keys=keys))
            return
        values = rows[0][width:] if rows else (None,) * len(lookup.outputs)
        for column, value in zip(lookup.outputs, values, strict=True):
            constant = self._constant(column.name, column.type, value)
            yield op.Step(name=f"{step.name}: {column.name}", does=constant, why=step.why)

    def _pick(self, does: op.Pick) -> op.Operation:
        options = list(self._until_sure(does.options))
        if not options or options[0] in self._constants:
            value = self._constants[options[0]] if options else None
            return self._constant(does.into, does.type, value)
        return msgspec.structs.replace(does, options=tuple(options))

    def _until_sure(self, options: Iterable[str]) -> Iterator[str]:
        """The options that may be picked: none that is always null, none after one that never is."""
        for option in options:
            if option not in self._constants:
                yield option
            elif self._constants[option] is not None:
                yield option
                return

    def _choose(self, does: op.Choose) -> op.Operation:
        cases: list[op.Case] = []
        otherwise = does.otherwise
        for case in does.cases:
            when = self.condition(case.when)
            if when == _NEVER:
                continue
            cases.append(msgspec.structs.replace(case, when=when))
            if when == _ALWAYS:
                otherwise = None
                break
        if cases and cases[0].when == _ALWAYS:
            column = cases[0].column
            if column is None:
                return self._constant(does.into, does.type, cases[0].value)
            cases, otherwise = [], column
        if not cases and (otherwise is None or otherwise in self._constants):
            value = None if otherwise is None else self._constants[otherwise]
            return self._constant(does.into, does.type, value)
        return op.Choose(into=does.into, type=does.type, cases=tuple(cases), otherwise=otherwise)


def _joined(
    conditions: Iterable[op.Condition],
    kind: type[op.All] | type[op.Any],
    neutral: op.Condition,
    final: op.Condition,
) -> op.Condition:
    told = [condition for condition in conditions if condition != neutral]
    if final in told:
        return final
    return told[0] if len(told) == 1 else kind(of=tuple(told))


def _is_one_of(value: op.Scalar, values: Iterable[op.Scalar]) -> bool:
    return any(_is_same(value, other) for other in values)


def _is_same(value: op.Scalar, other: op.Scalar) -> bool:
    """Whether two constants are one; true is not 1."""
    return type(value) is type(other) and value == other
