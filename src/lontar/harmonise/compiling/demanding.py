"""Steps that put the mapping's checks and corrections to the rows."""

from collections.abc import Callable

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker
from lontar.harmonise.mapping_headers import fits
from lontar.harmonise.plan import operations as op
from lontar.harmonise.reading.landing import Landing
from lontar.harmonise.resolving.figures import FigureReader
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.harmonise.resolving.periods import PeriodReader
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping import Check, Compare, Correction, MappingBundle, PeriodRule, Range
from lontar.model.mapping.formats import MONTHS

ROW_FIELDS = {
    "period_start": "period_start",
    "period_end": "period_end",
    "vintage": "vintage",
    "value": "value_told",
}
"""Fields that a comparison may name besides figure columns."""


class Demander:
    """Adds corrections before, and checks after, what they speak of is resolved."""

    def __init__(self, bundle: MappingBundle, binding: Binding, keys: KeyMaker, findings: Findings) -> None:
        self._bundle, self._binding, self._keys, self._findings = bundle, binding, keys, findings
        self.idle_corrections: list[Correction] = []
        self.ignores: list[tuple[str, str]] = []
        """Slot and column holding the reason why a corrected cell is ignored."""

    def add_corrections(self, builder: Builder, landing: Landing) -> None:
        """Replace, refuse or ignore cells that are known to be wrong; tells which corrections found nothing."""
        by_slot: dict[str, list[Correction]] = {}
        for correction in self._bundle.corrections:
            slot = self._binding.slots.get(correction.column)
            if slot is not None and correction.status != "mended":
                by_slot.setdefault(slot, []).append(correction)
        for slot, corrections in by_slot.items():
            self._add_slot(builder, landing, slot, corrections)

    def _add_slot(self, builder: Builder, landing: Landing, slot: str, corrections: list[Correction]) -> None:
        column = corrections[0].column
        names = tuple(dict.fromkeys([*(n for c in corrections for n in c.where), column]))
        slots = [self._binding.slots[name] for name in names if name in self._binding.slots]
        rows, met = [], set()
        for values in self._keys.raw(("file", *slots)):
            name = landing.files[int(str(values[0]))].name
            texts = dict(zip(names, map(str, values[1:]), strict=True))
            found = next((c for c in corrections if fits(c.files, name) and _concerns(c, texts)), None)
            if found is not None:
                met.add(found.id)
                rows.append((*values, *self._outcome(found)))
        concerned = [
            c for c in corrections if any(fits(c.files, landing.files[f].name) for f in self._binding.files)
        ]
        self.idle_corrections += [c for c in concerned if c.id not in met]
        self._attach_corrections(builder, slot, slots, rows, corrections)

    def _attach_corrections(
        self,
        builder: Builder,
        slot: str,
        slots: list[str],
        rows: list[tuple[op.Scalar, ...]],
        corrections: list[Correction],
    ) -> None:
        if not rows:
            return
        types = [op.Column(name="file", type="int"), *(op.Column(name=s, type="text") for s in slots)]
        outputs = [
            op.Column(name=f"mended_{slot}", type="text"),
            op.Column(name=f"dropped_{slot}", type="text"),
            op.Column(name=f"mended_{slot}_bad", type="int"),
        ]
        told = builder.attach(
            f"corrections_{slot}", ("file", *slots), types, outputs, rows, "known errors of this source"
        )
        if f"mended_{slot}_bad" in told:
            builder.mark_bad(f"mended_{slot}_bad", slot)
        if f"dropped_{slot}" in told:
            self.ignores.append((slot, f"dropped_{slot}"))
        if f"mended_{slot}" in told:
            builder.step(op.Pick(into=f"corrected_{slot}", type="text", options=(f"mended_{slot}", slot)))
            for c in corrections:
                if c.action == "replace" and c.to is not None:
                    self._keys.replace(slot, c.found, c.to)

    def _outcome(self, found: Correction) -> tuple[op.Scalar, ...]:
        if found.action == "replace":
            return (found.to or "", None, None)
        if found.action == "ignore":
            return (None, found.reason, None)
        wrong = Wrong.of("corrected", expected=found.id, detail=found.reason)
        return (None, None, self._findings.number(wrong, found.found))

    def add_row_checks(self, builder: Builder) -> None:
        """Checks on the texts of a row: required, unique, implies, listed, and ranges of columns that hold no figures."""
        for check in self._bundle.mapping.checks:
            for position, column in enumerate(check.required, start=1):
                self._flag(
                    builder,
                    check,
                    f"{check.id}_{position}",
                    op.OneOf(column=self._slot(column), values=("",)),
                    column,
                )
            if check.unique:
                self._add_unique(builder, check)
            if check.implies is not None:
                kept = op.All(of=tuple(map(self._is_one_of, check.implies.when.items())))
                broken = op.Not(of=op.All(of=tuple(map(self._is_one_of, check.implies.then.items()))))
                self._flag(
                    builder, check, check.id, op.All(of=(kept, broken)), next(iter(check.implies.then))
                )
            for column, codelist in check.listed.items():
                self._add_listed(builder, check, column, self._bundle.codelists[codelist])
            if check.range is not None and check.range.column not in self._figure_headers():
                self._add_text_range(builder, check, check.range)

    def add_figure_checks(self, builder: Builder) -> None:
        """Checks on figures and periods: ranges and comparisons."""
        for check in self._bundle.mapping.checks:
            if check.range is not None and check.range.column in self._figure_headers():
                self._add_range(builder, check, check.range)
            if check.compare is not None:
                sides = [self._side(builder, check, check.compare, name) for name in ("left", "right")]
                met = op.Compared(left=sides[0], holds=check.compare.holds, right=sides[1])
                known = tuple(op.Not(of=op.Missing(column=side)) for side in sides)
                place = check.compare.left if check.compare.left in self._binding.slots else None
                self._flag(builder, check, check.id, op.All(of=(*known, op.Not(of=met))), place)

    def _add_unique(self, builder: Builder, check: Check) -> None:
        by = tuple(self._slot(column) for column in check.unique)
        builder.step(op.Count(into=f"times_{check.id}", by=by, where=op.All(of=())), check.says)
        builder.constant(f"once_{check.id}", "int", 1)
        doubled = op.Compared(left=f"times_{check.id}", holds=">", right=f"once_{check.id}")
        self._flag(builder, check, check.id, doubled, check.unique[-1])

    def _add_listed(self, builder: Builder, check: Check, column: str, codelist: CodeList) -> None:
        key = self._keys.keys((column,))
        unknown = tuple(
            str(v[0])
            for v, _ in key.combinations
            if str(v[0]).strip() and not codelist.has(str(v[0]).strip())
        )
        self._flag(builder, check, check.id, op.OneOf(column=key.columns[0], values=unknown), column)

    def _add_text_range(self, builder: Builder, check: Check, within: Range) -> None:
        key = self._keys.keys((within.column,))
        reader = FigureReader(self._bundle.mapping.figures)
        outside = tuple(str(v[0]) for v, _ in key.combinations if _is_outside(reader, str(v[0]), within))
        self._flag(builder, check, check.id, op.OneOf(column=key.columns[0], values=outside), within.column)

    def _add_range(self, builder: Builder, check: Check, within: Range) -> None:
        entries = tuple(e.number for e in self._binding.entries if e.header == within.column)
        bounds: list[op.Condition] = []
        for name, bound, holds in (("least", within.low, "<"), ("most", within.high, ">")):
            if bound is not None:
                builder.constant(f"{name}_{check.id}", "number", str(bound))
                bounds.append(op.Compared(left="value_told", holds=holds, right=f"{name}_{check.id}"))  # type: ignore[arg-type]
        beyond = op.All(of=(op.OneOf(column="entry", values=entries), op.Any(of=tuple(bounds))))
        self._flag(builder, check, check.id, beyond, None, by_row=False)

    def _flag(
        self,
        builder: Builder,
        check: Check,
        name: str,
        broken: op.Condition,
        column: str | None,
        by_row: bool = True,
    ) -> None:
        number = self._findings.number(
            Wrong.of("check_failed", detail=f"check {check.id}: {check.says}"), severity=check.severity
        )
        builder.step(
            op.Choose(into=f"check_{name}", type="int", cases=(op.Case(when=broken, value=number),)),
            check.says,
        )
        slot = self._binding.slots.get(column) if column is not None else None
        builder.mark_bad(f"check_{name}", slot, check.severity == "refused", by_row and column is not None)

    def _is_one_of(self, pair: tuple[str, tuple[str, ...]]) -> op.Condition:
        return op.OneOf(column=self._slot(pair[0]), values=pair[1])

    def _slot(self, column: str) -> str:
        return self._keys.column(self._binding.slots[column])

    def _side(self, builder: Builder, check: Check, compare: Compare, side: str) -> str:
        """The column of the relation that holds one side: a field, or the numbers or dates of a source column."""
        name = compare.left if side == "left" else compare.right
        if name in ROW_FIELDS:
            return ROW_FIELDS[name]
        key, into = self._keys.keys((name,)), f"{side}_{check.id}"
        read = self._dates(compare) if compare.kind == "date" else self._numbers()
        rows = [(*values, read(texts[name])) for values, texts in key.combinations]
        outputs = [op.Column(name=into, type=compare.kind)]
        builder.attach(into, key.columns, key.types, outputs, rows, check.says, whole=True)
        return into

    def _numbers(self) -> Callable[[str], op.Scalar]:
        reader = FigureReader(self._bundle.mapping.figures)

        def read(text: str) -> op.Scalar:
            value = reader.read(text).value
            return None if value is None else f"{value:f}"

        return read

    def _dates(self, compare: Compare) -> Callable[[str], op.Scalar]:
        languages = self._bundle.mapping.period.languages
        rule = PeriodRule(source="", formats=compare.formats, languages=languages)
        reader = PeriodReader(rule, self._bundle.codelists.get(MONTHS))

        def read(text: str) -> op.Scalar:
            found = reader.read(" ".join(text.split()))
            return None if isinstance(found, Wrong) else found.start

        return read

    def _figure_headers(self) -> set[str]:
        return {entry.header for entry in self._binding.entries}


def _concerns(correction: Correction, texts: dict[str, str]) -> bool:
    if texts[correction.column] != correction.found:
        return False
    return all(texts.get(name, "").strip() in allowed for name, allowed in correction.where.items())


def _is_outside(reader: FigureReader, text: str, within: Range) -> bool:
    value = reader.read(text).value
    if value is None:
        return False
    return (within.low is not None and value < within.low) or (
        within.high is not None and value > within.high
    )
