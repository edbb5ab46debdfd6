"""Opened segments, kept by segment and never by viewer, in so many bytes of memory as the setting allows and no more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

import pyarrow as pa

from lontar.warehouse.store.keeping import Place, Store
from lontar.warehouse.store.segments import Held, read_held, read_traces

_LAST_BLOCK = 2**31 - 2**24
"""Blocks are numbered up to here; then all segments are opened anew."""
Opened = dict[str, Held]


class SegmentCache:
    """Opened segments by generation. `limit` is in bytes; what is larger than that alone is opened each time anew."""

    def __init__(self, store: Store, limit: int, open_lists: Callable[[str], frozenset[str]]) -> None:
        self._store, self._limit, self._open_lists = store, limit, open_lists
        self._lock = Lock()
        self._held: OrderedDict[int, tuple[Opened, int]] = OrderedDict()
        self._next_block = 0
        self.nbytes = 0

    def figures(self, places: list[Place], indicator: str) -> list[Held]:
        """Give the figures of an indicator in these segments. Raises FileNotFoundError where one was replaced meanwhile.

        All are numbered apart, so that blocks of two segments are never taken for one another.
        """
        with self._lock:
            if self._next_block > _LAST_BLOCK:
                self._held.clear()
                self.nbytes = self._next_block = 0
            opened = [self._open(place) for place in places]
        return [one[indicator] for one in opened if indicator in one]

    def trace(self, place: Place) -> dict[str, pa.Table]:
        """Give where the figures of a segment come from; this is not kept."""
        return read_traces(self._store.read(place, "trace"))

    def _open(self, place: Place) -> Opened:
        found = self._held.get(place.generation)
        if found is not None:
            self._held.move_to_end(place.generation)
            return found[0]
        opened, blocks = read_held(self._store.read(place, "figures"), self._next_block, self._open_lists)
        self._next_block += blocks
        size = sum(one.nbytes for one in opened.values())
        self._held[place.generation] = (opened, size)
        self.nbytes += size
        while self.nbytes > self._limit:
            _, (_, dropped) = self._held.popitem(last=False)
            self.nbytes -= dropped
        return opened
