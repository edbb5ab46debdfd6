"""Which blocks answer a question, and which of them may be added together: all about meaning, nothing about who asks.

What the viewer may not see is not here. Of everything that is, a figure is counted once: the latest vintage of a table, the table of
the fewest further dimensions, periods of one length, and one voice about an area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lontar.warehouse.door.stretches import EPOCH, PARTS, parts_expected, stretches
from lontar.warehouse.grouping import firsts, grouped, size_of
from lontar.warehouse.intake.terms import FEARED, ORIGINS
from lontar.warehouse.store.segments import NONE_DAY
from lontar.warehouse.store.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lontar.warehouse.door.query import Query
    from lontar.warehouse.door.stretches import Numbers

Blocks = dict[str, "NDArray[np.int32]"]
"""Columns of segments, and of each block's parcel its owner and its voice (owner, agency and series)."""
_TABLE = ("voice", "reporter", "unit", "stage", "area", "period_start", "period_end")
_VOICE = ("voice", "reporter", "unit", "stage", "area")
_NEVER = 2**62
"""More figures than there are."""


@dataclass(frozen=True)
class LeftOut:
    """How many tables were not counted: of periods that fit none asked for, of other voices about the same, without a dimension asked
    for, and of areas that hold others or lie in one that is counted.
    """

    unaligned: int = 0
    other_voices: int = 0
    not_by_that: int = 0
    holding_others: int = 0


class Chosen(NamedTuple):
    """What is added up: places of blocks, and the cell to which each belongs.

    `cells` are columns of the cells by number (`period` is the first day of a stretch, or the code of a period as sent). `there` and
    `missing` count, for each cell, the periods that are told and those that are not. `folded` is 0, or, where a code may have been added up
    into "other" in one of several tables, how many figures a code has that is shown in all of them.
    """

    at: Numbers
    cell: Numbers
    cells: dict[str, Numbers]
    there: Numbers
    missing: Numbers
    folded: Numbers
    left_out: LeftOut


class Knowledge(NamedTuple):
    """What is known besides: whether figures are a stock; names of voices; and, of these areas (as numbers), which lie in each."""

    stock: bool
    voice: Callable[[int], str]
    within: Callable[[frozenset[int]], Mapping[int, frozenset[int]]]


def choose(blocks: Blocks, query: Query, asked: frozenset[str], known: Knowledge) -> Chosen:
    """Choose among the blocks of one indicator. `asked` are the dimensions that are grouped or filtered by."""
    at = _latest_vintage(blocks, np.arange(len(blocks["block"]), dtype=np.int64), query)
    fits, stretch = stretches(
        blocks["period_start"][at], blocks["period_end"][at], blocks["frequency"][at], query, known.stock
    )
    unaligned = _tables(blocks, at[~fits])
    at, stretch = at[fits], stretch[fits]
    best = _fewest_dimensions(blocks, at, asked)
    not_by_that = 0 if best.all() else _tables(blocks, at) - _tables(blocks, at[best])
    at, stretch = at[best], stretch[best]
    apart = np.ones(len(at), bool) if "area" in query.by else _single_areas(blocks, at, stretch, known)
    holding = _tables(blocks, at[~apart])
    at, stretch = at[apart], stretch[apart]
    kept = _one_length(blocks, at, stretch)
    at, stretch = at[kept], stretch[kept]
    heard = _one_voice(blocks, at, stretch, query, known)
    other = _tables(blocks, at[~heard])
    return _celled(
        blocks, at[heard], stretch[heard], query, asked, LeftOut(unaligned, other, not_by_that, holding)
    )


def _latest_vintage(blocks: Blocks, at: Numbers, query: Query) -> Numbers:
    """Of several vintages of one table the last, of those that are not after the day asked for."""
    if query.vintage is not None:
        at = at[blocks["vintage"][at] <= (query.vintage - EPOCH).days]
    vintage = blocks["vintage"][at].astype(np.int64)
    if not len(at) or (vintage == NONE_DAY).all():
        return at
    key = _key(blocks, at, *_TABLE, "shape")
    latest = np.full(size_of(key), np.iinfo(np.int64).min)
    np.maximum.at(latest, key, vintage)
    last: Numbers = at[vintage == latest[key]]
    return last


def _fewest_dimensions(blocks: Blocks, at: Numbers, asked: frozenset[str]) -> NDArray[np.bool_]:
    """For each figure asked for, the table of the fewest dimensions besides."""
    codes, none = blocks["shape"][at], 10**6
    ranks = {}
    for place, (further, _, code) in enumerate(
        sorted(_further(int(code), asked) for code in np.unique(codes).tolist())
    ):
        ranks[code] = place if further >= 0 else none
    rank = _looked_up(codes, ranks)
    key = _key(blocks, at, *_TABLE)
    least = np.full(size_of(key), none)
    np.minimum.at(least, key, rank)
    best: NDArray[np.bool_] = (rank < none) & (rank == least[key])
    return best


