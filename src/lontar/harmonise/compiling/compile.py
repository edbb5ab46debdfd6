"""Compiling: a mapping, the landed files and their distinct texts -> a plan that any engine can carry out."""

from typing import NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Bad, Builder
from lontar.harmonise.compiling.coding import Coder
from lontar.harmonise.compiling.dating import Dater
from lontar.harmonise.compiling.demanding import Demander
from lontar.harmonise.compiling.figuring import Figurer
from lontar.harmonise.compiling.keys import Distinct, KeyMaker
from lontar.harmonise.compiling.totalling import Declared, Totaller
from lontar.harmonise.plan import operations as op
from lontar.harmonise.reading.landing import Landing
from lontar.harmonise.resolving.codes import CodeReader
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.model.figures.absences import MATCHES
from lontar.model.mapping import Check, Correction, MappingBundle

FIELDS = ("indicator", "unit", "stage", "reporter", "source_kind", "area", "status")
"""Text fields that every observation has and that a column, an entry or the mapping may fill."""


class Compiled(NamedTuple):
    """A plan, and what is needed to read its result."""

    plan: op.Plan
    binding: Binding
    findings: Findings
    bad: tuple[Bad, ...]
    declared: tuple[Declared, ...]
    ignores: tuple[str, ...]
    """Columns that hold the reason why a row is ignored."""
    dimensions: tuple[str, ...]
    listed: tuple[str, ...]
    """Dimensions that may hold several codes, with a column `<dimension>_list`."""
    readers: tuple[CodeReader, ...]
    idle_corrections: tuple[Correction, ...]
    checks: tuple[Check, ...]


def compile_plan(bundle: MappingBundle, binding: Binding, landing: Landing, distinct: Distinct) -> Compiled:
    """The plan for these files; its last relation has one row for each figure cell, with its fate."""
    findings, builder = Findings(), Builder()
    keys = KeyMaker(binding, distinct)
    demander = Demander(bundle, binding, keys, findings)
    coder, dater = Coder(bundle, binding, keys, findings), Dater(binding, keys, findings)
    figurer, totaller = Figurer(binding, keys, distinct, findings), Totaller(bundle.mapping, binding, keys)

    builder.step(op.Read(files=binding.files, slots=tuple(binding.slots.values())), "the landed rows", "rows")
    demander.add_corrections(builder, landing)
    coder.add(builder, by_entry=False)
    demander.add_row_checks(builder)
    figurer.add_long(builder)
    coder.add(builder, by_entry=True)
    fielder = _Fielder(bundle, binding, coder, findings)
    fielder.add_constants(builder)
    dater.add_period(builder, bundle.mapping.period)
    if bundle.mapping.vintage is not None:
        dater.add_vintage(builder, bundle.mapping.vintage)
    else:
        builder.constant("vintage", "date", None)
    figurer.add_figures(builder)
    figurer.add_not_yet(builder)
    demander.add_figure_checks(builder)
    fielder.add_fields(builder)
    is_total = totaller.add_roles(builder)
    totaller.add_sums(builder, is_total)
    judge = _Judge(bundle, binding, findings, fielder)
    ignores = judge.add_fate(builder, coder, demander, is_total)
    judge.add_increments(builder, dater)
    return Compiled(
        builder.plan(), binding, findings, tuple(builder.bad), tuple(totaller.declared), ignores,
        fielder.dimensions, fielder.listed, tuple(coder.readers), tuple(demander.idle_corrections), bundle.mapping.checks,
    )  # fmt: skip


