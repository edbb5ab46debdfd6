"""A repaired file becomes what it would have become had it been written right; what is kept is used and explained."""

import csv
import io
import json
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import structs

from lontar.catalogue.additions import with_additions
from lontar.harmonise.run import Settings, harmonise_files
from lontar.model.mapping import Additions, CrosswalkLine, MappingBundle, Repair
from tests.conftest import PROVING
from tests.factories import Harmonised, read_output
from tests.harmonise.cases import Case, write_files, write_workbook
from tests.harmonise.generated_tables import Table, bundle_for, tables
from tests.harmonise.in_process import Files, reading_here
from tests.harmonise.many_cases import CASES, MEN, MONTH, PERSONS, PLACE, WOMEN, WRAPPED, case, table
from tests.harmonise.test_many_generated import SIZES, Sizes, both_ways, bundle_of, small
from tests.harmonise.test_properties import FEWER, write

TOLD_APART = ("source_value", "derived", "mapping_version")


class Change(NamedTuple):
    """A cell of the table that was written wrong: file, row and column as problems tell them, and what is right."""

    file: str
    row: int
    column: int
    found: str
    to: str

    def repair(self) -> Repair:
        return Repair(file=self.file, row=self.row, column=self.column, found=self.found, to=self.to)


def harmonised(files: Files, bundle: MappingBundle, out: Path, many: int = 10**9) -> Harmonised:
    shutil.rmtree(out, ignore_errors=True)
    with reading_here(), small(Sizes()):
        harmonise_files(files, bundle, out, settings=Settings(many=many))
    return read_output(out)


def repaired(bundle: MappingBundle, *repairs: Repair) -> MappingBundle:
    return with_additions(bundle, Additions(repairs=repairs))


def comparable(made: Harmonised) -> Any:
    """What a file becomes, but for the texts that were found."""
    rows = {
        name: [{k: v for k, v in row.items() if k not in TOLD_APART} for row in rows]
        for name, rows in made.observations.items()
    }
    problems = [{k: v for k, v in problem.items() if k != "value"} for problem in made.problems]
    files = [
        {k: f[k] for k in ("observations", "problems", "declared_totals")} for f in made.account["files"]
    ]
    return rows, sorted(problems, key=str), files, made.account["leftovers"], made.account["derived"]


def check_repaired(
    wrong: Files, right: Files, changes: Sequence[Change], bundle: MappingBundle, folder: Path, many: int
) -> None:
    mended = repaired(bundle, *(change.repair() for change in changes))
    made = harmonised(wrong, mended, folder / "mended", many)
    assert made.account["all"]["balanced"]
    assert all(file["balanced"] for file in made.account["files"])
    assert comparable(made) == comparable(harmonised(right, bundle, folder / "right", many))
    check_derived(made, changes)


def check_derived(made: Harmonised, changes: Sequence[Change]) -> None:
    """A figure that was replaced is derived, and tells what was found."""
    of = {(change.file, change.row, change.column): change.found for change in changes}
    for row in (row for rows in made.observations.values() for row in rows):
        place = (row["source_file"], row["source_row"], row["source_column"])
        if place in of:
            assert row["derived"]
            assert row["source_value"] == of[place]


@st.composite
def changes(draw: st.DrawFn, table: Table) -> list[Change]:
    """Some cells of the rows of a table, each with another text that stands in its column, or another one still."""
    found = {}
    for _ in range(draw(st.integers(1, 4))):
        file = draw(st.integers(0, len(table.files) - 1))
        places = [n for n, record in enumerate(table.files[file]) if record.kind == "row"]
        row, column = draw(st.sampled_from(places)), draw(st.integers(0, len(table.shape.header()) - 1))
        texts = {r.cells[column] for records in table.files for r in records if r.kind == "row"}
        to = draw(st.sampled_from([*sorted(texts), "", " ", "7", "TU", "2024-02"]))
        found[file, row, column] = Change(
            f"{file}.csv", row + 2, column + 1, table.files[file][row].cells[column], to
        )
    return list(found.values())


