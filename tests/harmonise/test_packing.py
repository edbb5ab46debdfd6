"""Values of several columns put into few whole numbers: equal numbers are equal values, and nothing else is."""

from datetime import date
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lontar.harmonise.many import repeats
from lontar.harmonise.many.repeats import Packing
from lontar.harmonise.plan.numbering import Texts

WHOLE = st.one_of(st.integers(0, 2), st.sampled_from([2**63 - 1, 2**63 - 2, -(2**63), -1]))
DATES = st.one_of(st.sampled_from([date.min, date.max, date(1970, 1, 1), date(1969, 12, 31)]), st.dates())
KINDS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "date": (pa.date32(), DATES),
    "bool": (pa.bool_(), st.booleans()),
    "int": (pa.int64(), WHOLE),
    "text": (pa.string(), st.sampled_from(["", "a", "b"])),
}


class Long(list[str]):
    """A list that says it is long, to come near the end of the whole numbers without its texts."""

    size = 0

    def __len__(self) -> int:
        return self.size


def long_list(size: int) -> Texts:
    texts = Texts()
    texts.texts = Long()
    texts.texts.size = size
    return texts


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[Texts | None], list[Any]]:
    """Columns with their lists; some hold one value in every row."""
    rows, lists, values = draw(st.integers(1, 6)), list[Texts | None](), []
    for kind in draw(st.lists(st.sampled_from([*KINDS, "number", "number", "date"]), max_size=6)):
        size = draw(st.sampled_from([1, 3, 2**15, 2**31 - 2, 2**31 - 1]))
        numbers = st.integers(max(0, size - 2), size - 1) | st.integers(0, min(size, 2) - 1)
        type_, cells = (pa.int32(), numbers) if kind == "number" else KINDS[kind]
        lists.append(long_list(size) if kind == "number" else None)
        drawn = st.one_of(st.none(), cells)
        if draw(st.booleans()):
            values.append(pa.scalar(draw(drawn), type_))
        else:
            values.append(pa.array(draw(st.lists(drawn, min_size=rows, max_size=rows)), type_))
    return lists, [rows, *values]


def full(values: list[Any], rows: int) -> list[tuple[Any, ...]]:
    """The rows of columns."""
    told = [[v.as_py()] * rows if isinstance(v, pa.Scalar) else v.to_pylist() for v in values]
    return [tuple(column[n] for column in told) for n in range(rows)]


@settings(max_examples=settings().max_examples * 5)
@given(made=columns())
def test_equal_numbers_are_equal_values(made: tuple[list[Texts | None], list[Any]]) -> None:
    lists, (rows, *values) = made
    before, after = full(values, rows), full(Packing(lists).packed(values), rows)
    assert [[one == two for two in before] for one in before] == [[o == t for t in after] for o in after]


def test_numbers_at_the_limit_stay_apart() -> None:
    sizes = [2**31 - 2, 2**31 - 2, 3]
    lists: list[Texts | None] = [long_list(size) for size in sizes]
    most = [pa.array([size - 1, size - 2, None], pa.int32()) for size in sizes]
    packed = Packing(lists).packed(most)
    assert len(packed) == 2, "the third column does not fit beside the first two"
    assert len(set(full(packed, 3))) == 3
    assert min(min(row) for row in full(packed, 3)) >= 0


def test_few_small_columns_become_one_number() -> None:
    told = [pa.array([date.max, None], pa.date32()), pa.array([True, None]), pa.array([1, 0], pa.int32())]
    packed = Packing([None, None, Texts(["a", "b"])]).packed(told)
    assert len(packed) == 1
    assert packed[0].to_pylist() == [((date.max.toordinal() - 1 + 719_200 - 719_162 + 1) * 3 + 2) * 3 + 2, 1]
    assert date.max.toordinal() < repeats._DAYS
