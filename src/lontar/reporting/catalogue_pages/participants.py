"""What the pages of participants show: who takes part in an instance of this kind, and which of its tables have a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lontar.instance.home import Kind
from lontar.members.loading import takes_part
from lontar.members.names import participant_name
from lontar.model.mapping import MappingBundle
from lontar.model.people.participants import Participant
from lontar.reporting.catalogue_pages.shelf import bundles, catalogue
from lontar.reporting.catalogue_pages.wording import label_of


def those_who_take_part(kind: Kind) -> list[Participant]:
    """Give who takes part in an instance of this kind, in the order of the reader's names for them."""
    found = (one for one in catalogue().participants() if takes_part(one, kind))
    return sorted(found, key=lambda one: participant_name(one.id).casefold())


def one_participant(participant_id: str, kind: Kind) -> Participant | None:
    """Give a participant of an instance of this kind; None where it does not take part."""
    return next((one for one in those_who_take_part(kind) if one.id == participant_id), None)


def in_short(participant: Participant) -> dict[str, Any]:
    """Give what the list of participants shows of one."""
    return {
        "id": participant.id,
        "name": participant_name(participant.id),
        "kind": label_of("participant_kind", participant.kind),
        "standing": label_of("standing", participant.standing),
        "is_office": participant.kind == "office",
        "is_verified": participant.verified,
        "tables": len(list(tables_of(participant.id))),
    }


def tables_of(participant_id: str) -> Iterator[MappingBundle]:
    """Give the mappings of tables that a participant itself says."""
    reporters = {one.id for one in catalogue().reporters() if one.participant == participant_id}
    return (one for one in bundles().values() if one.mapping.reporter in reporters)
