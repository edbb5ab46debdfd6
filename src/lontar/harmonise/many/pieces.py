"""Columns of pieces on disk, to be read by the engine as one relation."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.plan.duckdb_sql import identifier, literal
from lontar.harmonise.plan.numbering import Texts

T = TypeVar("T")
Landed = tuple[dict[str, pa.Array], int]
"""The landed columns of a piece, and how many rows it has."""
_AT_A_TIME = 2


def side_by_side(pieces: Iterable[Landed], work: Callable[[dict[str, pa.Array], int], T]) -> Iterator[T]:
    """What is made of each piece, in their order, while some of the next ones are in work."""
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        for landed, rows in pieces:
            waiting.append(pool.submit(work, landed, rows))
            if len(waiting) > _AT_A_TIME:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class PieceFile:
    """Pieces of one relation in a file; at least one is written, be it without rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.RecordBatch) -> None:
        """Add a piece."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, rows.schema, compression="none", use_dictionary=False)
        self._writer.write_batch(rows)

    def close(self) -> None:
        """End the file."""
        if self._writer is not None:
            self._writer.close()

    def columns(self) -> list[str]:
        """The names of its columns."""
        return [] if self._writer is None else list(self._writer.schema.names)

    def source(self) -> str:
        """The relation, for a query."""
        return f"read_parquet({literal(str(self._path))})"


def uniform(array: pa.Array) -> pa.Array:
    """The same column with whole numbers of one width, so that all pieces are alike."""
    return array.cast(pa.int64()) if pa.types.is_integer(array.type) else array


def texts_sql(engine: DuckEngine, source: str, columns: Iterable[str], lists: dict[str, Texts]) -> str:
    """A query for these columns of a relation, numbers of texts replaced by their texts."""
    told, joins = [], ""
    for number, column in enumerate(columns):
        name, texts = identifier(column), lists.get(column)
        told.append(f"r.{name}" if texts is None else f"t{number}.text AS {name}")
        if texts is not None:
            joins += f"\n  LEFT JOIN {engine.bind_texts(texts)} AS t{number} ON r.{name} = t{number}.number"
    return f"SELECT {', '.join(told)} FROM {source} AS r{joins}"
