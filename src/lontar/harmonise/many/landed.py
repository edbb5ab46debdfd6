"""The landed rows, piece by piece."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lontar.harmonise.plan.numbering import Texts
from lontar.harmonise.reading.landing import PLACES

_PIECE = 1 << 17


class LandedPieces:
    """The landed rows as pieces of columns: slots as numbers of texts, or as texts where a part of them was landed so."""

    def __init__(
        self, parts: list[Path], slots: int, lists: Mapping[str, Texts], numbered: Mapping[str, Texts]
    ) -> None:
        self._parts, self._slots = parts, [f"s{i}" for i in range(slots)]
        self._lists, self._numbered = lists, numbered

    def __iter__(self) -> Iterator[tuple[dict[str, pa.Array], int]]:
        for part in self._parts:
            with pq.ParquetFile(part, pre_buffer=False) as file:  # else all that was read stays in memory
                for batch in file.iter_batches(_PIECE, use_threads=False):
                    yield self._columns(batch), batch.num_rows

    def _columns(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        names = set(batch.schema.names)
        found = {name: batch.column(name) for name in PLACES}
        for slot in self._slots:
            number = f"n{slot[1:]}"
            if number in names:
                numbers = batch.column(number)
                found[slot] = numbers if slot in self._numbered else self._texts(slot).take(numbers)
            elif slot in names:
                found[slot] = batch.column(slot)
            else:
                empty = pa.scalar(0, pa.int32()) if slot in self._numbered else pa.scalar("", pa.string())
                found[slot] = pa.repeat(empty, batch.num_rows)
        return found

    def _texts(self, slot: str) -> pa.Array:
        return pa.array(self._lists[slot].texts, pa.string())
