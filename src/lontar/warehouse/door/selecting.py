"""The parcels that a question is about: of those that the viewer may read now, the latest version of each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

import msgspec
import numpy as np

from lontar.members.acting import call
from lontar.warehouse.grouping import grouped, size_of
from lontar.warehouse.store.keeping import OwnerKey, Place

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lontar.instance.cursors import Cursor
    from lontar.members.acting import Acting
    from lontar.warehouse.door.book import ParcelBook
    from lontar.warehouse.door.query import Query


class Visible(NamedTuple):
    """Parcels that the viewer may read: number, generation of the segment, and whether it is linked to asylum."""

    number: NDArray[np.int32]
    generation: NDArray[np.int32]
    is_linked: NDArray[np.int32]

    def where(self, kept: NDArray[np.bool_]) -> Visible:
        """Give some of them."""
        return Visible(self.number[kept], self.generation[kept], self.is_linked[kept])


class Asking(Protocol):
    """Who asks the database: whose parcels are opened, and what is told of them and of the segments that hold them."""

    def parcels(self, query: Query) -> tuple[Visible, tuple[str, ...]]:
        """Give the parcels of a question, and the rules that permit reading them."""

    def facts(self, numbers: list[int]) -> Any:
        """Tell what these parcels are."""

    def places(self, numbers: list[int]) -> Any:
        """Tell where the segments of these parcels lie."""


class Viewing:
    """A viewer asks. The database judges each parcel by the policy now, and journals what it opens.

    A sum of what is shared never holds what is linked to asylum, whoever asks; echoes and what was sent are never opened together.
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    def parcels(self, query: Query) -> tuple[Visible, tuple[str, ...]]:
        """Open what the viewer may read."""
        self._acting.cursor.execute(
            "select numbers, rules from open_parcels(%s, %s, %s, %s, %s, %s, %s, %s)",
            (
                query.indicator, list(query.where["owner"]) if "owner" in query.where else None, query.first_day, query.last_day,
                query.as_of or self._acting.now, query.source, query.scope, as_text(query),
            ),
        )  # fmt: skip
        packed, rules = self._acting.cursor.fetchone()
        return _unpacked(packed), tuple(rules)

    def facts(self, numbers: list[int]) -> Any:
        """Of what the viewer may read."""
        return msgspec.json.decode(call(self._acting, "parcel_facts(%s)", numbers))

    def places(self, numbers: list[int]) -> Any:
        """Of what the viewer may read."""
        return msgspec.json.decode(call(self._acting, "segment_places(%s)", numbers))


class Making:
    """An edition of regional totals is made, as the owner role: of everything that may enter totals at a moment, and of nothing else."""

    def __init__(self, cursor: Cursor, at: datetime) -> None:
        self._cursor, self._at = cursor, at

    def parcels(self, query: Query) -> tuple[Visible, tuple[str, ...]]:
        """Open what may enter totals."""
        return _unpacked(
            self._one("contributing_parcels(%s, %s, %s)", query.indicator, self._at, query.source)
        ), ()

    def facts(self, numbers: list[int]) -> Any:
        """Of any parcels."""
        return msgspec.json.decode(self._one("every_parcel(%s)::text", numbers))

    def places(self, numbers: list[int]) -> Any:
        """Of any parcels."""
        return msgspec.json.decode(self._one("every_place(%s)::text", numbers))

    def _one(self, function: str, *values: object) -> Any:
        self._cursor.execute(f"select {function}", values)
        row = self._cursor.fetchone()
        assert row is not None
        return row[0]


def as_text(query: Query) -> str:
    """Give a question as the journal keeps it."""
    return msgspec.json.encode(query).decode()


def _unpacked(packed: bytes) -> Visible:
    table = np.frombuffer(packed, ">i4").reshape(-1, 3).astype(np.int32)
    return Visible(table[:, 0], table[:, 1], table[:, 2])


def latest(asking: Asking, book: ParcelBook, visible: Visible) -> Visible:
    """Keep of each part (a series' figures of one period) the parcels of the latest version that is visible.

    Raises Moved where one was purged since.
    """
    unknown = book.unknown(visible.number)
    if unknown:
        book.learn(asking.facts(unknown))
        if book.unknown(visible.number):
            raise Moved
    part = grouped(*(book.column(name, visible.number) for name in ("series", "start", "end")))
    version = book.column("version", visible.number)
    newest = np.zeros(size_of(part), np.int32)
    np.maximum.at(newest, part, version)
    return visible.where(version == newest[part])


class Moved(Exception):
    """A segment was written anew since the database said which parcels are visible."""


class Places:
    """Where segments lie, as far as this process was told: by generation, of which nothing ever changes."""

    def __init__(self) -> None:
        self._known: dict[int, Place] = {}

    def of(self, asking: Asking, visible: Visible) -> list[Place]:
        """Give where the segments of these parcels lie, in the order of their generations. Raises Moved where one is elsewhere now."""
        wanted, first = np.unique(visible.generation, return_index=True)
        found = {one: self._known.get(one) for one in wanted.tolist()}
        unknown = [
            int(visible.number[at])
            for one, at in zip(wanted.tolist(), first.tolist(), strict=True)
            if found[one] is None
        ]
        if unknown:
            told = {place.generation: place for place in map(_place, asking.places(unknown))}
            self._known |= told
            found |= told
        places = [place for one in wanted.tolist() if (place := found[one]) is not None]
        if len(places) < len(wanted):
            raise Moved
        return places

    def forget(self) -> None:
        """Forget all: something was replaced."""
        self._known.clear()


def _place(row: list[object]) -> Place:
    (
        generation,
        name,
        volume,
        start,
        length,
        trace_start,
        trace_length,
        wrapped,
        key,
        key_name,
        key_wrapped,
        master,
    ) = row
    above = OwnerKey(UUID(str(key)), str(key_name), bytes.fromhex(str(key_wrapped)), str(master))
    plain = {
        "generation": generation, "name": name, "volume": volume, "place": start, "length": length, "trace_place": trace_start,
        "trace_length": trace_length,
    }  # fmt: skip
    return msgspec.convert(
        {**plain, "wrapped": bytes.fromhex(str(wrapped)), "key": msgspec.structs.asdict(above)}, Place
    )
