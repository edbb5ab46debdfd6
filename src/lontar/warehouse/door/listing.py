"""Figures as themselves: rows as they were sent, in the columns of the contract, each with the address of its parcel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lontar.warehouse.door.telling import dimension_codes, texts_of
from lontar.warehouse.store.blocks import ABSENT, BLOCK_DAYS, BLOCK_TEXTS, KINDS, PLAIN
from lontar.warehouse.store.segments import NONE_DAY
from lontar.warehouse.store.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lontar.model.figures.codelists import CodeList
    from lontar.warehouse.door.choosing import Blocks
    from lontar.warehouse.store.segments import Held

    Numbers = NDArray[np.int64]

_FLAGS = ("series_break", "folded")


def list_rows(
    held: Sequence[Held], blocks: Blocks, at: Numbers, lists: Mapping[str, CodeList], where: Mapping[str, Sequence[str]],
    addresses: Callable[[NDArray[np.int32]], list[str]], traces: Callable[[int], pa.Table] | None,
) -> pa.Table:  # fmt: skip
    """List the rows of these blocks, of these codes alone.

    `traces` gives where the rows of a segment come from (by its place among `held`); None where that is not for the reader.
    """
    pieces = []
    for segment in np.unique(blocks["segment"][at]).tolist():
        of_segment = at[blocks["segment"][at] == segment]
        trace = traces(segment) if traces else None
        start = 0
        for number, kind in enumerate(KINDS):
            wanted = of_segment[blocks["kind"][of_segment] == number]
            if len(wanted):
                pieces.append(
                    _piece(held[segment], kind, blocks, wanted, lists, where, addresses, trace, start)
                )
            start += held[segment].rows[kind].num_rows
    return pa.concat_tables(pieces, promote_options="permissive") if pieces else pa.table({})


def _piece(
    held: Held, kind: str, blocks: Blocks, wanted: Numbers, lists: Mapping[str, CodeList], where: Mapping[str, Sequence[str]],
    addresses: Callable[[NDArray[np.int32]], list[str]], trace: pa.Table | None, start: int,
) -> pa.Table:  # fmt: skip
    first, count = blocks["first"][wanted], blocks["count"][wanted]
    place = np.repeat(first - np.concatenate(([0], np.cumsum(count)[:-1])), count) + np.arange(
        int(count.sum())
    )
    of = np.repeat(wanted, count)
    rows = held.rows[kind].take(pa.array(place))
    columns: dict[str, Any] = {"parcel": _spread(addresses(blocks["parcel"][wanted]), count)}
    columns |= {name: _block_texts(name, held, blocks, of) for name in BLOCK_TEXTS}
    columns |= {name: _days(blocks[name][of]) for name in BLOCK_DAYS}
    columns |= {name: blocks[name][of] != 0 for name in _FLAGS}
    columns |= {name: dimension_codes(name, rows.column(name), lists).cast(pa.string()) for name in lists}
    columns |= _numbers(rows, kind)
    if trace is not None:
        told = trace.take(pa.array(place + start))
        columns |= dict(zip(told.column_names, told.columns, strict=True))
    table = pa.table(columns)
    for name, codes in where.items():
        table = table.filter(pc.is_in(table.column(name), pa.array(list(codes), pa.string())))
    return table


def _spread(texts: Sequence[str], count: NDArray[np.int32]) -> pa.Array:
    return pa.array(list(texts), pa.string()).take(pa.array(np.repeat(np.arange(len(texts)), count)))


def _block_texts(name: str, held: Held, blocks: Blocks, of: Numbers) -> pa.Array:
    if name == "note":
        return held.notes.take(pa.array(blocks["block"][of] - held.base)).cast(pa.string())
    return texts_of(VOCABULARIES[name].texts, blocks[name][of])


def _days(days: NDArray[np.int32]) -> pa.Array:
    return pa.array(days, pa.int32(), mask=days == NONE_DAY).cast(pa.date32())


def _numbers(rows: pa.Table, kind: str) -> dict[str, Any]:
    none = pa.nulls(rows.num_rows, pa.float64())
    if kind == ABSENT:
        return {"value": none, "low": none, "high": none}
    if kind == PLAIN:
        return {"value": rows.column("value"), "low": none, "high": none}
    return {name: rows.column(name) for name in ("value", "low", "high")}
