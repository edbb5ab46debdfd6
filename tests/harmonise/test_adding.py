"""What is said of figures that are added up, and what adding them takes."""

from pathlib import Path

import pytest

from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.duckdb_sql import plan_sql
from tests.harmonise.cases import Case, harmonise_case

COLUMNS = [
    {"columns": ["Year", "Post"], "is": "used"},
    {"column": "Persons", "is": "figure", "figures": {"absences": {":": "unknown"}}},
]
PERIOD = {"from": "{Year}", "formats": ["{year}"]}


def adding(text: str, **more: object) -> Case:
    mapping = {"columns": COLUMNS, "period": PERIOD, "add_over": ["Post"], **more}
    return Case(case="adding", files={"a.csv": text}, mapping=mapping)


@pytest.mark.parametrize(
    ("figures", "row", "said"),
    [
        ("1,x,3", 2, "that are refused (row 3), so"),
        ("1,x,y", 2, "that are refused (rows 3, 4), so"),
        ("x,y,x,y,x,y,x,1", 9, "that are refused (rows 2, 3, 4, 5, 6 and 2 more), so"),
        ("1,:,3", 2, "that are not there (row 3), so"),
        ("1,:,3", 3, "that are not there (row 3), so"),
    ],
)
def test_what_is_not_added_up_names_the_rows_at_fault(
    figures: str, row: int, said: str, tmp_path: Path
) -> None:
    lines = [f"2024,p{number},{figure}" for number, figure in enumerate(figures.split(","))]
    others = ["2025,p1,z", "2025,p2,1"]
    made = harmonise_case(adding("\n".join(["Year,Post,Persons", *lines, *others]) + "\n"), tmp_path)
    (told,) = [
        p["message"] for p in made.problems if p["row"] == str(row) and p["code"] in ("HAR-076", "HAR-077")
    ]
    assert said in told


def test_the_note_of_very_many_rows_alike_says_no_more_than_that(tmp_path: Path) -> None:
    text = "Year,Post,Persons\n" + "2024,p,1\n" * 10_001 + "2025,p,1\n" * 10_000
    made = harmonise_case(adding(text, add_over=[], add_alike="one row each"), tmp_path)
    told = {row["period"]: (row["value"], row["note"]) for row in made.observations["irregular_entries"]}
    assert told == {
        "2024": (10_001, "the sum of more than 10000 figures of the source; one row each"),
        "2025": (10_000, "the sum of 10000 figures of the source; one row each"),
    }


def test_windows_over_rows_alike_hold_nothing_that_looks_at_them_again_for_each_row() -> None:
    """DISTINCT, ORDER BY and FILTER within a window take a time that grows with the square of the rows that are alike."""
    where = op.Missing(column="line")
    steps = (
        op.Read(files=(0,), slots=("s0",)),
        op.Gather(column="s0", into="texts", by=("file",), where=where, given=where),
        op.Count(into="times", by=("file",), where=where),
        op.Choose(into="one", type="number", cases=(op.Case(when=op.All(of=()), value="1"),)),
        op.Total(column="one", into="sum", by=("file",), where=where),
    )
    named = tuple(op.Step(name=f"step_{number}", does=does) for number, does in enumerate(steps))
    sql = plan_sql(op.Plan(steps=named, lookups={}))
    assert sql.count(" OVER (") == 3
    assert not [word for word in ("DISTINCT", "ORDER BY", "FILTER") if word in sql]
