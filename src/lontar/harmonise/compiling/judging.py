"""Steps that decide what becomes of each figure cell, and turn cumulative figures into increments."""

from collections.abc import Sequence

from lontar.harmonise.compiling.adding import Adder
from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.coding import Coder
from lontar.harmonise.compiling.dating import Dater
from lontar.harmonise.compiling.fielding import Fielder
from lontar.harmonise.compiling.keys import KeyMaker
from lontar.harmonise.compiling.repeating import Repeater
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.findings import Findings, Wrong

SERIES = ("indicator", "unit", "stage", "reporter", "area", "period_start")
"""What cumulative figures of one series share, besides the dimensions."""


KEY = ("indicator", "unit", "stage", "reporter", "area", "period", "vintage")
"""What tells observations apart, besides the dimensions and their lists."""


class Judge:
    """Decides what becomes of each figure cell, and turns cumulative figures into increments."""

    def __init__(self, binding: Binding, keys: KeyMaker, findings: Findings, fielder: Fielder) -> None:
        self._binding, self._keys, self._findings, self._fielder = binding, keys, findings, fielder

    def add_fate(
        self, builder: Builder, coder: Coder, ignored: tuple[tuple[str, str], ...], is_total: op.Condition
    ) -> tuple[str, ...]:
        """One of nothing, ignored, total, refused, observed; returns the columns with reasons to ignore a row.

        `ignored` names slots of which cells are ignored, each with the column that holds the reason.
        """
        ignores = tuple(c.ignore for c in coder.coded if c.ignore)
        entry_of = {e.slot: e.number for e in self._binding.entries}
        ignores += tuple(column for slot, column in ignored if slot not in entry_of)
        own = [
            op.Case(when=_of_entry(entry_of[slot], column), column=column)
            for slot, column in ignored
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
        first = (
            ("nothing", absent),
            ("ignored", passed),
            ("total", declares),
            ("nothing", nothing),
            ("refused", is_bad),
        )
        cases = [op.Case(when=condition, value=fate) for fate, condition in first]
        otherwise = op.Case(when=op.All(of=()), value="observed")
        builder.step(
            op.Choose(into="fate_alone", type="text", cases=(*cases, otherwise)),
            "what becomes of the cell by itself",
        )
        once = Repeater(self._binding, self._keys, self._findings).add(builder, "fate_alone")
        self._add_whole(builder, once, is_total)
        return ignores

    def _add_whole(self, builder: Builder, fate: str, is_total: op.Condition) -> None:
        """Add up what the mapping says to add up; refuse what is told twice."""
        if not self._binding.mapping.adds_up:
            self._add_twice(builder, fate)
            return
        adder = Adder(self._binding, self._keys, self._findings, self.key(), is_total)
        adder.add(builder, fate)
        adder.add_sums(builder, self._fielder.notes())

    def key(self) -> tuple[str, ...]:
        """The columns in which one figure differs from every other (contract: the key of an observation)."""
        key = (*KEY, *self._fielder.dimensions, *(f"{name}_list" for name in self._fielder.listed))
        if "event" in self._fielder.dimensions and not self._fielder.has_event:
            key += ("file", "row")
        return key

    def _add_twice(self, builder: Builder, fate: str) -> None:
        key = self.key()
        alone = op.OneOf(column=fate, values=("observed",))
        builder.step(op.Count(into="times", by=key, where=alone), "the same figure twice is a problem")
        builder.constant("once", "int", 1)
        doubled = op.Compared(left="times", holds=">", right="once")
        number = self._findings.number(Wrong.of("twice"))
        builder.step(op.Choose(into="twice_bad", type="int", cases=(op.Case(when=doubled, value=number),)))
        builder.mark_bad("twice_bad", None, by_row=False)
        case = op.Case(when=doubled, value="refused")
        builder.step(op.Choose(into="fate", type="text", cases=(case,), otherwise=fate))

    def add_increments(
        self,
        builder: Builder,
        dater: Dater,
        is_scaled: op.Condition | None,
        mended: Sequence[tuple[str, str]],
    ) -> None:
        """Cumulative figures become increments since the report before; others stay as they are.

        `mended` names slots of which texts were replaced, each with a column that is not null where one was.
        """
        is_cumulative = self._cumulative()
        if is_cumulative is not None:
            self._add_previous(builder, dater, is_cumulative)
        changed = [self._replaced(slot, column) for slot, column in mended]
        changed += [op.Not(of=op.Missing(column="since"))] if is_cumulative is not None else []
        changed += [op.OneOf(column="is_sum", values=(True,))] if self._binding.mapping.adds_up else []
        changed += [is_scaled] if is_scaled is not None else []
        derived = op.Any(of=tuple(changed))
        yes, no = op.Case(when=derived, value=True), op.Case(when=op.All(of=()), value=False)
        builder.step(op.Choose(into="derived", type="bool", cases=(yes, no)))
        for name, kind in (("value", "number"), ("period", "text"), ("frequency", "text"), ("start", "date")):
            self._add_final(builder, name, kind, is_cumulative is not None)  # type: ignore[arg-type]
        for name in ("low", "high"):
            plain = self._whole(name)
            builder.step(op.Choose(into=f"final_{name}", type="number", cases=(), otherwise=plain))

    def _whole(self, name: str) -> str:
        """The column of value, low or high: the sum's where figures are added up."""
        return f"whole_{name}" if self._binding.mapping.adds_up else f"{name}_told"

    def _cumulative(self) -> op.Condition | None:
        conditions: list[op.Condition] = []
        for entry in self._binding.entries:
            rule = entry.style.cumulative
            if rule is None:
                continue
            kept = tuple(op.OneOf(column=name, values=codes) for name, codes in rule.keep.items())
            conditions.append(
                op.All(of=(op.OneOf(column="entry", values=(entry.number,)), op.Not(of=op.Any(of=kept))))
            )
        if not conditions:
            return None
        has_value = op.Not(of=op.Missing(column="value_told"))
        return op.All(
            of=(op.OneOf(column="fate", values=("observed",)), has_value, op.Any(of=tuple(conditions)))
        )

    def _add_previous(self, builder: Builder, dater: Dater, is_cumulative: op.Condition) -> None:
        by = (*SERIES, *self._fielder.dimensions)
        self._add_within_and_across(builder, by, is_cumulative)
        builder.constant("nought", "number", "0")
        builder.step(op.Pick(into="base", type="number", options=("value_before", "nought")))
        builder.step(op.Subtract(left="value_told", right="base", into="increment"))
        builder.step(op.Pick(into="since_any", type="date", options=("end_before", "period_before")))
        builder.step(
            op.Choose(into="since", type="date", cases=(op.Case(when=is_cumulative, column="since_any"),))
        )
        dater.add_spans(builder)
        fell = op.All(of=(is_cumulative, op.Compared(left="increment", holds="<", right="nought")))
        number = self._findings.number(Wrong.of("cumulative_fell"))
        builder.step(op.Choose(into="fell_bad", type="int", cases=(op.Case(when=fell, value=number),)))
        builder.mark_bad("fell_bad", None, refuses=False, by_row=False)

    def _add_within_and_across(
        self, builder: Builder, by: tuple[str, ...], is_cumulative: op.Condition
    ) -> None:
        """The figure before: of the same report if it gives several, else of the report before.

        Where several reports give one end of period (a revision), none of them can stand before another report.
        """
        builder.step(
            op.Count(into="times_end", by=(*by, "period_end"), where=is_cumulative),
            "revised cumulative figures",
        )
        told_once = op.Not(of=op.Compared(left="times_end", holds=">", right="once"))
        for place, more, where in (
            ("within", ("vintage",), is_cumulative),
            ("across", (), op.All(of=(is_cumulative, told_once))),
        ):
            columns = (("value_told", f"value_{place}"), ("period_end", f"end_{place}"))
            previous = op.Previous(columns=columns, by=(*by, *more), order="period_end", where=where)
            builder.step(previous, f"the figure before this one, {place} reports")
        builder.step(op.Pick(into="value_before", type="number", options=("value_within", "value_across")))
        builder.step(op.Pick(into="end_before", type="date", options=("end_within", "end_across")))

    def _replaced(self, slot: str, column: str) -> op.Condition:
        """Which figures rest on a text that was replaced: of a column of figures its own, of another all of the row."""
        own = [entry.number for entry in self._binding.entries if entry.slot == slot]
        return _of_entry(own[0], column) if own else op.Not(of=op.Missing(column=column))

    def _add_final(self, builder: Builder, name: str, kind: op.Type, has_increments: bool) -> None:
        plain = {"value": self._whole("value"), "start": "period_start"}.get(name, name)
        spanned = {
            "value": "increment",
            "period": "span",
            "frequency": "span_frequency",
            "start": "span_start",
        }[name]
        cases: tuple[op.Case, ...] = ()
        if has_increments:
            cases = (op.Case(when=op.Not(of=op.Missing(column="since")), column=spanned),)
        builder.step(op.Choose(into=f"final_{name}", type=kind, cases=cases, otherwise=plain))


def _of_entry(number: int, column: str) -> op.Condition:
    """Figures of this entry of which the column says something."""
    return op.All(of=(op.OneOf(column="entry", values=(number,)), op.Not(of=op.Missing(column=column))))
