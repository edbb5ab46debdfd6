"""What enters the store: parcels as drafts of things, coded and sealed into one volume, and what the database is told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

import msgspec
import pyarrow.compute as pc
from django.db import connection, transaction

from lontar.model.policy.facts import Thing
from lontar.things.rows import terms_row
from lontar.warehouse.parcels import Parcel
from lontar.warehouse.store.addresses import address_of
from lontar.warehouse.store.keeping import OwnerKey, Store, owner_key_name
from lontar.warehouse.store.writing import (
    Current,
    Numbered,
    Slot,
    VolumeWriter,
    Written,
    added,
    contents,
    place_from,
)

if TYPE_CHECKING:
    from lontar.warehouse.store.writing import Dimensions

_OF_ITS_OWN = ("asylum", "victim")
"""Classes of which every parcel has a segment for itself."""
SALT_BYTES = 16


class Ids(NamedTuple):
    """Where new ids and salts come from."""

    uuid: Callable[[], UUID]
    salt: Callable[[int], bytes]


class Draft(NamedTuple):
    """A parcel, the thing that it becomes with its facts, and the salt of its address."""

    thing: UUID
    parcel: Parcel
    facts: Thing
    salt: bytes


def slot_of(draft: Draft) -> Slot:
    """Which segment a parcel goes to."""
    is_alone = draft.facts.mark == "RED" or any(one in draft.parcel.classes for one in _OF_ITS_OWN)
    return Slot(
        ",".join(sorted(draft.parcel.classes)), draft.parcel.start.year, str(draft.thing) if is_alone else ""
    )


class Entry(NamedTuple):
    """What the database is told, each as JSON: the submission, terms, parcels, segments that were written, new keys. `addresses` are the
    parcels'; `replaced` the volumes in which some of the segments lay before.
    """

    submission: str
    terms: str
    parcels: str
    written: str
    keys: str
    addresses: tuple[str, ...]
    replaced: tuple[str, ...]


def wanted_places(drafts: Sequence[Draft]) -> tuple[int, int, str]:
    """Give what places are asked by: how many parcels, how many segments, and which of these may be there already."""
    slots = {slot_of(draft): None for draft in drafts}
    shared = [{"classes": slot.classes, "year": slot.year} for slot in slots if not slot.alone]
    return len(drafts), len(slots), as_json(shared)


def enter(
    store: Store, owner: str, drafts: Sequence[Draft], places: Mapping[str, Any], dimensions: Dimensions, ids: Ids, said: Mapping[str, Any]
) -> Entry:  # fmt: skip
    """Write parcels to the store, to the disk, and give what the database is told; nothing counts until that is done.

    `places` are the database's answer to `wanted_places`, `said` what is told of the submission besides its digest. Raises Unavailable
    where the store cannot be written.
    """
    written, keys = _write(store, owner, drafts, places, dimensions, ids)
    rows, terms = _told_rows(drafts, places["numbers"], {one.slot: one.told["id"] for one in written})
    addresses = tuple(row["address"] for row in rows)
    digest = sha256("".join(sorted(addresses)).encode()).hexdigest()
    return Entry(
        as_json({**said, "digest": digest}), as_json(terms), as_json(rows), as_json([one.told for one in written]), as_json(keys),
        addresses, tuple(row["volume"] for row in places["segments"]),
    )  # fmt: skip


def _write(
    store: Store,
    owner: str,
    drafts: Sequence[Draft],
    places: Mapping[str, Any],
    dimensions: Dimensions,
    ids: Ids,
) -> tuple[list[Written], list[dict[str, Any]]]:
    """Write the segments that these parcels go to; give what was written, and the keys that are new."""
    numbered = [
        Numbered(number, slot_of(draft), draft.parcel.indicator, draft.parcel.rows, draft.salt)
        for number, draft in zip(places["numbers"], drafts, strict=True)
    ]
    current = {
        Slot(row["classes"], row["year"], ""): Current(UUID(row["id"]), place_from(row))
        for row in places["segments"]
    }
    keys = _OwnerKeys(store, owner, places["keys"], ids)
    writer, written = VolumeWriter(store, ids.uuid()), []
    for generation, (slot, new) in zip(
        places["generations"], contents(numbered, dimensions).items(), strict=True
    ):
        there = current.get(slot)
        content = added(store, there, new)
        written.append(
            writer.add(
                there.id if there else ids.uuid(),
                slot,
                generation,
                ids.uuid(),
                keys.of(slot.classes),
                content,
            )
        )
    writer.finish()
    return written, keys.new


class _OwnerKeys:
    """The keys of one owner, made where there is none."""

    def __init__(self, store: Store, owner: str, known: dict[str, Any], ids: Ids) -> None:
        self._store, self._owner, self._ids = store, owner, ids
        self._keys = {
            classes: OwnerKey(
                UUID(row["id"]), owner_key_name(owner, classes), bytes.fromhex(row["wrapped"]), row["master"]
            )
            for classes, row in known.items()
        }
        self.new: list[dict[str, Any]] = []

    def of(self, classes: str) -> OwnerKey:
        """Give the key of these classes."""
        if classes not in self._keys:
            key = self._keys[classes] = self._store.new_owner_key(self._ids.uuid(), self._owner, classes)
            self.new.append(
                {"id": str(key.id), "classes": classes, "master": key.master, "wrapped": key.wrapped.hex()}
            )
        return self._keys[classes]


def _told_rows(
    drafts: Sequence[Draft], numbers: list[int], segments: dict[Slot, str]
) -> tuple[list[dict[str, Any]], list[dict[str, object]]]:
    """What the database is told of parcels, and of the terms that they are under."""
    under: dict[str, int] = {}
    terms: list[dict[str, object]] = []
    rows = []
    for number, draft in zip(numbers, drafts, strict=True):
        row = terms_row(draft.facts)
        key = as_json(row)
        if key not in under:
            terms.append(row)
            under[key] = len(terms)
        rows.append({
            "number": number, "address": address_of(draft.parcel.indicator, draft.parcel.rows, draft.salt), "thing": str(draft.thing),
            "under": under[key], "topic": draft.parcel.topic, "indicator": draft.parcel.indicator,
            "start": draft.facts.start, "end": draft.facts.end, "segment": segments[slot_of(draft)], "gives": _gives(draft.parcel),
        })  # fmt: skip
    return rows, terms


def _gives(parcel: Parcel) -> str:
    """What a parcel gives: figures; none (a nil return: nobody at all, or it does not apply here), which opens its own period alone; ''.

    Who says why there is no figure gives nothing by it.
    """
    most = [pc.max(parcel.rows.column(name)).as_py() for name in ("value", "low", "high")]
    if any(one is not None and one > 0 for one in most):
        return "figures"
    does_not_apply = pc.any(pc.equal(parcel.rows.column("absence"), "not_applicable")).as_py()
    return "none" if does_not_apply or any(one is not None for one in most) else ""


def remove_idle(store: Store, volumes: Iterable[str]) -> None:
    """When this transaction has ended well, remove those of these volumes in which nothing lies any more."""
    wanted = sorted(set(volumes))

    def remove() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select idle_volumes(%s::uuid[])", (wanted,))
            store.volumes.remove(cursor.fetchone()[0])

    if wanted:
        transaction.on_commit(remove, robust=True)


def as_json(value: object) -> str:
    """Give a value as the database takes it."""
    return msgspec.json.encode(value).decode()
