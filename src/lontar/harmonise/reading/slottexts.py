"""Numbers for the texts of slots that say the same again and again: many rows are landed as numbers, not as texts."""

import pyarrow as pa
import pyarrow.compute as pc

_MOST_TEXTS = 1 << 18
"""A list longer than this is given up: looking texts up would cost more than it saves."""
_MOST_SHARE = 0.7
"""A slot whose first rows hold more different texts than this share of them does not repeat itself."""


class SlotTexts:
    """Lists of the texts met, one for each slot or shared by several; number 0 of each is the empty text."""

    def __init__(self, most_texts: int = _MOST_TEXTS) -> None:
        self._most_texts = most_texts
        self.lists: dict[str, pa.Array] = {}
        self.given_up: set[str] = set()

    def numbers(self, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray | None:
        """The column as numbers in the list of that name, new texts added; None where the list is given up."""
        if name in self.given_up:
            return None
        encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
        known = self.lists.get(name)
        is_first = known is None
        if known is None:
            known = self.lists[name] = pa.array([""], pa.string())
        chunks = []
        for chunk in encoded.chunks:
            places = pc.index_in(chunk.dictionary, value_set=known)
            if places.null_count:
                new = pc.unique(chunk.dictionary.filter(pc.is_null(places)))
                known = pa.concat_arrays([known, new])
                places = pc.index_in(chunk.dictionary, value_set=known)
            chunks.append(places.take(chunk.indices))
        if len(known) > self._most_texts or (is_first and len(known) > max(_MOST_SHARE * len(column), 2)):
            self.given_up.add(name)
            if is_first:
                del self.lists[name]
            return None
        self.lists[name] = known
        return pa.chunked_array(chunks, pa.int32())


def as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with its texts written out."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
