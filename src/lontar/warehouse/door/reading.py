"""Read figures: as whoever acts, at the grain and for the use that the transaction was opened with, and journalled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from lontar.members.acting import Acting, call
from lontar.model.errors import Unavailable
from lontar.warehouse.door.adding import Sums, add_up
from lontar.warehouse.door.answers import BREAK, PROVISIONAL, Answer, Source, match_flag, worst_match
from lontar.warehouse.door.book import ParcelBook
from lontar.warehouse.door.cache import SegmentCache
from lontar.warehouse.door.choosing import Chosen, Knowledge, LeftOut, choose
from lontar.warehouse.door.engine import Engine
from lontar.warehouse.door.query import Query, check_query
from lontar.warehouse.door.selecting import Places, Visible, asked_for, latest, visible_parcels
from lontar.warehouse.door.stretches import stretch_text
from lontar.warehouse.store.blocks import KINDS
from lontar.warehouse.store.keeping import Store
from lontar.warehouse.store.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lontar.catalogue import Catalogue
    from lontar.model.figures.codelists import CodeList
    from lontar.model.figures.indicators import Indicator
    from lontar.warehouse.store.segments import Held

_FROM_BOOK = ("owner", "agency", "voice")
_SETTLED = ("", "final", "revised")
"""Status of figures that are not provisional."""


class Door:
    """The one door. It serves any number of viewers, and knows none of them from one question to the next."""

    def __init__(
        self, catalogue: Catalogue, store: Store, *, cache_bytes: int, query_bytes: int, threads: int = 2
    ) -> None:
        self._catalogue = catalogue
        self._cache = SegmentCache(store, cache_bytes, self._open_lists)
        self._engine = Engine(query_bytes, threads)
        self._book, self._places = ParcelBook(), Places()

    def read(self, acting: Acting, query: Query) -> Answer:
        """Answer a question with what the viewer may read now.

        Raises SourceProblem for what cannot be asked, Unavailable where a segment is damaged or memory is wanting. What is not there and
        what is not visible answer alike.
        """
        indicator = self._catalogue.indicator(query.indicator)
        lists = self._lists(indicator)
        check_query(query, indicator, lists)
        parcels = latest(acting, self._book, asked_for(visible_parcels(acting, query), query))
        held = self._opened(acting, parcels, query)
        blocks, kept = self._blocks(held, parcels, query)
        if not len(kept):
            return Answer(query, _empty(query, lists), (), (), (), LeftOut())
        asked = frozenset(name for name in (*query.by, *query.where) if name in lists)
        chosen = choose(blocks, query, asked, self._knowledge(indicator))
        numbers = np.unique(blocks["parcel"][chosen.at])
        rules = msgspec.json.decode(call(acting, "read_parcels(%s, %s)", numbers.tolist(), _about(query)))
        sums = self._sums(held, blocks, chosen, query, lists)
        return Answer(
            query, self._table(sums, chosen, query, lists), _notes(held, blocks, chosen), self._sources(numbers),
            tuple(sorted({row["rule"] for row in rules})), chosen.left_out,
        )  # fmt: skip

    def _opened(self, acting: Acting, parcels: Visible, query: Query) -> list[Held]:
        """The segments that hold one of these parcels, opened; a segment that was replaced meanwhile is looked for once more."""
        for _ in range(2):
            places = self._places.of(acting, parcels)
            try:
                return self._cache.figures(places, query.indicator)
            except FileNotFoundError:
                self._places.forget([place.generation for place in places])
        remedy = "Ask again. If this stays so, restore the folder 'store' from a backup."
        raise Unavailable("WAR-005", "", "a segment is not where the database says it is.", remedy)

    def _blocks(
        self, held: Sequence[Held], parcels: Visible, query: Query
    ) -> tuple[dict[str, NDArray[np.int32]], NDArray[np.int64]]:
        """The blocks of these parcels and no others that pass the filters, with the facts of their parcels."""
        if not held:
            return {}, np.zeros(0, np.int64)
        parcel = np.concatenate([one.blocks["parcel"] for one in held])
        kept = np.isin(parcel, parcels.number)
        if query.scope == "own":
            kept &= np.concatenate([one.blocks["folded"] for one in held]) == 0
        numbers = parcel[kept]
        blocks = {name: np.concatenate([one.blocks[name] for one in held])[kept] for name in held[0].blocks}
        blocks |= {name: self._book.column(name, numbers) for name in _FROM_BOOK}
        passed = np.ones(len(numbers), bool)
        for column, codes in query.where.items():
            if column in blocks:
                words = self._book.names[column] if column in _FROM_BOOK else VOCABULARIES[column]
                passed &= np.isin(blocks[column], np.array([words.known(code) for code in codes], np.int32))
        blocks = {name: column[passed] for name, column in blocks.items()}
        return blocks, np.flatnonzero(kept)[passed]

    def _sums(self, held: Sequence[Held], blocks: Mapping[str, NDArray[np.int32]], chosen: Chosen, query: Query,
              lists: Mapping[str, CodeList]) -> pa.Table:  # fmt: skip
        flags = _flags(blocks, chosen.at)
        absence = blocks["absence"][chosen.at]
        table = pa.table({
            "block": blocks["block"][chosen.at], "cell": chosen.cell.astype(np.int32), "flags": flags.astype(np.int32),
            "is_known": absence == VOCABULARIES["absence"].known("not_applicable"),
        })  # fmt: skip
        where = {
            name: self._numbers(name, codes, lists) for name, codes in query.where.items() if name in lists
        }
        by = tuple(name for name in query.by if name in lists)
        kinds = frozenset(KINDS[kind] for kind in np.unique(blocks["kind"][chosen.at]).tolist())
        return add_up(self._engine, held, table, Sums(by, where), kinds)

    def _numbers(self, name: str, codes: Sequence[str], lists: Mapping[str, CodeList]) -> list[object]:
        is_open = lists[name].pattern is not None
        return [code if is_open else VOCABULARIES[name].known(code) for code in codes]

    def _table(self, sums: pa.Table, chosen: Chosen, query: Query, lists: Mapping[str, CodeList]) -> pa.Table:
        """The answer's columns, as codes."""
        cell = sums.column("cell").to_numpy()
        columns: dict[str, Any] = {
            name: _texts(self._words(name), chosen.cells[name][cell]) for name in ("unit", "stage")
        }
        columns |= {name: _texts(self._words(name), chosen.cells[name][cell]) for name in query.by_blocks}
        if query.every:
            columns["period"] = _periods(chosen.cells["period"][cell], query)
        for name in (name for name in query.by if name in lists):
            coded = sums.column(name)
            columns[name] = (
                coded
                if lists[name].pattern is not None
                else _texts(VOCABULARIES[name].texts, coded.to_numpy())
            )
        return _sorted(_figures(columns, sums, chosen, cell))

    def _words(self, column: str) -> list[str]:
        return self._book.names[column].texts if column == "owner" else VOCABULARIES[column].texts

    def _sources(self, numbers: NDArray[np.int32]) -> tuple[Source, ...]:
        voices: dict[str, list[str]] = {}
        names = self._book.names["voice"].texts
        for voice, address in zip(
            self._book.column("voice", numbers).tolist(), self._book.addresses(numbers), strict=True
        ):
            voices.setdefault(names[voice], []).append(address)
        return tuple(
            Source(name.split("|")[0], name.split("|", 2)[2], tuple(sorted(addresses)))
            for name, addresses in sorted(voices.items())
        )

    def _knowledge(self, indicator: Indicator) -> Knowledge:
        voices, areas = self._book.names["voice"].texts, self._catalogue.codelist("reference_area")

        def holders(numbers: frozenset[int]) -> frozenset[int]:
            texts = VOCABULARIES["area"].texts
            over = {one for number in numbers for one in areas.ancestors(texts[number])}
            return frozenset(number for number in numbers if texts[number] in over)

        return Knowledge(indicator.stock, lambda number: voices[number], holders)

    def _lists(self, indicator: Indicator) -> dict[str, CodeList]:
        return {name: self._catalogue.codelist(one) for name, one in indicator.dimensions.items()}

    def _open_lists(self, indicator: str) -> frozenset[str]:
        lists = self._lists(self._catalogue.indicator(indicator))
        return frozenset(name for name, one in lists.items() if one.pattern is not None)