def rewritten(table: Table, made: Sequence[Change]) -> Table:
    files = [[*records] for records in table.files]
    for one in made:
        number, row = int(one.file.removesuffix(".csv")), one.row - 2
        cells = [*files[number][row].cells]
        cells[one.column - 1] = one.to
        files[number][row] = files[number][row]._replace(cells=cells)
    return table._replace(files=files)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("repaired")


@FEWER
@given(data=st.data(), table=tables(), many=st.sampled_from([1, 10**9]))
def test_a_repaired_file_is_one_that_was_written_right(
    data: st.DataObject, table: Table, many: int, folder: Path
) -> None:
    header = table.shape.header()
    passed = {"Name", "Remark", "Unheard of"}
    made = [one for one in data.draw(changes(table)) if header[one.column - 1] not in passed]
    right = rewritten(table, made)
    assume(
        all(
            any(cell.strip() for cell in r.cells)
            for records in right.files
            for r in records
            if r.kind == "row"
        )
    )
    assume(len({str(sorted(r.cells for r in records)) for records in right.files}) == len(right.files))
    wrong_files, right_files = (
        write(one, mkdir(folder / name)) for name, one in (("w", table), ("r", right))
    )
    check_repaired(wrong_files, right_files, made, bundle_for(table.shape), folder, many)


