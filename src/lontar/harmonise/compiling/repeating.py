"""Steps for figures that a source repeats on several rows: each counts once."""

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker
from lontar.harmonise.plan import operations as op
from lontar.harmonise.resolving.findings import Findings, Wrong

_SAID = (("value_told", "number"), ("low_told", "number"), ("high_told", "number"), ("absence", "text"))
"""What a figure says, with types: two rows repeat one figure where all of it is the same."""


class Repeater:
    """Adds the steps for the columns with `once_for`."""

    def __init__(self, binding: Binding, keys: KeyMaker, findings: Findings) -> None:
        self._keys, self._findings = keys, findings
        self._wanted: dict[tuple[str, ...], list[int]] = {}
        for entry in binding.entries:
            if entry.column.once_for:
                self._wanted.setdefault(entry.column.once_for, []).append(entry.number)

    def add(self, builder: Builder, fate: str) -> str:
        """Of the rows that repeat a figure the first keeps its fate; returns the column that says so."""
        for number, (columns, entries) in enumerate(self._wanted.items(), start=1):
            fate = self._add_group(builder, number, fate, columns, tuple(entries))
        return fate

    def _add_group(
        self, builder: Builder, number: int, fate: str, columns: tuple[str, ...], entries: tuple[int, ...]
    ) -> str:
        by = tuple(dict.fromkeys(("file", "entry", *map(self._keys.place, columns))))
        among = op.All(
            of=(op.OneOf(column="entry", values=entries), op.OneOf(column=fate, values=("observed",)))
        )
        before = [(name, f"before_{number}_{name}") for name, _ in _SAID]
        previous = op.Previous(
            columns=(("row", f"repeats_{number}"), *before), by=by, order="row", where=among
        )
        builder.step(previous, f"one figure for {', '.join(columns)}, repeated on several rows")
        repeats = op.Not(of=op.Missing(column=f"repeats_{number}"))
        differs = op.All(of=(repeats, op.Any(of=tuple(_differ(*pair) for pair in before))))
        case = op.Case(when=differs, value="1")
        builder.step(op.Choose(into=f"differs_{number}", type="number", cases=(case,)))
        builder.step(
            op.Total(column=f"differs_{number}", into=f"contradicts_{number}", by=by, where=among),
            "rows that repeat one figure say the same",
        )
        contradicts = op.All(of=(among, op.Not(of=op.Missing(column=f"contradicts_{number}"))))
        told = self._findings.number(Wrong.of("repeated_differs", expected=", ".join(columns)))
        bad, into = f"repeated_bad_{number}", f"fate_once_{number}"
        builder.step(op.Choose(into=bad, type="int", cases=(op.Case(when=contradicts, value=told),)))
        builder.mark_bad(bad, None, by_row=False)
        cases = (op.Case(when=contradicts, value="refused"), op.Case(when=repeats, value="repeated"))
        builder.step(op.Choose(into=into, type="text", cases=cases, otherwise=fate))
        return into


def _differ(one: str, other: str) -> op.Condition:
    """Two columns hold different things, or only one of them holds something."""
    absent, missing = op.Missing(column=one), op.Missing(column=other)
    return op.Any(
        of=(
            op.Compared(left=one, holds="!=", right=other),
            op.All(of=(absent, op.Not(of=missing))),
            op.All(of=(op.Not(of=absent), missing)),
        )
    )
