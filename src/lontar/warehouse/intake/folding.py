"""Which origins of a table are folded into one figure, so that none of them can be worked out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lontar.warehouse.intake.cells import OTHER, SEVERAL, Figures, Numbers

LEAST_CODES = 2
"""Origins above nought that a folded figure holds at least."""


@dataclass(frozen=True)
class Table:
    """Figures by origin of one period and shape, without those on the owner's own people: code, stratum and least figure of each."""

    code: Numbers
    stratum: Numbers
    low: Figures
    texts: list[str]


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
    small = set(np.unique(codes.reshape(-1)[table.low < smallest]).tolist())
    small |= {number for number, word in enumerate(words) if word in forced or word.startswith(f"{SEVERAL} ")}
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
    several = np.array([word.startswith(f"{SEVERAL} ") for word in table.texts], dtype=bool)[table.code]
    outside_is_large = bool((table.low[~inside] >= smallest).all() and not several[~inside].any())
    within = Table(table.code[inside], table.stratum[inside], table.low[inside], table.texts)
    return outside_is_large and is_foldable(within, smallest)


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
