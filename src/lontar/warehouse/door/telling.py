"""Numbers back into codes: the table of an answer, its notes, and what is to be known of its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lontar.model.figures.periods import parse_period
from lontar.warehouse.door.answers import BREAK, PROVISIONAL, match_flag, worst_match
from lontar.warehouse.door.query import FREQUENCY
from lontar.warehouse.door.stretches import stretch_text
from lontar.warehouse.grouping import firsts, grouped
from lontar.warehouse.intake.terms import FEARED, ORIGINS
from lontar.warehouse.store.vocabulary import VOCABULARIES, Vocabularies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lontar.model.figures.codelists import CodeList
    from lontar.warehouse.door.choosing import Blocks, Chosen
    from lontar.warehouse.door.query import Query
    from lontar.warehouse.store.segments import Held

_SETTLED = ("", "final", "revised")
"""Status of figures that are not provisional."""
_MEASURES = {
    "low": pa.float64(), "high": pa.float64(), "figures": pa.int64(), "absent": pa.int64(), "there": pa.int64(), "missing": pa.int64(),
    "match": pa.string(), "provisional": pa.bool_(), "series_break": pa.bool_(),
}  # fmt: skip


def flags_of(blocks: Blocks, at: NDArray[np.int64]) -> NDArray[np.int32]:
    """What is to be known of each block: provisional, a break, and how well the source's notion is matched."""
    status, match = VOCABULARIES["status"].texts, VOCABULARIES["match"].texts
    by_status = np.array([*(0 if text in _SETTLED else PROVISIONAL for text in status), 0], np.int32)
    by_match = np.array([*map(match_flag, match), 0], np.int32)
    flags: NDArray[np.int32] = (
        by_status[blocks["status"][at]]
        | by_match[blocks["match"][at]]
        | np.where(blocks["series_break"][at] != 0, BREAK, 0)
    ).astype(np.int32)
    return flags


def answer_table(
    sums: pa.Table, chosen: Chosen, query: Query, lists: Mapping[str, CodeList], names: Vocabularies
) -> pa.Table:
    """Give the figures of an answer, sorted; `names` are those of owners."""
    cell = sums.column("cell").to_numpy()
    columns: dict[str, pa.DictionaryArray] = {}
    for name in ("unit", "stage", *query.by_blocks):
        words = names[name] if name == "owner" else VOCABULARIES[name]
        columns[name] = _coded(words.texts, chosen.cells[name][cell])
    if query.every:
        columns["period"] = _periods(chosen.cells["period"][cell], query)
    for name in (name for name in query.by if name in lists):
        columns[name] = dimension_codes(name, sums.column(name), lists)
    order = np.argsort(grouped(*map(_ranks, columns.values())), kind="stable")
    told = {name: column.cast(pa.string()) for name, column in columns.items()}
    return pa.table(told | _measures(sums, chosen, cell, _is_other(columns))).take(pa.array(order))


def _is_other(columns: Mapping[str, pa.DictionaryArray]) -> NDArray[np.bool_]:
    """Which cells are of "other" by origin: what was folded is in them."""
    other = np.zeros(len(next(iter(columns.values()))), bool)
    for name in (*ORIGINS, FEARED):
        if name in columns:
            other |= pc.equal(columns[name].cast(pa.string()), "_O").to_numpy(zero_copy_only=False)
    return other


def dimension_codes(name: str, column: pa.ChunkedArray, lists: Mapping[str, CodeList]) -> pa.DictionaryArray:
    """Give the codes of a dimension, which rows hold as numbers, or, of an open list, as texts."""
    if lists[name].pattern is not None:
        return column.combine_chunks().dictionary_encode()
    return _coded(VOCABULARIES[name].texts, column.to_numpy())


def texts_of(texts: Sequence[str], numbers: NDArray[Any]) -> pa.Array:
    """Give numbers of a vocabulary as texts; -1 is empty."""
    return _coded(texts, numbers).cast(pa.string())


