"""Observations of a piece of rows, and the files that they are written to."""

from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lontar.harmonise.compiling.coding import LIST_SEPARATOR
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.fields import Field, observation_fields
from lontar.harmonise.places import moves_left
from lontar.harmonise.plan.arrow_columns import Columns
from lontar.harmonise.plan.numbering import Texts
from lontar.harmonise.reading.landing import Landing
from lontar.model.mapping import MappingBundle


class Sources(NamedTuple):
    """Name and sheet of each file, by its number; a file without sheets has a null."""

    names: pa.DictionaryArray
    sheets: pa.DictionaryArray

    @classmethod
    def of(cls, landing: Landing) -> "Sources":
        """Of the files of a landing."""
        names, sheets = [f.name for f in landing.files], [f.sheet for f in landing.files]
        return cls(
            pa.array(names, pa.string()).dictionary_encode(),
            pa.array(sheets, pa.string()).dictionary_encode(),
        )


class Observer:
    """Makes the observations of one indicator from the columns of a piece."""

    def __init__(
        self,
        compiled: Compiled,
        bundle: MappingBundle,
        indicator: str,
        lists: dict[str, Texts],
        sources: Sources,
    ) -> None:
        self._fields = observation_fields(compiled, bundle, indicator)
        self._sources = sources
        self._several = len(compiled.binding.files) > 1
        self._moves_left = moves_left(bundle.mapping)
        self._texts = {column: pa.array(texts.texts, pa.string()) for column, texts in lists.items()}

    def batch(self, columns: Columns) -> pa.RecordBatch:
        """The observations of the rows of these columns."""
        arrays = [self._array(field, columns) for field in self._fields]
        return pa.record_batch(arrays, [field.name for field in self._fields])

    def _array(self, field: Field, columns: Columns) -> pa.Array:
        match field.kind:
            case "text":
                return self._listed(field.column, columns)
            case "date":
                return columns.array(field.column).cast(pa.date32())
            case "double":
                return columns.array(field.column).cast(pa.float64())
            case "int":
                return columns.array(field.column).cast(pa.int32())
            case "bool":
                return columns.array(field.column).cast(pa.bool_())
        return self._special(field, columns)

    def _special(self, field: Field, columns: Columns) -> pa.Array:
        match field.kind:
            case "event":
                return self._event(field.column, columns)
            case "list":
                texts = self._written(field.column, columns)
                return pc.split_pattern(texts, LIST_SEPARATOR)
            case "place":
                return self._place(columns).cast(pa.int32())
            case "file" | "sheet":
                named = self._sources.names if field.kind == "file" else self._sources.sheets
                return named.take(columns.array("file"))
        zeros = pa.repeat(pa.scalar(0, pa.int32()), columns.rows)
        return pa.DictionaryArray.from_arrays(zeros, pa.array([field.column], pa.string()))

    def _listed(self, column: str, columns: Columns) -> pa.Array:
        array = columns.array(column)
        words = self._texts.get(column)
        if words is None:
            return array.cast(pa.string())
        return pa.DictionaryArray.from_arrays(array.cast(pa.int32()), words, safe=False)

    def _written(self, column: str, columns: Columns) -> pa.Array:
        array = self._listed(column, columns)
        return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array

    def _event(self, column: str, columns: Columns) -> pa.Array:
        own: Any = columns.array("row").cast(pa.string())
        if self._several:
            names = self._sources.names.take(columns.array("file")).dictionary_decode()
            own = pc.binary_join_element_wise(names, own, ":")
        return pc.coalesce(self._written(column, columns), own)

    def _place(self, columns: Columns) -> pa.Array:
        place = columns.array("source_column").cast(pa.int64())
        if not self._moves_left:
            return place
        moved = pc.and_(pc.greater(columns.array("pieces"), 0), pc.greater(place, 1))
        return pc.subtract(place, pc.cast(pc.fill_null(moved, False), pa.int64()))


class ObservationFile:
    """A Parquet file written piece by piece, as the contract has it: plain columns for every reader."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, batch.schema, **_packing(batch.schema))
        self._writer.write_batch(batch)

    def close(self) -> None:
        """End the file."""
        if self._writer is not None:
            self._writer.close()


def _packing(schema: pa.Schema) -> dict[str, Any]:
    """How columns are written: what repeats as places in a list, running numbers by their steps, bounds where they help."""
    running = [f.name for f in schema if pa.types.is_integer(f.type)]
    listed = [f.name for f in schema if f.name not in running and not pa.types.is_boolean(f.type)]
    ordered = [f.name for f in schema if pa.types.is_date(f.type) or pa.types.is_floating(f.type)]
    return {
        "compression": "zstd",
        "use_dictionary": listed,
        "column_encoding": dict.fromkeys(running, "DELTA_BINARY_PACKED"),
        "write_statistics": [*running, *ordered],
        "store_schema": False,
    }
