"""Who takes part, from the catalogue into the database: kinds, standings, and the closed sets of States that they answer for."""

from __future__ import annotations

from collections.abc import Iterable

from lontar.instance.cursors import Cursor
from lontar.instance.home import Kind
from lontar.model.people.participants import Participant
from lontar.model.policy.allegiances import Allegiances


def takes_part(participant: Participant, kind: Kind) -> bool:
    """Say whether somebody takes part in an instance of this kind.

    A real instance has no fictional participants, a demonstration those and the offices alone.
    """
    if kind == "real":
        return not participant.fictional
    return participant.fictional or participant.kind == "office"


def load_participants(
    cursor: Cursor, kind: Kind, participants: Iterable[Participant], allegiances: Allegiances
) -> None:
    """Bring the participants of the database to what the catalogue says, as the owner role; whether they agreed to be named stays.

    Nobody is taken out here: who leaves is kept for what it owns.
    """
    for one in participants:
        if not takes_part(one, kind):
            continue
        states = sorted(group_of(one, allegiances))
        cursor.execute(
            "insert into members_participant (id, kind, standing, states, named) values (%s, %s, %s, %s, false)"
            " on conflict (id) do update set kind = excluded.kind, standing = excluded.standing, states = excluded.states",
            (one.id, one.kind, one.standing, states),
        )


def group_of(participant: Participant, allegiances: Allegiances) -> frozenset[str]:
    """Give the closed set of States that a participant is or belongs to; empty for an organisation."""
    area = participant.area or (participant.id if participant.fictional else None)
    return allegiances.of(area) if area and participant.kind in {"State", "territory"} else frozenset()
