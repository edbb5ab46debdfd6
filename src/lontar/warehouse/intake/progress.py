"""What is decided so far on the tables of one indicator."""

from __future__ import annotations

from dataclasses import dataclass, field

from lontar.warehouse.intake.showing import Shown
from lontar.warehouse.intake.tables import Key, OneTable, Situation
from lontar.warehouse.intake.terms import Precedent

Known = list[tuple[int, Precedent]]
"""Precedents, each with the number of its series, or -1 if nothing of that series was sent."""


@dataclass
class Progress:
    """All tables; those that are shown, with the codes folded in each; those with something too small; and what is shown of a series."""

    tables: dict[Key, OneTable] = field(default_factory=dict)
    shown: dict[Key, frozenset[str]] = field(default_factory=dict)
    small: set[Key] = field(default_factory=set)
    boards: dict[int, Shown] = field(default_factory=dict)

    def may_show(self, situation: Situation, one: OneTable) -> bool:
        """Say whether a table tells nothing hidden beside what is shown of its series."""
        return self.boards[one.series].may_show(one.shape, situation.ends(one.span))

    def show(self, situation: Situation, one: OneTable, codes: frozenset[str] = frozenset()) -> None:
        """Show a table, with these codes folded, if it may be shown."""
        if self.may_show(situation, one):
            self.boards[one.series].show(one.shape, situation.ends(one.span))
            self.shown[one.key] = codes
