"""One table written as CSV, as a workbook of either kind, as JSON, as JSON Lines and as Parquet becomes the same figures."""

import csv
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lontar.harmonise.reading.child import land
from lontar.harmonise.reading.landing import ReadRequest, SourceFile
from lontar.model.mapping.layout import FileShape, TableShape
from tests.factories import Harmonised
from tests.harmonise import made_workbooks as made
from tests.harmonise.cases import Case, harmonise_these, told

HEADERS = ("Year", "Place", "Note", "Persons")
MAPPING: dict[str, Any] = {
    "indicator": "fatal_incidents",
    "columns": [
        {"column": "Year", "is": "used"},
        {"column": "Place", "is": "event", "blank": "none"},
        {"column": "Note", "is": "ignore", "reason": "words"},
        {
            "column": "Persons",
            "is": "figure",
            "figures": {"decimal": ".", "absences": {"": "unknown", "n/a": "not_collected"}},
        },
    ],
    "period": {"from": "{Year}", "formats": ["{year}"]},
}
ODD_TEXTS = [
    "", "a", "x, y", 'say "so"', "<b>&amp;", "नेपाल", "two  blanks", "_x0041_", "'=1", "1 234²", "~", "null", "a\nb",
]  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(ODD_TEXTS),
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5),
)  # fmt: skip
FIGURES = st.one_of(st.integers(0, 10**9), st.sampled_from(["", "n/a", "lost", "-"]), st.just(2.5))
ROWS = st.lists(st.tuples(st.integers(2000, 2030), TEXTS, TEXTS, FIGURES), min_size=1, max_size=5)
Row = tuple[int, str, str, Any]


def as_csv(rows: list[Row], folder: Path) -> Path:
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADERS, *rows])
    return folder / "a.csv"


def as_json(rows: list[Row], folder: Path) -> Path:
    records = [
        dict(zip(HEADERS, (cell if cell != "" else None for cell in row), strict=True)) for row in rows
    ]
    (folder / "a.json").write_text(json.dumps(records))
    return folder / "a.json"


def as_lines(rows: list[Row], folder: Path) -> Path:
    lines = [json.dumps(dict(zip(HEADERS, row, strict=True)), ensure_ascii=False) for row in rows]
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    return folder / "a.jsonl"


def as_parquet(rows: list[Row], folder: Path) -> Path:
    """Years as numbers; figures as text, since one column holds one kind."""
    columns = list(zip(*rows, strict=True))
    figures = [None if cell == "" else str(cell) for cell in columns[3]]
    pq.write_table(
        pa.table(
            [pa.array(columns[0]), *map(pa.array, columns[1:3]), pa.array(figures, pa.string())], HEADERS
        ),
        folder / "a.parquet",
    )
    return folder / "a.parquet"


def as_xlsx(rows: list[Row], folder: Path) -> Path:
    def cell(row: int, letter: str, value: Any) -> str:
        if value == "":
            return f'<c r="{letter}{row}" s="1"/>'
        if isinstance(value, str):
            whole = escape(value).replace("_x0041_", "_x005F_x0041_")
            return f'<c r="{letter}{row}" t="inlineStr"><is><t xml:space="preserve">{whole}</t></is></c>'
        return made.number(f"{letter}{row}", value)

    lines = [
        f'<row r="{n}">'
        + "".join(cell(n, letter, v) for letter, v in zip("ABCD", row, strict=True))
        + "</row>"
        for n, row in enumerate([HEADERS, *rows], start=1)
    ]
    return made.xlsx(folder / "a.xlsx", "".join(lines))


