"""Accept figures: parcels with their terms, written to the store and told to the database in one transaction, or nothing at all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.db import connection, transaction

from lontar.members.acting import Acting, call
from lontar.model.errors import Refused
from lontar.model.figures.indicators import Mark
from lontar.model.policy.facts import ALWAYS, NEVER, Thing, Use
from lontar.things.rows import terms_row
from lontar.warehouse.parcels import Parcel
from lontar.warehouse.store.keeping import OwnerKey, Store, owner_key_name
from lontar.warehouse.store.writing import (
    Current,
    Numbered,
    PackWriter,
    Slot,
    Written,
    added,
    contents,
    place_from,
)

if TYPE_CHECKING:
    from lontar.warehouse.store.writing import Dimensions

Kind = Literal["first", "further", "correction", "echo"]
_OF_ITS_OWN = ("asylum", "victim")
"""Classes of which every parcel has a segment for itself."""
_SALT_BYTES = 16


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Under which terms figures are sent: what whoever signs says of them all (see lontar.model.policy.facts.Thing)."""

    mark: Mark
    shared_with: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    list_only: bool | None = None
    use: Use = Use()
    sent_to_office: bool = True
    not_before: datetime = ALWAYS
    expires: datetime = NEVER
    published: bool = False


class Submission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent: the agency that wrote it, the series (a mapping), what it is, and why, where it corrects what was sent before.

    `files` are the hashes of the files that it was made of, by name.
    """

    agency: str
    series: str
    kind: Kind = "first"
    reason: str = ""
    files: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or (self.kind == "correction") != bool(self.reason.strip()):
            raise ValueError("a correction says why, and nothing else does")


class Accepted(NamedTuple):
    """The submission's id, its version in its series, and the addresses of its parcels."""

    id: UUID
    version: int
    addresses: tuple[str, ...]


class Ids(NamedTuple):
    """Where new ids and salts come from."""

    uuid: Callable[[], UUID]
    salt: Callable[[int], bytes]


class Begun(msgspec.Struct, frozen=True):
    """What figures are sorted by before they are accepted: their owner, its States, and what earlier tables by origin fixed."""

    owner: str
    owner_group: frozenset[str]
    folds: tuple[dict[str, Any], ...]


def begin(acting: Acting, submission: Submission, indicators: Iterable[str]) -> Begun:
    """Begin to accept: no other submission of the participant is accepted until this transaction ends.

    Raises Refused for whoever is no focal point of the participant of this agency.
    """
    told = call(
        acting, "begin_accepting(%s, %s, %s)", submission.agency, submission.series, sorted(indicators)
    )
    return msgspec.json.decode(told, type=Begun)


def accept(
    acting: Acting, store: Store, submission: Submission, parcels: Sequence[Parcel], terms: Terms, folds: Sequence[Mapping[str, Any]],
    dimensions: Dimensions, ids: Ids,
) -> Accepted:  # fmt: skip
    """Accept parcels under terms, signed by the viewer, a focal point of the agency's participant.

    Whole or not at all: the pack is on the disk before the transaction ends, and nothing knows of it if that fails. Raises Refused for
    whoever may not sign, or could not read what is signed; Unavailable where the store cannot be written.
    """
    owner, group = acting.viewer.participant, begin(acting, submission, ()).owner_group
    drafts = [
        _Draft(
            ids.uuid(), parcel, _facts(parcel, submission.agency, owner, group, terms), ids.salt(_SALT_BYTES)
        )
        for parcel in parcels
    ]
    slots = {_slot(draft): None for draft in drafts}
    wanted = [{"classes": slot.classes, "year": slot.year} for slot in slots if not slot.alone]
    places = _told(
        acting, "places_to_accept(%s, %s, %s, %s)", submission.agency, len(drafts), len(slots), _json(wanted)
    )
    written, keys, numbers = _write(store, owner, drafts, places, dimensions, ids)
    identity, rows, terms_rows = ids.uuid(), *_rows(drafts, places["numbers"], numbers)
    digest = sha256("".join(sorted(row["address"] for row in rows)).encode()).hexdigest()
    told = {"id": str(identity), "kind": submission.kind, "reason": submission.reason, "digest": digest,
            "files": _json(submission.files)}  # fmt: skip
    version = call(
        acting, "accept_submission(%s, %s, %s, %s, %s, %s, %s, %s)", submission.agency, submission.series,
        *map(_json, (told, terms_rows, rows, [one.told for one in written], keys, list(folds))), refusals=_refusals(),
    )  # fmt: skip
    remove_idle(store, [row["pack"] for row in places["segments"]])
    return Accepted(identity, version, tuple(row["address"] for row in rows))


