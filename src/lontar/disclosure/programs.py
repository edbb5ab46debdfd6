"""Linear programs over a puzzle: is there another world that agrees with all that is known, and differs by enough? Solved by HiGHS."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from lontar.disclosure.blocks import Amounts
from lontar.disclosure.puzzles import Ids, Puzzle

Numbers = NDArray[np.int32]
ENOUGH = 1e-6
"""By how much of itself a bound may be missed: what the solver leaves open."""


class Goal(NamedTuple):
    """A sum of unknowns that has to be able to reach a bound, from below (`is_up`) or from above.

    `bounds` says which, for each group as the attacker (who knows what it holds itself); its last entry is for the public.
    """

    about: tuple[int, int]
    ids: Ids
    is_up: bool
    bounds: Amounts

    def bound(self, attackers: Sequence[int]) -> float:
        """Give the bound that is enough against all these; without any, against the public."""
        among = self.bounds[list(attackers)] if attackers else self.bounds[-1:]
        return float(among.max() if self.is_up else among.min())

    def is_reached(self, world: Amounts, bound: float) -> bool:
        """Say whether a world reaches the bound."""
        at = float(world[self.ids].sum())
        miss = bound - at if self.is_up else at - bound
        return miss <= ENOUGH * max(1.0, abs(bound))


class Program:
    """The linear program of a puzzle, without the goals, which each question adds.

    Its columns are the unknowns, then for each new total two by which it may be wrong, above and below (closed unless asked
    for), then for each goal by how much it is missed.
    """

    def __init__(self, puzzle: Puzzle) -> None:
        self.puzzle = puzzle
        self.opening = [at for at, one in enumerate(puzzle.sums) if one.opens is not None]
        self.unknowns = puzzle.held.shape[1]
        self.row_lower = np.array(
            [one.span.low for one in puzzle.sums] + [0.0] * len(puzzle.equal), dtype=np.float64
        )
        self.row_upper = np.array(
            [one.span.high for one in puzzle.sums] + [0.0] * len(puzzle.equal), dtype=np.float64
        )
        self.columns, self.values = self._rows()

    def _rows(self) -> tuple[list[Numbers], list[Amounts]]:
        columns, values = [], []
        wrong = {at: self.unknowns + 2 * number for number, at in enumerate(self.opening)}
        for at, one in enumerate(self.puzzle.sums):
            extra = [wrong[at], wrong[at] + 1] if at in wrong else []
            columns.append(np.array([*one.ids, *extra], dtype=np.int32))
            values.append(np.array([1.0] * len(one.ids) + [1.0, -1.0][: len(extra)]))
        for plus, minus in self.puzzle.equal:
            columns.append(np.array([*plus, *minus], dtype=np.int32))
            values.append(np.array([1.0] * len(plus) + [-1.0] * len(minus)))
        return columns, values

    def withhold(self, at: int) -> None:
        """Take away what a sum tells."""
        self.row_lower[at], self.row_upper[at] = -highspy.kHighsInf, highspy.kHighsInf

    def bounds(self, attackers: Sequence[int]) -> tuple[Amounts, Amounts]:
        """Between what each unknown lies in a world that none of these attackers can rule out.

        Each knows what it holds itself, and that nobody else holds anything where it alone takes part.
        """
        lower, upper = np.zeros(self.unknowns), np.full(self.unknowns, highspy.kHighsInf)
        if attackers:
            held, takes_part = self.puzzle.held[list(attackers)], self.puzzle.takes_part
            lower = held.max(axis=0)
            alone = (takes_part.sum(axis=0) == 1) & takes_part[list(attackers)].any(axis=0)
            upper[alone] = lower[alone]
        return lower, upper

    def nearest(self, goals: Sequence[Goal], attackers: Sequence[int]) -> Amounts | None:
        """Find a world that misses the goals by as little as can be, each counted by its size."""
        wanted = [goal.bound(attackers) for goal in goals]
        cost = np.zeros(self.unknowns + 2 * len(self.opening) + len(goals))
        cost[len(cost) - len(goals) :] = [1 / max(1.0, abs(bound)) for bound in wanted]
        return self._solve(goals, wanted, attackers, cost, missed=highspy.kHighsInf, wrong=0.0)

    def cheapest(self, goal: Goal, attackers: Sequence[int], weights: Sequence[float]) -> list[int] | None:
        """Find which new totals to withhold so that a goal is reached, the least weight first; None where none would do."""
        cost = np.zeros(self.unknowns + 2 * len(self.opening) + 1)
        cost[self.unknowns : -1] = np.repeat(np.array(weights, dtype=np.float64), 2)
        wanted = [goal.bound(attackers)]
        world = self._solve([goal], wanted, attackers, cost, missed=0.0, wrong=highspy.kHighsInf)
        if world is None:
            return None
        return [at for at in self.opening if self._is_wrong(world, at)]

    def extreme(self, ids: Ids, attackers: Sequence[int], is_up: bool) -> float:
        """Give the most, or the least, that a sum of unknowns could be."""
        cost = np.zeros(self.unknowns + 2 * len(self.opening))
        cost[ids] = -1.0 if is_up else 1.0
        world = self._solve([], [], attackers, cost, missed=0.0, wrong=0.0)
        if world is None:  # nothing bounds it
            return highspy.kHighsInf if is_up else 0.0
        return float(world[ids].sum())

    def _is_wrong(self, world: Amounts, at: int) -> bool:
        total = float(world[self.puzzle.sums[at].ids].sum())
        leeway = ENOUGH * max(1.0, abs(total))
        return not self.row_lower[at] - leeway <= total <= self.row_upper[at] + leeway

    def _solve(
        self,
        goals: Sequence[Goal],
        wanted: Sequence[float],
        attackers: Sequence[int],
        cost: Amounts,
        missed: float,
        wrong: float,
    ) -> Amounts | None:
        lower, upper = self.bounds(attackers)
        beside = 2 * len(self.opening)
        first = self.unknowns + beside
        infinity = highspy.kHighsInf
        lp = highspy.HighsLp()
        lp.col_cost_ = cost
        lp.col_lower_ = np.concatenate([lower, np.zeros(beside + len(goals))])
        lp.col_upper_ = np.concatenate([upper, np.full(beside, wrong), np.full(len(goals), missed)])
        columns = [np.append(goal.ids, first + at).astype(np.int32) for at, goal in enumerate(goals)]
        values = [np.append(np.ones(len(goal.ids)), 1.0 if goal.is_up else -1.0) for goal in goals]
        ups = np.array([goal.is_up for goal in goals], dtype=np.bool_)
        bound = np.array(wanted)
        lp.row_lower_ = np.concatenate([self.row_lower, np.where(ups, bound, -infinity)])
        lp.row_upper_ = np.concatenate([self.row_upper, np.where(ups, infinity, bound)])
        solution = _run(lp, [*self.columns, *columns], [*self.values, *values])
        return None if solution is None else solution[: self.unknowns]


def _run(lp: highspy.HighsLp, columns: Sequence[Numbers], values: Sequence[Amounts]) -> Amounts | None:
    """Solve a program whose rows are these; None where nothing fits. One thread, so that the same question has the same answer."""
    lp.num_col_, lp.num_row_ = len(lp.col_lower_), len(lp.row_lower_)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row) for row in columns])]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([np.zeros(0, dtype=np.int32), *columns])
    lp.a_matrix_.value_ = np.concatenate([np.zeros(0), *values])
    solver = _solver()
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)


def _solver() -> highspy.Highs:
    _greet()
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # so in the library
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    return solver


@cache
def _greet() -> None:
    """Let HiGHS print who it is where nobody reads it: the first solver of a process does, past Python and before it can be silenced."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            highspy.Highs()  # type: ignore[no-untyped-call]  # so in the library
    finally:
        os.dup2(kept, 1)
        os.close(kept)
