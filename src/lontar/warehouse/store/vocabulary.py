"""Codes as numbers, the same in every segment that this process holds: lists that are closed, so that they stay small."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Vocabulary:
    """The codes of one list that were met so far. Numbers are of this process: never written down."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers: dict[str, int] = {}
        self.texts: list[str] = []

    def number(self, text: str) -> int:
        """Give the number of a code, a new one if it was never met."""
        found = self._numbers.get(text)
        if found is not None:
            return found
        with self._lock:
            if text not in self._numbers:
                self.texts.append(text)
                self._numbers[text] = len(self.texts) - 1
            return self._numbers[text]

    def known(self, text: str) -> int:
        """Give the number of a code, or -2, which no cell has, if it was never met."""
        return self._numbers.get(text, -2)

    def numbers(self, column: pa.ChunkedArray | pa.Array) -> NDArray[np.int32]:
        """Give a column as numbers; -1 where it is empty."""
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        coded = whole if isinstance(whole, pa.DictionaryArray) else whole.dictionary_encode()
        numbers = np.array([*(self.number(text) for text in coded.dictionary.to_pylist()), -1], np.int32)
        found: NDArray[np.int32] = numbers[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
        return found


class Vocabularies:
    """One vocabulary for each column."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: dict[str, Vocabulary] = {}

    def __getitem__(self, column: str) -> Vocabulary:
        found = self._of.get(column)
        if found is None:
            with self._lock:
                found = self._of.setdefault(column, Vocabulary())
        return found


VOCABULARIES = Vocabularies()
"""Those of this process."""
