"""Steps for single cells that a sender has repaired, kept or ignored, before anything else is read from the cells."""

from typing import NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.builder import Builder
from lontar.harmonise.compiling.met import REPAIRED, Met, mended_slots
from lontar.harmonise.plan import operations as op

_PLACE = (op.Column(name="file", type="int"), op.Column(name="row", type="int"))
KEPT_FIGURE = "kept_figure"


class KeptCheck(NamedTuple):
    """A check that complains of a kept cell of a figure's column and is about the whole row."""

    warned: str
    slot: str


class Repairer:
    """Adds what was repaired; `notes` are the columns that explain why a figure is used."""

    def __init__(self, binding: Binding, met: tuple[Met, ...]) -> None:
        self._met, self.slots = met, mended_slots(met, binding)
        self._entries = {entry.slot: entry.number for entry in binding.entries}
        self.ignores: list[tuple[str, str]] = []
        """Slot and column holding the reason why a cell is ignored."""
        self.kept: dict[str, str] = {}
        """Slot -> column holding the explanation why a cell is kept."""
        self.mended: list[tuple[str, str]] = []
        """Slot and column that is not null where a text was replaced."""
        self.kept_checks: list[KeptCheck] = []
        self.notes: list[str] = []

    def add(self, builder: Builder) -> None:
        """Put repaired texts in place of those found; remember what is kept or ignored."""
        by_slot: dict[str, list[Met]] = {}
        for met in self._met:
            by_slot.setdefault(met.slot, []).append(met)
        for slot, several in by_slot.items():
            self._add_slot(builder, slot, several)

    def _add_slot(self, builder: Builder, slot: str, several: list[Met]) -> None:
        named = {"repair_of": self.mended, "passed": self.ignores}
        outputs = [op.Column(name=f"{name}_{slot}", type="text") for name in (*named, "kept")]
        rows = [(m.file, m.row, m.to, m.repair.ignore, m.repair.keep) for m in several]
        told = builder.attach(
            f"repairs_{slot}", ("file", "row"), _PLACE, outputs, rows, "cells that the sender repaired"
        )
        for name, gathered in named.items():
            gathered += [(slot, f"{name}_{slot}")] if f"{name}_{slot}" in told else []
        if f"kept_{slot}" in told:
            self.kept[slot] = f"kept_{slot}"
        if slot in self.slots:
            options = (f"repair_of_{slot}", slot)
            builder.step(op.Pick(into=f"{REPAIRED}{slot}", type="text", options=options))

    def add_kept(self, builder: Builder) -> None:
        """The explanation of each figure, once the table is long."""
        own = [(self._entries[slot], column) for slot, column in self.kept.items() if slot in self._entries]
        self.notes = [column for slot, column in self.kept.items() if slot not in self._entries]
        if own:
            cases = tuple(op.Case(when=op.OneOf(column="entry", values=(n,)), column=c) for n, c in own)
            builder.step(op.Choose(into=KEPT_FIGURE, type="text", cases=cases), "why a figure is kept")
            self.notes.append(KEPT_FIGURE)

    def add_beside(self, builder: Builder) -> None:
        """The explanation of a figure that is used because a cell beside it is kept; the checks have been added."""
        for number, check in enumerate(self.kept_checks, start=1):
            own_figure = op.OneOf(column="entry", values=(self._entries[check.slot],))
            others = op.All(of=(op.Not(of=op.Missing(column=check.warned)), op.Not(of=own_figure)))
            case = op.Case(when=others, column=self.kept[check.slot])
            builder.step(op.Choose(into=f"kept_beside_{number}", type="text", cases=(case,)))
            self.notes.append(f"kept_beside_{number}")

    def is_kept(self, slot: str | None) -> op.Condition | None:
        """Where the sender explains this cell (None: the figure's own); None where no cell of the column is explained."""
        if slot is None:
            return op.Not(of=op.Missing(column=KEPT_FIGURE)) if KEPT_FIGURE in self.notes else None
        return op.Not(of=op.Missing(column=self.kept[slot])) if slot in self.kept else None

    def warn_row(self, warned: str, slot: str | None) -> None:
        """Remember that a check about a whole row complains of a kept cell, in the column `warned`."""
        if slot is not None and slot in self._entries:
            self.kept_checks.append(KeptCheck(warned, slot))
