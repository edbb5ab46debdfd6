"""Which repairs of a sender meet the cell that they speak of, and what the landed rows say once they are made."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from lontar.harmonise.compiling.binding import Binding
from lontar.harmonise.compiling.met import REPAIRED, Met
from lontar.harmonise.places import moves_left
from lontar.harmonise.reading.batches import as_text
from lontar.harmonise.reading.landing import Landing
from lontar.model.mapping import Repair
from lontar.model.problems import Problem

if TYPE_CHECKING:
    from lontar.harmonise.engine import DuckEngine

Cell = tuple[str | int, ...]


class Row(NamedTuple):
    """A landed row with a repair: its texts by landed column."""

    file: int
    row: int
    pieces: int
    texts: dict[str, str]


class MetRepairs:
    """The repairs of a call. `idle` are those whose cell is not there, or holds something else."""

    def __init__(
        self, engine: "DuckEngine", binding: Binding, landing: Landing, repairs: tuple[Repair, ...]
    ) -> None:
        self._engine, self._binding, self._landing = engine, binding, landing
        repairs = tuple({repair.place: repair for repair in repairs}.values())
        self._lying = self._positions() if repairs else {}
        self._cells = {repair.place: self._candidates(repair) for repair in repairs}
        places = {(file, r.row) for r in repairs for file, _ in self._cells[r.place]}
        if places:
            engine.mark_rows(sorted(places))
        self._rows = self._read() if places else {}
        found = [(repair, self._met(repair)) for repair in repairs]
        self.met = tuple(one for _, several in found for one in several)
        self.idle = tuple(self._problem(repair) for repair, several in found if not several)
        self._mend_filled()

    def distinct(self, columns: tuple[str, ...]) -> list[Cell]:
        """Distinct combinations of columns of the landed rows, of repaired columns as they are once repaired."""
        landed = tuple(column.removeprefix(REPAIRED) for column in columns)
        if landed == columns:
            return self._engine.distinct(self._binding.files, columns)
        others = self._engine.distinct(self._binding.files, landed, without_marked=True)
        changed = {(m.file, m.row, REPAIRED + m.slot): m.to for m in self.met if m.to is not None}
        return list({*others, *(_cells(row, columns, changed) for row in self._rows.values())})

    def _candidates(self, repair: Repair) -> list[tuple[int, str]]:
        """The files of that name, each with the slots that may stand in that column."""
        may_move = moves_left(self._binding.mapping)
        return [
            (file, slot)
            for file, slot, position in self._lying.get(repair.place[:2], ())
            if repair.column in (position, position - may_move)
        ]

    def _positions(self) -> dict[tuple[str, str], list[tuple[int, str, int]]]:
        """Name and sheet -> number, slot and column of what lies in such files."""
        lying: dict[tuple[str, str], list[tuple[int, str, int]]] = {}
        for (number, slot), position in self._binding.positions.items():
            file = self._landing.files[number]
            lying.setdefault((file.name, file.sheet or ""), []).append((number, slot, position))
        return lying

    def _read(self) -> dict[tuple[int, int], Row]:
        columns = (*self._binding.slots.values(), *self._binding.filled.values())
        rows = {}
        for file, row, pieces, *texts in self._engine.marked_rows(columns):
            told = dict(zip(columns, map(str, texts), strict=True))
            rows[int(file), int(row)] = Row(int(file), int(row), int(pieces), told)
        return rows

    def _met(self, repair: Repair) -> list[Met]:
        """The cell in each file of that name; of two columns that stand in one place the one that holds the text."""
        met: dict[int, Met] = {}
        for file, slot in self._cells[repair.place]:
            row = self._rows.get((file, repair.row))
            if row is not None and self._holds(row, slot, repair):
                met.setdefault(file, Met(repair, file, repair.row, slot))
        return list(met.values())

    def _holds(self, row: Row, slot: str, repair: Repair) -> bool:
        position = self._binding.positions[row.file, slot]
        is_moved = moves_left(self._binding.mapping) and row.pieces > 0 and position > 1
        text = row.texts[slot]
        filled = row.texts[self._binding.filled.get(slot, slot)]
        return repair.column == position - is_moved and as_text(repair.found) in (text, text or filled)

    def _problem(self, repair: Repair) -> Problem:
        """What is said of an idle repair; of a column that was not landed, as personal ones are not, no text."""
        value = repair.found if self._cells[repair.place] else ""
        return Problem("idle_repair", repair.file, repair.sheet, repair.row, repair.column, value)

    def _mend_filled(self) -> None:
        """Where empty cells are filled from above, they are filled with what is repaired."""
        filled = [
            (m.slot, m.file, m.row, m.to)
            for m in self.met
            if m.to is not None and m.slot in self._binding.filled
        ]
        if filled:
            self._engine.mend_filled(filled)
            self._rows = self._read()


def _cells(row: Row, columns: Iterable[str], changed: Mapping[tuple[int, int, str], str]) -> Cell:
    cells: list[str | int] = []
    for column in columns:
        mended = changed.get((row.file, row.row, column))
        text = row.texts.get(column.removeprefix(REPAIRED), "") if mended is None else mended
        cells.append(row.file if column == "file" else text)
    return tuple(cells)
