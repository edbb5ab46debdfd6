"""Reading: record numbers, physical lines and odd rows as a naive reader counts them; wrappings; workbooks; layouts."""

import csv
import gzip
import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.harmonise.reading import encodings, layout, quoting, recognising, text, workbook
from lontar.harmonise.reading.batches import Hints, OddRow
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.unpacking import Unreadable, unpack
from lontar.model.mapping.layout import FileShape, IgnoredRows, TableShape, Wrapped

WIDTH = 3
CELLS = st.sampled_from(
    ["", "a", "7", " ", 'say "so"', "x,y", "two\nlines", "three\n\nlines", "é", "नेपाल", "''", ";"]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reading")


def all_rows(path: Path, shape: FileShape, hints: Hints | None = None) -> dict[int, tuple[int, list[str]]]:
    """Record number -> first physical line and cells, odd rows included."""
    found = {}
    for batch in text.TextTable(path, shape).batches(WIDTH, hints or Hints()):
        columns = [column.to_pylist() for column in batch.columns]
        for n, (row, line) in enumerate(zip(batch.rows.to_pylist(), batch.lines.to_pylist(), strict=True)):
            assert row not in found
            found[row] = (line, [column[n] for column in columns])
        for odd in batch.odd:
            assert odd.row not in found
            found[odd.row] = (odd.line, odd.cells)
    return found


def naive_rows(content: str, shape: FileShape) -> dict[int, tuple[int, list[str]]]:
    """The same by Python's csv module, record by record."""
    found, line = {}, 1
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=shape.delimiter)
    for number, cells in enumerate(reader, start=1):
        found[number] = (line, cells)
        line = reader.line_num + 1
    return found


def blanked(rows: dict[int, tuple[int, list[str]]]) -> dict[int, tuple[int, list[str]]]:
    """Blank cells made empty, those beyond the table dropped, and a row without any filled cell a row without cells."""
    tidy = {n: (line, ["" if c.isspace() else c for c in cells]) for n, (line, cells) in rows.items()}
    fitted = {n: (line, cells if any(cells[WIDTH:]) else cells[:WIDTH]) for n, (line, cells) in tidy.items()}
    return {n: (line, cells if any(cells) else []) for n, (line, cells) in fitted.items()}


