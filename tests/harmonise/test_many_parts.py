"""Parts of the carrying out of many rows that no whole call shows by itself."""

from decimal import Decimal

import pyarrow as pa

from lontar.harmonise.many.counting import _grouped
from lontar.harmonise.many.pieces import side_by_side, uniform


def test_rows_that_are_all_alike_are_counted_without_a_key() -> None:
    found = pa.array([Decimal(2), None, Decimal(3)], pa.decimal128(38, 4))
    told = _grouped({"file": pa.scalar(0), "fate": pa.scalar("observed")}, found, 3)
    assert {name: array.to_pylist() for name, array in told.items()} == {
        "file": [0], "fate": ["observed"], "found_value": [Decimal(5)], "alike": [3],
    }  # fmt: skip


def test_whole_numbers_of_pieces_are_of_one_width() -> None:
    narrow, texts = pa.array([1, None], pa.int32()), pa.array(["a"])
    assert uniform(narrow).type == pa.int64()
    assert uniform(narrow).to_pylist() == [1, None]
    assert uniform(texts) is texts


def test_every_piece_comes_in_its_turn() -> None:
    for count in range(6):
        pieces = [({}, number) for number in range(count)]
        assert list(side_by_side(pieces, lambda _, rows: rows)) == list(range(count))
