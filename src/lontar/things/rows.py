"""Facts of a thing as the columns of its terms, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lontar.model.policy.facts import Thing, Use

TERMS = (
    "owner", "agency", "mark", "kind", "owner_group", "shared_with", "named", "list_only", "finest", "may_be_exported",
    "regional_totals", "no_onward", "no_ranking", "sent_to_office", "in_edition", "not_before", "expires", "recalled", "published",
    "classes", "origin", "origin_open",
)  # fmt: skip
"""The columns of terms that hold facts, in the order of the table."""


def terms_row(facts: Thing) -> tuple[object, ...]:
    """Give the columns of the terms that a thing with these facts is under; sets in one order, so that equal facts are equal rows."""
    use = facts.use
    return (
        facts.owner, facts.agency, facts.mark, facts.kind, sorted(facts.owner_group), sorted(facts.shared_with), sorted(facts.named),
        facts.is_list_only, use.finest, use.export, use.regional_totals, use.no_onward, use.no_ranking, facts.sent_to_office,
        facts.in_edition, facts.not_before, facts.expires, facts.recalled, facts.published, sorted(facts.classes),
        sorted(facts.origin), facts.origin_open,
    )  # fmt: skip


def facts_from_row(row: Sequence[Any]) -> Thing:
    """Give the facts of a thing from the columns of its terms, its topic, and the first and last day of its period."""
    told = dict(zip((*TERMS, "topic", "start", "end"), row, strict=True))
    use = Use(
        finest=told.pop("finest"), export=told.pop("may_be_exported"), regional_totals=told.pop("regional_totals"),
        no_onward=told.pop("no_onward"), no_ranking=told.pop("no_ranking"),
    )  # fmt: skip
    for name in ("owner_group", "shared_with", "named", "classes", "origin"):
        told[name] = frozenset(told[name])
    told |= {"start": told["start"].isoformat(), "end": told["end"].isoformat()}
    return Thing(**told, use=use)