class _Fielder:
    """Puts together the fields and dimensions of the observation from columns, entries and the mapping."""

    def __init__(self, bundle: MappingBundle, binding: Binding, coder: Coder, findings: Findings) -> None:
        self._bundle, self._binding, self._coder, self._findings = bundle, binding, coder, findings
        names = (d for indicator in bundle.indicators.values() for d in indicator.dimensions)
        self.dimensions = tuple(dict.fromkeys(names))
        self.listed: tuple[str, ...] = ()
        self.has_event = False

    def add_constants(self, builder: Builder) -> None:
        """Attach what entry and mapping say without any column."""
        names = (*FIELDS, *(d for d in self.dimensions if d != "event"))
        outputs = [op.Column(name=f"said_{name}", type="text") for name in names]
        rows = [(entry.number, *(self._said(entry.number, name) for name in names)) for entry in self._binding.entries]
        key = [op.Column(name="entry", type="int")]
        builder.attach("entries", ("entry",), key, outputs, rows, "what holds for each figure column", whole=True)
        defaults = [
            (i.id, i.units[0] if len(i.units) == 1 else None, i.stages[0] if len(i.stages) == 1 else None)
            for i in self._bundle.indicators.values()
        ]
        self._pick(builder, "indicator", "text")
        only = [op.Column(name="only_unit", type="text"), op.Column(name="only_stage", type="text")]
        text = [op.Column(name="indicator", type="text")]
        builder.attach("indicators", ("indicator",), text, only, defaults, "units and stages without alternative", whole=True)

    def add_fields(self, builder: Builder) -> None:
        """Choose for each field and dimension the nearest source: its column, then the entry, then the mapping."""
        for name in FIELDS[1:]:
            extra = {"unit": ("only_unit",), "stage": ("only_stage",), "status": ()}.get(name, ())
            first = ("figure_status",) if name == "status" else ()
            self._pick(builder, name, "text", first, extra)
        listed = []
        for name in self.dimensions:
            if name == "event":
                self._add_event(builder)
                continue
            self._pick(builder, name, "text")
            if self._add_list(builder, name):
                listed.append(name)
        self.listed = tuple(listed)
        self._add_allowed(builder)
        self._add_match(builder)

    def _pick(self, builder: Builder, name: str, kind: op.Type, first: tuple[str, ...] = (), last: tuple[str, ...] = ()) -> None:
        coded = tuple(c.targets[name] for c in self._coder.coded if name in c.targets)
        builder.step(op.Pick(into=name, type=kind, options=(*first, *coded, f"said_{name}", *last)))

    def _add_event(self, builder: Builder) -> None:
        coded = tuple(c.targets["event"] for c in self._coder.coded if "event" in c.targets)
        self.has_event = bool(coded)
        builder.step(op.Pick(into="event", type="text", options=coded), "the source's own id; else the record number")

    def _add_list(self, builder: Builder, name: str) -> bool:
        columns = tuple(c.lists[name] for c in self._coder.coded if name in c.lists)
        if columns:
            builder.step(op.Pick(into=f"{name}_list", type="text", options=columns))
        return bool(columns)

    def _add_allowed(self, builder: Builder) -> None:
        """Refuse figures whose unit or stage their indicator does not have."""
        rows = [(i.id, unit, stage, True) for i in self._bundle.indicators.values() for unit in self._units(i.id) for stage in i.stages]
        key = [op.Column(name=name, type="text") for name in ("indicator", "unit", "stage")]
        allowed = [op.Column(name="is_allowed", type="bool")]
        builder.attach("allowed", ("indicator", "unit", "stage"), key, allowed, rows, "units and stages of each indicator")
        number = self._findings.number(
            Wrong.of("code_not_allowed", found="a unit or stage", expected="the indicator")
        )
        case = op.Case(when=op.Missing(column="is_allowed"), value=number)
        builder.step(op.Choose(into="allowed_bad", type="int", cases=(case,)))
        builder.mark_bad("allowed_bad", None, by_row=False)

    def _units(self, indicator: str) -> tuple[str, ...]:
        found = self._bundle.indicators[indicator]
        return found.units or tuple(self._bundle.codelists[found.unit_list].codes)

    def _add_match(self, builder: Builder) -> None:
        matches = [c.match for c in self._coder.coded if c.match]
        cases = tuple(
            op.Case(when=op.Any(of=tuple(op.OneOf(column=m, values=(rank,)) for m in matches)), value=MATCHES[rank])
            for rank in (3, 2, 1)
        )
        exact = op.Case(when=op.All(of=()), value=MATCHES[0])
        builder.step(op.Choose(into="match", type="text", cases=(*cases, exact)), "the worst match of the row")
        notes = tuple(c.note for c in self._coder.coded if c.note)
        builder.step(op.Concat(into="note", columns=(*notes, "break_note")))
        has_break = op.Any(of=(op.OneOf(column="figure_break", values=(True,)), op.Not(of=op.Missing(column="break_note"))))
        yes, no = op.Case(when=has_break, value=True), op.Case(when=op.All(of=()), value=False)
        builder.step(op.Choose(into="series_break", type="bool", cases=(yes, no)))

    def _said(self, number: int, name: str) -> str | None:
        entry, mapping = self._binding.entries[number - 1], self._bundle.mapping
        if name in ("indicator", "unit", "stage"):
            return getattr(entry.column, name) or getattr(mapping, name)
        if name in FIELDS:
            return getattr(mapping, name)
        return entry.column.dimensions.get(name) or mapping.dimensions.get(name, "_T")


