"""How uncertain each figure has to stay, for each group that attacks it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lontar.disclosure.blocks import Amounts
from lontar.disclosure.programs import ENOUGH, Goal
from lontar.disclosure.puzzles import Ids, Puzzle, Target
from lontar.model.figures.thresholds import Thresholds

ENOUGH_ALIKE = 3
"""From so many groups on that cannot be told apart, one of them being the attacker, each figure could be nothing."""


class Setting:
    """Sets the goals of a puzzle: those that the truth itself does not reach, which are few."""

    def __init__(self, puzzle: Puzzle, thresholds: Thresholds) -> None:
        self.puzzle, self.thresholds = puzzle, thresholds
        self.truth = puzzle.truth
        self.taking = puzzle.takes_part.sum(axis=0)

    def goals(self) -> tuple[list[Goal], dict[int, list[Goal]]]:
        """Give the goals that are about many groups at once, and those about one group alone, by group."""
        together: list[Goal] = []
        alone: dict[int, list[Goal]] = {}
        for number, target in enumerate(self.puzzle.targets):
            is_many = (self.taking[target.ids] >= ENOUGH_ALIKE).all(axis=0)
            given = target.given.any(axis=0)
            together += self._of_many(number, target, is_many & given)
            for code in np.flatnonzero(given & ~is_many):
                for at in np.flatnonzero(target.given[:, code]):
                    if not self.puzzle.is_told(target, int(at), int(code)):
                        goals = self._of_one(number, target, int(at), int(code))
                        alone.setdefault(target.members[at], []).extend(goals)
        return together, alone

    def _of_many(
        self, number: int, target: Target, wanted: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    ) -> Iterator[Goal]:
        """Where another could have all of a figure, only how high it could be is a question, and the highest answers for all.

        An attacker takes away what it holds; of the rest, the largest other has to be able to have so much more than it has.
        """
        held = self.puzzle.held[:, target.ids].sum(axis=1)
        wishes = np.where(target.given, self._high(target.amounts, np.zeros(1)), -np.inf)
        first = wishes.max(axis=0)
        bounds = np.vstack([held + first, first])
        ahead = wishes.argmax(axis=0)
        others = wishes.copy()
        others[ahead, np.arange(wishes.shape[1])] = -np.inf
        leaders = np.array(target.members)[ahead]
        columns = np.arange(wishes.shape[1])
        bounds[leaders, columns] = held[leaders, columns] + others.max(axis=0)
        reached = self.truth[target.ids].sum(axis=0) >= bounds.max(axis=0) * (1 - ENOUGH)
        for code in np.flatnonzero(wanted & ~reached):
            yield Goal((number, int(code)), target.ids[:, code], True, bounds[:, code])

    def _of_one(self, number: int, target: Target, at: int, code: int) -> Iterator[Goal]:
        """Goals for one group's figure: how high, and how low where nobody else could have what it has."""
        group, ids = target.members[at], target.ids[:, code]
        amount = target.amounts[at, code : code + 1]
        low = self._low(amount)
        high = float(self._high(amount, low)[0])
        held = self.puzzle.held[:, ids].sum(axis=1)
        bounds = np.append(held + high, high)
        bounds[group] = -np.inf
        yield Goal((number, code), ids, True, bounds)
        yield from self._lowest(number, code, ids, group, float(low[0]))

    def _lowest(self, number: int, code: int, ids: Ids, group: int, low: float) -> Iterator[Goal]:
        """A partner shares an unknown with the group and nobody else does: to the partner alone that unknown tells the figure."""
        takes_part = self.puzzle.takes_part[:, ids]
        size = takes_part.sum(axis=0)
        own = ids[size == 1]
        partners = sorted(set(np.flatnonzero(takes_part[:, size == 2].any(axis=1)).tolist()) - {group})
        bounds = np.full(len(self.puzzle.groups) + 1, low)
        bounds[[group, *partners]] = np.inf
        if len(own):
            yield Goal((number, code), own, False, bounds)
        for partner in partners:
            shared = ids[(size == 1) | ((size == 2) & takes_part[partner])]
            bounds = np.full(len(self.puzzle.groups) + 1, np.inf)
            bounds[partner] = low + self.puzzle.held[partner, shared].sum()
            yield Goal((number, code), shared, False, bounds)

    def _low(self, amounts: Amounts) -> Amounts:
        """How low each figure has to be able to lie."""
        low = np.minimum(
            amounts * (1 - self.thresholds.prior_percent / 100), amounts - self.thresholds.rounding / 2
        )
        low = np.maximum(low, 0)
        return np.floor(low + ENOUGH) if self.puzzle.is_whole else low

    def _high(self, amounts: Amounts, low: Amounts) -> Amounts:
        """How high, and so far from how low that the two are `rounding` apart."""
        high = np.maximum(amounts * (1 + self.thresholds.prior_percent / 100), low + self.thresholds.rounding)
        return np.ceil(high - ENOUGH) if self.puzzle.is_whole else high
