"""Which origins of a table are folded into one figure, so that none of them can be worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lontar.warehouse.grouping import distinct, grouped
from lontar.warehouse.intake.cells import OTHER, SEVERAL, Figures, Flags, Numbers

LEAST_CODES = 2
"""Origins above nought that a folded figure holds at least."""


@dataclass(frozen=True)
class Table:
    """Figures by origin of one period and shape, without those on the owner's own people.

    `owner` numbers the series of each figure, `stratum` what else it says; `code` is a number of `texts`, `low` the least it can be.
    """

    owner: Numbers
    stratum: Numbers
    code: Numbers
    low: Figures
    texts: list[str]

    def part(self, chosen: Flags) -> Table:
        """Give some of the figures."""
        return Table(
            self.owner[chosen], self.stratum[chosen], self.code[chosen], self.low[chosen], self.texts
        )

    def small(self, smallest: int) -> set[str]:
        """Give the codes with a figure that is too small: one that is told, or a nought that is not (no row beside those of a series)."""
        strata = _counts(self.owner, distinct(self.owner, self.stratum))
        told = grouped(self.owner, self.code)
        missing = np.bincount(told)[told] < strata[self.owner]
        return {self.texts[code] for code in np.unique(self.code[missing | (self.low < smallest)]).tolist()}


def is_foldable(table: Table, smallest: int) -> bool:
    """Say whether all origins of each stratum together hold enough, so that some fold can be had."""
    stratum = np.unique(table.stratum, return_inverse=True)[1].reshape(-1)
    held = np.bincount(stratum, weights=table.low)
    codes = np.bincount(stratum, weights=table.low > 0)
    return bool((held >= smallest).all() and (codes >= LEAST_CODES).all())


def folded_codes(
    table: Table, smallest: int, forced: frozenset[str], fillers: bool = True
) -> frozenset[str] | None:
    """Choose the codes to be folded in every stratum of a table: none where nothing is small; None where it cannot be had.

    The small ones and the forced ones come first; with any of them, what the source itself calls other or several; then the smallest
    of the others, until in each stratum they hold enough and are two above nought. That must leave one code visible.
    """
    names, codes = np.unique(table.code, return_inverse=True)
    words = [table.texts[name] for name in names]
    always = table.small(smallest) | forced
    small = {number for number, word in enumerate(words) if word in always or word.startswith(f"{SEVERAL} ")}
    if not small:
        return frozenset()
    small |= {number for number, word in enumerate(words) if word == OTHER}
    if fillers:
        small |= _fillers(table, codes.reshape(-1), words, small, smallest)
    chosen = frozenset(words[number] for number in small)
    return chosen if len(chosen) < len(words) else None


def holds(table: Table, folded: frozenset[str], smallest: int) -> bool:
    """Say whether a fold that was fixed before still serves: nothing outside is small, and what is within holds enough."""
    inside = np.array([word in folded for word in table.texts], dtype=bool)[table.code]
    several = {word for word in table.texts if word.startswith(f"{SEVERAL} ")}
    return (table.small(smallest) | several) <= folded and is_foldable(table.part(inside), smallest)


def _counts(owner: Numbers, pairs: list[tuple[int, ...]]) -> Numbers:
    """How many pairs each owner has."""
    return np.bincount([first for first, _ in pairs], minlength=int(owner.max(initial=0)) + 1)


def _fillers(table: Table, codes: Numbers, words: list[str], small: set[int], smallest: int) -> set[int]:
    """Choose the smallest further codes, each of which helps some stratum that does not hold enough yet."""
    stratum = np.unique(table.stratum, return_inverse=True)[1].reshape(-1)
    many = int(stratum.max()) + 1
    inside = np.isin(codes, sorted(small))
    held = np.bincount(stratum[inside], weights=table.low[inside], minlength=many)
    above = np.bincount(stratum[inside], weights=table.low[inside] > 0, minlength=many)
    concerned = np.bincount(stratum[inside], minlength=many) > 0
    totals = np.bincount(codes, weights=table.low, minlength=len(words))
    order = sorted(set(range(len(words))) - small, key=lambda number: (totals[number], words[number]))
    chosen: set[int] = set()
    while (lacking := concerned & ((held < smallest) | (above < LEAST_CODES))).any():
        helping = set(codes[lacking[stratum] & (table.low > 0)].tolist())
        filler = next((n for n in order if n in helping and n not in chosen), None)
        if filler is None:
            return set(order)
        chosen.add(filler)
        of_it = codes == filler
        held += np.bincount(stratum[of_it], weights=table.low[of_it], minlength=many)
        above += np.bincount(stratum[of_it], weights=table.low[of_it] > 0, minlength=many)
        concerned |= np.bincount(stratum[of_it], minlength=many) > 0
    return chosen