def read_whole(path: Path, shape: FileShape | None = None) -> list[bytes]:
    return list(quoting.whole_records(path, shape or FileShape()))


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@given(
    records=st.lists(
        st.one_of(st.lists(CELLS, max_size=5), st.lists(CELLS, min_size=3, max_size=3)), max_size=12
    ),
    line_end=st.sampled_from(["\n", "\r\n"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    ends=st.booleans(),
)
def test_rows_and_lines_are_those_of_a_naive_count(
    records: list[list[str]], line_end: str, delimiter: str, ends: bool, folder: Path
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=line_end).writerows([["a", "b", "c"], *records])
    content = stream.getvalue() if ends else stream.getvalue().removesuffix(line_end)
    path, shape = folder / "any.csv", FileShape(delimiter=delimiter)
    path.write_text(content, "utf-8", newline="")
    assert blanked(all_rows(path, shape)) == blanked(naive_rows(content, shape))


def test_rows_keep_their_numbers_over_many_blocks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "_CHUNK", 1 << 12)
    lines = ["a,b,c" if n % 7 else "odd" if n % 2 else '"x\ny",b,c' for n in range(5000)]
    (folder / "long.csv").write_text("\n".join(lines) + "\n")
    for hints in (Hints(), Hints(lambda: [True, False, True])):
        found = all_rows(folder / "long.csv", FileShape(), hints)
        assert blanked(found) == blanked(naive_rows("\n".join(lines) + "\n", FileShape()))
        assert len(found) == 5000


@pytest.mark.parametrize(
    ("content", "kind", "row"),
    [
        ('a,b,c\n"x,b,c\n', "unterminated_quote", 2),
        ('"a",b,c\nx,"y\n\n', "unterminated_quote", 2),
        ('"a\nb",b,c\n\n"x', "unterminated_quote", 3),
        ('S,1,5\n"S,2,6\nS,3,7\n"S,4,8\n', "stray_quote", 2),
        ('"1"5,b,c\n', "stray_quote", 1),
        ('a,b,c\n"1" ,b,c\n', "stray_quote", 2),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 1 << 24])
def test_a_quote_out_of_place_is_told_with_its_record(
    content: str, kind: str, row: int, chunk: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quoting, "_CHUNK", chunk)
    (folder / "open.csv").write_text(content)
    with pytest.raises(Unreadable) as refusal:
        read_whole(folder / "open.csv")
    assert (refusal.value.problem.kind, refusal.value.problem.row) == (kind, row)


@given(
    records=st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=8),
    quoting_kind=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    chunk=st.sampled_from([1, 2, 3, 7, 1 << 24]),
)
def test_what_a_writer_quotes_is_well_quoted(
    records: list[list[str]], quoting_kind: Any, chunk: int, folder: Path
) -> None:
    with (folder / "written.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=quoting_kind).writerows(records)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quoting, "_CHUNK", chunk)
        pieces = read_whole(folder / "written.csv")
    content = (folder / "written.csv").read_bytes()
    assert b"".join(pieces) == content
    assert [r for piece in pieces for r in csv_rows(piece)] == csv_rows(content)


def test_a_quote_within_a_plain_cell_stands_for_itself(folder: Path) -> None:
    (folder / "inch.csv").write_text('5" pipe,b"c"d,e"\n')
    assert read_whole(folder / "inch.csv") == [(folder / "inch.csv").read_bytes()]
    assert all_rows(folder / "inch.csv", FileShape()) == {1: (1, ['5" pipe', 'b"c"d', 'e"'])}


ENCODINGS = ["utf-8", "utf-8-sig", "U8", "iso-8859-1", "cp1252", "utf-16", "utf-16-be", "cp437"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_are_read(encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In many pieces, which may end within a sign."""
    monkeypatch.setattr(encodings, "_CHUNK", (1 << 14) + 1)
    shape = FileShape(encoding=encoding)
    (tmp_path / "é.csv").write_text('Tomé,"b\n",c\n' + "x,y,z\n" * 20_000, encoding)
    with Scratch(tmp_path) as scratch:
        plain = encodings.as_utf8(tmp_path / "é.csv", shape, scratch)
        assert text.TextTable(plain, shape).head(1) == [["Tomé", "b\n", "c"]]
        found = all_rows(plain, shape)
    assert found[1] == (1, ["Tomé", "b\n", "c"])
    assert found[20_001] == (20_002, ["x", "y", "z"])


@pytest.mark.parametrize(
    ("data", "named", "row", "detail"),
    [
        (b"a,b\n1,\xe9\n", "utf-8", 2, "byte 0xe9"),
        (b"a,b\n1,\x81\n", "cp1252", 2, "byte 0x81"),
        (b"a,b\n1,\xc3", "utf-8", 2, "byte 0xc3"),
        ("a,b\n1,2\n".encode("utf-16"), "utf-8", None, "it begins as UTF-16 does"),
    ],
)
def test_what_is_in_another_encoding_is_told(
    data: bytes, named: str, row: int | None, detail: str, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    shape = FileShape(encoding=named)
    with pytest.raises(Unreadable) as refusal, Scratch(tmp_path) as scratch:
        text.TextTable(encodings.as_utf8(tmp_path / "a.csv", shape, scratch), shape).head(60)
    problem = refusal.value.problem
    assert (problem.kind, problem.row, problem.details["detail"]) == ("wrong_encoding", row, detail)


@pytest.mark.parametrize("line_end", ["\r", "\r\n", "\n"])
def test_lines_within_cells_are_counted_by_any_line_end(line_end: str, folder: Path) -> None:
    content = f'a,"x{line_end}y",c{line_end}d,e,f{line_end}'
    (folder / "ends.csv").write_text(content, newline="")
    assert {n: line for n, (line, _) in all_rows(folder / "ends.csv", FileShape()).items()} == {1: 1, 2: 3}


def test_empty_cells_too_many_are_none(folder: Path) -> None:
    (folder / "more.csv").write_text("a,b,c,,\n1,2,3,\n1,2,3,4\n")
    found = all_rows(folder / "more.csv", FileShape())
    assert [cells for _, cells in found.values()] == [["a", "b", "c"], ["1", "2", "3"], ["1", "2", "3", "4"]]


@pytest.mark.parametrize(
    ("content", "format_", "detail"),
    [
        (b"\x1f\x8b\x08rest", "text", "it is a gzip file"),
        (b"PK\x03\x04rest", "text", "it is a zip file or a workbook, damaged or cut off"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "xlsx",
            "it is an old Excel workbook (xls)",
        ),
        (b"a,b\n", "ods", "it is neither a workbook nor Parquet nor packed"),
        (b"%PDF-1.7", "text", "it is a PDF"),
    ],
)
def test_a_file_of_another_kind_is_recognised(
    content: bytes, format_: Any, detail: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        recognising.check_kind(tmp_path / "a", format_)
    assert refusal.value.problem.details["detail"] == detail


@pytest.mark.parametrize(
    ("parts", "detail"),
    [
        (("xl/workbook.xml", "[Content_Types].xml"), None),
        (("xl/workbook.bin", "[Content_Types].xml"), "it is a binary Excel workbook (xlsb)"),
        (("word/document.xml", "[Content_Types].xml"), "it is an Office document, but no workbook"),
        (("content.xml",), "it is an OpenDocument spreadsheet (ods)"),
        (("a.csv",), "it is a zip file"),
    ],
)
def test_what_is_packed_as_a_workbook_is_told_by_its_parts(
    parts: tuple[str, ...], detail: str | None, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(zipped(*parts))
    if detail is None:
        recognising.check_kind(tmp_path / "a", "xlsx")
        return
    with pytest.raises(Unreadable, match="wrong_format") as refusal:
        recognising.check_kind(tmp_path / "a", "xlsx")
    assert refusal.value.problem.details["detail"] == detail


def test_a_table_of_text_may_begin_with_brackets(tmp_path: Path) -> None:
    for beginning in (b"[a],b\n1,2\n", b"{a};b\n", b"[,]\n"):
        (tmp_path / "a").write_bytes(beginning)
        recognising.check_kind(tmp_path / "a", "text")


def test_a_very_long_cell_is_read(folder: Path) -> None:
    (folder / "long.csv").write_text(f"a,b,c\n{'x' * 200_000},b\n")
    assert len(all_rows(folder / "long.csv", FileShape())[2][1][0]) == 200_000


# Wrappings.

INSIDE = b"a,b\n1,2\n" * 1000


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, INSIDE)
    return stream.getvalue()


def unpacked(data: bytes, name: str, work: Path, limit: int = 10**6) -> bytes:
    (work / "packed").write_bytes(data)
    with Scratch(work) as scratch:
        return unpack(work / "packed", name, scratch, limit).read_bytes()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (INSIDE, "a.csv"),
        (gzip.compress(INSIDE), "a.csv.GZ"),
        (zipped("a.csv"), "a.zip"),
        (zipped("a.csv", "__MACOSX/._a.csv", "folder/.DS_Store"), "a.zip"),
    ],
)
def test_wrappings_are_opened(data: bytes, name: str, tmp_path: Path) -> None:
    assert unpacked(data, name, tmp_path) == INSIDE


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (gzip.compress(INSIDE)[:-9], "a.csv.gz", "truncated"),
        (INSIDE, "a.csv.gz", "wrong_format"),
        (zipped("a.csv")[:-9], "a.zip", "wrong_format"),
        (zipped("a.csv", "b.csv"), "a.zip", "wrong_format"),
        (zipped(), "a.zip", "wrong_format"),
        (gzip.compress(bytes(2 * 10**6)), "a.csv.gz", "too_large"),
    ],
    ids=["gz cut off", "no gz", "zip cut off", "two files", "no file", "bomb"],
)  # fmt: skip
def test_what_cannot_be_opened_is_told(data: bytes, name: str, kind: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refusal:
        unpacked(data, name, tmp_path)
    assert refusal.value.problem.kind == kind


def test_what_is_unpacked_has_no_name(tmp_path: Path) -> None:
    (tmp_path / "packed").write_bytes(gzip.compress(INSIDE))
    with Scratch(tmp_path) as scratch:
        plain = unpack(tmp_path / "packed", "a.gz", scratch, 10**6)
        assert plain.read_bytes() == INSIDE
        assert [path.name for path in tmp_path.iterdir()] == ["packed"]
    assert not plain.exists()


def test_a_zip_that_inflates_beyond_the_limit_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="too_large"):
        unpacked(zipped("a.csv"), "a.zip", tmp_path, limit=len(INSIDE) - 1)
    assert unpacked(zipped("a.csv"), "a.zip", tmp_path, limit=len(INSIDE)) == INSIDE


@given(
    packed=st.sampled_from([zipped("a.csv"), gzip.compress(INSIDE)]),
    at=st.integers(0, 10**4), bit=st.integers(0, 7), name=st.sampled_from(["a.zip", "a.gz"]),
)  # fmt: skip
def test_a_damaged_wrapping_is_told_or_harmless(
    packed: bytes, at: int, bit: int, name: str, folder: Path
) -> None:
    data = bytearray(packed)
    data[at % len(data)] ^= 1 << bit
    try:
        unpacked(bytes(data), name, folder)
    except Unreadable as refusal:
        told = refusal.problem.kind
    else:
        told = ""
    assert told in ("", "wrong_format", "truncated", "too_large")


# Workbooks.


def test_rows_and_cells_of_a_workbook_are_those_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Table 4"
    for place, cell in {
        "A3": "Place", "B3": "Persons", "A5": "Yuma", "B5": 12, "C5": 1.5, "D5": True, "E5": date(2025, 1, 2),
        "F5": datetime(2025, 1, 2, 3, 4), "G5": "  ", "B9": 10**12,  # noqa: DTZ001
    }.items():  # fmt: skip
        sheet[place] = cell
    book.save(tmp_path / "a.xlsx")
    sheet_read = workbook.open_sheet(tmp_path / "a.xlsx", FileShape(format="xlsx"), 10**7)
    name, rows = sheet_read.name, sheet_read.rows
    assert name == "Table 4"
    assert rows[2][:2] == ["Place", "Persons"]
    assert rows[4] == ["Yuma", "12", "1.5", "TRUE", "2025-01-02", "2025-01-02 03:04:00", ""]
    assert rows[8][1] == "1000000000000"
    batch = next(iter(workbook.row_batches(rows, 2)))
    assert batch.rows.to_pylist() == list(range(1, 10))
    assert batch.columns[0].to_pylist()[4] == "Yuma"


@pytest.mark.parametrize(("wanted", "kind"), [(None, "no_sheet"), ("Third", "no_sheet"), ("Second", None)])
def test_the_sheet_must_be_certain(wanted: str | None, kind: str | None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Second")
    book.save(tmp_path / "a.xlsx")
    shape = FileShape(format="xlsx", sheet=wanted)
    if kind is None:
        assert workbook.open_sheet(tmp_path / "a.xlsx", shape, 10**7).name == "Second"
        return
    with pytest.raises(Unreadable, match=kind):
        workbook.open_sheet(tmp_path / "a.xlsx", shape, 10**7)


@pytest.mark.parametrize("data", [b"", b"no workbook", zipped("a.csv")])
def test_what_is_no_workbook_is_told(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(Unreadable, match=r"empty_file|wrong_format"):
        workbook.open_sheet(tmp_path / "a.xlsx", FileShape(format="xlsx"), 10**7)


def test_a_workbook_that_inflates_beyond_the_limit_is_told(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match="too_large"):
        workbook.open_sheet(tmp_path / "a.xlsx", FileShape(format="xlsx"), 100)


# Layouts.


def headers(records: list[list[str]], table: TableShape, *expected: str) -> list[str]:
    return [column.header for column in layout.read_heading(records, table, expected).columns]


def test_levels_of_a_header_are_joined_and_spread() -> None:
    records = [["t"], ["", "Men", "", "Women"], ["Place", "child", "adult", "child"]]
    table = TableShape(title_rows=1, header_rows=2)
    assert headers(records, table, "Place") == ["Place", "Men / child", "Men / adult", "Women / child"]
    assert [cell.text for cell in layout.read_heading(records, table, ()).titles] == ["t"]


def test_a_wrapped_header_is_put_together() -> None:
    records = [["Yearly"], ["SECTOR", "May"], ["Total"]]
    table = TableShape(header_rows=3, wrapped=Wrapped(header="last"))
    assert headers(records, table, "May") == ["SECTOR", "May", "Yearly Total"]


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        ([[], ["a", "b", "c"]], "header_moved"),
        ([["x", "y", "z"]], "no_header"),
        ([["a", "b", "z"]], "lost_column"),
    ],
)
def test_a_header_that_is_not_there_is_told(records: list[list[str]], kind: str) -> None:
    with pytest.raises(Unreadable, match=kind):
        layout.read_heading(records, TableShape(), ("a", "b", "c"))


def test_wrapped_rows_are_joined_where_that_is_certain() -> None:
    table = TableShape(wrapped=Wrapped(rows="first"))
    odd = [OddRow(2, 2, ["Rio"]), OddRow(3, 3, ["1", "2"]), OddRow(4, 4, ["Grande"]), OddRow(8, 8, ["lone"])]
    merged, left = layout.merge_wrapped(odd, 3, table)
    assert [(row.row, row.cells, joined) for row, joined in merged] == [(3, ["Rio Grande", "1", "2"], 2)]
    assert [row.row for row in left] == [8]


@pytest.mark.parametrize(
    ("first", "reason"), [("* closed", "note"), ("  Sum ", "sum"), ("Sums", None), ("", None), ("Yuma", None)]
)
def test_rows_are_passed_over_by_their_first_cell(first: str, reason: str | None) -> None:
    rules = (IgnoredRows(reason="note", starts_with="*"), IgnoredRows(reason="sum", first_cell=("Sum",)))
    assert layout.ignored_reason(first, TableShape(ignore_rows=rules)) == reason
