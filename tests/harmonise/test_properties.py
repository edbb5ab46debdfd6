"""What holds of every table: nothing is lost or invented, the same again gives the same, order means nothing."""

import json
import random
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from lontar.harmonise.run import harmonise_files
from lontar.model.errors import LontarError
from lontar.model.problems import PROBLEM_KINDS
from tests.conftest import WHOLE_CALLS
from tests.factories import Harmonised, read_output
from tests.harmonise.generated_sums import expected_sums
from tests.harmonise.generated_tables import Shape, Table, bundle_for, expected, shapes, tables, written
from tests.harmonise.in_process import Files, reading_here

FEWER = settings(max_examples=min(settings().max_examples // 8, WHOLE_CALLS.max_examples))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


def write(table: Table, folder: Path) -> Files:
    """Write the table's files into an emptied folder."""
    shutil.rmtree(folder)
    folder.mkdir()
    for number, records in enumerate(table.files):
        (folder / f"{number}.csv").write_text(written(table, records), "utf-8", newline="")
    return [(folder / f"{n}.csv", f"{n}.csv") for n in range(len(table.files))]


def harmonise(table: Table, folder: Path, *, with_child: bool = False) -> Harmonised:
    """Harmonise the table, mostly without a child process."""
    files, out = write(table, folder), folder / "out"
    if with_child:
        harmonise_files(files, bundle_for(table.shape), out)
    else:
        with reading_here():
            harmonise_files(files, bundle_for(table.shape), out)
    return read_output(out)


def harmonise_adding(table: Table, folder: Path, why_alike: str | None) -> Harmonised:
    """Harmonise the table by a mapping that adds up the figures of places that mean the same, and perhaps rows alike."""
    files, bundle = write(table, folder), bundle_for(table.shape)
    mapping = structs.replace(bundle.mapping, add_over=("Place",), add_alike=why_alike)
    with reading_here():
        harmonise_files(files, structs.replace(bundle, mapping=mapping), folder / "out")
    return read_output(folder / "out")


def observed(made: Harmonised) -> Counter[tuple[Any, ...]]:
    """Observations as the generator tells them."""
    rows = [row for rows in made.observations.values() for row in rows]
    return Counter(
        (r["place"], r["sex"], r["period"], r["vintage"] and r["vintage"].isoformat(), r["source_value"])
        for r in rows
    )


def check_conserved(table: Table, made: Harmonised) -> None:
    told, account = expected(table), made.account["all"]
    assert account["balanced"]
    assert all(file["balanced"] for file in made.account["files"])
    assert account["cells"]["found"] == told.cells
    assert {name: Decimal(total) for name, total in account["sums"].items()} == told.sums
    assert observed(made) == told.observations
    assert account["rows"]["found"] == sum(v for k, v in account["rows"].items() if k != "found")
    known = {kind.code for kind in PROBLEM_KINDS.values()}
    assert {problem["code"] for problem in made.problems} <= known
    blanks = [
        f"{{{name}}}"
        for name in ("value", "expected", "found", "detail", "declared", "computed", "suggestion")
    ]
    assert not [p for p in made.problems for blank in blanks if blank in p["message"] + p["remedy"]]


@WHOLE_CALLS
@given(table=tables())
def test_nothing_is_lost_or_invented(table: Table, folder: Path) -> None:
    check_conserved(table, harmonise(table, folder))


@FEWER
@given(table=tables(), why_alike=st.sampled_from([None, "finer places"]))
def test_sums_are_those_of_their_parts(table: Table, why_alike: str | None, folder: Path) -> None:
    made = harmonise_adding(table, folder, why_alike)
    told = expected_sums(table, adds_alike=why_alike is not None)
    account = made.account["all"]
    assert account["balanced"]
    assert made.account["added"]["agrees"]
    assert {name: Decimal(total) for name, total in account["sums"].items()} == told.sums
    rows = [row for rows in made.observations.values() for row in rows]
    found = Counter(
        (
            (r["place"], r["sex"], r["period"], r["vintage"] and r["vintage"].isoformat()),
            r["value"], r["low"], r["high"], r["absence"], r["derived"],
        )
        for r in rows
    )  # fmt: skip
    assert found == told.observations
    assert made.account["added"]["sums"] == sum(row["derived"] for row in rows)


@settings(max_examples=5)
@given(table=tables())
def test_nothing_is_lost_on_the_way_through_the_child(table: Table, folder: Path) -> None:
    check_conserved(table, harmonise(table, folder, with_child=True))


def outputs(folder: Path) -> dict[str, Any]:
    """Everything that a call wrote, but for what it took."""
    found: dict[str, Any] = {
        p.name: p.read_bytes() for p in folder.rglob("*") if p.suffix in (".parquet", ".csv")
    }
    account = json.loads((folder / "account.json").read_text("utf-8"))
    for measured in ("seconds", "rows_per_second", "peak_bytes"):
        del account[measured]
    return found | {"account": account}


@FEWER
@given(table=tables())
def test_the_same_again_gives_the_same(table: Table, folder: Path) -> None:
    files = write(table, folder)
    with reading_here():
        harmonise_files(files, bundle_for(table.shape), folder / "one")
        harmonise_files(files, bundle_for(table.shape), folder / "two")
    assert outputs(folder / "one") == outputs(folder / "two")


@FEWER
@given(table=tables(), seed=st.integers(0, 2**32))
def test_the_order_of_rows_means_nothing(table: Table, seed: int, folder: Path) -> None:
    shuffled = [random.Random(seed).sample(records, len(records)) for records in table.files]
    one = harmonise(table._replace(ends_with_line_end=True), folder)
    two = harmonise(table._replace(files=shuffled, ends_with_line_end=True), folder)
    assert without_places(one) == without_places(two)
    assert one.account["all"]["sums"] == two.account["all"]["sums"]
    assert one.account["all"]["cells"] == two.account["all"]["cells"]


PLACES = ("source_row", "source_line")


def without_places(made: Harmonised) -> Counter[str]:
    return without(made, *PLACES)


def without(made: Harmonised, *names: str) -> Counter[str]:
    """Observations without these columns."""
    rows = [row for rows in made.observations.values() for row in rows]
    return Counter(str({k: v for k, v in row.items() if k not in names}) for row in rows)


def told_problems(made: Harmonised) -> Counter[tuple[str, ...]]:
    """Problems without their places."""
    return Counter((p["code"], p["value"]) for p in made.problems)


@FEWER
@given(table=tables(), seed=st.integers(0, 2**32))
def test_the_order_of_columns_means_nothing(table: Table, seed: int, folder: Path) -> None:
    rows = [[record for record in records if record.kind == "row"] for records in table.files]
    table = table._replace(files=rows, ends_with_line_end=True)
    one = harmonise(table, folder)
    order = random.Random(seed).sample(range(len(table.shape.header())), len(table.shape.header()))
    files, bundle = write(table, folder), bundle_for(table.shape)
    for (path, _), records in zip(files, table.files, strict=True):
        path.write_text(written(table, records, order), "utf-8", newline="")
    with reading_here():
        harmonise_files(files, bundle, folder / "out")
    two = read_output(folder / "out")
    assert without(one, *PLACES, "source_column") == without(two, *PLACES, "source_column")
    assert told_problems(one) == told_problems(two)
    for part in ("sums", "cells", "rows"):
        assert one.account["all"][part] == two.account["all"][part]


@FEWER
@given(table=tables(), at=st.integers(0, 8))
def test_a_file_in_two_parts_gives_the_same(table: Table, at: int, folder: Path) -> None:
    records = table.files[0]
    parts = [records[: at % len(records)], records[at % len(records) :]]
    assume(all(any(record.kind == "row" for record in part) for part in parts))
    assume(sorted(r.cells for r in parts[0]) != sorted(r.cells for r in parts[1]))
    table = table._replace(ends_with_line_end=True)
    whole = harmonise(table._replace(files=[records]), folder)
    split = harmonise(table._replace(files=parts), folder)
    where = (*PLACES, "source_file", "observation_id")
    assert without(whole, *where) == without(split, *where)
    assert whole.account["all"]["sums"] == split.account["all"]["sums"]


SIGNS = st.sampled_from([*',;|\t"\n\r \x00 aZ-0159.<:*', "TU", "Place", "2024-01", "Persons", "é", "\ufeff"])


@given(shape=shapes(), text=st.lists(SIGNS, max_size=40).map("".join), has_header=st.booleans())
def test_no_text_breaks_it(shape: Shape, text: str, has_header: bool, folder: Path) -> None:
    header = shape.delimiter.join(shape.header()) + "\n" if has_header else ""
    check_never_breaks(shape, (header + text).encode(), folder)


@FEWER
@given(shape=shapes(), data=st.binary(max_size=60))
def test_no_bytes_break_it(shape: Shape, data: bytes, folder: Path) -> None:
    check_never_breaks(shape, shape.delimiter.join(shape.header()).encode() + b"\n" + data, folder)


def check_never_breaks(shape: Shape, data: bytes, folder: Path) -> None:
    """Either it is harmonised and balanced, or one clear sentence says why not."""
    source = folder / "any.csv"
    source.write_bytes(data)
    shutil.rmtree(folder / "out", ignore_errors=True)
    refusal, balanced = None, False
    try:
        with reading_here():
            balanced = harmonise_files(
                [(source, "any.csv")], bundle_for(shape), folder / "out"
            ).account.balanced
    except LontarError as error:
        refusal = error
    assert balanced or (refusal is not None and refusal.code.startswith("HAR-"))
    assert balanced or not (folder / "out").exists()
