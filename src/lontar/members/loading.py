"""Who takes part, from the catalogue into the database: kinds, standings, and the closed sets of States that they answer for."""

from __future__ import annotations

from collections.abc import Iterable

from lontar.instance.cursors import Cursor
from lontar.instance.home import Kind
from lontar.model.people.participants import Participant
from lontar.model.policy.allegiances import Allegiances


def load_participants(
    cursor: Cursor, kind: Kind, participants: Iterable[Participant], allegiances: Allegiances
) -> None:
    """Bring the participants of the database to what the catalogue says, as the owner role; whether they agreed to be named stays.

    A real instance has no fictional participants, a demonstration those and the offices alone. Nobody is taken out here: who leaves is
    kept for what it owns.
    """
    for one in participants:
        belongs = not one.fictional if kind == "real" else one.fictional or one.kind == "office"
        if not belongs:
            continue
        area = one.area or (one.id if one.fictional else None)
        states = sorted(allegiances.of(area)) if area and one.kind in {"State", "territory"} else []
        cursor.execute(
            "insert into members_participant (id, kind, standing, states, named) values (%s, %s, %s, %s, false)"
            " on conflict (id) do update set kind = excluded.kind, standing = excluded.standing, states = excluded.states",
            (one.id, one.kind, one.standing, states),
        )