def remove_idle(store: Store, packs: Iterable[str]) -> None:
    """When this transaction has ended well, remove those of these packs in which nothing lies any more."""
    wanted = sorted(set(packs))

    def remove() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select idle_packs(%s::uuid[])", (wanted,))
            for pack in cursor.fetchone()[0]:
                store.packs.remove(pack)

    if wanted:
        transaction.on_commit(remove, robust=True)


class _Draft(NamedTuple):
    thing: UUID
    parcel: Parcel
    facts: Thing
    salt: bytes


def _facts(parcel: Parcel, agency: str, owner: str, group: frozenset[str], terms: Terms) -> Thing:
    """The facts of the thing that a parcel becomes. What is linked to asylum is never published, and enters no regional total."""
    said = msgspec.structs.asdict(terms)
    if "asylum" in parcel.classes:
        said |= {"published": False, "use": msgspec.structs.replace(terms.use, regional_totals=False)}
    return Thing(
        owner=owner, agency=agency, owner_group=group, topic=parcel.topic, start=parcel.start.isoformat(), end=parcel.end.isoformat(),
        classes=parcel.classes, origin=parcel.origin, origin_open=parcel.origin_open, **said,
    )  # fmt: skip


def _slot(draft: _Draft) -> Slot:
    """Which segment a parcel goes to."""
    is_alone = draft.facts.mark == "RED" or any(one in draft.parcel.classes for one in _OF_ITS_OWN)
    return Slot(
        ",".join(sorted(draft.parcel.classes)), draft.parcel.start.year, str(draft.thing) if is_alone else ""
    )


def _write(
    store: Store, owner: str, drafts: list[_Draft], places: dict[str, Any], dimensions: Dimensions, ids: Ids
) -> tuple[list[Written], list[dict[str, Any]], dict[Slot, str]]:
    """Write the segments that these parcels go to; give what was written, the keys that are new, and the id of each segment."""
    numbered = [
        Numbered(number, _slot(draft), draft.parcel.indicator, draft.parcel.rows, draft.salt)
        for number, draft in zip(places["numbers"], drafts, strict=True)
    ]
    current = {
        Slot(row["classes"], row["year"], ""): Current(UUID(row["id"]), place_from(row))
        for row in places["segments"]
    }
    keys = _OwnerKeys(store, owner, places["keys"], ids)
    writer, written = PackWriter(store, ids.uuid()), []
    for generation, (slot, new) in zip(
        places["generations"], contents(numbered, dimensions).items(), strict=True
    ):
        there = current.get(slot)
        identity = there.id if there else ids.uuid()
        content = added(store, there, new)
        written.append(writer.add(identity, slot, generation, ids.uuid(), keys.of(slot.classes), content))
    writer.finish()
    return written, keys.new, {one.slot: one.told["id"] for one in written}


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


def _rows(
    drafts: list[_Draft], numbers: list[int], segments: dict[Slot, str]
) -> tuple[list[dict[str, Any]], list[dict[str, object]]]:
    """What the database is told of parcels, and of the terms that they are under."""
    under: dict[str, int] = {}
    terms: list[dict[str, object]] = []
    rows = []
    for number, draft in zip(numbers, drafts, strict=True):
        row = terms_row(draft.facts)
        key = _json(row)
        if key not in under:
            terms.append(row)
            under[key] = len(terms)
        rows.append({
            "number": number, "address": _address(draft.parcel, draft.salt), "thing": str(draft.thing),
            "under": under[key], "topic": draft.parcel.topic, "indicator": draft.parcel.indicator,
            "start": draft.facts.start, "end": draft.facts.end, "segment": segments[_slot(draft)],
        })  # fmt: skip
    return rows, terms


def _address(parcel: Parcel, salt: bytes) -> str:
    """The hash of what a parcel holds, in whatever order. Salted: few figures could be guessed from their hash."""
    columns = {
        name: pc.binary_join(column, " ") if pa.types.is_list(column.type) else column
        for name, column in sorted(zip(parcel.rows.column_names, parcel.rows.columns, strict=True))
    }
    text = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), text)
    head = "|".join(
        [
            parcel.indicator,
            parcel.start.isoformat(),
            parcel.end.isoformat(),
            *sorted(parcel.classes),
            *sorted(parcel.origin),
        ]
    )
    lines = sorted(text.getvalue().split(b"\n"))
    return sha256(b"\n".join([salt, head.encode(), *lines])).hexdigest()


def _refusals() -> dict[str, Refused]:
    known = "Give the code of an area, or say that the origin is open."
    return {"LV033": Refused("POL-012", "", "it speaks of people of an area that no list knows.", known)}


def _told(acting: Acting, function: str, *values: object) -> Any:
    return msgspec.json.decode(call(acting, function, *values))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
