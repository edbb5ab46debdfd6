"""An attacker who reads what is class none, sets up all equations that it gives, and sees which hidden figures they fix."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from random import Random
from typing import Any

import numpy as np

from lontar.warehouse.intake.terms import Precedent, Sorted
from tests.warehouse.observed import SMALLEST, rows_of, sort

PRIME = 2**31 - 1
"""Equations are solved modulo a prime, which loses nothing that small whole numbers could show, and rounds nothing."""
MOST_CELLS = 1024
INDICATOR = "irregular_stays"
SEXES, MODES = ("F", "M"), ("air", "land")
CODES = ("XA", "BD", "IN", "PK", "LK", "_O")
SHAPES = tuple(
    tuple(name for name, told in zip(("citizenship", "sex", "mode"), flags, strict=True) if told)
    for flags in product((False, True), repeat=3)
)
Cell = tuple[str, str, str, str]
"""Citizenship, sex, mode, month."""


def months_of(period: str) -> tuple[str, ...]:
    """The months of a month, quarter or year."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return tuple(f"{year}-{month:02d}" for month in range(3 * int(part[1]) - 2, 3 * int(part[1]) + 1))
    return (period,) if part else tuple(f"{year}-{month:02d}" for month in range(1, 13))


@dataclass
class World:
    """True figures by every dimension at once, and how often each was corrected."""

    codes: tuple[str, ...]
    months: tuple[str, ...]
    tells_noughts: bool
    figures: dict[Cell, int] = field(default_factory=dict)
    corrected: dict[Cell, int] = field(default_factory=dict)

    @classmethod
    def made(cls, random: Random, quarters: int) -> "World":
        """A small world: some origins large, some small, some only now and then."""
        codes = tuple(random.sample(CODES[1:], random.randint(2, 5))) + (
            ("XA",) if random.random() < 0.5 else ()
        )
        months = tuple(f"2025-{month:02d}" for month in range(1, 3 * quarters + 1))
        made = cls(codes, months, random.random() < 0.5)
        size = {code: random.choice((1, 3, 8, 30, 200)) for code in codes}
        for cell in product(codes, SEXES, MODES, months):
            made.figures[cell] = random.choice((0, 1, 1, 2, 3)) * random.randint(0, size[cell[0]])
        return made

    def correct(self, random: Random) -> None:
        """Change a few figures."""
        for cell in random.sample(sorted(self.figures), random.randint(0, 4)):
            self.figures[cell] = random.randint(0, 30)
            self.corrected[cell] = self.corrected.get(cell, 0) + 1

    def cells(self, row: dict[str, Any], codes: Iterable[str]) -> Iterator[Cell]:
        """The cells that a row of these codes adds up."""
        sexes = SEXES if row["sex"] == "_T" else (row["sex"],)
        modes = MODES if row["mode"] == "_T" else (row["mode"],)
        yield from product(codes, sexes, modes, months_of(row["period"]))

    def table(self, shape: tuple[str, ...], period: str) -> Iterator[dict[str, Any]]:
        """The rows of one table."""
        values = {"citizenship": self.codes, "sex": SEXES, "mode": MODES}
        for words in product(*(values[name] for name in shape)):
            row = {"citizenship": "_T", "sex": "_T", "mode": "_T", "period": period} | dict(
                zip(shape, words, strict=True)
            )
            codes = self.codes if row["citizenship"] == "_T" else (row["citizenship"],)
            value = sum(self.figures[cell] for cell in self.cells(row, codes))
            if value or self.tells_noughts:
                yield row | {"value": float(value)}


