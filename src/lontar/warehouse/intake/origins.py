"""Whose people a row is about: closed sets of States, and codes that are the owner's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np

from lontar.model.policy.allegiances import NOWHERE, Allegiances, Origin
from lontar.warehouse.grouping import distinct, grouped
from lontar.warehouse.intake.cells import NOT_APPLICABLE, SEVERAL, TOTAL, Cells, Flags
from lontar.warehouse.intake.terms import Rules, Sender

OWN, FOREIGN = "NAT", "FOR"
"""The area that the figure is about, and any other (decision 004)."""


def own_codes(allegiances: Allegiances, group: frozenset[str], codes: Iterable[str]) -> frozenset[str]:
    """Give the codes under which people of a group of States can be: what their closed origin meets.

    `NAT` is among them, since a State's figures are about itself; a code whose match is not exact is closed like any other. For an
    organisation, whose group is empty, there are none.
    """
    if not group:
        return frozenset()
    met = {code for code in codes if not allegiances.origin_of(code).states.isdisjoint(group)}
    return frozenset(met | {OWN})


def codes_in(text: str) -> tuple[str, ...]:
    """The codes in one cell: of several, each; none where only that there are several is told."""
    return tuple(text.split(" ")[1:]) if text.startswith(SEVERAL) else (text,)


class Origins:
    """The origins of the told rows of one indicator: a number for each row, and what each number stands for."""

    def __init__(
        self, cells: Cells, dimensions: tuple[str, ...], exact: Flags, rules: Rules, sender: Sender
    ) -> None:
        self._close = cache(rules.origin_of)
        self._group = sender.group
        rows = slice(0, cells.told)
        columns = [*(cells.codes[name][rows] for name in dimensions), cells.codes["area"][rows]]
        columns.append(exact.astype(np.int64))
        self.of_row = grouped(*columns)
        texts = [*(cells.texts[name] for name in dimensions), cells.texts["area"]]
        self.distinct = [
            self._closed(
                [words[code] for words, code in zip(texts, line[:-1], strict=True)], exact=bool(line[-1])
            )
            for line in distinct(*columns)
        ]

    def _closed(self, told: list[str], *, exact: bool) -> Origin:
        """The origin of one combination of codes, without the owner's group; open where no code tells an origin."""
        area, together, is_told = told[-1], NOWHERE, False
        for text in told[:-1]:
            if text in (TOTAL, NOT_APPLICABLE):
                continue
            is_told = True
            codes = codes_in(text)
            for code in codes:
                together = together | self._close(area if code == OWN else code, exact)
            together = together | Origin(frozenset(), not codes)
        return Origin(together.states - self._group, together.is_open or not is_told)


def is_own(cells: Cells, dimensions: tuple[str, ...], exact: Flags, group: frozenset[str]) -> Flags:
    """Say of each cell whether it is about the owner's own people alone: every code of origin lies in the owner's group."""
    area = cells.has_text("area", group)
    told = np.zeros(cells.count, dtype=bool)
    within = np.array(exact)
    for name in dimensions:
        detailed = cells.is_detailed(name)
        inside = {
            text for text in cells.texts[name] if codes_in(text) and all(c in group for c in codes_in(text))
        }
        within &= ~detailed | cells.has_text(name, inside) | (cells.has_text(name, {OWN}) & area)
        told |= detailed
    return within & told
