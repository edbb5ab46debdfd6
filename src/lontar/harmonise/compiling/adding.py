"""Steps that add up figures which differ only in texts that the mapping says to add over, or in nothing at all."""

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.findings import Findings, Wrong
from lontar.model.figures.absences import MATCHES, STATUSES
from lontar.model.mapping import REST, Column, Mapping

_SINGLE = "_alone"
"""What the columns of a single figure are called where sums take their name."""

_UNSURE = ("code_", "period_bad", "vintage_bad")
"""Problems that leave open which sum a figure belongs to."""


UNADDED = "unadded_bad"
"""The column that says why a figure could not be added to the others of its sum."""
_MOST_COUNTED = 10_000
"""Up to so many figures the note of a sum of rows alike says how many they are."""

_NO_LABELS = ("figure", "total", "ignore", "personal")


def own_column(mapping: Mapping, name: str) -> str:
    """The column that says this of a single figure; where figures are added up the plain name is the sum's."""
    return f"{name}{_SINGLE}" if mapping.adds_up else name


class Adder:
    """Adds up figures of one file; the first of them carries the sum."""

    def __init__(
        self,
        binding: Binding,
        keys: KeyMaker,
        findings: Findings,
        key: tuple[str, ...],
        is_total: op.Condition,
    ) -> None:
        self._findings, self._is_total = findings, is_total
        self._key, self._group = key, tuple(dict.fromkeys(("file", *key)))
        mapping = binding.mapping
        self._over = tuple(dict.fromkeys(map(keys.place, mapping.add_over)))
        self._alike = mapping.add_alike
        self._labels = tuple(dict.fromkeys(map(keys.place, _labels(binding))))
        self._many = (
            _MOST_COUNTED if self._alike is not None else len(keys.keys(mapping.add_over).combinations)
        )

    def add(self, builder: Builder, fate: str) -> None:
        """Tell which figures are parts of one sum, which of them carries it, and which cannot be added up."""
        alone = op.OneOf(column=fate, values=("observed",))
        builder.constant("one", "number", "1")
        builder.constant("once", "int", 1)
        doubled = self._add_doubled(builder, alone)
        part = op.All(of=(alone, op.Not(of=doubled)))
        leads = self._add_leaders(builder, part)
        self._add_twice(builder, doubled, part, leads)
        builder.step(op.Count(into="figures_added", by=self._group, where=part), "figures of one sum")
        several = op.Compared(left="figures_added", holds=">", right="once")
        self._add_unadded(builder, fate, doubled, part, several)
        bad = op.Any(of=tuple(op.Not(of=op.Missing(column=c)) for c in ("twice_bad", UNADDED)))
        follows = op.All(of=(part, several, op.Not(of=leads)))
        cases = (op.Case(when=bad, value="refused"), op.Case(when=follows, value="added"))
        builder.step(op.Choose(into="fate", type="text", cases=cases, otherwise=fate))
        carries = op.All(of=(op.OneOf(column="fate", values=("observed",)), several))
        builder.step(op.Choose(into="is_sum", type="bool", cases=(op.Case(when=carries, value=True),)))

    def add_sums(self, builder: Builder, notes: tuple[str, ...]) -> None:
        """The sum and its bounds, the worst match and status, and the notes of all parts."""
        parts = op.OneOf(column="fate", values=("observed", "added"))
        self._add_values(builder, parts)
        self._worst(builder, "match", MATCHES[::-1], parts)
        self._worst(builder, "status", STATUSES, parts)
        broken = self._any(builder, "any_break", op.All(of=(parts, _is_true("series_break" + _SINGLE))))
        self._chosen(builder, "series_break", "bool", (op.Case(when=broken, value=True),))
        self._add_note(builder, notes, parts)

    def _add_doubled(self, builder: Builder, alone: op.Condition) -> op.Condition:
        """Nothing that is added over tells two figures apart, and they are not rows alike that the mapping adds up."""
        strict = tuple(dict.fromkeys((*self._key, *self._over)))
        builder.step(op.Count(into="times", by=strict, where=alone), "the same figure twice is a problem")
        if self._alike is None:
            return op.Compared(left="times", holds=">", right="once")
        by = tuple(dict.fromkeys((*strict, "file", "entry", *self._labels)))
        builder.step(op.Count(into="times_alike", by=by, where=alone), "rows alike are parts of one figure")
        return op.Compared(left="times", holds=">", right="times_alike")

    def _add_leaders(self, builder: Builder, part: op.Condition) -> op.Condition:
        """The first figure of each sum: of a row the first column, of the rows the first."""
        first: op.Condition = part
        if "entry" in self._over:
            by = tuple(dict.fromkeys((*self._group, "row")))
            builder.step(op.Previous(columns=(("entry", "entry_before"),), by=by, order="entry", where=part))
            first = op.All(of=(part, op.Missing(column="entry_before")))
        previous = op.Previous(columns=(("row", "row_before"),), by=self._group, order="row", where=first)
        builder.step(previous, "the figure that carries the sum is the first")
        return op.All(of=(first, op.Missing(column="row_before")))

    def _add_twice(
        self, builder: Builder, doubled: op.Condition, part: op.Condition, leads: op.Condition
    ) -> None:
        """Nothing tells two figures apart, or two files have one figure."""
        builder.step(op.Total(column="one", into="sums_alike", by=self._key, where=leads))
        elsewhere = op.All(of=(part, op.Compared(left="sums_alike", holds=">", right="one")))
        number = self._findings.number(Wrong.of("twice"))
        case = op.Case(when=op.Any(of=(doubled, elsewhere)), value=number)
        builder.step(op.Choose(into="twice_bad", type="int", cases=(case,)))
        builder.mark_bad("twice_bad", None, by_row=False)

    def _add_unadded(
        self, builder: Builder, fate: str, doubled: op.Condition, part: op.Condition, several: op.Condition
    ) -> None:
        """A sum that lacks a part would be too small: its other parts are refused with it. A declared total is no part."""
        bad = [b.column for b in builder.bad if b.refuses and b.column.startswith(_UNSURE)]
        sure = op.Not(of=op.Any(of=tuple(op.Not(of=op.Missing(column=column)) for column in bad)))
        refused = op.All(of=(op.OneOf(column=fate, values=("refused",)), op.Not(of=self._is_total)))
        lost = op.Any(of=(doubled, op.All(of=(refused, sure))))
        lacks = self._any(builder, "parts_lost", lost)
        builder.step(op.Count(into="figures_alike", by=(*self._group, "absence"), where=part))
        mixed = op.All(of=(several, op.Compared(left="figures_alike", holds="!=", right="figures_added")))
        told = [
            op.Case(when=op.All(of=(part, when)), value=self._findings.number(Wrong.of(kind)))
            for when, kind in ((lacks, "part_refused"), (mixed, "part_absent"))
        ]
        builder.step(op.Choose(into=UNADDED, type="int", cases=tuple(told)))
        builder.mark_bad(UNADDED, None, by_row=False)

    def _add_values(self, builder: Builder, parts: op.Condition) -> None:
        for end in ("low", "high"):
            builder.step(op.Pick(into=f"part_{end}", type="number", options=(f"{end}_told", "value_told")))
        for column, into in (("value_told", "sum_value"), ("part_low", "sum_low"), ("part_high", "sum_high")):
            builder.step(op.Total(column=column, into=into, by=self._group, where=parts), "sums of the parts")
        no_value = self._any(
            builder, "any_without_value", op.All(of=(parts, op.Missing(column="value_told")))
        )
        no_end = self._any(builder, "any_without_end", op.All(of=(parts, op.Missing(column="part_high"))))
        has_low = op.All(of=(parts, op.Not(of=op.Missing(column="low_told"))))
        no_bounds = op.Not(of=self._any(builder, "any_bounds", has_low))
        nothing = op.Case(when=_is_true("is_sum"), value=None)
        for name, single, empty in (
            ("value", "value_told", no_value),
            ("low", "low_told", no_bounds),
            ("high", "high_told", op.Any(of=(no_bounds, no_end))),
        ):
            added = op.Case(when=op.All(of=(_is_true("is_sum"), op.Not(of=empty))), column=f"sum_{name}")
            builder.step(
                op.Choose(into=f"whole_{name}", type="number", cases=(added, nothing), otherwise=single)
            )

    def _add_note(self, builder: Builder, columns: tuple[str, ...], parts: op.Condition) -> None:
        gathered = [f"notes_{number}" for number, _ in enumerate(columns, start=1)]
        for column, into in zip(columns, gathered, strict=True):
            builder.step(
                op.Gather(column=column, into=into, by=self._group, where=parts, given=_is_true("is_sum")),
                "notes of the parts",
            )
        counts = [(count, f"the sum of {count} figures of the source") for count in range(2, self._many + 1)]
        key, told = op.Column(name="figures_added", type="int"), op.Column(name="sum_note", type="text")
        builder.attach("sum_notes", ("figures_added",), [key], [told], counts, "how many figures", whole=True)
        alike = self._add_alike_notes(builder, parts) if self._alike is not None else ()
        builder.step(op.Concat(into="note_of_sum", columns=(*gathered, "sum_note", *alike)))
        self._chosen(builder, "note", "text", (op.Case(when=_is_true("is_sum"), column="note_of_sum"),))

    def _add_alike_notes(self, builder: Builder, parts: op.Condition) -> tuple[str, ...]:
        """Why rows alike are added up, and how many if they are very many: only the rows tell, not their texts."""
        builder.constant("most_counted", "int", self._many)
        more = op.Case(
            when=op.Compared(left="figures_added", holds=">", right="most_counted"),
            value=f"the sum of more than {self._many} figures of the source",
        )
        builder.step(op.Choose(into="sum_note_of_many", type="text", cases=(more,)))
        repeated = op.All(of=(parts, op.Compared(left="times_alike", holds=">", right="once")))
        why = op.Case(when=self._any(builder, "any_alike", repeated), value=self._alike)
        builder.step(op.Choose(into="alike_note", type="text", cases=(why,)))
        return ("sum_note_of_many", "alike_note")

    def _worst(self, builder: Builder, name: str, worst_first: tuple[str, ...], parts: op.Condition) -> None:
        single = name + _SINGLE
        cases = tuple(
            op.Case(
                when=self._any(
                    builder, f"any_{name}_{code}", op.All(of=(parts, op.OneOf(column=single, values=(code,))))
                ),
                value=code,
            )
            for code in worst_first
        )
        self._chosen(builder, name, "text", cases)

    def _chosen(self, builder: Builder, name: str, kind: op.Type, cases: tuple[op.Case, ...]) -> None:
        """What holds of a sum; of a single figure what it says itself."""
        of_sums = tuple(
            op.Case(when=op.All(of=(_is_true("is_sum"), case.when)), column=case.column, value=case.value)
            for case in cases
        )
        builder.step(op.Choose(into=name, type=kind, cases=of_sums, otherwise=name + _SINGLE))

    def _any(self, builder: Builder, into: str, where: op.Condition) -> op.Condition:
        """Whether any figure of the sum is such a one."""
        builder.step(op.Total(column="one", into=into, by=self._group, where=where))
        return op.Not(of=op.Missing(column=into))


def _labels(binding: Binding) -> tuple[str, ...]:
    """The columns in which rows alike have the same texts: all that say codes, periods or checks, but no flags of figures."""
    apart = {h for c in binding.mapping.columns if _is_no_label(c) for h in c.headers()}
    labels = {h for c in binding.mapping.columns if not _is_no_label(c) for h in c.headers()}
    return tuple(
        header
        for header in binding.slots
        if header in labels or (REST in labels - apart and header not in apart)
    )


def _is_no_label(column: Column) -> bool:
    return column.says in _NO_LABELS or set(column.targets()) == {"status"}


def _is_true(column: str) -> op.Condition:
    return op.OneOf(column=column, values=(True,))