def may_hold_others(blocks: Blocks, at: Numbers, asked: frozenset[str]) -> NDArray[np.bool_]:
    """Whether a block's code, in a dimension that is added up, may hold others of its table: it counts for the upper bound alone."""
    codes = blocks["grouped"][at]
    is_over = {code: int(not asked.issuperset(_names("grouped", code))) for code in np.unique(codes).tolist()}
    over: NDArray[np.bool_] = _looked_up(codes, is_over) != 0
    return over


def _further(code: int, asked: frozenset[str]) -> tuple[int, str, int]:
    """How many dimensions a shape has besides those asked for (-1: it lacks one), its text, and its number."""
    names = _names("shape", code)
    return (len(names) - len(asked) if asked <= set(names) else -1, ",".join(names), code)


def _names(column: str, code: int) -> list[str]:
    return [name for name in VOCABULARIES[column].texts[code].split(",") if name]


def _single_areas(blocks: Blocks, at: Numbers, stretch: Numbers, known: Knowledge) -> NDArray[np.bool_]:
    """Without areas that are counted in another.

    An area that holds others stands for them where its own voice tells of them, in no less time: they need not be all of it. Where
    another voice tells of a part, or for more time, the parts stand.
    """
    areas, apart = blocks["area"][at], np.ones(len(at), bool)
    within = known.within(frozenset(np.unique(areas).tolist()))
    if not within:
        return apart
    about = _key(blocks, at, "unit", "stage", extra=(stretch,))
    voice = grouped(_key(blocks, at, "voice", "reporter"), about)
    for holder, held in sorted(within.items()):
        above, below = apart & (areas == holder), np.isin(areas, np.array(sorted(held), np.int32))
        stands = above & ~_is_told_better(blocks, at, about, voice, above, below)
        apart &= ~(above & ~stands) & ~(below & np.isin(voice, voice[stands]))
    return apart


def _is_told_better(
    blocks: Blocks, at: Numbers, about: Numbers, voice: Numbers, above: NDArray[np.bool_], below: NDArray[np.bool_]
) -> NDArray[np.bool_]:  # fmt: skip
    """Where another voice tells of what lies below, or the same for more days."""
    first = firsts(grouped(voice[below]))
    voices = np.bincount(about[below][first], minlength=int(about.max(initial=0)) + 1)
    others = voices[about] - np.isin(voice, voice[below])
    more = _days_of(blocks, at, voice, below) > _days_of(blocks, at, voice, above)
    better: NDArray[np.bool_] = (others > 0) | more[voice]
    return better


def _days_of(blocks: Blocks, at: Numbers, voice: Numbers, some: NDArray[np.bool_]) -> Numbers:
    """How many days each voice covers by some of its blocks."""
    days = _days_covered(blocks, at[some], voice[some])
    return np.pad(days, (0, int(voice.max(initial=0)) + 1 - len(days)))


def _one_length(blocks: Blocks, at: Numbers, stretch: Numbers) -> NDArray[np.bool_]:
    """Of each voice's periods within a stretch those of one length: which cover most days, and of these the longest."""
    frequency = blocks["frequency"][at]
    if len(np.unique(frequency)) < 2:
        return np.ones(len(at), bool)
    voice = _key(blocks, at, *_VOICE, extra=(stretch,))
    run = grouped(voice, frequency)
    days = _days_covered(blocks, at, run)
    order = {code: len(PARTS) - PARTS.index(text) if text in PARTS else 0
             for code, text in enumerate(VOCABULARIES["frequency"].texts)}  # fmt: skip
    score = days[run] * 10 + _looked_up(frequency, order)
    best = np.full(int(voice.max(initial=0)) + 1, -1)
    np.maximum.at(best, voice, score)
    kept: NDArray[np.bool_] = score == best[voice]
    return kept


def _days_covered(blocks: Blocks, at: Numbers, run: Numbers) -> Numbers:
    """How many days the periods of each run are, each period once."""
    span = (blocks["period_end"][at].astype(np.int64) - blocks["period_start"][at]) + 1
    once = firsts(grouped(run, blocks["period_start"][at]))
    return np.bincount(run[once], weights=span[once], minlength=int(run.max(initial=0)) + 1).astype(np.int64)


