"""Facts of a thing as the database holds them, and back."""

from __future__ import annotations

from typing import Any

import msgspec

from lontar.model.policy.facts import Thing

_SETS = ("owner_group", "shared_with", "named", "classes", "origin")
_USE = {
    "finest": "finest",
    "may_be_exported": "export",
    "regional_totals": "regional_totals",
    "no_onward": "no_onward",
    "no_ranking": "no_ranking",
}
"""Column of the terms -> field of the use."""
_PLAIN = (
    "owner", "agency", "mark", "kind", "sent_to_office", "in_edition", "not_before", "expires", "recalled", "published", "origin_open",
)  # fmt: skip


def terms_row(facts: Thing) -> dict[str, object]:
    """Give the columns of the terms that a thing with these facts is under; sets in one order, so that equal facts are equal rows."""
    row: dict[str, object] = {name: getattr(facts, name) for name in _PLAIN}
    row |= {name: sorted(getattr(facts, name)) for name in _SETS}
    row |= {column: getattr(facts.use, name) for column, name in _USE.items()}
    return {**row, "list_only": facts.is_list_only}


def facts_from_row(row: dict[str, Any]) -> Thing:
    """Give the facts of a thing from the columns of its terms with its topic, and the first and last day of its period."""
    use = {name: row[column] for column, name in _USE.items()}
    others = {name: value for name, value in row.items() if name not in _USE}
    return msgspec.convert({**others, "use": use}, Thing)
