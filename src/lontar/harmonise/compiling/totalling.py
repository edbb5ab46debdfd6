"""Steps that compare declared totals with the sums of their parts, cell by cell of the source."""

from typing import NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.keys import KeyMaker, meets
from lontar.harmonise.plan import operations as op
from lontar.model.mapping import Mapping, RowTotal


class Declared(NamedTuple):
    """Where the plan holds one declared total: which cells declare it, and the bounds of what their parts add up to."""

    name: str
    is_total: op.Condition
    low: str
    high: str
    vague: str
    """Column that is not null where a part is no figure: then the sum has no upper bound."""
    parts: str
    tolerance: int


class Totaller:
    """Adds the sums of parts; `declared` says where to find them."""

    def __init__(self, mapping: Mapping, binding: Binding, keys: KeyMaker) -> None:
        self._mapping, self._binding, self._keys = mapping, binding, keys
        self.declared: list[Declared] = []
        self.idle: list[str] = []
        """Totals that no row declares, by the texts that would tell them."""

    def add_roles(self, builder: Builder) -> op.Condition:
        """Tell which cells declare a total; they are no observations."""
        conditions: list[op.Condition] = []
        totals = tuple(e.number for e in self._binding.entries if e.is_total)
        if totals:
            conditions.append(op.OneOf(column="entry", values=totals))
        for number, total in enumerate(self._mapping.totals, start=1):
            conditions.append(self._add_role(builder, number, total))
        return op.Any(of=tuple(conditions))

    def _add_role(self, builder: Builder, number: int, total: RowTotal) -> op.Condition:
        names = tuple(dict.fromkeys([*total.where, *total.of]))
        key = self._keys.keys(names)
        role = f"total_{number}_role"
        rows = [(*values, self._role(texts, total)) for values, texts in key.combinations]
        if not any(row[-1] == "total" for row in rows):
            self.idle.append("; ".join(f"{name}: {', '.join(texts)}" for name, texts in total.where.items()))
        told = builder.attach(
            f"total_{number}",
            key.columns,
            key.types,
            [op.Column(name=role, type="text")],
            rows,
            "rows that declare a total",
            whole=True,
        )
        assert not told or role in told
        return op.OneOf(column=role, values=("total",))

    def _role(self, texts: dict[str, str], total: RowTotal) -> str | None:
        if meets(texts, total.where):
            return "total"
        if total.of:
            return "part" if meets(texts, total.of) else None
        return None if any(meets(texts, other.where) for other in self._mapping.totals) else "part"

    def add_sums(self, builder: Builder) -> None:
        """Sum the parts of every declared total."""
        self._add_bounds(builder)
        for number, total in enumerate(self._mapping.totals, start=1):
            role = f"total_{number}_role"
            by = tuple(dict.fromkeys(("file", "entry", *map(self._keys.place, self._within(total)))))
            self._add_sum(
                builder, f"total_{number}", op.OneOf(column=role, values=("total",)),
                op.OneOf(column=role, values=("part",)), by, total.tolerance,
            )  # fmt: skip
        for entry in self._binding.entries:
            if entry.is_total and entry.column.of:
                parts = tuple(e.number for e in self._binding.entries if e.header in entry.column.of)
                self._add_sum(
                    builder, f"total_column_{entry.number}", op.OneOf(column="entry", values=(entry.number,)),
                    op.OneOf(column="entry", values=parts), ("file", "row"), entry.column.tolerance,
                )  # fmt: skip

    def _within(self, total: RowTotal) -> tuple[str, ...]:
        """Columns in which total and parts agree: those named, else all that say codes or periods and do not tell them apart."""
        if total.within:
            return total.within
        told = [*self._mapping.dating_columns()]
        told += [
            h for c in self._mapping.columns if set(c.targets()) - {"status", "event"} for h in c.headers()
        ]
        apart = {*total.where, *total.of}
        return tuple(
            name for name in dict.fromkeys(told) if name in self._binding.slots and name not in apart
        )

    def _add_bounds(self, builder: Builder) -> None:
        if not self._mapping.totals and not any(e.is_total for e in self._binding.entries):
            return
        builder.step(op.Pick(into="at_least", type="number", options=("value", "figure_low")))
        builder.step(op.Pick(into="at_most", type="number", options=("value", "figure_high")))
        no_part = op.Any(
            of=(
                op.OneOf(column="figure_absence", values=("not_applicable",)),
                op.OneOf(column="is_nothing", values=(True,)),
            )
        )
        vague = op.All(of=(op.Missing(column="at_most"), op.Not(of=no_part)))
        case = op.Case(when=vague, value="1")
        builder.step(op.Choose(into="is_vague", type="number", cases=(case,)), "parts that are no figure")
        builder.step(
            op.Choose(into="is_part", type="number", cases=(op.Case(when=op.All(of=()), value="1"),))
        )

    def _add_sum(
        self,
        builder: Builder,
        name: str,
        is_total: op.Condition,
        is_part: op.Condition,
        by: tuple[str, ...],
        tolerance: int,
    ) -> None:
        for column, into in (
            ("at_least", "low"),
            ("at_most", "high"),
            ("is_vague", "vague"),
            ("is_part", "parts"),
        ):
            builder.step(
                op.Total(column=column, into=f"{name}_{into}", by=by, where=is_part), "sum of the parts"
            )
        self.declared.append(
            Declared(
                name, is_total, f"{name}_low", f"{name}_high", f"{name}_vague", f"{name}_parts", tolerance
            )
        )
