"""Groups as numbers: rows that agree in some columns get one number, from 0 on, in the order of what they agree in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_MOST = 2**62
"""More than any number here may become."""
_FEW = 2**16
"""So many places are looked through for nothing rather than sorting a few numbers."""


def grouped(*columns: NDArray[np.integer]) -> Numbers:
    """Give one number for each combination of these columns that is there."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        key = _finer(key, column.astype(np.int64))
    return key


def distinct(*columns: NDArray[np.integer]) -> list[tuple[int, ...]]:
    """Give the combinations of columns that there are, in the order of their numbers by `grouped`."""
    first = firsts(grouped(*columns))
    return list(zip(*(column[first].tolist() for column in columns), strict=True))


def firsts(groups: Numbers) -> Numbers:
    """Give the first row of each group, of groups numbered without a gap."""
    first = np.zeros(int(groups.max(initial=-1)) + 1, np.int64)
    first[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)
    return first


def size_of(groups: Numbers) -> int:
    """Say how many groups there are, of groups numbered without a gap."""
    return int(groups.max(initial=-1)) + 1


def _finer(key: Numbers, column: Numbers) -> Numbers:
    if not len(column):
        return key
    low, high = int(column.min()), int(column.max())
    if low == high:
        return key
    if high - low >= _MOST // size_of(key):  # the product would be no number: what is there is counted first
        column, low = np.unique(column, return_inverse=True)[1].astype(np.int64), 0
        high = int(column.max())
    return _dense(key * (high - low + 1) + (column - low))


def _dense(numbers: Numbers) -> Numbers:
    """The place of each number, none of which is below 0, among those that are there."""
    top = int(numbers.max())
    if top > _FEW + 8 * len(numbers):
        return np.unique(numbers, return_inverse=True)[1].astype(np.int64)
    is_there = np.zeros(top + 1, bool)
    is_there[numbers] = True
    places: Numbers = np.cumsum(is_there) - 1
    return places[numbers]