class Attacker:
    """Collects equations over the cells of all versions of a world. What was not corrected is known to be the same."""

    def __init__(self) -> None:
        self._columns: dict[tuple[Cell, int], int] = {}
        self._rows: list[dict[int, int]] = []
        self.targets: list[tuple[dict[str, Any], dict[int, int]]] = []

    def equation(self, world: World, row: dict[str, Any], codes: Iterable[str]) -> dict[int, int]:
        """A row as a sum of unknowns."""
        terms = ((cell, world.corrected.get(cell, 0)) for cell in world.cells(row, codes))
        return {self._columns.setdefault(term, len(self._columns)): 1 for term in terms}

    def reads(self, world: World, answer: Sorted, precedents: Iterable[Precedent], state: str = "") -> None:
        """Read what is class none, and what of the rest has an origin without this State; note what is hidden.

        What could be worked out before it was sent at all is not counted.
        """
        folds = {(one.start, one.end, one.shape): one.codes for one in precedents if one.kind == "shown"}
        before, targets = self._basis(), []
        for row in rows_of(answer):
            code = row["citizenship"]
            shape = tuple(sorted(name for name in ("citizenship", "sex", "mode") if row[name] != "_T"))
            place = (row["period_start"], row["period_end"], shape)
            codes = world.codes if code == "_T" else (code,)
            if code == "_O" and row["folded"] and "small" in row["note"].lower():
                codes = tuple(set(folds[place]) & set(world.codes))
            equation = self.equation(world, row, codes)
            if code == "XA" and not state:
                targets += self._rest(world, row)
            is_read = state and row["linked"] and not row["open"] and state not in row["origin"]
            if not row["linked"] or is_read:
                self._rows.append(equation)
            elif code != "XA" and is_sensitive(row, folds.get(place, ())) and (not state or code == state):
                targets.append((row, equation))
        self.targets += [one for one in targets if not self._is_known(before, one[1])]

    def _rest(self, world: World, row: dict[str, Any]) -> list[tuple[dict[str, Any], dict[int, int]]]:
        """Beside the owner's own people: how many others there are is hidden too, if they are few."""
        others = [one for one in world.codes if one != "XA"]
        rest = sum(world.figures[cell] for cell in world.cells(row, others))
        told = row | {"citizenship": "others", "value": rest}
        return [(told, self.equation(world, row, others))] if rest < SMALLEST else []

    def _basis(self) -> list[tuple[int, np.ndarray]]:
        matrix = np.zeros((len(self._rows), MOST_CELLS), dtype=np.int64)
        for number, equation in enumerate(self._rows):
            matrix[number, list(equation)] = list(equation.values())
        return _echelon(matrix)

    def _is_known(self, basis: list[tuple[int, np.ndarray]], equation: dict[int, int]) -> bool:
        row = np.zeros(MOST_CELLS, dtype=np.int64)
        row[list(equation)] = list(equation.values())
        return not _reduced(basis, row).any()

    def finds(self) -> list[dict[str, Any]]:
        """The hidden rows that the equations fix."""
        basis = self._basis()
        return [row for row, equation in self.targets if self._is_known(basis, equation)]


def is_sensitive(row: dict[str, Any], folded: Iterable[str]) -> bool:
    """Whether a hidden row may not be worked out: it is small, by origin of a month, or folded."""
    by_origin = row["citizenship"] != "_T"
    return row["value"] < SMALLEST or (
        by_origin and (row["frequency"] == "M" or row["citizenship"] in folded)
    )


def _echelon(matrix: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """The independent rows of a matrix, each with the column in which it alone begins, modulo the prime."""
    basis: list[tuple[int, np.ndarray]] = []
    for row in matrix:
        rest = _reduced(basis, row % PRIME)
        places = np.flatnonzero(rest)
        if len(places):
            first = int(places[0])
            basis.append((first, rest * pow(int(rest[first]), -1, PRIME) % PRIME))
    return basis


def _reduced(basis: list[tuple[int, np.ndarray]], row: np.ndarray) -> np.ndarray:
    for first, one in basis:
        if row[first]:
            row = (row - row[first] * one) % PRIME
    return row


def attacked(seed: int, state: str = "") -> list[dict[str, Any]]:
    """What an attacker works out in a made-up world with several submissions and corrections."""
    random = Random(seed)
    world = World.made(random, random.choice((1, 1, 1, 2, 2, 4)))
    attacker, earlier = Attacker(), ()
    for _ in range(random.choice((1, 2, 3))):
        rows = list(_submission(world, random))
        if rows:
            answer = sort(INDICATOR, rows, earlier)
            earlier = (*earlier, *answer.precedents)
            attacker.reads(world, answer, earlier, state)
        world.correct(random)
    return attacker.finds()


def _submission(world: World, random: Random) -> Iterator[dict[str, Any]]:
    quarters = sorted({f"2025-Q{(int(month[5:]) + 2) // 3}" for month in world.months})
    years = ["2025"] if len(quarters) == 4 else []
    lengths = random.choice(
        ((world.months,), (quarters,), (world.months, quarters), (world.months, quarters, years))
    )
    likely = random.choice((0.25, 0.5, 0.8))
    for shape in SHAPES:
        for periods in lengths:
            if random.random() < likely:
                for period in periods:
                    if random.random() < 0.9:
                        yield from world.table(shape, period)
