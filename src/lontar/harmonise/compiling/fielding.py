"""Steps that put an observation's fields and dimensions together."""

from collections.abc import Sequence

from lontar.harmonise.compiling.adding import own_column
from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.coding import Coder
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.model.figures.absences import MATCHES
from lontar.model.mapping import MappingBundle

FIELDS = ("indicator", "unit", "stage", "reporter", "source_kind", "area", "status")
"""Text fields that every observation has and that a column, an entry or the mapping may fill."""


class Fielder:
    """Puts together the fields and dimensions of the observation from columns, entries and the mapping."""

    def __init__(
        self,
        bundle: MappingBundle,
        binding: Binding,
        coder: Coder,
        findings: Findings,
        explained: Sequence[str] = (),
    ) -> None:
        self._explained = explained
        self._bundle, self._binding, self._coder, self._findings = bundle, binding, coder, findings
        names = (d for indicator in bundle.indicators.values() for d in indicator.dimensions)
        self.dimensions = tuple(dict.fromkeys(names))
        self.listed: tuple[str, ...] = ()
        self.has_event = False

    def add_constants(self, builder: Builder) -> None:
        """Attach what entry and mapping say without any column."""
        names = (*FIELDS, *(d for d in self.dimensions if d != "event"))
        outputs = [op.Column(name=f"said_{name}", type="text") for name in names]
        rows = [
            (entry.number, *(self._said(entry.number, name) for name in names))
            for entry in self._binding.entries
        ]
        key = [op.Column(name="entry", type="int")]
        builder.attach(
            "entries", ("entry",), key, outputs, rows, "what holds for each figure column", whole=True
        )
        defaults = [
            (i.id, i.units[0] if len(i.units) == 1 else None, i.stages[0] if len(i.stages) == 1 else None)
            for i in self._bundle.indicators.values()
        ]
        self._pick(builder, "indicator", "text")
        only = [op.Column(name="only_unit", type="text"), op.Column(name="only_stage", type="text")]
        text = [op.Column(name="indicator", type="text")]
        builder.attach(
            "indicators",
            ("indicator",),
            text,
            only,
            defaults,
            "units and stages without alternative",
            whole=True,
        )

    def add_fields(self, builder: Builder) -> None:
        """Choose for each field and dimension the nearest source: its column, then the entry, then the mapping."""
        for name in FIELDS[1:]:
            extra = {"unit": ("only_unit",), "stage": ("only_stage",), "status": ()}.get(name, ())
            first = ("figure_status",) if name == "status" else ()
            into = self._own(name) if name == "status" else name
            self._pick(builder, name, "text", first, extra, into)
        listed = []
        for name in self.dimensions:
            if name == "event":
                self._add_event(builder)
                continue
            self._add_dimension(builder, name)
            if self._add_list(builder, name):
                listed.append(name)
        self.listed = tuple(listed)
        self._add_clashes(builder)
        self._add_lost(builder)
        self._add_allowed(builder)
        self._add_whole(builder)
        self._add_match(builder)

    def _pick(
        self,
        builder: Builder,
        name: str,
        kind: op.Type,
        first: tuple[str, ...] = (),
        last: tuple[str, ...] = (),
        into: str = "",
    ) -> None:
        coded = tuple(c.targets[name] for c in self._coder.coded if name in c.targets)
        builder.step(op.Pick(into=into or name, type=kind, options=(*first, *coded, f"said_{name}", *last)))

    def _add_dimension(self, builder: Builder, name: str) -> None:
        """The code of a dimension; null for indicators that do not have it, so that it tells no figures apart."""
        without = tuple(i.id for i in self._bundle.indicators.values() if name not in i.dimensions)
        if not without:
            self._pick(builder, name, "text")
            return
        self._pick(builder, name, "text", into=f"{name}_told")
        lacks = op.Case(when=op.OneOf(column="indicator", values=without), value=None)
        builder.step(op.Choose(into=name, type="text", cases=(lacks,), otherwise=f"{name}_told"))

    def _add_clashes(self, builder: Builder) -> None:
        """Two columns that give one figure two codes of the same thing contradict each other."""
        for name in (*FIELDS, *self.dimensions):
            columns = tuple(c.targets[name] for c in self._coder.coded if name in c.targets)
            for number, other in enumerate(columns[1:], start=1):
                both = tuple(op.Not(of=op.Missing(column=c)) for c in (columns[0], other))
                differ = op.Compared(left=columns[0], holds="!=", right=other)
                told = self._findings.number(Wrong.of("two_codes", expected=name))
                case = op.Case(when=op.All(of=(*both, differ)), value=told)
                builder.step(op.Choose(into=f"clash_{name}_{number}", type="int", cases=(case,)))
                builder.mark_bad(f"clash_{name}_{number}", None, by_row=False)

    def _add_lost(self, builder: Builder) -> None:
        """A column that says nothing but dimensions which the indicator does not have would be lost: refused."""
        for number, coded in enumerate(self._coder.coded, start=1):
            if not coded.targets or set(coded.said) - set(self.dimensions):
                continue
            without = tuple(
                i.id for i in self._bundle.indicators.values() if not set(coded.said) & set(i.dimensions)
            )
            if not without:
                continue
            says = op.Any(of=tuple(self._says_something(column) for column in coded.targets.values()))
            wrong = Wrong.of("no_dimension", expected=" or ".join(coded.said))
            case = op.Case(
                when=op.All(of=(op.OneOf(column="indicator", values=without), says)),
                value=self._findings.number(wrong),
            )
            name = f"lost_{number}"
            builder.step(op.Choose(into=name, type="int", cases=(case,)))
            builder.mark_bad(name, None, by_row=False)

    def _says_something(self, column: str) -> op.Condition:
        return op.Not(of=op.Any(of=(op.Missing(column=column), op.OneOf(column=column, values=("_T", "_Z")))))

    def _add_event(self, builder: Builder) -> None:
        coded = tuple(c.targets["event"] for c in self._coder.coded if "event" in c.targets)
        self.has_event = bool(coded)
        builder.step(
            op.Pick(into="event", type="text", options=coded), "the source's own id; else the record number"
        )

    def _add_list(self, builder: Builder, name: str) -> bool:
        columns = tuple(c.lists[name] for c in self._coder.coded if name in c.lists)
        if columns:
            builder.step(op.Pick(into=f"{name}_list", type="text", options=columns))
        return bool(columns)

    def _add_allowed(self, builder: Builder) -> None:
        """Refuse figures whose unit or stage their indicator does not have."""
        rows = [
            (i.id, unit, stage, True)
            for i in self._bundle.indicators.values()
            for unit in self._units(i.id)
            for stage in i.stages
        ]
        key = [op.Column(name=name, type="text") for name in ("indicator", "unit", "stage")]
        allowed = [op.Column(name="is_allowed", type="bool")]
        builder.attach(
            "allowed",
            ("indicator", "unit", "stage"),
            key,
            allowed,
            rows,
            "units and stages of each indicator",
        )
        number = self._findings.number(Wrong.of("no_unit"))
        told = [op.Not(of=op.Missing(column=b.column)) for b in builder.bad if b.column.startswith("code_")]
        unexplained = op.All(of=(op.Missing(column="is_allowed"), op.Not(of=op.Any(of=tuple(told)))))
        case = op.Case(when=unexplained, value=number)
        builder.step(op.Choose(into="allowed_bad", type="int", cases=(case,)))
        builder.mark_bad("allowed_bad", None, by_row=False)

    def _add_whole(self, builder: Builder) -> None:
        """People, events and things are counted in whole numbers; only money has fractions."""
        counted = tuple(i.id for i in self._bundle.indicators.values() if i.unit_list == "unit")
        broken = op.All(
            of=(op.OneOf(column="is_fraction", values=(True,)), op.OneOf(column="indicator", values=counted))
        )
        case = op.Case(when=broken, value=self._findings.number(Wrong.of("fraction")))
        builder.step(op.Choose(into="fraction_bad", type="int", cases=(case,)))
        builder.mark_bad("fraction_bad", None, by_row=False)

    def _units(self, indicator: str) -> tuple[str, ...]:
        found = self._bundle.indicators[indicator]
        return found.units or tuple(self._bundle.codelists[found.unit_list].codes)

    def _add_match(self, builder: Builder) -> None:
        matches = [c.match for c in self._coder.coded if c.match]
        cases = tuple(
            op.Case(
                when=op.Any(of=tuple(op.OneOf(column=m, values=(rank,)) for m in matches)),
                value=MATCHES[rank],
            )
            for rank in (3, 2, 1)
        )
        exact = op.Case(when=op.All(of=()), value=MATCHES[0])
        builder.step(
            op.Choose(into=self._own("match"), type="text", cases=(*cases, exact)),
            "the worst match of the row",
        )
        builder.step(op.Concat(into=self._own("note"), columns=self.notes()))
        flags = ("figure_break", *(c.is_break for c in self._coder.coded if c.is_break))
        flagged = tuple(op.OneOf(column=flag, values=(True,)) for flag in flags)
        has_break = op.Any(of=(*flagged, op.Not(of=op.Missing(column="break_note"))))
        yes, no = op.Case(when=has_break, value=True), op.Case(when=op.All(of=()), value=False)
        builder.step(op.Choose(into=self._own("series_break"), type="bool", cases=(yes, no)))

    def notes(self) -> tuple[str, ...]:
        """The columns whose texts make up the note of a figure."""
        return (*(c.note for c in self._coder.coded if c.note), "break_note", *self._explained)

    def _own(self, name: str) -> str:
        return own_column(self._bundle.mapping, name)

    def _said(self, number: int, name: str) -> str | None:
        entry, mapping = self._binding.entries[number - 1], self._bundle.mapping
        if name in ("indicator", "unit", "stage"):
            told: str | None = getattr(entry.column, name) or getattr(mapping, name)
            return told
        if name in FIELDS:
            held: str | None = getattr(mapping, name)
            return held
        return entry.column.dimensions.get(name) or mapping.dimensions.get(name, "_T")