class _Judge:
    """Decides what becomes of each figure cell, and turns cumulative figures into increments."""

    def __init__(self, bundle: MappingBundle, binding: Binding, findings: Findings, fielder: _Fielder) -> None:
        self._bundle, self._binding, self._findings, self._fielder = bundle, binding, findings, fielder

    def add_fate(self, builder: Builder, coder: Coder, demander: Demander, is_total: op.Condition) -> tuple[str, ...]:
        """One of nothing, ignored, total, refused, observed; returns the columns with reasons to ignore a row."""
        ignores = tuple(c.ignore for c in coder.coded if c.ignore)
        entry_of = {e.slot: e.number for e in self._binding.entries}
        for slot, column in demander.ignores:
            if slot not in entry_of:
                ignores = (*ignores, column)
        own = [
            op.Case(when=op.OneOf(column="entry", values=(entry_of[slot],)), column=column)
            for slot, column in demander.ignores
            if slot in entry_of
        ]
        builder.step(op.Choose(into="cell_ignore", type="text", cases=tuple(own)))
        builder.step(op.Pick(into="row_ignore", type="text", options=ignores), "why the row is no data")
        builder.step(op.Pick(into="ignore", type="text", options=("row_ignore", "cell_ignore")))
        absent = op.Missing(column="source_column")
        nothing = op.OneOf(column="is_nothing", values=(True,))
        declares = op.All(of=(is_total, op.Missing(column="figure_bad")))
        is_bad = op.Any(of=tuple(op.Not(of=op.Missing(column=b.column)) for b in builder.bad if b.refuses))
        passed = op.Not(of=op.Missing(column="ignore"))
        first = (("nothing", absent), ("ignored", passed), ("total", declares), ("nothing", nothing), ("refused", is_bad))
        cases = [op.Case(when=condition, value=fate) for fate, condition in first]
        otherwise = op.Case(when=op.All(of=()), value="observed")
        builder.step(op.Choose(into="fate_alone", type="text", cases=(*cases, otherwise)), "what becomes of the cell by itself")
        self._add_twice(builder)
        return ignores

    def _add_twice(self, builder: Builder) -> None:
        key = ("indicator", "unit", "stage", "reporter", "area", "period", "vintage", *self._fielder.dimensions)
        key += tuple(f"{name}_list" for name in self._fielder.listed)
        if "event" in self._fielder.dimensions and not self._fielder.has_event:
            key += ("file", "row")
        alone = op.OneOf(column="fate_alone", values=("observed",))
        builder.step(op.Count(into="times", by=key, where=alone), "the same figure twice is a problem")
        builder.constant("once", "int", 1)
        doubled = op.Compared(left="times", holds=">", right="once")
        number = self._findings.number(Wrong.of("twice"))
        builder.step(op.Choose(into="twice_bad", type="int", cases=(op.Case(when=doubled, value=number),)))
        builder.mark_bad("twice_bad", None, by_row=False)
        case = op.Case(when=doubled, value="refused")
        builder.step(op.Choose(into="fate", type="text", cases=(case,), otherwise="fate_alone"))

    def add_increments(self, builder: Builder, dater: Dater) -> None:
        """Cumulative figures become increments since the report before; others stay as they are."""
        is_cumulative = self._cumulative()
        mended = tuple(s.does.into for s in builder.steps if isinstance(s.does, op.Pick) and s.does.into.startswith("corrected_"))
        if is_cumulative is not None:
            self._add_previous(builder, dater, is_cumulative)
        changed = self._corrected(builder, mended)
        derived = op.Any(of=(*([op.Not(of=op.Missing(column="since"))] if is_cumulative is not None else []), *changed))
        yes, no = op.Case(when=derived, value=True), op.Case(when=op.All(of=()), value=False)
        builder.step(op.Choose(into="derived", type="bool", cases=(yes, no)))
        for name, kind in (("value", "number"), ("period", "text"), ("frequency", "text"), ("start", "date")):
            self._add_final(builder, name, kind, is_cumulative is not None)  # type: ignore[arg-type]

    def _cumulative(self) -> op.Condition | None:
        conditions: list[op.Condition] = []
        for entry in self._binding.entries:
            rule = entry.style.cumulative
            if rule is None:
                continue
            kept = tuple(op.OneOf(column=name, values=codes) for name, codes in rule.keep.items())
            conditions.append(op.All(of=(op.OneOf(column="entry", values=(entry.number,)), op.Not(of=op.Any(of=kept)))))
        if not conditions:
            return None
        has_value = op.Not(of=op.Missing(column="value_told"))
        return op.All(of=(op.OneOf(column="fate", values=("observed",)), has_value, op.Any(of=tuple(conditions))))

    def _add_previous(self, builder: Builder, dater: Dater, is_cumulative: op.Condition) -> None:
        by = ("indicator", "unit", "stage", "reporter", "area", "period_start", *self._fielder.dimensions)
        columns = (("value_told", "value_before"), ("period_end", "end_before"))
        builder.step(op.Previous(columns=columns, by=by, order="period_end", where=is_cumulative), "the report before this one")
        builder.constant("nought", "number", "0")
        builder.step(op.Pick(into="base", type="number", options=("value_before", "nought")))
        builder.step(op.Subtract(left="value_told", right="base", into="increment"))
        builder.step(op.Pick(into="since_any", type="date", options=("end_before", "period_before")))
        builder.step(op.Choose(into="since", type="date", cases=(op.Case(when=is_cumulative, column="since_any"),)))
        dater.add_spans(builder)
        fell = op.All(of=(is_cumulative, op.Compared(left="increment", holds="<", right="nought")))
        number = self._findings.number(Wrong.of("cumulative_fell", declared="a higher one"))
        builder.step(op.Choose(into="fell_bad", type="int", cases=(op.Case(when=fell, value=number),)))
        builder.mark_bad("fell_bad", None, refuses=False, by_row=False)

    def _corrected(self, builder: Builder, mended: tuple[str, ...]) -> list[op.Condition]:
        present = {column.name for lookup in builder.lookups.values() for column in lookup.outputs}
        return [op.Not(of=op.Missing(column=c.replace("corrected_", "mended_"))) for c in mended if c.replace("corrected_", "mended_") in present]

    def _add_final(self, builder: Builder, name: str, kind: op.Type, has_increments: bool) -> None:
        plain = {"value": "value_told", "start": "period_start"}.get(name, name)
        spanned = {"value": "increment", "period": "span", "frequency": "span_frequency", "start": "span_start"}[name]
        cases: tuple[op.Case, ...] = ()
        if has_increments:
            cases = (op.Case(when=op.Not(of=op.Missing(column="since")), column=spanned),)
        builder.step(op.Choose(into=f"final_{name}", type=kind, cases=cases, otherwise=plain))
