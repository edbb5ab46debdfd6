"""Look after the store, as whoever runs the instance: is everything whole, what is left over, and keys anew. Opens no figure to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID, uuid4

from lontar.instance.cursors import Cursor
from lontar.model.errors import Unavailable
from lontar.warehouse.store.addresses import addresses_in
from lontar.warehouse.store.keeping import OwnerKey, Place, Store, owner_key_name
from lontar.warehouse.store.segments import read_coded
from lontar.warehouse.store.volumes import VolumeFolder

_PLACES = """
select s.generation, s.name, s.volume, s.place, s.length, s.trace_place, s.trace_length, s.wrapped,
       k.id, k.owner, k.classes, k.wrapped, k.master
  from warehouse_segment s join warehouse_key k on k.id = s.key order by s.volume, s.place
"""


class Damage(NamedTuple):
    """A segment that cannot be read: its volume, and what is wrong, in a sentence."""

    volume: UUID
    sentence: str


def damaged(cursor: Cursor, store: Store) -> Iterator[Damage]:
    """Read every segment and name those that are damaged or missing, and parcels that are not what they were. Runs as the owner role."""
    cursor.execute(
        "select s.generation, p.number, p.address from warehouse_parcel p join warehouse_segment s on s.id = p.segment"
    )
    expected: dict[int, dict[int, str]] = {}
    for generation, number, address in cursor.fetchall():
        expected.setdefault(generation, {})[number] = bytes(address).hex()
    for place in _places(cursor):
        try:
            found = _addresses(store, place)
        except FileNotFoundError:
            yield Damage(place.volume, f"volume {place.volume} is missing.")
        except Unavailable as error:
            yield Damage(place.volume, str(error))
        else:
            if found != expected.get(place.generation, {}):
                yield Damage(
                    place.volume,
                    f"volume {place.volume}, from byte {place.place}: the parcels are not those that were accepted.",
                )


def _addresses(store: Store, place: Place) -> dict[int, str]:
    coded = read_coded(store.read(place, "figures"), store.read(place, "trace"))
    return {
        number: address for name, one in coded.items() for number, address in addresses_in(name, one).items()
    }


def sweep(cursor: Cursor, store: Store) -> int:
    """Remove what lies in the store for nothing, and give how many volumes that were. Waits for whoever accepts figures now.

    That is what a process that was stopped left behind, and volumes of which less than half is still needed: the rest of these is written
    together anew, as it is sealed. Runs as the owner role, in the caller's transaction.
    """
    cursor.execute("lock table warehouse_key in exclusive mode")
    wasted = _gathered(cursor, store)
    cursor.execute("select distinct volume from warehouse_segment")
    known = {row[0] for row in cursor.fetchall()}
    idle = [volume for volume in store.volumes.all() if volume not in known]
    store.volumes.remove([volume for volume in idle if volume not in wasted])
    if isinstance(store.volumes, VolumeFolder):
        store.volumes.sweep_drafts()
    return len(idle)


def _gathered(cursor: Cursor, store: Store) -> frozenset[UUID]:
    """Write what is still needed of wasteful volumes together anew; give those volumes, which the next sweep removes."""
    needed: dict[UUID, list[Place]] = {}
    for place in _places(cursor):
        needed.setdefault(place.volume, []).append(place)
    wasteful = {
        volume: places
        for volume, places in needed.items()
        if 2 * sum(place.length + place.trace_length for place in places) < store.volumes.size(volume)
    }
    new, parts, start = uuid4(), [], 0
    for volume, places in wasteful.items():
        for place in places:
            told = [start, start + place.length]
            parts += [
                store.volumes.read(volume, place.place, place.length),
                store.volumes.read(volume, place.trace_place, place.trace_length),
            ]
            start += place.length + place.trace_length
            cursor.execute(
                "update warehouse_segment set volume = %s, place = %s, trace_place = %s where generation = %s",
                (new, *told, place.generation),
            )
    if parts:
        store.volumes.put(new, b"".join(parts))
    return frozenset(wasteful)


def rotate(cursor: Cursor, store: Store) -> int:
    """Give every owner and set of classes a new key, under the store's first master key, and wrap the segments' keys by it.

    Gives how many segments that were. What the segments hold is not written anew: their own keys stay, wrapped by others.
    """
    cursor.execute("lock table warehouse_key in exclusive mode")
    keys: dict[str, OwnerKey] = {}
    count = 0
    for place in _places(cursor):
        new = keys.get(place.key.name)
        if new is None:
            owner, classes = place.key.name.split("|", 1)
            new = keys[place.key.name] = store.new_owner_key(uuid4(), owner, classes)
        cursor.execute(
            "update warehouse_segment set wrapped = %s where generation = %s",
            (store.rewrapped(place, new), place.generation),
        )
        count += 1
    for name, key in keys.items():
        owner, classes = name.split("|", 1)
        told = (key.wrapped, key.master, owner, classes)
        cursor.execute(
            "update warehouse_key set wrapped = %s, master = %s where (owner, classes) = (%s, %s)", told
        )
    cursor.execute("select number, wrapped, master from warehouse_edition")
    for number, wrapped, master in cursor.fetchall():
        anew = store.rewrapped_working(str(number), bytes(wrapped), master)
        cursor.execute(
            "update warehouse_edition set wrapped = %s, master = %s where number = %s",
            (anew, store.master, number),
        )
    return count


def _places(cursor: Cursor) -> list[Place]:
    cursor.execute(_PLACES)
    return [_place(*row) for row in cursor.fetchall()]


def _place(
    generation: int, name: UUID, volume: UUID, place: int, length: int, trace_place: int, trace_length: int, wrapped: bytes,
    key: UUID, owner: str, classes: str, key_wrapped: bytes, master: str,
) -> Place:  # fmt: skip
    above = OwnerKey(key, owner_key_name(owner, classes), bytes(key_wrapped), master)
    return Place(generation, name, volume, place, length, trace_place, trace_length, bytes(wrapped), above)
