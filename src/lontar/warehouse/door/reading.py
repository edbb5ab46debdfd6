"""Read figures: as whoever acts, at the grain and for the use that the transaction was opened with, and journalled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec
import numpy as np
import pyarrow as pa

from lontar.members.acting import Acting, call
from lontar.model.errors import Unavailable
from lontar.model.figures.periods import parse_period
from lontar.warehouse.door.adding import Sums, Wanted, add_up
from lontar.warehouse.door.answers import Answer, Source
from lontar.warehouse.door.book import ParcelBook
from lontar.warehouse.door.cache import SegmentCache
from lontar.warehouse.door.choosing import Blocks, Chosen, Knowledge, LeftOut, choose, may_hold_others
from lontar.warehouse.door.engine import Engine
from lontar.warehouse.door.listing import list_rows
from lontar.warehouse.door.query import Query, check_query, check_totals
from lontar.warehouse.door.selecting import Asking, Making, Moved, Places, Viewing, as_text, latest
from lontar.warehouse.door.stretches import EPOCH
from lontar.warehouse.door.telling import answer_table, empty_table, flags_of, notes_of, totals_table
from lontar.warehouse.knowing import dimensions_of
from lontar.warehouse.store.keeping import Place, Store
from lontar.warehouse.store.segments import BLOCK_COLUMNS
from lontar.warehouse.store.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lontar.catalogue import Catalogue
    from lontar.instance.cursors import Cursor
    from lontar.model.figures.codelists import CodeList
    from lontar.model.figures.indicators import Indicator
    from lontar.warehouse.store.segments import Held

    Lists = Mapping[str, CodeList]

_FROM_BOOK = ("owner", "agency", "voice")
_TRIES = 3
T = TypeVar("T")


class _Opened(NamedTuple):
    """What a question is answered from: segments and where they lie, the blocks in them that are visible and asked for, and the rules."""

    held: list[Held]
    places: list[Place]
    blocks: Blocks
    rules: tuple[str, ...]


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
        return self._answer(Viewing(acting), query)

    def totals(self, acting: Acting, query: Query) -> pa.Table:
        """Read regional totals of the latest edition, as a whole or by one dimension: `unit`, `stage`, `period`, the dimension, `value` (to
        the nearest multiple of `rounding`), and the edition `since` which it stands.

        What is withheld is not there, and answers like what never was. Raises SourceProblem for what editions do not tell.
        """
        _, lists = self._checked(query)
        check_totals(query, lists)
        dimension = query.by[0] if query.by else ""
        days = (query.first_day, query.last_day)
        told = call(
            acting, "open_totals(%s, %s, %s, %s, %s)", query.indicator, dimension, *days, as_text(query)
        )
        return totals_table(msgspec.json.decode(told)["totals"], query, dimension)

    def contributions(self, cursor: Cursor, at: datetime, query: Query) -> Answer:
        """Answer a question of the makers of an edition of regional totals, as the owner role: of all that may enter totals at a moment."""
        return self._answer(Making(cursor, at), query)

    def _answer(self, asking: Asking, query: Query) -> Answer:
        indicator, lists = self._checked(query)
        opened, chosen = self._again(lambda: self._chosen(asking, query, indicator, lists))
        if not len(chosen.at):
            return Answer(query, empty_table(query, lists), (), (), opened.rules, chosen.left_out)
        sums = self._sums(opened, chosen, query, lists)
        return Answer(
            query, answer_table(sums, chosen, query, lists, self._book.names), notes_of(opened.held, opened.blocks, chosen.at),
            self._sources(np.unique(opened.blocks["parcel"][chosen.at])), opened.rules, chosen.left_out,
        )  # fmt: skip

    def rows(self, acting: Acting, query: Query) -> pa.Table:
        """List figures as they were sent, one by one: also what is linked to asylum, to whom may read it, since this adds up nothing.

        Where they come from is told at the grain trace. Nothing is chosen but the latest version of each part; `by` and `every` say
        nothing here. Raises as `read` does.
        """
        _, lists = self._checked(query)
        each = query if query.scope == "own" else msgspec.structs.replace(query, scope="each")

        def listed() -> pa.Table:
            opened = self._opened(Viewing(acting), each)
            at = np.arange(len(opened.blocks["block"]) if opened.held else 0, dtype=np.int64)
            return self._listed(acting, opened, at, query, lists, query.where)

        return self._again(listed)

    def trace(self, acting: Acting, query: Query, cell: Mapping[str, str]) -> pa.Table:
        """List the rows that one cell of an answer was added up from: `cell` are its columns `unit`, `stage` and those that were asked for.

        Where they come from is told at the grain trace, to which the viewer may see less than the answer did. Raises as `read` does.
        """
        return self._again(lambda: self._traced(acting, query, cell))

    def _traced(self, acting: Acting, query: Query, cell: Mapping[str, str]) -> pa.Table:
        indicator, lists = self._checked(query)
        opened, chosen = self._chosen(Viewing(acting), query, indicator, lists)
        if not len(chosen.at):
            return pa.table({})
        kept = _is_of(chosen, query, cell["period"]) if query.every else np.ones(len(chosen.at), bool)
        for name in ("unit", "stage", *query.by_blocks):
            words = self._book.names[name] if name == "owner" else VOCABULARIES[name]
            kept &= chosen.cells[name][chosen.cell] == words.known(cell[name])
        where = {**{name: codes for name, codes in query.where.items() if name in lists},
                 **{name: (cell[name],) for name in query.by if name in lists}}  # fmt: skip
        return self._listed(acting, opened, chosen.at[kept], query, lists, where)

    def _checked(self, query: Query) -> tuple[Indicator, Lists]:
        indicator = self._catalogue.indicator(query.indicator)
        lists = self._lists(indicator)
        check_query(query, indicator, lists)
        return indicator, lists

    def _chosen(
        self, asking: Asking, query: Query, indicator: Indicator, lists: Lists
    ) -> tuple[_Opened, Chosen]:
        opened = self._opened(asking, query)
        if not opened.held:
            none = np.zeros(0, np.int64)
            return opened, Chosen(none, none, {}, none, none, none, LeftOut())
        asked = frozenset(name for name in (*query.by, *query.where) if name in lists)
        return opened, choose(opened.blocks, query, asked, self._knowledge(indicator))

    def _opened(self, asking: Asking, query: Query) -> _Opened:
        """Open what a question is about. Raises Moved or FileNotFoundError where segments were written anew meanwhile."""
        visible, rules = asking.parcels(query)
        parcels = latest(asking, self._book, visible)
        places = self._places.of(asking, parcels)
        held = self._cache.figures(places, query.indicator)
        return _Opened(held, places, self._blocks(held, parcels.number, query), rules)

    def _again(self, work: Callable[[], T]) -> T:
        """Do what reads segments; where they were written anew meanwhile, it is done again from the beginning."""
        for _ in range(_TRIES):
            try:
                return work()
            except (Moved, FileNotFoundError):
                self._places.forget()
        remedy = "Ask again. If this stays so, restore the folder 'store' from a backup."
        raise Unavailable("WAR-005", "", "a segment is not where the database says it is.", remedy)

    def _blocks(self, held: Sequence[Held], parcels: NDArray[np.int32], query: Query) -> Blocks:
        """The blocks of these parcels and of no others that pass the filters, with the facts of their parcels."""
        if not held:
            return {}
        segment = np.repeat(np.arange(len(held), dtype=np.int32), [one.blocks.shape[1] for one in held])
        table = np.concatenate([one.blocks for one in held], axis=1)
        kept = np.isin(table[BLOCK_COLUMNS.index("parcel")], parcels)
        if query.scope == "own":
            kept &= table[BLOCK_COLUMNS.index("folded")] == 0
        blocks = dict(zip(BLOCK_COLUMNS, table[:, kept], strict=True)) | {"segment": segment[kept]}
        blocks |= {name: self._book.column(name, blocks["parcel"]) for name in _FROM_BOOK}
        passed = np.ones(len(blocks["parcel"]), bool)
        for column, codes in query.where.items():
            if column in blocks:
                words = self._book.names[column] if column in _FROM_BOOK else VOCABULARIES[column]
                passed &= np.isin(blocks[column], np.array([words.known(code) for code in codes], np.int32))
        return blocks if passed.all() else _where(blocks, passed)

    def _sums(self, opened: _Opened, chosen: Chosen, query: Query, lists: Lists) -> pa.Table:
        blocks, at = opened.blocks, chosen.at
        wanted = Wanted(
            block=blocks["block"][at], segment=blocks["segment"][at], kind=blocks["kind"][at], first=blocks["first"][at],
            count=blocks["count"][at], cell=chosen.cell.astype(np.int32), flags=flags_of(blocks, at),
            is_known=blocks["absence"][at] == VOCABULARIES["absence"].known("not_applicable"),
            is_over=may_hold_others(blocks, at, frozenset(name for name in (*query.by, *query.where) if name in lists)),
        )  # fmt: skip
        where = {name: _numbers(name, codes, lists) for name, codes in query.where.items() if name in lists}
        return add_up(
            self._engine, opened.held, wanted, Sums(tuple(name for name in query.by if name in lists), where)
        )

    def _listed(
        self,
        acting: Acting,
        opened: _Opened,
        at: NDArray[np.int64],
        query: Query,
        lists: Lists,
        where: Mapping[str, Sequence[str]],
    ) -> pa.Table:
        if not len(at):
            return pa.table({})
        codes = {name: some for name, some in where.items() if name in lists}
        traces = (
            (lambda place: self._cache.trace(opened.places[place])[query.indicator])
            if acting.grain == "trace"
            else None
        )
        return list_rows(opened.held, opened.blocks, at, lists, codes, self._book.addresses, traces)

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

        def within(numbers: frozenset[int]) -> dict[int, frozenset[int]]:
            texts = VOCABULARIES["area"].texts
            over = {number: areas.ancestors(texts[number]) for number in numbers}
            found = {one: frozenset(n for n in numbers if texts[one] in over[n]) for one in numbers}
            return {one: held for one, held in found.items() if held}

        return Knowledge(indicator.stock, lambda number: voices[number], within)

    def _lists(self, indicator: Indicator) -> dict[str, CodeList]:
        return dimensions_of(self._catalogue, indicator.id)

    def _open_lists(self, indicator: str) -> frozenset[str]:
        lists = self._lists(self._catalogue.indicator(indicator))
        return frozenset(name for name, one in lists.items() if one.pattern is not None)


def _where(blocks: Blocks, kept: NDArray[np.bool_]) -> Blocks:
    return {name: column[kept] for name, column in blocks.items()}


def _numbers(name: str, codes: Sequence[str], lists: Lists) -> list[object]:
    is_open = lists[name].pattern is not None
    return [code if is_open else VOCABULARIES[name].known(code) for code in codes]


def _is_of(chosen: Chosen, query: Query, period: str) -> NDArray[np.bool_]:
    """Which chosen blocks are of a cell of this period."""
    told = VOCABULARIES["period"].known(period)
    if query.every != "period":
        told = (parse_period(period).start - EPOCH).days
    kept: NDArray[np.bool_] = chosen.cells["period"][chosen.cell] == told
    return kept
