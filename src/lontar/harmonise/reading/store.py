"""Landed rows on disk: one Parquet file for all files of a call; slots are shared by header."""

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from lontar.harmonise.reading.batches import RowBatch

_GATHERED_ROWS = 200_000
PLACES = ("file", "row", "line", "pieces")
"""Columns of the landed rows besides the slots: file index, record number, physical line, joined cells."""


class RowStore:
    """Gathers the rows of all files; a column first met in a later file is empty in the earlier ones.

    Slots are named s0, s1, ... in the order in which their headers are first met.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.headers: list[str] = []
        self._waiting: list[tuple[int, pa.Table]] = []
        self._waiting_rows = 0
        self._parts: list[Path] = []
        self._writer: pq.ParquetWriter | None = None

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

    def slot(self, header: str) -> str:
        """The slot of this header, a new one if it was not met before."""
        if header not in self.headers:
            self.headers.append(header)
        return f"s{self.headers.index(header)}"

    def add(self, file: int, batch: RowBatch, slots: list[str], pieces: pa.Array | None = None) -> None:
        """Keep a batch; `slots` names its columns, '' for those not to be kept."""
        count = len(batch.rows)
        if not count:
            return
        joined = pieces if pieces is not None else pa.repeat(pa.scalar(0, pa.int32()), count)
        arrays = [pa.repeat(pa.scalar(file, pa.int32()), count), batch.rows, batch.lines, joined]
        names = list(PLACES)
        for slot, column in zip(slots, batch.columns, strict=True):
            if slot:
                arrays.append(column)
                names.append(slot)
        self._waiting.append((file, pa.table(arrays, names=names)))
        self._waiting_rows += count
        if self._waiting_rows >= _GATHERED_ROWS:
            self._flush()

    def forget(self, file: int) -> None:
        """Drop what waits of a file that turned out to be unreadable; what is written is told by `opened`."""
        self._waiting = [(index, table) for index, table in self._waiting if index != file]

    def _flush(self) -> None:
        tables = [table for _, table in self._waiting]
        self._waiting, self._waiting_rows = [], 0
        if not tables:
            return
        schema = self._schema()
        whole = pa.concat_tables([_fitted(table, schema) for table in tables])
        if self._writer is None or not self._writer.schema.equals(schema):
            self._next_part(schema)
        assert self._writer is not None
        self._writer.write_table(whole)

    def _schema(self) -> pa.Schema:
        places = [("file", pa.int32()), ("row", pa.int64()), ("line", pa.int64()), ("pieces", pa.int32())]
        return pa.schema(places + [(f"s{i}", pa.string()) for i in range(len(self.headers))])

    def _next_part(self, schema: pa.Schema) -> None:
        if self._writer is not None:
            self._writer.close()
        part = self.path.with_suffix(f".{len(self._parts)}.parquet")
        self._parts.append(part)
        self._writer = pq.ParquetWriter(part, schema, compression="snappy", use_dictionary=True)

    def _close(self) -> None:
        if self._writer is None:
            self._next_part(self._schema())
        assert self._writer is not None
        self._writer.close()


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    empty = pa.repeat(pa.scalar("", pa.string()), table.num_rows)
    columns = [table[name] if name in table.column_names else empty for name in schema.names]
    return pa.table(columns, schema=schema)