def as_ods(rows: list[Row], folder: Path) -> Path:
    def cell(value: Any) -> str:
        if value == "":
            return "<table:table-cell/>"
        if not isinstance(value, str):
            return made.ods_number(value)
        lines = "</text:p><text:p>".join(escape(value).replace("  ", ' <text:s text:c="1"/>').split("\n"))
        return made.ods_text(lines)

    lines = ["<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in [HEADERS, *rows]]
    return made.ods(folder / "a.ods", "".join(lines))


WRITERS = {
    "csv": as_csv, "xlsx": as_xlsx, "ods": as_ods, "json": as_json, "jsonl": as_lines, "parquet": as_parquet,
}  # fmt: skip
SHEET = {"xlsx": {"sheet": "Data"}, "ods": {"sheet": "Data"}}
WITHOUT_HEADER = ("json", "jsonl", "parquet")


def harmonised(kind: str, rows: list[Row], folder: Path) -> Harmonised:
    folder.mkdir()
    path = WRITERS[kind](rows, folder)
    file = {"format": "text" if kind == "csv" else kind} | (
        {"sheet": "Data"} if kind in ("xlsx", "ods") else {}
    )
    return harmonise_these([(path, path.name)], Case(case="", mapping=MAPPING | {"file": file}), folder)


def said(kind: str, done: Harmonised) -> Any:
    """What was made of a file, its rows and cells counted as those of a table with a header."""
    more = 1 if kind in WITHOUT_HEADER else 0
    columns = ["event", "period", "value", "absence", "source_value", "source_column"]
    rows = [[str(int(row) + more), *rest] for row, *rest in told(done.observations, ["source_row", *columns])]
    problems = [
        (p["code"], int(p["row"]) + more, p["column"], p["value"], p["message"]) for p in done.problems
    ]
    cells = done.account["all"]["cells"]
    words = cells["ignored"].get("words", 0) + more
    return rows, problems, cells["found"] + 4 * more, cells["observed"], cells["refused"], words


def landed(kind: str, rows: list[Row], folder: Path) -> list[list[Any]]:
    """The rows as the reading child lands them, each with its number."""
    folder.mkdir()
    path = WRITERS[kind](rows, folder)
    shape = FileShape(**({"format": "text" if kind == "csv" else kind} | SHEET.get(kind, {})))
    request = ReadRequest(
        files=(SourceFile.at(path, path.name),), shape=shape, table=TableShape(), expected=HEADERS, personal=(), out=str(folder)
    )  # fmt: skip
    landing = land(request, "")
    assert not [problem for file in landing.files for problem in file.problems]
    slots = [f"s{landing.slots.index(header)}" for header in HEADERS]
    more = 1 if kind in WITHOUT_HEADER else 0
    tables = [pq.read_table(part) for part in sorted(folder.glob("rows.*.parquet"))]
    return [
        [row["row"] + more, *(row[slot] for slot in slots)] for table in tables for row in table.to_pylist()
    ]


@settings(max_examples=40)
@given(rows=ROWS)
def test_one_table_is_landed_alike_in_every_format(
    rows: list[Row], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("formats")
    texts = [[number, *(str(cell) for cell in row)] for number, row in enumerate(rows, start=2)]
    for kind in WRITERS:
        assert landed(kind, rows, folder / kind) == texts, kind


def test_one_table_says_the_same_in_every_format(tmp_path: Path) -> None:
    figures = [0, 1, 10**9, 2.5, "", "n/a", "lost", "-"]
    rows: list[Row] = [(2000 + n, text, text, figures[n % 8]) for n, text in enumerate(ODD_TEXTS * 2)]
    expected = said("csv", harmonised("csv", rows, tmp_path / "csv"))
    assert len(expected[0]) > 8 < len(expected[1])
    for kind in WRITERS:
        done = harmonised(kind, rows, tmp_path / f"{kind}_again")
        assert said(kind, done) == expected, kind
        assert done.account["all"]["balanced"]


def test_a_difference_between_formats_would_be_seen(tmp_path: Path) -> None:
    rows, other = [(2024, "a", "", 3)], [(2024, "a", "", 4)]
    assert landed("csv", rows, tmp_path / "a") != landed("json", other, tmp_path / "b")
    assert said("csv", harmonised("csv", rows, tmp_path / "c")) != said(
        "json", harmonised("json", other, tmp_path / "d")
    )