def _coded(texts: Sequence[str], numbers: NDArray[Any]) -> pa.DictionaryArray:
    place = grouped(numbers)
    found = numbers[firsts(place)]
    told = pa.array([texts[one] if one >= 0 else None for one in found.tolist()], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int32)), told)


def _ranks(column: pa.DictionaryArray) -> NDArray[np.int64]:
    """The place of each text in their order."""
    texts = np.array([text or "" for text in column.dictionary.to_pylist()])
    ranks: NDArray[np.int64] = np.argsort(np.argsort(texts))[column.indices.to_numpy()]
    return ranks


def notes_of(held: Sequence[Held], blocks: Blocks, at: NDArray[np.int64]) -> tuple[str, ...]:
    """Give the comparability notes of these blocks."""
    noted = at[np.isin(blocks["segment"][at], [place for place, one in enumerate(held) if one.has_notes])]
    segments, wanted = blocks["segment"][noted], blocks["block"][noted]
    notes: set[str] = set()
    for place in np.unique(segments).tolist():
        found = held[place].notes.take(pa.array(wanted[segments == place] - held[place].base))
        notes.update(text for text in found.unique().to_pylist() if text)
    return tuple(sorted(notes))


def totals_table(rows: Sequence[Sequence[Any]], query: Query, dimension: str) -> pa.Table:
    """Give regional totals of the stretches that are asked for (of all, where they are asked for as they are)."""
    kept = [row for row in rows if query.every == "period" or _frequency(row[2]) == FREQUENCY[query.every]]
    for column, place in (("unit", 0), ("stage", 1), (dimension, 5)):
        codes = query.where.get(column)
        kept = kept if codes is None else [row for row in kept if row[place] in codes]
    columns: dict[str, Any] = {
        name: pa.array([row[at] for row in kept], pa.string()) for name, at in _TOTALS.items()
    }
    if dimension:
        columns[dimension] = pa.array([row[5] for row in kept], pa.string())
    return pa.table(
        columns | {name: pa.array([row[at] for row in kept], pa.int64()) for name, at in _NUMBERS.items()}
    )


_TOTALS = {"unit": 0, "stage": 1, "period": 2}
_NUMBERS = {"value": 6, "rounding": 7, "since": 8}


def _frequency(period: str) -> str:
    return parse_period(period).frequency


def empty_table(query: Query, lists: Mapping[str, CodeList]) -> pa.Table:
    """Give the figures of an answer that has none."""
    names = [
        "unit",
        "stage",
        *query.by_blocks,
        *(["period"] if query.every else []),
        *(one for one in query.by if one in lists),
    ]
    columns = {name: pa.array([], pa.string()) for name in names}
    return pa.table(columns | {name: pa.array([], of) for name, of in _MEASURES.items()})


def _measures(
    sums: pa.Table, chosen: Chosen, cell: NDArray[np.int32], is_other: NDArray[np.bool_]
) -> dict[str, Any]:
    missing, flags = chosen.missing[cell], sums.column("flags").to_numpy()
    told = sums.column("figures").to_numpy() + sums.column("absent").to_numpy()
    is_open = (
        (sums.column("open").to_numpy() > 0) | (missing > 0) | ((told < chosen.folded[cell]) & ~is_other)
    )
    return {
        "low": sums.column("low"),
        "high": pa.array(sums.column("high").to_numpy(), pa.float64(), mask=is_open),
        "figures": sums.column("figures"),
        "absent": sums.column("absent"),
        "there": pa.array(chosen.there[cell], pa.int64()),
        "missing": pa.array(missing, pa.int64()),
        "match": texts_of([worst_match(one) for one in range(int(flags.max(initial=0)) + 1)], flags),
        "provisional": (flags & PROVISIONAL) != 0,
        "series_break": (flags & BREAK) != 0,
    }


def _periods(numbers: NDArray[np.int64], query: Query) -> pa.DictionaryArray:
    if query.every == "period":
        return _coded(VOCABULARIES["period"].texts, numbers)
    place = grouped(numbers)
    found = numbers[firsts(place)]
    texts = pa.array([stretch_text(int(day), query.every) for day in found.tolist()], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(place.astype(np.int32)), texts)
