"""Before anything is sent: who would see it and who not; and what a participant would see in return."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from lontar.model.policy.facts import GRAINS, PUBLIC, Contribution, Grain, Question, Role, Thing, Viewer
from lontar.sharing.deciding import Policy

ROLES: tuple[Role, ...] = ("data_officer", "focal_point", "analyst", "liaison_officer", "case_worker")
"""The roles that a preview asks for; a reviewer reads what they read."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one participant would see in one role: the finest grain (None: nothing), whether it may take it away, and by which rules."""

    participant: str
    role: str
    grain: Grain | None
    export: bool
    rules: tuple[str, ...]
    reasons: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Who would see a thing. `others`: members gave that did not agree to be named, and see what is GREEN; how many is not told."""

    seen: tuple[Seen, ...]
    others: bool


def preview(policy: Policy, thing: Thing, seats: Iterable[Viewer], others: bool, now: datetime) -> Preview:
    """Say for every participant and role, and for the public, what they would see of a thing that is not yet sent.

    `seats` are the participants as the asker may know them (lontar.members.queries.seats): contributions of those who did not agree to
    be named are not among them, and `others` says whether there are any. Each is asked for in every role, and as an officer who also
    works in enforcement.
    """
    seen: list[Seen] = []
    for seat in seats:
        asked = [(role, msgspec.structs.replace(seat, roles=frozenset({role}))) for role in ROLES]
        police = msgspec.structs.replace(
            seat, roles=frozenset({"data_officer"}), functions=frozenset({"enforcement"})
        )
        seen += [
            _seen(policy, viewer, role, thing, now) for role, viewer in (*asked, ("enforcement", police))
        ]
    seen.append(_seen(policy, PUBLIC, "public", thing, now))
    return Preview(seen=tuple(seen), others=others)


def _seen(policy: Policy, viewer: Viewer, role: str, thing: Thing, now: datetime) -> Seen:
    """The finest grain that is allowed; who may read finely may read coarsely (proved as I8c)."""
    for grain in reversed(GRAINS):
        question = Question(viewer=viewer, thing=thing, grain=grain, now=now)
        decision = policy.decide(question)
        if decision.allowed:
            away = policy.allows(msgspec.structs.replace(question, export=True))
            return Seen(
                participant=viewer.participant,
                role=role,
                grain=grain,
                export=away,
                rules=decision.rules,
                reasons=decision.reasons,
            )
    denied = policy.decide(Question(viewer=viewer, thing=thing, grain="total", now=now))
    return Seen(
        participant=viewer.participant, role=role, grain=None, export=False, rules=denied.rules, reasons=()
    )


def opened_by(
    policy: Policy, viewer: Viewer, given: Contribution, things: Iterable[Thing], now: datetime
) -> Iterator[Thing]:
    """Give the things that a viewer does not see yet, and would see if its participant contributed to this topic and period."""
    giving = msgspec.structs.replace(viewer, contributed=(*viewer.contributed, given))
    for thing in things:
        asked = Question(viewer=viewer, thing=thing, now=now)
        if not policy.allows(asked) and policy.allows(msgspec.structs.replace(asked, viewer=giving)):
            yield thing
