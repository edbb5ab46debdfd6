"""Before anything is sent: who would see it and who not; and what a participant would see in return."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from lontar.model.policy.facts import GRAINS, PUBLIC, Grain, Question, Role, Span, Thing, Viewer
from lontar.sharing.deciding import Policy

ROLES: tuple[Role, ...] = ("data_officer", "focal_point", "analyst", "liaison_officer", "case_worker")
"""The roles that a preview asks for; a reviewer reads what they read."""


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A participant as a preview knows it: its facts, its agencies' functions, and whether it agreed to be named as a contributor."""

    viewer: Viewer
    named: bool = False


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What one participant would see in one role: the finest grain (None: nothing), whether it may take it away, and by which rules."""

    participant: str
    role: str
    grain: Grain | None
    export: bool
    rules: tuple[str, ...]
    reasons: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Who would see a thing. `others` says that there are contributors that did not agree to be named; how many is not told."""

    seen: tuple[Seen, ...]
    others: bool


def preview(policy: Policy, thing: Thing, seats: Iterable[Seat], now: datetime) -> Preview:
    """Say for every participant and role, and for the public, what they would see of a thing that is not yet sent.

    Who sees a thing by having contributed is named only if it agreed to be; whom its owner named is always told.
    """
    seen: list[Seen] = []
    others = False
    for seat in seats:
        for role in ROLES:
            one = _seen(
                policy, msgspec.structs.replace(seat.viewer, roles=frozenset({role})), role, thing, now
            )
            if one.rules == ("SH-03",) and not seat.named and seat.viewer.participant != thing.owner:
                others = True
                hidden = msgspec.structs.replace(seat.viewer, roles=frozenset({role}), contributed=())
                one = _seen(policy, hidden, role, thing, now)
            seen.append(one)
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
    policy: Policy, viewer: Viewer, given: Span, things: Iterable[Thing], now: datetime
) -> Iterator[Thing]:
    """Give the things that a viewer does not see yet, and would see if its participant contributed to this topic and period."""
    giving = msgspec.structs.replace(viewer, contributed=(*viewer.contributed, given))
    for thing in things:
        asked = Question(viewer=viewer, thing=thing, now=now)
        if not policy.allows(asked) and policy.allows(msgspec.structs.replace(asked, viewer=giving)):
            yield thing
