"""Before the button: who would read what is to be signed, who not, and what the participant would read in return."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import msgspec

from lontar.members.acting import Acting
from lontar.members.names import participant_name, policy, rule, topic_title
from lontar.members.queries import seats
from lontar.model.figures.indicators import Indicator
from lontar.model.policy.facts import GRAINS, Grain, Span, Thing
from lontar.sharing.previews import Seen, preview
from lontar.warehouse.accepting import Terms


class Reader(NamedTuple):
    """A participant that would read it: the finest grain, whether as a file too, the rule, and whether its police would not."""

    name: str
    grain: Grain
    export: bool
    rule: str
    not_police: bool


class Topic(NamedTuple):
    """Who would read the figures of one topic, and who not; `others`: members that did not agree to be named, if it is GREEN."""

    title: str
    readers: list[Reader]
    not_for: list[str]
    is_public: bool
    others: bool


def previews(
    acting: Acting, agency: str, indicators: list[Indicator], days: tuple[date, date], terms: Terms
) -> Iterator[Topic]:
    """Say, topic by topic, who would read what is to be signed. What is linked to asylum, or small, is kept apart and read by fewer."""
    for topic in dict.fromkeys(one.topic for one in indicators):
        classes = frozenset().union(*(one.classes for one in indicators if one.topic == topic))
        first, last = (day.isoformat() for day in days)
        thing = Thing(
            owner=acting.viewer.participant, agency=agency, owner_group=acting.viewer.allegiance, topic=topic, start=first, end=last,
            classes=classes, **msgspec.structs.asdict(terms),
        )  # fmt: skip
        known, others = seats(acting, Span(topic=topic, start=first, end=last))
        told = preview(policy(), thing, known, others, acting.now)
        yield _topic(
            acting.viewer.participant, topic, told.seen, others=told.others and terms.mark == "GREEN"
        )


def _topic(own: str, topic: str, seen: tuple[Seen, ...], *, others: bool) -> Topic:
    by_participant: dict[str, list[Seen]] = {}
    for one in seen:
        by_participant.setdefault(one.participant, []).append(one)
    readers, not_for = [], []
    for participant, told in sorted(by_participant.items()):
        best = max(told, key=lambda one: GRAINS.index(one.grain) if one.grain else -1)
        if participant in ("", own):
            continue
        if best.grain is None:
            not_for.append(participant_name(participant))
            continue
        known = rule(best.rules[0]) if best.rules else None
        police = next(one for one in told if one.role == "enforcement")
        readers.append(
            Reader(
                participant_name(participant),
                best.grain,
                best.export,
                known.title if known else "",
                police.grain is None,
            )
        )
    is_public = any(one.grain is not None for one in by_participant.get("", ()))
    return Topic(topic_title(topic), readers, not_for, is_public, others)
