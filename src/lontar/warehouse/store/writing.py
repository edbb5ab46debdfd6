"""Segments to be written: which parcel goes where, what each then holds, and one volume of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from uuid import UUID

import msgspec
import pyarrow as pa

from lontar.warehouse.store.blocks import Coded, alone, code_rows, joined
from lontar.warehouse.store.keeping import OwnerKey, Place, Store
from lontar.warehouse.store.segments import figures_text, read_coded, trace_text

if TYPE_CHECKING:
    from lontar.model.figures.codelists import CodeList

    Dimensions = Callable[[str], Mapping[str, CodeList]]
    """Indicator -> its dimensions, each with its code list."""


K = TypeVar("K")


class Slot(NamedTuple):
    """Which segment of an owner: its classes (sorted, parted by a comma), year, and the thing that it is for alone ('' for none)."""

    classes: str
    year: int
    alone: str


@dataclass(frozen=True)
class Numbered:
    """A parcel with its number, the rows that it holds, and the salt of its address."""

    number: int
    slot: Slot
    indicator: str
    rows: pa.Table
    salt: bytes


class Current(NamedTuple):
    """The segment that is there already: its id and where it lies."""

    id: UUID
    place: Place


@dataclass(frozen=True)
class Written:
    """A segment as it was written, and what the database is told of it."""

    slot: Slot
    told: dict[str, Any]


def contents(parcels: Sequence[Numbered], dimensions: Dimensions) -> dict[Slot, dict[str, Coded]]:
    """Code parcels: slot -> indicator -> what is coded."""
    found: dict[Slot, dict[str, Coded]] = {}
    for (indicator, is_alone), some in _grouped(
        parcels, lambda one: (one.indicator, one.slot.alone != "")
    ).items():
        if is_alone:
            coded = alone(code_rows(_with_numbers(some), dimensions(indicator)))
            for one in some:
                found.setdefault(one.slot, {})[indicator] = coded[one.number]
        else:
            for slot, together in _grouped(some, lambda one: one.slot).items():
                found.setdefault(slot, {})[indicator] = code_rows(
                    _with_numbers(together), dimensions(indicator)
                )
    return found


def added(store: Store, current: Current | None, new: Mapping[str, Coded]) -> dict[str, Coded]:
    """Give what a segment holds when this is added to what it holds now."""
    if current is None:
        return dict(new)
    whole = read_coded(store.read(current.place, "figures"), store.read(current.place, "trace"))
    for indicator, coded in new.items():
        whole[indicator] = joined([whole[indicator], coded]) if indicator in whole else coded
    return whole


class VolumeWriter:
    """Seals segments into one volume, which is kept when it is finished."""

    def __init__(self, store: Store, volume: UUID) -> None:
        self._store, self._volume = store, volume
        self._parts: list[bytes] = []
        self._size = 0

    def add(
        self,
        identity: UUID,
        slot: Slot,
        generation: int,
        name: UUID,
        key: OwnerKey,
        content: Mapping[str, Coded],
    ) -> Written:
        """Seal a segment, and give what the database is told of it."""
        sealed = self._store.seal(name, key, figures_text(content), trace_text(content))
        told = {
            "id": str(identity), **slot._asdict(), "generation": generation, "name": str(name), "volume": str(self._volume),
            "place": self._put(sealed.figures), "length": len(sealed.figures),
            "trace_place": self._put(sealed.trace), "trace_length": len(sealed.trace),
            "key": str(key.id), "wrapped": sealed.wrapped.hex(),
        }  # fmt: skip
        return Written(slot, told)

    def finish(self) -> None:
        """Keep the volume, to the disk. Raises Unavailable where there is no room."""
        if self._parts:
            self._store.volumes.put(self._volume, b"".join(self._parts))

    def _put(self, part: bytes) -> int:
        start = self._size
        self._parts.append(part)
        self._size += len(part)
        return start


def place_from(row: Mapping[str, Any]) -> Place:
    """Give a place from what the database tells of a segment."""
    key = OwnerKey(
        UUID(row["key"]), f"{row['owner']}|{row['classes']}", bytes.fromhex(row["key_wrapped"]), row["master"]
    )
    plain = {
        name: row[name]
        for name in ("generation", "name", "volume", "place", "length", "trace_place", "trace_length")
    }
    return msgspec.convert(
        {**plain, "wrapped": bytes.fromhex(row["wrapped"]), "key": msgspec.structs.asdict(key)}, Place
    )


def _with_numbers(parcels: Sequence[Numbered]) -> pa.Table:
    """All rows of these parcels of one indicator, each with the number and the salt of its parcel."""
    return pa.concat_tables(map(_numbered, parcels), promote_options="default")


def _numbered(parcel: Numbered) -> pa.Table:
    size = parcel.rows.num_rows
    rows = parcel.rows.append_column("parcel", pa.repeat(pa.scalar(parcel.number, pa.int32()), size))
    return rows.append_column("salt", pa.repeat(pa.scalar(parcel.salt, pa.binary()), size))


def _grouped(parcels: Iterable[Numbered], key: Callable[[Numbered], K]) -> dict[K, list[Numbered]]:
    groups: dict[K, list[Numbered]] = {}
    for one in parcels:
        groups.setdefault(key(one), []).append(one)
    return groups
