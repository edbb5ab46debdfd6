"""Numbers for the texts of slots that say the same again and again: many rows are landed as numbers, not as texts."""

import pyarrow as pa
import pyarrow.compute as pc

_MOST_TEXTS = 1 << 18
"""A list longer than this is given up: looking texts up would cost more than it saves."""
_MOST_SHARE = 0.7
"""A slot whose first rows hold more different texts than this share of them does not repeat itself."""
_FEW = 1 << 14
"""So many texts are soon found: a reader that lists the texts of each piece by itself spares looking up the same ones."""


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
        is_first = name not in self.lists
        if is_first and not pa.types.is_dictionary(column.type):
            column = pc.dictionary_encode(column)
        known = pa.array([""], pa.string()) if is_first else self.lists[name]
        by_list = pa.types.is_dictionary(column.type)
        numbers, known = (_numbers_of_listed if by_list else _numbers_of_texts)(column, known)
        if len(known) > self._most_texts or (is_first and len(known) > max(_MOST_SHARE * len(column), 2)):
            self.given_up.add(name)
            return None
        self.lists[name] = known
        return numbers

    def are_few(self, name: str) -> bool:
        """Whether the list of that name is short, for all that is known yet."""
        return len(self.lists.get(name, ())) <= _FEW


def _numbers_of_listed(column: pa.ChunkedArray, known: pa.Array) -> tuple[pa.ChunkedArray, pa.Array]:
    """The numbers of texts that come as lists with places in them, and the list of known texts with the new ones."""
    told, known = _numbers_of_texts(
        pa.chunked_array([c.dictionary for c in column.chunks], pa.string()), known
    )
    numbers = [
        pc.take(places, chunk.indices, boundscheck=False)
        for places, chunk in zip(_parted(told, column.chunks), column.chunks, strict=True)
    ]
    return pa.chunked_array(numbers, pa.int32()), known


def _parted(whole: pa.ChunkedArray, chunks: list[pa.DictionaryArray]) -> list[pa.Array]:
    """A column that was worked out for the lists of these chunks, as one array for each of them."""
    parts, start = [], 0
    for chunk in chunks:
        parts.append(whole.slice(start, len(chunk.dictionary)).combine_chunks())
        start += len(chunk.dictionary)
    return parts


def _numbers_of_texts(column: pa.ChunkedArray, known: pa.Array) -> tuple[pa.ChunkedArray, pa.Array]:
    numbers = pc.index_in(column, value_set=known)
    if not numbers.null_count:
        return numbers, known
    are_new = pc.is_null(numbers)
    texts = column.filter(are_new)
    new = pc.unique(texts)
    places = pc.add(pc.index_in(texts, value_set=new), pa.scalar(len(known), pa.int32()))
    filled = pc.replace_with_mask(*(one.combine_chunks() for one in (numbers, are_new, places)))
    return pa.chunked_array([filled]), pa.concat_arrays([known, new])


def as_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with its texts written out."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
