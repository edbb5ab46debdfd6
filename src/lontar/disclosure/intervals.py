"""What one figure could be, as one group or the public sees it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lontar.disclosure.blocks import blocks_of
from lontar.disclosure.cells import Cell, Echo
from lontar.disclosure.editions import Edition
from lontar.disclosure.programs import Program
from lontar.disclosure.puzzles import Puzzle
from lontar.disclosure.rules import Span


def feasible_interval(
    editions: Sequence[Edition], echoes: Sequence[Echo], cell: Cell, group: str, attacker: str = ""
) -> Span:
    """Give the lowest and the highest that a group's last figure in a cell could be, given all editions and what the attacker gave itself.

    The attacker '' is the public. All echoes are taken to tell the truth. Raises KeyError where the group has no such figure.
    """
    block = next((one for one in blocks_of(editions, echoes, is_all=True) if cell in one.places), None)
    if block is None:
        raise KeyError(cell)
    puzzle = Puzzle(block)
    program = Program(puzzle)
    number = puzzle.groups.index(group) if group in puzzle.groups else -1
    attackers = [puzzle.groups.index(attacker)] if attacker in puzzle.groups else []
    ids = puzzle.unknowns_of(cell, number)
    others = np.delete(puzzle.takes_part, [number, *attackers], axis=0)[:, ids].any(axis=0)
    known = puzzle.held[attackers][:, ids].sum(axis=0)
    high = program.extreme(ids, attackers, is_up=True) - float(known.sum())
    own = ids[~others]
    low = program.extreme(own, attackers, is_up=False) - float(known[~others].sum()) if len(own) else 0.0
    return Span(low, high)
