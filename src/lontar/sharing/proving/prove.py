"""Ask the solver about every claim."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import z3

from lontar.model.policy.language import Rule
from lontar.sharing.proving.invariants import Claim, claims
from lontar.sharing.proving.promises import promised
from lontar.sharing.proving.symbols import SymbolicPolicy, unknowns

PATIENCE = 10_000
"""Milliseconds after which the solver may give up on one claim; giving up is no proof."""


class Verdict(NamedTuple):
    """What came of one claim: 'proved', 'broken' (with the world that breaks it) or 'undecided'."""

    id: str
    title: str
    verdict: str
    seconds: float
    world: str = ""


def prove(rules: Iterable[Rule]) -> Iterator[Verdict]:
    """Prove every claim about these rules, one by one."""
    policy = SymbolicPolicy(rules)
    for claim in claims(policy):
        yield _judged(claim)


def _judged(claim: Claim) -> Verdict:
    begun = time.perf_counter()
    solver = z3.Solver()
    solver.set("timeout", PATIENCE)
    solver.add(*promised(unknowns()), *claim.breaking)
    answer = solver.check()
    seconds = time.perf_counter() - begun
    if answer == z3.unknown:
        return Verdict(claim.id, claim.title, "undecided", seconds)
    if (answer == z3.sat) == claim.possible:
        return Verdict(claim.id, claim.title, "proved", seconds)
    world = "" if answer == z3.unsat else _told(solver.model())
    return Verdict(claim.id, claim.title, "broken", seconds, world)


def _told(model: z3.ModelRef) -> str:
    """The facts of a world, as the solver writes them, one on a line."""
    return "\n".join(sorted(f"{one.name()} = {model[one]}" for one in model.decls() if "." in one.name()))
