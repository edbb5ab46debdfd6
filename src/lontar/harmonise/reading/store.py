"""Landed rows on disk: Parquet files for all files of a call together; slots are shared by header.

Few rows are landed as texts (columns s0, s1, ...). Many are landed as numbers of texts (n0, n1, ...), and the texts
beside them, but for slots that hardly repeat a text.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from lontar.harmonise.reading.batches import RowBatch
from lontar.harmonise.reading.landing import PLACES, TEXTS
from lontar.harmonise.reading.slottexts import SlotTexts, as_texts

_TYPES = dict(zip(PLACES, (pa.int32(), pa.int64(), pa.int64(), pa.int32()), strict=True))
_AT_A_TIME = 4
"""From the second time on so many times more rows are numbered in one go: each time costs a look at the lists of texts."""
FIGURES = "figures"
"""The list of texts that the slots of all figures share."""


class RowStore:
    """Gathers the rows of all files; a column first met in a later file is empty in the earlier ones.

    Slots are named s0, s1, ... in the order in which their headers are first met. From `many` figure
    cells on they are numbered.
    """

    def __init__(self, folder: Path, many: int) -> None:
        self._folder, self._many = folder, many
        self.headers: list[str] = []
        self._lists: list[str] = []
        """For each slot the name of its list of texts."""
        self._waiting: list[tuple[int, pa.Table]] = []
        self._waiting_cells = 0
        self._parts = 0
        self._texts: SlotTexts | None = None
        self._writer: pq.ParquetWriter | None = None
        self._last = (-1, 0)
        self.in_order = True
        """Whether rows were added in the order of files and of rows within each."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
            self._close()
        elif self._writer is not None:
            self._writer.close()

    def slot(self, header: str, texts: str = "") -> str:
        """The slot of this header, a new one if it was not met before; slots with the same `texts` share a list."""
        if header not in self.headers:
            self.headers.append(header)
            self._lists.append(texts or f"s{len(self._lists)}")
        return f"s{self.headers.index(header)}"

    def repeats(self, slot: str) -> bool:
        """Whether this slot says few texts again and again, for all that is known yet."""
        if self._texts is None or not slot:
            return False
        name = self._list_of(slot)
        return name not in self._texts.given_up and self._texts.are_few(name)

    def lists(self) -> dict[str, str]:
        """Slot -> its list of texts, for the slots that are landed as numbers, wholly or in part."""
        if self._texts is None:
            return {}
        return {f"s{i}": name for i, name in enumerate(self._lists) if name in self._texts.lists}

    def add(self, file: int, batch: RowBatch, slots: list[str], pieces: pa.Array | None = None) -> None:
        """Keep a batch; `slots` names its columns, '' for those not to be kept."""
        count = len(batch.rows)
        if not count:
            return
        first = (file, batch.rows[0].as_py())
        self.in_order = self.in_order and first > self._last
        self._last = (file, batch.rows[-1].as_py())
        joined = pieces if pieces is not None else pa.repeat(pa.scalar(0, pa.int32()), count)
        arrays = [pa.repeat(pa.scalar(file, pa.int32()), count), batch.rows, batch.lines, joined]
        names = list(PLACES)
        for slot, column in zip(slots, batch.columns, strict=True):
            if slot:
                arrays.append(column)
                names.append(slot)
        self._waiting.append((file, pa.table(arrays, names=names)))
        self._waiting_cells += count * max(1, sum(self._list_of(s) == FIGURES for s in slots if s))
        if self._texts is None and self._waiting_cells >= self._many:
            self._texts = SlotTexts()
            self._flush()
        elif self._waiting_cells >= _AT_A_TIME * self._many:
            self._flush()

    def forget(self, file: int) -> None:
        """Drop what waits of a file that turned out to be unreadable; what is written is told by `opened`."""
        self._waiting = [(index, table) for index, table in self._waiting if index != file]

    def _list_of(self, slot: str) -> str:
        return self._lists[int(slot[1:])]

    def _flush(self) -> None:
        tables = [table for _, table in self._waiting]
        self._waiting, self._waiting_cells = [], 0
        if not tables:
            return
        columns = {name: _gathered(tables, name, kind) for name, kind in _TYPES.items()}
        for i in range(len(self.headers)):
            slot = f"s{i}"
            column = _gathered(tables, slot, pa.string())
            numbers = None if self._texts is None else self._texts.numbers(self._list_of(slot), column)
            if numbers is None:
                columns[slot] = as_texts(column)
            else:
                columns[f"n{i}"] = numbers
        self._write(pa.table(columns))

    def _write(self, whole: pa.Table) -> None:
        if self._writer is None or not self._writer.schema.equals(whole.schema):
            self._next_part(whole.schema)
        assert self._writer is not None
        self._writer.write_table(whole)

    def _next_part(self, schema: pa.Schema) -> None:
        if self._writer is not None:
            self._writer.close()
        part = self._folder / f"rows.{self._parts}.parquet"
        self._parts += 1
        numbered = any(name.startswith("n") for name in schema.names)
        packing = {"compression": "none", "use_dictionary": False} if numbered else {"compression": "snappy"}
        self._writer = pq.ParquetWriter(part, schema, **packing)

    def _close(self) -> None:
        if self._writer is None:
            self._next_part(
                pa.schema([*_TYPES.items(), *((f"s{i}", pa.string()) for i in range(len(self.headers)))])
            )
        assert self._writer is not None
        self._writer.close()
        if self._texts is not None and self._texts.lists:
            lists = [
                pa.table({"list": pa.repeat(name, len(t)), "number": range(len(t)), "text": t})
                for name, t in self._texts.lists.items()
            ]
            pq.write_table(pa.concat_tables(lists), self._folder / TEXTS, compression="snappy")


def _gathered(tables: list[pa.Table], name: str, kind: pa.DataType) -> pa.ChunkedArray:
    """One column of all these tables; empty where a table lacks it."""
    chunks: list[pa.Array] = []
    empty = pa.scalar("" if kind == pa.string() else 0, kind)
    for table in tables:
        chunks += table[name].chunks if name in table.column_names else [pa.repeat(empty, table.num_rows)]
    if any(pa.types.is_dictionary(chunk.type) for chunk in chunks):
        chunks = [c if pa.types.is_dictionary(c.type) else c.dictionary_encode() for c in chunks]
        return pa.chunked_array(chunks)
    return pa.chunked_array(chunks, kind)
