"""What stands for a submission before the policy while it is not signed: AMBER+STRICT, protected like the strictest figure it may hold."""

from __future__ import annotations

from collections.abc import Iterable

from lontar.model.figures.indicators import Indicator
from lontar.model.policy.facts import Protected, Thing, Use
from lontar.things.rows import terms_row

UNKNOWN_TOPIC = "unknown"
"""What is not known to be about anything yet."""
_EVERYTHING: frozenset[Protected] = frozenset({"asylum", "victim", "returnee", "rescue"})


def standing(participant: str, agency: str, indicators: Iterable[Indicator]) -> dict[str, dict[str, object]]:
    """Give the terms of what stands for a submission, by topic: the classes of all that the indicators may hold.

    Without indicators nobody knows what it holds, and it is protected like everything. Origins are not known before figures are; they
    are open. The States of the owner are filled in by the database.
    """
    classes: dict[str, frozenset[Protected]] = {}
    for one in indicators:
        classes[one.topic] = classes.get(one.topic, frozenset()) | _classes(one)
    return {
        topic: _terms(participant, agency, topic, held)
        for topic, held in (classes or {UNKNOWN_TOPIC: _EVERYTHING}).items()
    }


def _classes(indicator: Indicator) -> frozenset[Protected]:
    linked: frozenset[Protected] = frozenset() if indicator.asylum_link == "no" else frozenset({"asylum"})
    return linked | frozenset(indicator.classes) | frozenset(indicator.classes_finer_than_total)


def _terms(participant: str, agency: str, topic: str, classes: frozenset[Protected]) -> dict[str, object]:
    facts = Thing(
        owner=participant, agency=agency, topic=topic, start="1970-01-01", end="1970-01-01", mark="AMBER+STRICT", classes=classes,
        origin_open="asylum" in classes, use=Use(export=False, regional_totals=False),
    )  # fmt: skip
    return terms_row(facts)