def mkdir(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


@FEWER
@given(data=st.data(), table=tables(), sizes=SIZES)
def test_many_rows_are_repaired_as_few_are(
    data: st.DataObject, table: Table, sizes: Sizes, folder: Path
) -> None:
    made = data.draw(changes(table))
    says = data.draw(st.sampled_from(["to", "keep", "ignore"]))
    repairs = [one.repair() if says == "to" else saying(one, says) for one in made]
    bundle = repaired(bundle_for(table.shape), *repairs)
    few, many = both_ways(write(table, mkdir(folder / "w")), bundle, mkdir(folder / "w"), sizes)
    assert few == many
    if isinstance(few, dict):
        assert json.loads(few["account"])["all"]["balanced"]


def saying(change: Change, what: str) -> Repair:
    repair = change.repair()
    return structs.replace(repair, to=None, **{what: "we have asked"})


CHANGED = (
    "filled_down", "totals", "added_up", "repeated", "repeated_in_two_files", "demands_with_corrections",
    "cumulative_vintages", "repeated_wide", "files_of_other_headers", "listed", "events_of_a_column",
    "cumulative_repeated", "indicator_of_a_row", "repeated_by_corrections",
)  # fmt: skip


SIZED = [
    (name, many)
    for number, name in enumerate(CHANGED)
    for place, many in enumerate((1, 10**9))
    if PROVING or number % 2 == place
]
"""Each kind of mapping with few rows or as with many; in the full count with both."""


@pytest.mark.parametrize(("name", "many"), SIZED)
def test_whatever_a_mapping_says(name: str, many: int, tmp_path: Path) -> None:
    told, seed = CASES[name], random.Random(name)
    bundle = bundle_of(told, tmp_path)
    wrong = write_files(told, mkdir(tmp_path / "w"))
    files, made = changed(told.files, seed)
    right = write_files(structs.replace(told, files=files), mkdir(tmp_path / "r"))
    check_repaired(wrong, right, made, bundle, tmp_path, many)


def changed(files: dict[str, str], seed: random.Random) -> tuple[dict[str, str], list[Change]]:
    """The files with some cells changed."""
    tables = {name: list(csv.reader(io.StringIO(text))) for name, text in files.items()}
    made: dict[tuple[str, int, int], Change] = {}
    for _ in range(8):
        name = seed.choice(sorted(tables))
        rows = tables[name]
        row, column = seed.randrange(1, len(rows)), seed.randrange(len(rows[0]))
        if (name, row, column) in made or rows[0][column] == "Other":
            continue
        to = seed.choice([*(cells[column] for cells in rows[1:]), "", "5", "Yuma"])
        if any((to if n == column else cell).strip() for n, cell in enumerate(rows[row])):
            made[name, row, column] = Change(name, row + 1, column + 1, rows[row][column], to)
            rows[row][column] = to
    texts = {name: as_csv(rows) for name, rows in tables.items()}
    return texts, list(made.values())


def as_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


ROWS = [
    ("Tucson", "2024-01", 5), ("Tucson", "2024-01", 7), ("Yuma", "2024-02", 500), ("Perahu", "2024-02", 9), ("Laredo", "2024-03", "1o"),
]  # fmt: skip
SMALL: dict[str, Any] = {
    "id": "small",
    "says": "figures are small",
    "range": {"column": "Persons", "high": 100},
}
JANUARY: dict[str, Any] = {
    "id": "early", "says": "Tucson has no later months",
    "implies": {"when": {"Place": ["Tucson"]}, "then": {"Month": ["2024-01"]}},
}  # fmt: skip


def of_rows(rows: Sequence[Sequence[object]], **says: Any) -> Case:
    return case([PLACE, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", rows)}, **says)


def made_of(told: Case, folder: Path, *repairs: Repair, many: int = 10**9) -> Harmonised:
    bundle = repaired(bundle_of(told, mkdir(folder)), *repairs)
    return harmonised(write_files(told, folder), bundle, folder / "out", many)


def at(row: int, column: int, found: str, **says: str) -> Repair:
    return Repair(file="a.csv", row=row, column=column, found=found, **says)


def observed(made: Harmonised) -> dict[int, dict[str, Any]]:
    """The observations by row."""
    return {row["source_row"]: row for rows in made.observations.values() for row in rows}


both = pytest.mark.parametrize("many", [1, 10**9])


@both
def test_a_kept_figure_is_used_and_explained(many: int, tmp_path: Path) -> None:
    told = of_rows([*ROWS[2:3], ("Yuma", "2024-03", 600), ("Yuma", "2024-04", 7)], checks=[SMALL])
    made = made_of(told, tmp_path, at(2, 3, "500", keep="a boat of that size arrived"), many=many)
    assert [row["note"] for row in observed(made).values()] == ["a boat of that size arrived", None]
    assert sorted(observed(made)) == [2, 4], "row 3 has no explanation"
    assert not observed(made)[2]["derived"]
    severities = {(p["code"], p["row"]): p["severity"] for p in made.problems}
    assert severities == {("HAR-072", "2"): "warning", ("HAR-072", "3"): "refused"}
    assert "the sender explains" in made.problems[0]["message"]


@both
def test_a_kept_cell_of_a_row_explains_all_its_figures(many: int, tmp_path: Path) -> None:
    rows = [("Tucson", "2024-02", 5, 6), ("Tucson", "2024-03", 7, 8)]
    told = case([PLACE, MONTH, MEN, WOMEN], {"a.csv": table("Place,Month,Men,Women", rows)}, checks=[JANUARY])
    made = made_of(told, tmp_path, at(2, 2, "2024-02", keep="so it was"), many=many)
    (rows_made,) = made.observations.values()
    assert [(r["source_row"], r["note"]) for r in rows_made] == [(2, "so it was")] * 2
    assert made.account["all"]["rows"]["refused"] == 1


@both
def test_a_kept_cell_of_a_figure_lets_the_whole_row_be_used(many: int, tmp_path: Path) -> None:
    check = {
        "id": "women",
        "says": "men and women differ",
        "compare": {"left": "Men", "is": "!=", "right": "Women"},
    }
    rows = [("Tucson", "2024-02", 6, 6), ("Yuma", "2024-02", 6, 6)]
    told = case([PLACE, MONTH, MEN, WOMEN], {"a.csv": table("Place,Month,Men,Women", rows)}, checks=[check])
    made = made_of(told, tmp_path, at(2, 3, "6", keep="as many men as women"), many=many)
    (rows_made,) = made.observations.values()
    assert [(r["source_row"], r["sex"], r["note"]) for r in rows_made] == [
        (2, "M", "as many men as women"), (2, "F", "as many men as women"),
    ]  # fmt: skip


@both
def test_what_is_kept_of_one_figure_is_not_said_of_another(many: int, tmp_path: Path) -> None:
    check = SMALL | {"range": {"column": "Men", "high": 5}}
    rows = [("Tucson", "2024-02", 6, 7)]
    told = case([PLACE, MONTH, MEN, WOMEN], {"a.csv": table("Place,Month,Men,Women", rows)}, checks=[check])
    made = made_of(told, tmp_path, at(2, 3, "6", keep="counted twice"), many=many)
    (rows_made,) = made.observations.values()
    assert [(r["sex"], r["note"], r["derived"]) for r in rows_made] == [
        ("M", "counted twice", False),
        ("F", None, False),
    ]


@both
def test_what_cannot_be_read_cannot_be_kept(many: int, tmp_path: Path) -> None:
    told = of_rows(ROWS[3:])
    kept = (at(2, 1, "Perahu", keep="a place"), at(3, 3, "1o", keep="a figure"))
    made = made_of(told, tmp_path, *kept, many=many)
    assert not made.observations
    assert [p["severity"] for p in made.problems] == ["refused", "refused"]


@both
def test_a_replaced_figure_may_be_explained_too(many: int, tmp_path: Path) -> None:
    told = of_rows(ROWS[4:], checks=[SMALL])
    (row,) = observed(made_of(told, tmp_path, at(2, 3, "1o", to="110", keep="so many"), many=many)).values()
    assert (row["value"], row["note"], row["source_value"], row["derived"]) == (110, "so many", "1o", True)


@both
def test_a_figure_beside_a_replaced_one_is_not_derived(many: int, tmp_path: Path) -> None:
    rows = [("Yuma", "2024-01", "1x", 2)]
    told = case([PLACE, MONTH, MEN, WOMEN], {"a.csv": table("Place,Month,Men,Women", rows)})
    made = made_of(told, tmp_path, at(2, 3, "1x", to="1"), many=many)
    (rows_made,) = made.observations.values()
    assert [(row["sex"], row["derived"]) for row in rows_made] == [("M", True), ("F", False)]


@both
def test_ignored_cells_and_rows(many: int, tmp_path: Path) -> None:
    rows = [("Yuma", "2024-01", 1, 2), ("?", "2024-02", 3, 4)]
    told = case([PLACE, MONTH, MEN, WOMEN], {"a.csv": table("Place,Month,Men,Women", rows)})
    repairs = (at(2, 3, "1", ignore="counted elsewhere"), at(3, 1, "?", ignore="a test of ours"))
    made = made_of(told, tmp_path, *repairs, many=many)
    (rows_made,) = made.observations.values()
    assert [row["value"] for row in rows_made] == [2]
    assert not made.problems
    assert made.account["all"]["cells"]["ignored"] == {"a test of ours": 4, "counted elsewhere": 1}
    assert made.account["all"]["balanced"]


@both
def test_a_repair_that_finds_nothing_complains(many: int, tmp_path: Path) -> None:
    idle = (
        at(2, 3, "6", to="7"), at(99, 3, "5", to="7"), at(2, 9, "secret", to="7"), at(1, 3, "Persons", to="7"),
        Repair(file="b.csv", row=2, column=3, found="5", to="7"), Repair(file="a.csv", sheet="S", row=2, column=3, found="5", to="7"),
    )  # fmt: skip
    made = made_of(of_rows(ROWS[:1]), tmp_path, *idle, many=many)
    assert observed(made)[2]["value"] == 5
    told = {(p["code"], p["severity"], p["file"], p["row"], p["column"], p["value"]) for p in made.problems}
    assert told == {
        ("HAR-087", "warning", "a.csv", "2", "3", "6"), ("HAR-087", "warning", "a.csv", "99", "3", "5"),
        ("HAR-087", "warning", "a.csv", "2", "9", ""), ("HAR-087", "warning", "a.csv", "1", "3", "Persons"),
        ("HAR-087", "warning", "b.csv", "2", "3", ""), ("HAR-087", "warning", "a.csv", "2", "3", ""),
    }  # fmt: skip


def test_a_personal_cell_is_neither_repaired_nor_told(tmp_path: Path) -> None:
    name = {"column": "Name", "is": "personal"}
    told = case([name, PLACE, MONTH, PERSONS], {"a.csv": table("Name,Place,Month,Persons", [("Siti", "Yuma", "2024-01", 1)])})  # fmt: skip
    made = made_of(told, tmp_path, at(2, 1, "Siti", to="Budi"))
    assert [p["code"] for p in made.problems] == ["HAR-087"]
    assert not any("Siti" in path.read_text("utf-8", "replace") for path in (tmp_path / "out").rglob("*.*"))


@both
def test_cells_beside_wrapped_labels_are_where_problems_say(many: int, tmp_path: Path) -> None:
    text = "Place,Men,Women,Month\nTucson\n1x,1x,2024-01\nYuma,2x,6,2024-01\n"
    told = case([PLACE, MEN, WOMEN, MONTH], {"a.csv": text}, table=WRAPPED)
    before = made_of(told, tmp_path / "before", many=many)
    repairs = [
        Repair(file=p["file"], row=int(p["row"]), column=int(p["column"]), found=p["value"], to=f"{n}")
        for n, p in enumerate(before.problems, start=7)
    ]
    made = made_of(told, tmp_path / "after", *repairs, many=many)
    assert len(repairs) == 3
    assert not made.problems
    (rows_made,) = made.observations.values()
    assert [row["value"] for row in rows_made] == [7, 8, 9, 6]


def test_a_cell_filled_from_above_is_repaired_by_what_problems_say(tmp_path: Path) -> None:
    rows = [("Tucsen", "2024-01", 1), ("", "2024-02", 2), ("", "2024-03", 3)]
    told = case([PLACE | {"fill_down": True}, MONTH, PERSONS], {"a.csv": table("Place,Month,Persons", rows)})
    made = made_of(told, tmp_path, at(2, 1, "Tucsen", to="Tucson"), at(4, 1, "Tucsen", to="Yuma"))
    assert not made.problems
    places = [row["place"] for row in observed(made).values()]
    assert places == ["US_TUCSON", "US_TUCSON", "US_YUMA"]


def test_of_a_workbook_the_sheet_is_named(tmp_path: Path) -> None:
    told = of_rows([])
    rows: list[list[Any]] = [["Place", "Month", "Persons"], ["Yuma", "2024-01", "1o"]]
    write_workbook(tmp_path / "a.xlsx", {"S": rows})
    told = structs.replace(told, files={}, mapping=told.mapping | {"file": {"format": "xlsx"}})
    bundle = bundle_of(told, tmp_path)
    repair = Repair(file="a.xlsx", sheet="S", row=2, column=3, found="1o", to="10")
    made = harmonised([(tmp_path / "a.xlsx", "a.xlsx")], repaired(bundle, repair), tmp_path / "out")
    assert [row["value"] for row in observed(made).values()] == [10]
    assert not made.problems


@both
def test_added_lines_are_read(many: int, tmp_path: Path) -> None:
    told = of_rows(ROWS[2:4])
    line = CrosswalkLine(source="Perahu", to={"to": "US_MIAMI"})
    bundle = with_additions(bundle_of(told, tmp_path), Additions(crosswalks={"sectors": (line,)}))
    made = harmonised(write_files(told, tmp_path), bundle, tmp_path / "out", many)
    assert [row["place"] for row in observed(made).values()] == ["US_YUMA", "US_MIAMI"]
    assert {row["mapping_version"] for row in observed(made).values()} == {bundle.version}


def test_sums_tell_what_is_kept_of_their_parts(tmp_path: Path) -> None:
    told = of_rows([("Tucson", "2024-01", 500), ("Tucson", "2024-01", 7)], checks=[SMALL], add_alike="posts")
    made = made_of(told, tmp_path, at(2, 3, "500", keep="many came"))
    (row,) = observed(made).values()
    assert row["value"] == 507
    assert "many came" in row["note"]


def test_repairs_of_hostile_senders_stay_texts(tmp_path: Path) -> None:
    hostile = "'; DROP TABLE landed; --<script>"
    repairs = (at(2, 1, "Tucson", to=hostile), at(2, 3, "5", keep=hostile), at(2, 2, "2024-01", to="\n"))
    made = made_of(of_rows(ROWS[:1]), tmp_path, *repairs)
    assert made.account["all"]["balanced"]
    assert {p["code"] for p in made.problems} == {"HAR-040", "HAR-055"}
