"""The address of a parcel: the hash of what it holds, in whatever order, with a salt, since few figures could be guessed from it."""

from __future__ import annotations

import io
from hashlib import sha256

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from lontar.warehouse.store.blocks import ABSENT, BLOCK_DAYS, BLOCK_FLAGS, BLOCK_TEXTS, KINDS, Coded


def address_of(indicator: str, rows: pa.Table, salt: bytes) -> str:
    """Give the address of the observations of a parcel, in the columns of the contract with `folded`; empty columns say nothing."""
    told = [
        name
        for name in sorted(rows.column_names)
        if name != "indicator" and rows.column(name).null_count < rows.num_rows
    ]
    text = io.BytesIO()
    pyarrow.csv.write_csv(pa.table({name: _plain(rows.column(name)) for name in told}), text)
    return sha256(b"\n".join([salt, indicator.encode(), *sorted(text.getvalue().split(b"\n"))])).hexdigest()


def addresses_in(indicator: str, coded: Coded) -> dict[int, str]:
    """Give the address of each parcel (by its number) from what a segment holds."""
    rows = rows_of(coded)
    salts = dict(
        zip(coded.blocks.column("parcel").to_pylist(), coded.blocks.column("salt").to_pylist(), strict=True)
    )
    numbers = rows.column("parcel")
    plain = rows.drop_columns(["parcel"])
    return {
        number: address_of(indicator, plain.filter(pc.equal(numbers, pa.scalar(number, pa.int32()))), salt)
        for number, salt in salts.items()
    }


def rows_of(coded: Coded) -> pa.Table:
    """Give the observations that were coded, in the columns of the contract but `indicator`, with `folded` and the number of the parcel."""
    pieces, start = [], 0
    for kind in KINDS:
        figures = coded.figures[kind]
        of = coded.blocks.take(figures.column("block"))
        columns = {name: of.column(name) for name in ("parcel", *BLOCK_TEXTS, *BLOCK_DAYS, *BLOCK_FLAGS)}
        columns |= {name: figures.column(name) for name in figures.column_names if name != "block"}
        for name in ("value", "low", "high") if kind == ABSENT else ("low", "high"):
            columns.setdefault(name, pa.nulls(figures.num_rows, pa.float64()))
        trace = coded.trace.slice(start, figures.num_rows)
        columns |= dict(zip(trace.column_names, trace.columns, strict=True))
        pieces.append(pa.table({name: _whole(column) for name, column in columns.items()}))
        start += figures.num_rows
    return pa.concat_tables(pieces, promote_options="permissive")


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as CSV can say it."""
    if pa.types.is_list(column.type):
        return pc.binary_join(column, " ")
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
