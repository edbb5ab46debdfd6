"""One call over many rows: each piece of them is judged, observed and counted in one go; few rows are kept."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pyarrow as pa

from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import COUNTED, JUDGED, DuckEngine
from lontar.harmonise.many.counting import Counter
from lontar.harmonise.many.kept import KeptRows
from lontar.harmonise.many.landed import LandedPieces
from lontar.harmonise.many.observing import ObservationFile, Observer, Sources
from lontar.harmonise.many.pieces import side_by_side, texts_sql
from lontar.harmonise.many.repeats import Ahead, Repeats
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.arrow_columns import Columns, StreamPlan
from lontar.harmonise.plan.duckdb_sql import identifier, literal, plan_sql
from lontar.harmonise.plan.numbering import Numbered, Texts, numbered
from lontar.harmonise.plan.rewriting import with_counts_looked_up
from lontar.harmonise.plan.simplifying import simplified
from lontar.harmonise.progress import Teller
from lontar.harmonise.reading.landing import Landing
from lontar.harmonise.reading.launch import landed_parts
from lontar.model.mapping import MappingBundle

_FILE = "number of the file"
"""Beside observations that are still to be put in order: several files may have one name."""


class Piece(NamedTuple):
    """What became of a piece of the rows."""

    rows: int
    observed: list[tuple[str, pa.RecordBatch]]
    bad: pa.RecordBatch
    counted: pa.RecordBatch
    keys: pa.RecordBatch | None
    """Values of which it is not known yet whether rows share them."""


def in_pieces(compiled: Compiled) -> bool:
    """Whether each row can be judged by itself; sums, increments and cells filled from above want all rows at once."""
    looks_around = any(
        isinstance(step.does, op.Total | op.Gather | op.Previous) for step in compiled.plan.steps
    )
    return not looks_around and not compiled.binding.filled


def carry_out_whole(engine: DuckEngine, compiled: Compiled) -> None:
    """Make `judged` and `counted` with every row, by the engine, over numbers."""
    told = numbered(simplified(compiled.plan), engine.texts)
    engine.bind_lookups(told.plan)
    columns = set[str]().union(*(s.does.makes(compiled.plan.lookups) for s in compiled.plan.steps))
    query = texts_sql(engine, f"(\n{plan_sql(told.plan)}\n)", sorted(columns), told.lists)
    engine.run(f"CREATE TABLE {JUDGED} AS {query}")
    engine.run(f"CREATE VIEW {COUNTED} AS SELECT *, 1 AS alike FROM {JUDGED}")


class Passes:
    """A call whose rows are judged piece by piece."""

    def __init__(
        self,
        engine: DuckEngine,
        compiled: Compiled,
        bundle: MappingBundle,
        landing: Landing,
        work: Path,
        ahead: Ahead,
    ) -> None:
        self._engine, self._compiled, self._bundle, self._landing = engine, compiled, bundle, landing
        self._pieces = LandedPieces(landed_parts(work), len(landing.slots), engine.lists, engine.texts)
        plan, self._in_order = self._by_place(simplified(compiled.plan))
        told = numbered(plan, engine.texts)
        self._work, self._sources = work, Sources.of(landing)
        self._repeats = Repeats(engine, self._pieces, told.lists, work / "shared", ahead)
        plan = with_counts_looked_up(told.plan, self._repeats.lookup)
        self._told = Numbered(plan, told.lists)

    def carry_out(self, folder: Path, teller: Teller) -> None:
        """Write the observations to `folder`; make `judged` (the rows with a problem) and `counted`."""
        self._pass(folder, teller)
        if self._repeats.found():
            shutil.rmtree(folder)
            teller.begin("writing", self._rows)
            self._pass(folder, teller)
        self._bad.finish()
        self._counter.finish()
        if not self._in_order:
            for path in sorted(folder.iterdir()):
                self._put_in_order(path)

    @property
    def _rows(self) -> int:
        return sum(self._landing.files[number].data_rows for number in self._compiled.binding.files)

    def _pass(self, folder: Path, teller: Teller) -> None:
        """Judge all pieces once."""
        folder.mkdir()
        done = 0
        self._bad = KeptRows(self._engine, self._compiled, self._told.lists, self._work / "judged.parquet")
        self._counter = Counter(
            self._engine, self._compiled, self._told.lists, self._work / "counted.parquet"
        )
        files: dict[str, ObservationFile] = {}
        try:
            for piece in self._judged():
                for indicator, rows in piece.observed:
                    if indicator not in files:
                        files[indicator] = ObservationFile(folder / f"{indicator}.parquet")
                    files[indicator].write(rows)
                self._bad.write(piece.bad)
                self._counter.write(piece.counted)
                if self._repeats.put_off is not None and piece.keys is not None:
                    self._repeats.put_off.file.write(piece.keys)
                done += piece.rows
                teller.reach(done)
        finally:
            for file in files.values():
                file.close()
            self._bad.close()
            self._counter.close()

    def _judged(self) -> Iterator[Piece]:
        """The pieces in their order, several of them in work at a time."""
        lists, sources = self._told.lists, self._sources
        observers = {
            i: Observer(self._compiled, self._bundle, i, lists, sources) for i in self._bundle.indicators
        }
        stream, put_off = StreamPlan(self._told.plan, self._repeats.tables), self._repeats.put_off

        def judge(landed: dict[str, pa.Array], rows: int) -> Piece:
            columns = stream.columns(landed, rows)
            observed = list(self._observed(columns, observers))
            keys = None if put_off is None else put_off.of(columns)
            return Piece(rows, observed, self._bad.of(columns), self._counter.of(columns), keys)

        return side_by_side(self._pieces, judge)

    def _observed(
        self, columns: Columns, observers: dict[str, Observer]
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        kept = columns.kept(columns.holds(self._is("fate", "observed")))
        for indicator, observer in observers.items():
            mine = kept.kept(kept.holds(self._is("indicator", indicator)))
            if mine.rows:
                rows = observer.batch(mine)
                yield indicator, rows if self._in_order else rows.append_column(_FILE, mine.array("file"))

    def _is(self, column: str, text: str) -> op.Condition:
        texts: Texts | None = self._told.lists.get(column)
        if texts is None:
            return op.OneOf(column=column, values=(text,))
        number = texts.known(text)
        return op.OneOf(column=column, values=() if number is None else (number,))

    def _by_place(self, plan: op.Plan) -> tuple[op.Plan, bool]:
        """The plan with the figures of a row in the order of their places, and whether observations will lie in order."""
        binding, in_order = self._compiled.binding, self._landing.in_order
        steps = []
        for step in plan.steps:
            if isinstance(step.does, op.Unpivot):
                places = [
                    [binding.positions.get((file, slot), 0) for _, slot in step.does.entries]
                    for file in binding.files
                ]
                order = sorted(range(len(step.does.entries)), key=lambda n: [place[n] for place in places])
                in_order = in_order and all([p[n] for n in order] == sorted(p) for p in places)
                entries = tuple(step.does.entries[n] for n in order)
                step = msgspec.structs.replace(step, does=op.Unpivot(entries=entries))
            steps.append(step)
        return op.Plan(steps=tuple(steps), lookups=plan.lookups), in_order

    def _put_in_order(self, path: Path) -> None:
        """Write a file of observations anew, in the order of their places."""
        unsorted = path.with_suffix(".unsorted")
        path.rename(unsorted)
        query = (
            f"SELECT * EXCLUDE ({identifier(_FILE)}) FROM read_parquet({literal(str(unsorted))})"
            f" ORDER BY {identifier(_FILE)}, source_row, source_column"
        )
        self._engine.copy(query, path, "FORMAT parquet, COMPRESSION zstd")
        unsorted.unlink()
