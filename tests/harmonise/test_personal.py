"""A personal value is dropped before anything is written: it is in no landed row, no problem, no account and no output."""

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import openpyxl
import pyarrow.parquet as pq
import pytest

from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.mapping_headers import expected_headers, personal_headers
from lontar.harmonise.reading.child import land
from lontar.harmonise.reading.landing import Landing, ReadRequest, SourceFile
from lontar.harmonise.reading.launch import ReadingChild, landed_parts
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.run import harmonise_files
from lontar.model.errors import LontarError
from lontar.model.mapping import MappingBundle
from tests.harmonise.cases import catalogue
from tests.harmonise.in_process import reading_here

SENTINEL = "Adila Sentinel 7731"
MAPPING = """
id: xa/personal
title: A table of persons
source: {publisher: Border Police of Xa, title: A table, licence: CC BY 4.0}
reporter: XA
source_kind: official
area: ID
indicator: irregular_entries
file: {format: FORMAT, names: ["*"]}
table: {ignore_rows: [{starts_with: "Note", reason: footnotes}]}
columns:
  - {column: Year, is: used}
  - {column: Name, is: personal}
  - {column: Alias, is: personal, optional: true}
  - {column: Persons, is: figure}
period: {from: "{Year}", formats: ["{year}"]}
"""
PLAIN = f"Year,Name,Persons\n2024,{SENTINEL},3\n2023,{SENTINEL},4\n"
ODD = {
    "plain": PLAIN,
    "wrong period and figure": PLAIN + f"soon,{SENTINEL},5\n2022,{SENTINEL},many\n",
    "stray line": f"{PLAIN}{SENTINEL}\n",
    "row too long": f"{PLAIN}2022,{SENTINEL},5,{SENTINEL}\n",
    "row too short": f"{PLAIN}2022,{SENTINEL}\n2021,x,1\n",
    "cut off": f"{PLAIN}2022,{SENTINEL}",
    "ignored rows": f"{PLAIN}Note,{SENTINEL},7\nNote {SENTINEL}\n",
    "blanks around": PLAIN.replace("Name", "  Name ").replace(SENTINEL, f"  {SENTINEL} "),
    "several lines": PLAIN.replace(SENTINEL, f'"{SENTINEL}\n{SENTINEL}"'),
    "the column twice": f"Year,Name,Persons,Name\n2024,a,3,{SENTINEL}\n",
    "two personal columns": f"Year,Alias,Name,Persons\n2024,{SENTINEL},{SENTINEL},3\n",
    "a quotation mark never closed": f'{PLAIN}2022,"{SENTINEL},5\n2021,{SENTINEL},6\n',
    "a quoted cell that goes on": f'{PLAIN}2022,"{SENTINEL}" {SENTINEL},5\n',
    "no header": f"2024,{SENTINEL},3\n2023,x,4\n",
    "no rows but one": f"Year,Name,Persons\n{SENTINEL}\n",
}


