"""Withdraw and purge what was accepted: the first stops all reading by others, the second destroys the figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from lontar.members.acting import Acting, call
from lontar.warehouse.entering import Ids, as_json, remove_idle
from lontar.warehouse.store.blocks import without
from lontar.warehouse.store.keeping import Store
from lontar.warehouse.store.segments import read_coded
from lontar.warehouse.store.writing import Slot, VolumeWriter, place_from


def withdraw(acting: Acting, submission: UUID, reason: str) -> None:
    """Stop all reading of a submission's figures by anyone but their owner, at once, as a focal point of the owner.

    Regional totals that counted them keep their figure until the next edition. Past readers are told. Raises Refused for anyone else.
    """
    call(acting, "withdraw_submission(%s, %s)", submission, reason)


def purge(acting: Acting, store: Store, submission: UUID, reason: str, ids: Ids) -> None:
    """Destroy a submission's figures, as a focal point of the owner: segments are written anew without them, under new keys.

    The journal still says that they were accepted and purged, and past readers are told. Backups hold them until they are destroyed
    themselves. Raises Refused for anyone else.
    """
    told = msgspec.json.decode(call(acting, "places_to_purge(%s)", submission))
    gone, writer = frozenset(told["numbers"]), VolumeWriter(store, ids.uuid())
    written: list[dict[str, Any]] = []
    emptied: list[str] = []
    for row in told["segments"]:
        place = place_from(row)
        coded = read_coded(store.read(place, "figures"), store.read(place, "trace"))
        left = {name: part for name, one in coded.items() if (part := without(one, gone)).blocks.num_rows}
        if left:
            slot = Slot(row["classes"], row["year"], row["alone"])
            written.append(
                writer.add(UUID(row["id"]), slot, row["next_generation"], ids.uuid(), place.key, left).told
            )
        else:
            emptied.append(row["id"])
    writer.finish()
    call(
        acting,
        "purge_submission(%s, %s, %s, %s)",
        submission,
        reason,
        as_json(written),
        emptied,
    )
    remove_idle(store, [row["volume"] for row in told["segments"]])
