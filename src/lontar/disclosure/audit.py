"""The audit: could anybody work out another's figure from all editions together, what it gave itself, and what others published?"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import numpy as np

from lontar.disclosure.blocks import Block, blocks_of, period_of
from lontar.disclosure.cells import Cell, Echo
from lontar.disclosure.editions import Edition, Exposed, Findings
from lontar.disclosure.goals import Setting
from lontar.disclosure.programs import Goal, Program
from lontar.disclosure.puzzles import Puzzle
from lontar.model.figures.thresholds import Thresholds

DAYS_OF_A_MONTH = 30


def audit_edition(
    draft: Edition, earlier: Sequence[Edition], echoes: Sequence[Echo], thresholds: Thresholds
) -> Findings:
    """Find which totals that a draft shows for the first time have to be withheld, so that every figure stays uncertain enough.

    For every group as the attacker, another group's figure x has to be able to lie as low as x - p% and as high as x + p%, and the two at
    least `rounding` apart. Totals are withheld until that holds, the least useful first: see `usefulness`.
    """
    withhold: set[Cell] = set()
    exposed: list[Exposed] = []
    heard = [
        echo for echo in echoes if echo.tells(draft.contributed.get(echo.cell, {}), thresholds.prior_percent)
    ]
    for block in blocks_of([*earlier, draft], heard):
        examination = _Examination(block, thresholds)
        examination.run()
        withhold |= examination.withheld
        exposed += examination.exposed
    return Findings(frozenset(withhold), tuple(exposed))


def usefulness(cell: Cell, value: int) -> float:
    """Weigh a total: longer periods outweigh shorter ones, wholes their codes, large figures small ones."""
    first, last = period_of(cell)
    months = max(1, round((last - first + 1) / DAYS_OF_A_MONTH))
    return months * (1 if cell.dimension else 10) * (1 + log10(1 + value))


class _Examination:
    """Looks at one block, and withholds in it until all its figures are safe."""

    def __init__(self, block: Block, thresholds: Thresholds) -> None:
        self.thresholds = thresholds
        self.puzzle = Puzzle(block)
        self.program = Program(self.puzzle)
        self.shown = {telling.cell: telling.shown.value for telling in block.tellings if telling.is_new}
        self.withheld: set[Cell] = set()
        self.exposed: list[Exposed] = []

    def run(self) -> None:
        everybody = np.argsort(-self.puzzle.held.sum(axis=1), kind="stable").tolist()
        setting = Setting(self.puzzle, self.thresholds)
        together, alone = setting.goals()
        self._examine(together, everybody)
        for of in sorted(alone):
            self._examine(alone[of], [one for one in everybody if one != of])

    def _examine(self, goals: list[Goal], attackers: list[int]) -> None:
        """Look for worlds in which the goals are reached and that none of the attackers can rule out; where there is none, try fewer."""
        goals = self._unreached([goal for goal in goals if np.isfinite(goal.bound(attackers))], attackers)
        if not goals:
            return
        if len(attackers) > 1:
            half = len(attackers) // 2
            self._examine(goals, attackers[:half])
            self._examine(goals, attackers[half:])
            return
        for goal in goals:
            if self._unreached([goal], attackers):
                self._mend(goal, attackers)

    def _unreached(self, goals: list[Goal], attackers: list[int]) -> list[Goal]:
        """Take away the goals that some world reaches, as long as there are such."""
        while goals:
            world = self.program.nearest(goals, attackers)
            left = [
                goal for goal in goals if world is None or not goal.is_reached(world, goal.bound(attackers))
            ]
            if len(left) == len(goals):
                return goals
            goals = left
        return goals

    def _mend(self, goal: Goal, attackers: list[int]) -> None:
        weights = [self._weight(at) for at in self.program.opening]
        wrong = self.program.cheapest(goal, attackers, weights)
        if wrong is None:
            self.exposed.append(self._exposed(goal))
            return
        for at in wrong:
            self.program.withhold(at)
            cell = self.puzzle.sums[at].opens
            assert cell is not None
            self.withheld.add(cell)

    def _weight(self, at: int) -> float:
        cell = self.puzzle.sums[at].opens
        assert cell is not None
        return 0.0 if cell in self.withheld else usefulness(cell, self.shown[cell])

    def _exposed(self, goal: Goal) -> Exposed:
        target = self.puzzle.targets[goal.about[0]]
        cell = target.cells[goal.about[1]]
        assert cell is not None
        given = target.given[:, goal.about[1]]
        return Exposed(
            cell,
            tuple(
                self.puzzle.groups[one]
                for one, is_given in zip(target.members, given, strict=True)
                if is_given
            ),
        )
