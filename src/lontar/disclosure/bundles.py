"""Which figures of one group are bound together, so that groups whose figures are bound alike can be told from no total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lontar.disclosure.blocks import Amounts
from lontar.disclosure.layouts import NEGLIGIBLE, Layout, Strip, Strips


class Tie(NamedTuple):
    """A table of which figures stayed the same from one snapshot to another, though they are sums of other amounts now: of which codes."""

    place: tuple[int, str]
    before: int
    after: int
    codes: NDArray[np.bool_]


class Bundle(NamedTuple):
    """Strips of one group that hang together; groups with equal signatures have the same sums in the same totals."""

    strips: Strips
    signature: tuple[object, ...]


def ties_of(layouts: Sequence[Layout]) -> list[Tie]:
    """Find what stayed the same: attackers know which figures were corrected and which were not."""
    ties = []
    for place in sorted({place for layout in layouts for place in layout.feeds}):
        there = [at for at, layout in enumerate(layouts) if place in layout.feeds]
        for before, after in pairwise(there):
            codes = _same_sums(layouts[before], layouts[after], place)
            if codes.any():
                ties.append(Tie(place, before, after, codes))
    return ties


def _same_sums(before: Layout, after: Layout, place: tuple[int, str]) -> NDArray[np.bool_]:
    """Which codes have equal sums of amounts that are not the same one by one."""
    one, other = (
        np.array([layout.amounts[strip] for strip in layout.feeds[place]]) for layout in (before, after)
    )
    same: NDArray[np.bool_] = np.abs(one.sum(axis=0) - other.sum(axis=0)) <= NEGLIGIBLE
    if before.feeds[place] == after.feeds[place]:
        same &= (one != other).any(axis=0)
    return same


def bundles_of(
    layouts: Sequence[Layout], ties: Sequence[Tie], heard: Mapping[Strip, set[int]]
) -> list[Bundle]:
    """Part a group's strips into those that equal sums bind together, and describe each so that what is alike has one description."""
    described: dict[Strip, list[object]] = {strip: [] for layout in layouts for strip in layout.amounts}
    leader = {strip: strip for strip in described}
    for snapshot, layout in enumerate(layouts):
        for place, strips in layout.feeds.items():
            for strip in strips:
                described[strip].append((snapshot, place))
        for one, other in layout.equal:
            _bind(described, leader, (*one, *other), (snapshot, one, other))
    for tie in ties:
        strips = (*layouts[tie.before].feeds[tie.place], *layouts[tie.after].feeds[tie.place])
        _bind(described, leader, strips, (*tie[:3], tie.codes.tobytes()))
    bundles: dict[Strip, list[Strip]] = {}
    for strip in sorted(described):
        bundles.setdefault(_find(leader, strip), []).append(strip)
    return [
        Bundle(tuple(strips), tuple(_described(strip, described, layouts, heard) for strip in strips))
        for strips in bundles.values()
    ]


def _described(
    strip: Strip,
    described: Mapping[Strip, list[object]],
    layouts: Sequence[Layout],
    heard: Mapping[Strip, set[int]],
) -> tuple[object, ...]:
    return strip, tuple(described[strip]), _history(layouts, strip), tuple(sorted(heard.get(strip, ())))


def _history(layouts: Sequence[Layout], strip: Strip) -> tuple[tuple[int, bytes], ...]:
    """In which snapshots a strip stands, and which of its amounts stayed the same since which."""
    stands = [at for at, layout in enumerate(layouts) if strip in layout.amounts]
    if len(stands) < 2:
        return tuple((at, b"") for at in stands)
    amounts: Amounts = np.array([layouts[at].amounts[strip] for at in stands])
    first = (amounts[:, None, :] == amounts[None, :, :]).argmax(axis=1)
    return tuple((at, row.tobytes()) for at, row in zip(stands, first, strict=True))


def _bind(
    described: dict[Strip, list[object]], leader: dict[Strip, Strip], strips: Strips, why: object
) -> None:
    described[strips[0]].append(why)
    for strip in strips[1:]:
        leader[_find(leader, strip)] = _find(leader, strips[0])


def _find(leader: Mapping[Strip, Strip], strip: Strip) -> Strip:
    while leader[strip] != strip:
        strip = leader[strip]
    return strip
