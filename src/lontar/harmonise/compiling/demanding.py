"""Steps that put the mapping's checks to the rows."""

from collections.abc import Callable

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker
from lontar.harmonise.compiling.repairing import Repairer
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.figures import FigureReader
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.harmonise.resolving.periods import PeriodReader
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping import ROW_FIELDS, Check, Compare, Implies, MappingBundle, PeriodRule, Range
from lontar.model.mapping.formats import MONTHS
from lontar.model.problems import Severity


class Demander:
    """Adds the checks, each once what it speaks of is resolved; `idle` are those that have nothing to look at."""

    def __init__(
        self,
        bundle: MappingBundle,
        binding: Binding,
        keys: KeyMaker,
        findings: Findings,
        repairer: Repairer,
    ) -> None:
        self._repairer = repairer
        self._bundle, self._binding, self._keys, self._findings = bundle, binding, keys, findings
        self.idle: list[str] = []

    def add_row_checks(self, builder: Builder) -> None:
        """Checks on the texts of a row: required, unique, implies, listed, and ranges of columns that hold no figures."""
        for check in self._bundle.mapping.checks:
            if not all(map(self._is_there, check.columns())):
                self.idle.append(check.id)
                continue
            for position, column in enumerate(check.required, start=1):
                empty = self._where_empty(column)
                self._flag(builder, check, f"{check.id}#{position}", empty, column)
            if check.unique:
                self._add_unique(builder, check)
            if check.implies is not None:
                self._add_implies(builder, check, check.implies)
            for column, codelist in check.listed.items():
                self._add_listed(builder, check, column, self._bundle.codelists[codelist])
            if check.range is not None and check.range.column not in self._figure_headers():
                self._add_text_range(builder, check, check.range)

    def add_figure_checks(self, builder: Builder) -> None:
        """Checks on figures and periods: ranges and comparisons."""
        for check in self._bundle.mapping.checks:
            if check.id in self.idle:
                continue
            if check.range is not None and check.range.column in self._figure_headers():
                self._add_range(builder, check, check.range)
            if check.compare is not None:
                self._add_compare(builder, check, check.compare)

    def _is_there(self, column: str) -> bool:
        return column in self._binding.slots or self._binding.is_fact(column) or column.startswith("header")

    def _where(self, column: str, fits: Callable[[str], bool]) -> op.OneOf:
        """Where the column's text, without needless blanks, is such a one."""
        key = self._keys.keys((column,))
        values = [v[0] for v, texts in key.combinations if fits(" ".join(texts.get(column, "").split()))]
        return op.OneOf(column=key.columns[0], values=tuple(values))

    def _where_empty(self, column: str) -> op.OneOf:
        """Where the column is empty; of a source column that needs no look at its texts, which may be millions."""
        if column in self._binding.slots:
            return op.OneOf(column=self._keys.place(column), values=("",))
        return self._where(column, lambda text: not text)

    def _add_unique(self, builder: Builder, check: Check) -> None:
        by = tuple(dict.fromkeys(self._keys.place(column) for column in check.unique))
        builder.step(op.Count(into=f"times_{check.id}", by=by, where=op.All(of=())), check.says)
        builder.constant(f"once_{check.id}", "int", 1)
        doubled = op.Compared(left=f"times_{check.id}", holds=">", right=f"once_{check.id}")
        self._flag(builder, check, check.id, doubled, check.unique[-1])

    def _add_implies(self, builder: Builder, check: Check, implies: Implies) -> None:
        when, then = (
            tuple(self._where(column, texts.__contains__) for column, texts in side.items())
            for side in (implies.when, implies.then)
        )
        if not all(condition.values for condition in when):
            self.idle.append(check.id)
        broken = op.All(of=(*when, op.Not(of=op.All(of=then))))
        self._flag(builder, check, check.id, broken, next(iter(implies.then)))

    def _add_listed(self, builder: Builder, check: Check, column: str, codelist: CodeList) -> None:
        unknown = self._where(column, lambda text: bool(text) and not codelist.has(text))
        self._flag(builder, check, check.id, unknown, column)

    def _add_compare(self, builder: Builder, check: Check, compare: Compare) -> None:
        sides = [self._side(builder, check, compare, name) for name in ("left", "right")]
        met = op.Compared(left=sides[0], holds=compare.holds, right=sides[1])
        known = tuple(op.Not(of=op.Missing(column=side)) for side in sides)
        place = compare.left if compare.left in self._binding.slots else None
        self._flag(builder, check, check.id, op.All(of=(*known, op.Not(of=met))), place)

    def _add_text_range(self, builder: Builder, check: Check, within: Range) -> None:
        key = self._keys.keys((within.column,))
        reader = FigureReader(self._bundle.mapping.figures)
        outside = tuple(str(v[0]) for v, _ in key.combinations if _is_outside(reader, str(v[0]), within))
        self._flag(builder, check, check.id, op.OneOf(column=key.columns[0], values=outside), within.column)

    def _add_range(self, builder: Builder, check: Check, within: Range) -> None:
        """A figure, or an interval as a whole, lies beyond the bounds."""
        entries = tuple(e.number for e in self._binding.entries if e.header == within.column)
        bounds: list[op.Condition] = []
        for name, bound, holds, end in (
            ("least", within.low, "<", "high"),
            ("most", within.high, ">", "low"),
        ):
            if bound is not None:
                builder.constant(f"{name}_{check.id}", "number", str(bound))
                builder.step(
                    op.Pick(into=f"{end}_{check.id}", type="number", options=("value_told", f"{end}_told"))
                )
                beyond = op.Compared(left=f"{end}_{check.id}", holds=holds, right=f"{name}_{check.id}")  # type: ignore[arg-type]
                bounds.append(beyond)
        broken = op.All(of=(op.OneOf(column="entry", values=entries), op.Any(of=tuple(bounds))))
        self._flag(builder, check, check.id, broken, None, by_row=False)

    def _flag(
        self,
        builder: Builder,
        check: Check,
        name: str,
        broken: op.Condition,
        column: str | None,
        by_row: bool = True,
    ) -> None:
        slot = self._binding.slots.get(column, "") if column is not None else None
        by_row = by_row and column is not None
        is_kept = self._repairer.is_kept(slot) if check.severity == "refused" else None
        if is_kept is not None:
            kept = op.All(of=(broken, is_kept))
            self._complain(builder, check, f"kept_check_{name}", kept, "warning")
            builder.mark_bad(f"kept_check_{name}", slot, False, by_row)
            if by_row:
                self._repairer.warn_row(f"kept_check_{name}", slot)
            broken = op.All(of=(broken, op.Not(of=is_kept)))
        self._complain(builder, check, f"check_{name}", broken, check.severity)
        builder.mark_bad(f"check_{name}", slot, check.severity == "refused", by_row)

    def _complain(
        self, builder: Builder, check: Check, into: str, broken: op.Condition, severity: Severity
    ) -> None:
        """A column with the problem where the check is not met; of one that is explained the sentence says so."""
        said = f"check {check.id}: {check.says}"
        said += "; the sender explains why it is right" if severity != check.severity else ""
        number = self._findings.number(
            Wrong.of("check_failed", detail=said, check=check.id), severity=severity
        )
        case = op.Case(when=broken, value=number)
        builder.step(op.Choose(into=into, type="int", cases=(case,)), check.says)

    def _side(self, builder: Builder, check: Check, compare: Compare, side: str) -> str:
        """The column of the relation that holds one side: a field, or the numbers or dates of a source column."""
        name = compare.left if side == "left" else compare.right
        if name in ROW_FIELDS:
            return "value_told" if name == "value" else name
        key, into = self._keys.keys((name,)), f"{side}_{check.id}"
        read = self._dates(compare) if compare.kind == "date" else self._numbers(name)
        rows = [(*values, read(texts.get(name, ""))) for values, texts in key.combinations]
        if all(row[-1] is None for row in rows):
            self.idle.append(check.id)
        outputs = [op.Column(name=into, type=compare.kind)]
        builder.attach(into, key.columns, key.types, outputs, rows, check.says, whole=True)
        return into

    def _numbers(self, column: str) -> Callable[[str], op.Scalar]:
        styles = [entry.style for entry in self._binding.entries if entry.header == column]
        reader = FigureReader((styles or [self._bundle.mapping.figures])[0])

        def read(text: str) -> op.Scalar:
            value = reader.read(text).value
            return None if value is None else f"{value:f}"

        return read

    def _dates(self, compare: Compare) -> Callable[[str], op.Scalar]:
        languages = dict.fromkeys(x for rule in self._bundle.mapping.period_rules() for x in rule.languages)
        rule = PeriodRule(source="", formats=compare.formats, languages=tuple(languages))
        reader = PeriodReader(rule, self._bundle.codelists.get(MONTHS))

        def read(text: str) -> op.Scalar:
            found = reader.read(" ".join(text.split()))
            return None if isinstance(found, Wrong) else found.start

        return read

    def _figure_headers(self) -> set[str]:
        return {entry.header for entry in self._binding.entries}


def _is_outside(reader: FigureReader, text: str, within: Range) -> bool:
    value = reader.read(text).value
    if value is None:
        return False
    return (within.low is not None and value < within.low) or (
        within.high is not None and value > within.high
    )