def _about(query: Query) -> str:
    return msgspec.json.encode(query).decode()


def _flags(blocks: Mapping[str, NDArray[np.int32]], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """What is to be known of each block: provisional, a break, and how well the source's notion is matched."""
    status, match = VOCABULARIES["status"].texts, VOCABULARIES["match"].texts
    by_status = np.array([*(0 if text in _SETTLED else PROVISIONAL for text in status), 0], np.int64)
    by_match = np.array([*map(match_flag, match), 0], np.int64)
    flags: NDArray[np.int64] = (
        by_status[blocks["status"][at]]
        | by_match[blocks["match"][at]]
        | np.where(blocks["series_break"][at] != 0, BREAK, 0)
    )
    return flags


def _figures(columns: dict[str, Any], sums: pa.Table, chosen: Chosen, cell: NDArray[np.int32]) -> pa.Table:
    missing = chosen.missing[cell]
    is_open = (sums.column("open").to_numpy() > 0) | (missing > 0)
    flags = sums.column("flags").to_numpy()
    columns |= {
        "low": sums.column("low"),
        "high": pa.array(sums.column("high").to_numpy(), pa.float64(), mask=is_open),
        "figures": sums.column("figures"),
        "absent": sums.column("absent"),
        "there": chosen.there[cell],
        "missing": missing,
        "match": pa.array([worst_match(int(one)) for one in flags.tolist()], pa.string()),
        "provisional": (flags & PROVISIONAL) != 0,
        "series_break": (flags & BREAK) != 0,
    }
    return pa.table(columns)


def _texts(texts: Sequence[str], numbers: NDArray[Any]) -> pa.Array:
    """Numbers of a vocabulary as texts."""
    found, place = np.unique(numbers, return_inverse=True)
    return pa.DictionaryArray.from_arrays(
        pa.array(place.astype(np.int32)), pa.array([texts[one] for one in found.tolist()], pa.string())
    ).cast(pa.string())


def _periods(numbers: NDArray[np.int64], query: Query) -> pa.Array:
    if query.every == "period":
        return _texts(VOCABULARIES["period"].texts, numbers)
    found, place = np.unique(numbers, return_inverse=True)
    return pa.array([stretch_text(int(day), query.every) for day in found.tolist()], pa.string()).take(
        pa.array(place)
    )


def _sorted(table: pa.Table) -> pa.Table:
    names = [name for name in table.column_names if name not in _MEASURES]
    return table.sort_by([(name, "ascending") for name in names]) if table.num_rows else table


_MEASURES = ("low", "high", "figures", "absent", "there", "missing", "match", "provisional", "series_break")


def _notes(held: Sequence[Held], blocks: Mapping[str, NDArray[np.int32]], chosen: Chosen) -> tuple[str, ...]:
    """The comparability notes of what was added up."""
    wanted = blocks["block"][chosen.at]
    notes: set[str] = set()
    for one in held:
        at = wanted[(wanted >= one.base) & (wanted < one.base + len(one.notes))] - one.base
        notes.update(text for text in one.notes.take(pa.array(at)).unique().to_pylist() if text)
    return tuple(sorted(notes))


def _empty(query: Query, lists: Mapping[str, CodeList]) -> pa.Table:
    names = [
        "unit",
        "stage",
        *query.by_blocks,
        *(["period"] if query.every else []),
        *(one for one in query.by if one in lists),
    ]
    types = {
        "low": pa.float64(),
        "high": pa.float64(),
        "match": pa.string(),
        "provisional": pa.bool_(),
        "series_break": pa.bool_(),
    }
    columns = {name: pa.array([], pa.string()) for name in names}
    return pa.table(columns | {name: pa.array([], types.get(name, pa.int64())) for name in _MEASURES})
