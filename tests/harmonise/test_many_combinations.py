"""Many rows in small pieces: combinations of what a mapping may say, and sizes at which pieces end or lists are given up."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.harmonise.cases import write_files
from tests.harmonise.generated_tables import Table, bundle_for, tables
from tests.harmonise.generated_variants import Variant, as_workbooks, variants
from tests.harmonise.many_cases import CASES, MEN, MONTH, PLACE, WOMEN, WRAPPED, case, table, wrapped_rows
from tests.harmonise.test_many_generated import SIZES as SIZES_DRAWN
from tests.harmonise.test_many_generated import Sizes, bundle_of, few_rows, many_rows
from tests.harmonise.test_properties import FEWER, write

EVERY_ROW = Sizes(piece=1, many=1, most_texts=100, most_share=9.0)
NO_LISTS = Sizes(piece=2, many=1, most_texts=100, most_share=0.0)
GIVEN_UP = Sizes(piece=3, many=1, most_texts=7, most_share=9.0)
AT_ONCE = Sizes(piece=10**6, many=1, most_texts=10**6, most_share=9.0)
ALL_SIZES = (EVERY_ROW, NO_LISTS, GIVEN_UP, AT_ONCE, Sizes(piece=9, many=9, most_texts=100, most_share=9.0))
"""One piece of every row, of none but the lists are given up at once, of them all, and of just as many as there are."""
SIZES = dict.fromkeys(("repeated_in_two_files", "files_of_other_headers", "one_row", "all_alike"), ALL_SIZES)
WHOLE = (
    "wrapped_cumulative",
    "wrapped_filled",
    "cumulative_repeated",
    "cumulative_vintages",
    "added_up",
    "filled_down",
    "totals",
)
"""What is never carried out piece by piece."""
SIZES |= dict.fromkeys(WHOLE, (GIVEN_UP,))


@pytest.mark.parametrize("name", CASES)
def test_combinations(name: str, tmp_path: Path) -> None:
    told_by = CASES[name]
    bundle, files = bundle_of(told_by, tmp_path), write_files(told_by, tmp_path)
    few = few_rows(files, bundle, tmp_path / "few")
    assert isinstance(few, dict), few
    for number, sizes in enumerate(SIZES.get(name, (EVERY_ROW, GIVEN_UP))):
        assert many_rows(files, bundle, tmp_path / str(number), sizes) == few


def rows_in_order(count: int) -> str:
    return table("Place,Men,Women,Month", [("Yuma", n, 2, "2024-01") for n in range(count)])


@pytest.mark.parametrize("rows", [wrapped_rows, rows_in_order])
def test_files_of_one_name(rows: Callable[[int], str], tmp_path: Path) -> None:
    told_by = case(
        [PLACE, MEN, WOMEN, MONTH], {"b.csv": rows(9), "a.csv": rows(7)}, table=WRAPPED, indicator="dead"
    )
    bundle = bundle_of(told_by, tmp_path)
    files = [(path, "same.csv") for path, _ in write_files(told_by, tmp_path)]
    few = few_rows(files, bundle, tmp_path / "few")
    assert len(few["dead.parquet"][2]) > 16
    assert many_rows(files, bundle, tmp_path / "many", EVERY_ROW) == few


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


@FEWER
@given(variant=variants(), sizes=SIZES_DRAWN)
def test_made_up_variants(variant: Variant, sizes: Sizes, folder: Path) -> None:
    files, bundle = write(variant.table, folder), variant.bundle()
    assert many_rows(files, bundle, folder / "many", sizes) == few_rows(files, bundle, folder / "few")


@settings(max_examples=settings().max_examples // 10)
@given(table=tables(), sizes=SIZES_DRAWN)
def test_made_up_workbooks(table: Table, sizes: Sizes, folder: Path) -> None:
    files, bundle = as_workbooks(table, write(table, folder), bundle_for(table.shape))
    assert many_rows(files, bundle, folder / "many", sizes) == few_rows(files, bundle, folder / "few")