def workbook(rows: list[list[object]]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(stream)
    return stream.getvalue()


def zipped(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.csv", text)
    return stream.getvalue()


ROWS: list[list[object]] = [["Year", "Name", "Persons"], [2024, SENTINEL, 3], ["soon", SENTINEL, "many"]]
FILES: dict[str, tuple[str, bytes]] = {
    **{name: ("a.csv", text.encode()) for name, text in ODD.items()},
    "no UTF-8": ("a.csv", PLAIN.encode() + f"2022,{SENTINEL}".encode() + b"\xe9,5\n"),
    "UTF-16": ("a.csv", PLAIN.encode("utf-16")),
    "gzip": ("a.csv.gz", gzip.compress((PLAIN + f"{SENTINEL}\n").encode())),
    "gzip cut off": ("a.csv.gz", gzip.compress(PLAIN.encode())[:-9]),
    "zip": ("a.zip", zipped(PLAIN + f"{SENTINEL}\n")),
    "workbook": ("a.xlsx", workbook(ROWS)),
    "workbook with a row too long": ("a.xlsx", workbook([*ROWS, [2022, SENTINEL, 5, SENTINEL]])),
}
"""What is odd -> name of the file and its bytes."""
UNNAMED = "workbook with a row too long"
"""There the value stands in a column that has no name, so nobody can know that it is personal before the mapping does."""
WHOLE = ("plain", "stray line", "row too long", "gzip", "zip", "workbook")
"""Those of which at least one figure is observed whatever becomes of the rest."""


def given(name: str, folder: Path) -> tuple[Path, MappingBundle]:
    """The file of that name in a folder, and the mapping for it."""
    file, data = FILES[name]
    (folder / file).write_bytes(data)
    mapping = folder / "personal.yml"
    mapping.write_text(MAPPING.replace("FORMAT", "xlsx" if file.endswith("xlsx") else "text"), "utf-8")
    return folder / file, open_mapping(catalogue(), str(mapping))


def request_for(path: Path, bundle: MappingBundle, work: Path) -> ReadRequest:
    mapping = bundle.mapping
    return ReadRequest(
        files=(SourceFile.at(path, path.name),), shape=mapping.file, table=mapping.table,
        expected=expected_headers(mapping), personal=personal_headers(mapping), out=str(work),
    )  # fmt: skip


def here(request: ReadRequest) -> Landing:
    return land(request, "")


def apart(request: ReadRequest) -> Landing:
    return ReadingChild(request).answer()


def written(folder: Path) -> str:
    """Everything that a file says, or the files below a folder."""
    said = []
    for path in sorted(path for path in (folder, *folder.rglob("*")) if path.is_file()):
        said += [path.name, path.read_bytes().decode("utf-8", "replace")]
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            said += [str(table.schema), str(table.to_pylist())]
    return "\n".join(said)


@pytest.mark.parametrize(
    ("name", "landed"),
    [*((name, here) for name in FILES if name != UNNAMED), *((name, apart) for name in WHOLE)],
    ids=[*(name for name in FILES if name != UNNAMED), *(f"{name}, by the child" for name in WHOLE)],
)
def test_no_personal_value_is_landed_or_told(
    name: str, landed: Callable[[ReadRequest], Landing], tmp_path: Path
) -> None:
    path, bundle = given(name, tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    answer = landed(request_for(path, bundle, work))
    assert "Sentinel" not in msgspec.json.encode(answer).decode()
    assert "Sentinel" not in written(work)
    if name in WHOLE:
        assert "'2024'" in written(work)
        assert sorted(work.iterdir()) == landed_parts(work)
        assert answer.files[0].columns[1].filled >= 2


@pytest.mark.parametrize("name", FILES)
def test_no_personal_value_is_in_what_is_handed_on(name: str, tmp_path: Path) -> None:
    path, bundle = given(name, tmp_path)
    told, out = tmp_path / "told.txt", tmp_path / "out"
    try:
        with reading_here():
            account = harmonise_files([(path, path.name)], bundle, out).account
    except LontarError as refusal:
        told.write_text(f"{refusal} {refusal.args}", "utf-8")
    else:
        assert account.balanced
        assert "personal" in account.all.cells.ignored
    assert "Sentinel" not in written(out) + written(told)
    assert out.exists() != told.exists()
    assert name not in WHOLE or "2024" in written(out / "observations")


def test_a_call_leaves_no_personal_value_behind(tmp_path: Path) -> None:
    path, bundle = given("stray line", tmp_path)
    place = tmp_path / "place"
    harmonise_files([(path, path.name)], bundle, place / "out")
    assert "Sentinel" not in written(place)
    assert [inside.name for inside in place.iterdir()] == ["out"]


def test_what_is_unpacked_stands_in_no_file_with_a_name(tmp_path: Path) -> None:
    with Scratch(tmp_path) as scratch:
        stream, path = scratch.file()
        stream.write(SENTINEL.encode())
        stream.flush()
        assert path.read_bytes() == SENTINEL.encode()
        assert list(tmp_path.iterdir()) == []
    assert stream.closed


def test_this_test_would_see_one(tmp_path: Path) -> None:
    path, bundle = given("stray line", tmp_path)
    work = tmp_path / "work"
    work.mkdir()
    shown = msgspec.structs.replace(request_for(path, bundle, work), personal=())
    assert "Sentinel" in msgspec.json.encode(land(shown, "")).decode()
    assert "Sentinel" in written(work)