def _one_voice(
    blocks: Blocks, at: Numbers, stretch: Numbers, query: Query, known: Knowledge
) -> NDArray[np.bool_]:
    """Of several voices about one area and stretch one: who tells of most days, then the first by name. They are never added."""
    voice = _key(blocks, at, *_VOICE, extra=(stretch,))
    about = _key(blocks, at, "unit", "stage", "area", *query.by_blocks, extra=(stretch,))
    first = firsts(grouped(about, voice))
    if len(first) == size_of(about):
        return np.ones(len(at), bool)
    days = _days_covered(blocks, at, voice)[voice[first]]
    by_name = _ranks(blocks["voice"][at[first]], known.voice)
    by_reporter = _ranks(blocks["reporter"][at[first]], lambda code: VOCABULARIES["reporter"].texts[code])
    order = np.lexsort((by_reporter, by_name, -days, about[first]))
    first_of_each = firsts(about[first][order])
    heard: NDArray[np.bool_] = np.isin(voice, voice[first][order][first_of_each])
    return heard


def _ranks(codes: NDArray[np.int32], name: Callable[[int], str]) -> Numbers:
    """The place of each code in the order of their names."""
    found, place = np.unique(codes, return_inverse=True)
    names = [name(code) for code in found.tolist()]
    ranks: Numbers = np.argsort(np.argsort(np.array(names)))[place]
    return ranks


def _celled(
    blocks: Blocks, at: Numbers, stretch: Numbers, query: Query, asked: frozenset[str], left_out: LeftOut
) -> Chosen:
    columns = ("unit", "stage", *query.by_blocks)
    cell = _key(blocks, at, *columns, extra=(stretch,))
    first = firsts(cell)
    cells = {name: blocks[name][at[first]].astype(np.int64) for name in columns}
    cells["period"] = (
        blocks["period"][at[first]].astype(np.int64) if query.every == "period" else stretch[first]
    )
    there, missing = _counted(blocks, at, stretch, cell, len(first), query)
    folded = _folded(blocks, at, cell, len(first), query, asked)
    return Chosen(at, cell, cells, there, missing, folded, left_out)


def _folded(
    blocks: Blocks, at: Numbers, cell: Numbers, size: int, query: Query, asked: frozenset[str]
) -> Numbers:
    """See `Chosen.folded`. Of tables with further dimensions it cannot be counted: no code has enough figures."""
    none = np.zeros(size, np.int64)
    if not asked & {*ORIGINS, FEARED} or not blocks["folded"][at].any():
        return none
    table = _key(blocks, at, *_TABLE, extra=(cell,))
    once = firsts(table)
    tables = np.bincount(cell[once], minlength=size)
    has_fold = np.bincount(cell, weights=blocks["folded"][at], minlength=size) > 0
    further = {
        code: int(len(_names("shape", code)) > len(asked)) for code in np.unique(blocks["shape"][at]).tolist()
    }
    is_finer = np.bincount(cell, weights=_looked_up(blocks["shape"][at], further), minlength=size) > 0
    each = prod(len(codes) for name, codes in query.where.items() if name in asked and name not in query.by)
    return np.where(has_fold & (tables > 1), np.where(is_finer, _NEVER, tables * each), none)


def _counted(
    blocks: Blocks, at: Numbers, stretch: Numbers, cell: Numbers, size: int, query: Query
) -> tuple[Numbers, Numbers]:
    """How many periods are told in each cell, and how many are not, of all voices that are heard there."""
    voice = _key(blocks, at, *_VOICE, extra=(cell,))
    once = firsts(grouped(voice, blocks["period_start"][at]))
    there = np.bincount(cell[once], minlength=size)
    first = firsts(voice)
    expected = parts_expected(stretch[first], blocks["frequency"][at[first]], query)
    told = np.bincount(voice[once], minlength=int(voice.max(initial=0)) + 1)[voice[first]]
    lacking = np.maximum(expected - told, 0)
    return there, np.bincount(cell[first], weights=lacking, minlength=size).astype(np.int64)


def _tables(blocks: Blocks, at: Numbers) -> int:
    """How many tables, of whatever dimensions, these blocks are of."""
    return size_of(_key(blocks, at, *_TABLE))


def _key(blocks: Blocks, at: Numbers, *columns: str, extra: tuple[Numbers, ...] = ()) -> Numbers:
    """One number for each combination of these columns that is there, from 0 on."""
    return grouped(*(blocks[name][at] for name in columns), *extra)


def _looked_up(codes: NDArray[np.int32], table: Mapping[int, int]) -> Numbers:
    """What a table says of each code."""
    size = int(codes.max(initial=0)) + 1
    values = np.array([table.get(code, 0) for code in range(size)], np.int64)
    return values[codes]
