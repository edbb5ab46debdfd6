"""Small files that unfold to much, or take long to read: each ends with the sentence of its limit, and in its time."""

import gzip
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lontar.harmonise.reading.landing import Limits
from lontar.harmonise.run import Settings, harmonise_files
from lontar.model.errors import SourceProblem
from lontar.model.mapping import MappingBundle
from tests.factories import read_output
from tests.harmonise import made_workbooks as made
from tests.harmonise.fuzzing.sources import opened

OLD = Path(__file__).parent / "old_workbooks"
HEADER = "Year,Place,Persons\n"
LIMITS = Limits(memory_bytes=3 << 29, seconds=60, inflated_bytes=64 << 20)
UNPACKED, MEMORY, TIME = f"{64 << 20} bytes once unpacked", "1536 MB of memory", "1 seconds"
Make = Callable[[Path], object]


def bundle_for(form: str) -> MappingBundle:
    shape = {"format": form} | ({"sheet": "Data"} if form in ("xlsx", "ods") else {})
    return opened(made.MAPPING | {"file": shape})


def deflated(path: Path) -> None:
    """Pack the parts of a workbook anew, so that it is small."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def gzip_bomb(path: Path) -> None:
    path.write_bytes(gzip.compress(HEADER.encode() + b"\n" * (65 << 20)))


def zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", HEADER.encode() + b"\n" * (65 << 20))


def blank_sheet(path: Path) -> None:
    made.xlsx(path, made.table(made.number("C2", 1)) + "<row/>" * (11 << 20))
    deflated(path)


def long_string(path: Path) -> None:
    """One shared string of 30 MB in fifty-eight cells."""
    cells = [f'<c r="C{row}" t="s"><v>0</v></c>' for row in range(2, 60)]
    made.xlsx(path, made.table(*cells), strings=f"<si><t>{'x' * (30 << 20)}</t></si>")
    deflated(path)


def far_cell(path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    made.xlsx(path, made.table(made.number("C2", 1)) + far)


def repeated_rows(path: Path) -> None:
    row = (
        made.ods_number(2024) + made.ods_text("P") + made.ods_number(1, 'table:number-columns-repeated="16"')
    )
    rows = f'<table:table-row table:number-rows-repeated="1048000">{row}</table:table-row>'
    made.ods(path, made.ods_table(made.ods_number(5)) + rows)


def parquet_of(path: Path, rows: int, place: str) -> None:
    numbers = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array([1], pa.int16()))
    years = pa.DictionaryArray.from_arrays(numbers.indices, pa.array([2024], pa.int16()))
    places = pa.DictionaryArray.from_arrays(numbers.indices, pa.array([place]))
    table = pa.table({"Year": years, "Place": places, "Persons": numbers})
    pq.write_table(table, path, compression="zstd", store_schema=False)


def long_words(path: Path) -> None:
    """A text of 1 MB in each of 300,000 cells."""
    parquet_of(path, 300_000, "x" * (1 << 20))


def many_rows(path: Path) -> None:
    parquet_of(path, 30_000_000, "P")


def deep(path: Path) -> None:
    path.write_text("[" * 2_000_000)


def many_records(path: Path) -> None:
    record = '{"Year":2024,"Place":"P","Persons":1}'
    path.write_text("[" + f"{record}," * 2_500_000 + f"{record}]")


def one_cell(path: Path) -> None:
    path.write_text(HEADER + '"a"' * (20 << 20))


BOMBS: list[tuple[str, str, Make, str, Limits]] = [
    ("bomb.csv.gz", "text", gzip_bomb, UNPACKED, LIMITS),
    ("bomb.zip", "text", zip_bomb, UNPACKED, LIMITS),
    ("blank.xlsx", "xlsx", blank_sheet, UNPACKED, LIMITS),
    ("strings.xlsx", "xlsx", long_string, MEMORY, LIMITS),
    ("far.xlsx", "xlsx", far_cell, MEMORY, LIMITS),
    ("rows.ods", "ods", repeated_rows, MEMORY, LIMITS),
    ("words.parquet", "parquet", long_words, MEMORY, LIMITS),
    ("rows.parquet", "parquet", many_rows, TIME, Limits(memory_bytes=3 << 29, seconds=1)),
    ("records.json", "json", many_records, MEMORY, LIMITS),
    ("deep.json", "json", deep, "it is nested more than 40 deep", LIMITS),
    ("cell.csv", "text", one_cell, TIME, Limits(memory_bytes=3 << 30, seconds=1)),
]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("name", "form", "make", "said", "limits"), BOMBS, ids=[bomb[0] for bomb in BOMBS])
def test_a_bomb_ends_with_the_sentence_of_its_limit(
    name: str, form: str, make: Make, said: str, limits: Limits, tmp_path: Path
) -> None:
    make(tmp_path / name)
    began = time.monotonic()
    with pytest.raises(SourceProblem) as refusal:
        harmonise_files(
            [(tmp_path / name, name)], bundle_for(form), tmp_path / "out", settings=Settings(limits=limits)
        )
    assert time.monotonic() - began < limits.seconds + 15
    assert str(refusal.value).startswith(f"[{refusal.value.code}] {name}: ")
    assert said in str(refusal.value)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("form", ["text", "xlsx", "ods", "json", "parquet"])
def test_an_honest_file_is_read_under_the_same_limits(form: str, tmp_path: Path) -> None:
    honest: dict[str, Make] = {
        "text": lambda path: path.write_text(HEADER + "2024,P,7\n"),
        "xlsx": lambda path: made.xlsx(path, made.table(made.number("C2", 7))),
        "ods": lambda path: made.ods(path, made.ods_table(made.ods_number(7))),
        "json": lambda path: path.write_text('[{"Year":2024,"Place":"P","Persons":7}]'),
        "parquet": lambda path: parquet_of(path, 1, "P"),
    }
    honest[form](tmp_path / "a")
    outcome = harmonise_files(
        [(tmp_path / "a", "a")], bundle_for(form), tmp_path / "out", settings=Settings(limits=LIMITS)
    )
    assert outcome.problems == {}
    assert len(read_output(tmp_path / "out").observations["fatal_incidents"]) == 1


def test_of_several_files_the_one_that_ended_the_reader_is_named(tmp_path: Path) -> None:
    """This workbook makes its library ask for more memory than there is, and end the process."""
    names = ["shown.xls", "made_to_look_large.xls", "since_1904.xls"]
    with pytest.raises(SourceProblem, match=r"HAR-012\] made_to_look_large\.xls: .*of memory"):
        harmonise_files(
            [(OLD / name, name) for name in names], opened(made.MAPPING | {"file": {"format": "xls"}}), tmp_path / "out",
            settings=Settings(limits=LIMITS),
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []
