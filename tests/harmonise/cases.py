"""Cases of the mapping language, written as data: a small table, what its mapping says, what must become of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import yaml

from lontar.catalogue import Catalogue, open_catalogue
from lontar.catalogue.mapping_checks import open_checked_mapping
from lontar.harmonise.run import harmonise_files
from lontar.model.mapping import Correction
from tests.factories import Harmonised, read_output
from tests.harmonise.in_process import Files, reading_here
from tests.house.places import CATALOGUE

FOLDER = Path(__file__).parent / "language"
USUAL = {
    "id": "xa/case",
    "title": "A case",
    "source": {"publisher": "Border Police of Xa", "title": "A table", "licence": "CC BY 4.0"},
    "reporter": "XA",
    "source_kind": "official",
    "area": "ID",
    "indicator": "irregular_entries",
}
"""What a case's mapping says where the case itself says nothing."""


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case. Tables are written as lines of cells parted by bars, the first line naming the columns."""

    case: str
    files: dict[str, str] = {}
    """Text files by name."""
    encoding: str = "utf-8"
    workbooks: dict[str, dict[str, list[list[Any]]]] = {}
    """File name -> sheet -> rows of cells."""
    merged: tuple[str, ...] = ()
    """Ranges of cells to merge in the first sheet."""
    mapping: dict[str, Any]
    crosswalks: dict[str, str] = {}
    corrections: tuple[Correction, ...] = ()
    observations: str = ""
    problems: tuple[str, ...] = ()
    """`code row column value`, with - where there is none."""
    account: dict[str, Any] = {}
    """Parts of the account, which must be so."""
    refused: str = ""
    """The sentence, where nothing can be opened as a table."""


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once."""
    return open_catalogue(CATALOGUE)


def cases() -> Iterator[tuple[str, Case]]:
    """Every case of every file, with a name for each."""
    for path in sorted(FOLDER.glob("*.yml")):
        for number, told in enumerate(yaml.safe_load(path.read_text("utf-8")), start=1):
            yield f"{path.stem}-{number}", msgspec.convert(told, Case, strict=False)


def write_files(case: Case, folder: Path) -> Files:
    """Write the case's files into a folder, in the order in which it names them."""
    for name, text in case.files.items():
        (folder / name).write_text(text, case.encoding, newline="")
    for name, sheets in case.workbooks.items():
        write_workbook(folder / name, sheets, case.merged)
    return files_in(case, folder)


def files_in(case: Case, folder: Path) -> Files:
    """The case's files where they have been written into a folder."""
    return [(folder / name, name) for name in (*case.files, *case.workbooks)]


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]], merged: tuple[str, ...] = ()) -> None:
    """Write rows of cells as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for one in merged:
        book.worksheets[0].merge_cells(one)
    book.save(path)


def harmonise_case(case: Case, folder: Path) -> Harmonised:
    """Carry a case out in an empty folder; its mapping must be one that the catalogue has nothing against."""
    return harmonise_these(write_files(case, folder), case, folder)


def harmonise_these(files: Files, case: Case, folder: Path) -> Harmonised:
    """Carry out what a case says over files that a test has made, into the folder `out` of this one."""
    (folder / "case.yml").write_text(yaml.safe_dump(USUAL | case.mapping, allow_unicode=True), "utf-8")
    for name, text in case.crosswalks.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    bundle = open_checked_mapping(catalogue(), str(folder / "case.yml"))
    bundle = msgspec.structs.replace(bundle, corrections=case.corrections)
    with reading_here():
        harmonise_files(files, bundle, folder / "out")
    return read_output(folder / "out")


def table_of(text: str) -> tuple[list[str], list[list[str]]]:
    """The columns and rows of a written table."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return (lines[0], lines[1:]) if lines else ([], [])


def told(observations: dict[str, list[dict[str, Any]]], columns: list[str]) -> list[list[str]]:
    """Observations as a written table: those of the first indicator first, each by source place."""
    return [[_cell(row[name]) for name in columns] for rows in observations.values() for row in rows]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return " ".join(value) if isinstance(value, list) else str(value)


def told_problems(problems: list[dict[str, str]]) -> list[str]:
    """Problems as a case writes them."""
    return [" ".join(p[name] or "-" for name in ("code", "row", "column", "value")) for p in problems]
