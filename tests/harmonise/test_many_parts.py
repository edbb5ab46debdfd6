"""Parts of the carrying out of many rows that no whole call shows by itself."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from lontar.harmonise.many.counting import _grouped
from lontar.harmonise.many.pieces import side_by_side, uniform
from lontar.harmonise.reading import quoting
from lontar.harmonise.reading.batches import Hints, RowBatch
from lontar.harmonise.reading.slottexts import SlotTexts
from lontar.harmonise.reading.store import RowStore
from lontar.harmonise.reading.text import TextTable
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping import FileShape


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


def batch_of(*rows: int) -> RowBatch:
    numbers = pa.array(rows, pa.int64())
    return RowBatch(numbers, numbers, [pa.array([str(row) for row in rows])], [])


@pytest.mark.parametrize(
    ("added", "in_order"),
    [
        ([(0, (2, 5)), (0, (6, 7)), (1, (2, 3))], True),
        ([(0, (2, 5)), (0, (3, 4))], False),
        ([(0, (2, 5)), (0, (5,))], False),
        ([(1, (2,)), (0, (3,))], False),
    ],
)
def test_rows_that_come_late_are_out_of_order(
    added: list[tuple[int, tuple[int, ...]]], in_order: bool, tmp_path: Path
) -> None:
    with RowStore(tmp_path, 1) as store:
        for file, rows in added:
            store.add(file, batch_of(*rows), [store.slot("Row")])
    assert store.in_order is in_order


def test_a_list_that_is_given_up_stays_so() -> None:
    texts = SlotTexts(3)
    assert texts.numbers("s0", pa.chunked_array([["a", "a", "", "b", "a", "b"]])) is not None
    assert texts.numbers("s0", pa.chunked_array([["c", "d", "c", "d"]])) is None
    assert texts.numbers("s0", pa.chunked_array([["a", "a", "a"]])) is None
    assert texts.lists["s0"].to_pylist() == ["", "a", "b"], "numbers that were given stay what they were"
    assert texts.given_up == {"s0"}


def test_a_long_record_does_not_hold_up_those_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quoting, "_CHUNK", 64)
    monkeypatch.setattr(quoting, "_NEAR_END", 8)
    text = b"short,1\n" * 3 + b"x" * 100 + b",2\n" + b"short,3\n" * 9
    (tmp_path / "a.csv").write_bytes(text)
    pieces = list(quoting.whole_records(tmp_path / "a.csv", FileShape()))
    assert b"".join(pieces) == text
    assert pieces[0] == b"short,1\n" * 3


@pytest.mark.parametrize("before", range(12))
def test_a_sign_of_a_byte_order_is_seen_wherever_pieces_begin(
    before: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quoting, "_CHUNK", 16)
    rows = [f"{number:04},1\n" for number in range(20)]
    rows[before] = "\ufeff" + rows[before]
    (tmp_path / "a.csv").write_text("a,b\n" + "".join(rows), "utf-8")
    with pytest.raises(Unreadable) as refused:
        list(TextTable(tmp_path / "a.csv", FileShape()).batches(2, Hints()))
    assert (refused.value.problem.kind, refused.value.problem.row) == ("byte_order_mark", before + 2)
