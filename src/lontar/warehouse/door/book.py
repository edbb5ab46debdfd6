"""What parcels are, as far as this process was told: facts that never change, by number. Whether one may be read is asked each time."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from lontar.warehouse.store.vocabulary import Vocabularies

if TYPE_CHECKING:
    from numpy.typing import NDArray

NUMBERS = ("owner", "agency", "series", "voice", "version", "start", "end")


class ParcelBook:
    """Facts of parcels as columns of numbers, at the parcel's own number. Owners, agencies and series are numbers of this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known = np.zeros(0, bool)
        self._columns = {name: np.zeros(0, np.int32) for name in NUMBERS}
        self._addresses: dict[int, str] = {}
        self.names = Vocabularies()

    def unknown(self, numbers: NDArray[np.int32]) -> list[int]:
        """Give those of these parcels of which nothing was told yet."""
        within = numbers[numbers < len(self._known)]
        beyond = numbers[numbers >= len(self._known)]
        unknown: list[int] = [*within[~self._known[within]].tolist(), *beyond.tolist()]
        return unknown

    def learn(self, rows: list[list[Any]]) -> None:
        """Keep what was told: number, owner, agency, name and number of the series, version, first and last day, address."""
        if not rows:
            return
        with self._lock:
            self._grow(max(row[0] for row in rows) + 1)
            for number, owner, agency, name, series, version, start, end, address in rows:
                voice = self.names["voice"].number(f"{owner}|{agency}|{name}")
                told = (
                    self.names["owner"].number(owner), self.names["agency"].number(agency), series, voice, version, start, end,
                )  # fmt: skip
                for column, value in zip(NUMBERS, told, strict=True):
                    self._columns[column][number] = value
                self._addresses[number] = address
                self._known[number] = True

    def column(self, name: str, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give one fact of each of these parcels."""
        return self._columns[name][numbers]

    def addresses(self, numbers: NDArray[np.int32]) -> list[str]:
        """Give the addresses of these parcels."""
        return [self._addresses[number] for number in numbers.tolist()]

    def _grow(self, size: int) -> None:
        if size <= len(self._known):
            return
        more = max(size, 2 * len(self._known)) - len(self._known)
        self._columns = {
            name: np.concatenate([column, np.zeros(more, np.int32)]) for name, column in self._columns.items()
        }
        self._known = np.concatenate([self._known, np.zeros(more, bool)])
