"""One call over many rows: each piece of them is judged, observed and counted in one go; few rows are kept."""

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
from lontar.harmonise.many.repeats import Repeats
from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.arrow_columns import Columns, StreamPlan
from lontar.harmonise.plan.duckdb_sql import literal, plan_sql
from lontar.harmonise.plan.numbering import Numbered, Texts, numbered
from lontar.harmonise.plan.rewriting import with_counts_looked_up
from lontar.harmonise.plan.simplifying import simplified
from lontar.harmonise.reading.landing import Landing
from lontar.model.mapping import MappingBundle


class Piece(NamedTuple):
    """What became of a piece of the rows."""

    observed: list[tuple[str, pa.RecordBatch]]
    bad: pa.RecordBatch
    counted: pa.RecordBatch


def in_pieces(compiled: Compiled) -> bool:
    """Whether each row can be judged by itself; sums over parts and increments want all rows at once."""
    return not any(isinstance(step.does, op.Total | op.Previous) for step in compiled.plan.steps)


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
        parts: list[Path],
    ) -> None:
        self._engine, self._compiled, self._bundle, self._landing = engine, compiled, bundle, landing
        self._pieces = LandedPieces(parts, len(landing.slots), engine.lists, engine.texts)
        plan, self._in_order = self._by_place(simplified(compiled.plan))
        told = numbered(plan, engine.texts)
        repeats = Repeats(engine, self._pieces, told.lists)
        plan = with_counts_looked_up(told.plan, repeats.lookup)
        self._told = Numbered(plan, told.lists)
        self._stream = StreamPlan(plan, repeats.tables)

    def carry_out(self, work: Path, folder: Path) -> None:
        """Write the observations to `folder`; make `judged` (the rows with a problem) and `counted`."""
        folder.mkdir()
        bad = KeptRows(self._engine, self._compiled, self._told.lists, work / "judged.parquet")
        counter = Counter(self._engine, self._compiled, self._told.lists, work / "counted.parquet")
        sources = Sources.of(self._landing)
        lists = self._told.lists
        observers = {
            i: Observer(self._compiled, self._bundle, i, lists, sources) for i in self._bundle.indicators
        }
        files: dict[str, ObservationFile] = {}
        try:
            for piece in self._judged(observers, bad, counter):
                for indicator, rows in piece.observed:
                    if indicator not in files:
                        files[indicator] = ObservationFile(folder / f"{indicator}.parquet")
                    files[indicator].write(rows)
                bad.write(piece.bad)
                counter.write(piece.counted)
        finally:
            for file in files.values():
                file.close()
        bad.finish()
        counter.finish()
        if not self._in_order:
            for path in sorted(folder.iterdir()):
                self._put_in_order(path)

    def _judged(self, observers: dict[str, Observer], bad: KeptRows, counter: Counter) -> Iterator[Piece]:
        """The pieces in their order, several of them in work at a time."""

        def judge(landed: dict[str, pa.Array], rows: int) -> Piece:
            columns = self._stream.columns(landed, rows)
            return Piece(list(self._observed(columns, observers)), bad.of(columns), counter.of(columns))

        return side_by_side(self._pieces, judge)

    def _observed(
        self, columns: Columns, observers: dict[str, Observer]
    ) -> Iterator[tuple[str, pa.RecordBatch]]:
        kept = columns.kept(columns.holds(self._is("fate", "observed")))
        for indicator, observer in observers.items():
            mine = kept.kept(kept.holds(self._is("indicator", indicator)))
            if mine.rows:
                yield indicator, observer.batch(mine)

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
            f"SELECT o.* FROM read_parquet({literal(str(unsorted))}) AS o JOIN files AS f ON f.name = o.source_file"
            " ORDER BY f.file, source_row, source_column"
        )
        self._engine.copy(query, path, "FORMAT parquet, COMPRESSION zstd")
        unsorted.unlink()
