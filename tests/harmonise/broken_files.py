"""Broken files that cannot be written down as text: packed ones, workbooks, Parquet, large ones, and what is no file at all."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from tests.harmonise import made_workbooks
from tests.harmonise.made_workbooks import number, text

GOOD = (Path(__file__).parent / "broken" / "good.csv").read_bytes()
TOP = "Detections\nSector,Month,Men,Women,All\n"
NOBODY = 65534
HEADER = ("Sector", "Month", "Men", "Women", "All")
Make = Callable[[Path], object]
"""Makes a file at a path."""


def _zipped(data: bytes) -> bytearray:
    """A zip of one file, packed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("good.csv"), data)
    return bytearray(packed.getvalue())


def _directory(packed: bytearray) -> int:
    """Where the entry of a zip's only file begins in its directory (APPNOTE 4.3.12)."""
    return packed.index(b"PK\x01\x02")


def lying_zip(path: Path) -> None:
    """A zip that says its file has ten bytes."""
    packed = _zipped(GOOD * 100)
    for at in (packed.index(b"PK\x03\x04") + 22, _directory(packed) + 24):
        packed[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(packed)


def encrypted_zip(path: Path) -> None:
    """A zip whose file is marked as encrypted."""
    packed = _zipped(GOOD)
    for at in (packed.index(b"PK\x03\x04") + 6, _directory(packed) + 8):
        packed[at] |= 1
    path.write_bytes(packed)


def changed_zip(path: Path) -> None:
    """A zip in which one byte of what is packed has changed on the way."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("good.csv"), GOOD)
    path.write_bytes(packed.getvalue().replace(b"10,5,15", b"90,5,95"))


def two_in_a_zip(path: Path) -> None:
    """A zip of two tables."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("january.csv", GOOD)
        archive.writestr("february.csv", GOOD)


def bomb(path: Path) -> None:
    """A zip of 30 KB that unpacks to 30 MB."""
    path.write_bytes(_zipped(GOOD + b"Yuma,2024-02,0,0,0\n" * (30 * 2**20 // 19)))


def _cells(row: int, *cells: object) -> str:
    told = [
        cell
        if str(cell).startswith("<c ")
        else text(place, str(cell))
        if isinstance(cell, str)
        else number(place, cell)
        for place, cell in zip((f"{column}{row}" for column in "ABCDE"), cells, strict=False)
    ]
    return f'<row r="{row}">{"".join(map(str, told))}</row>'


def _sheet(*rows: tuple[object, ...], **more: str) -> Make:
    """A workbook with the header in row 1, and these rows below it."""
    told = "".join(_cells(row, *cells) for row, cells in enumerate((HEADER, *rows), start=1))
    return lambda path: made_workbooks.xlsx(path, told, **more)


YUMA = ("Yuma", "2024-01", 3, 4, 7)


def many_columns(path: Path) -> None:
    """A table with ten thousand columns more than anybody knows."""
    more = 10_000
    names = ",".join(f"x{i}" for i in range(more))
    path.write_text(f"Detections\n{','.join(HEADER)},{names}\nYuma,2024-01,3,4,7{',1' * more}\n")


def merged_header(path: Path) -> None:
    """A header over two rows whose first is merged further than it means."""
    book = Workbook()
    sheet = book.active
    for row in (("", "", "Persons", "", ""), HEADER, YUMA):
        sheet.append(row)
    sheet.merge_cells("C1:E1")
    book.save(path)


def locked(path: Path) -> None:
    """The beginning of a workbook with a password: a compound file that names what it holds (MS-OFFCRYPTO 2.3.4)."""
    sector = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    path.write_bytes(
        sector + "EncryptionInfo".encode("utf-16-le") + bytes(36) + "EncryptedPackage".encode("utf-16-le")
    )


def nested_parquet(path: Path) -> None:
    """A Parquet file with lists in a column."""
    columns = {"Sector": ["Yuma"], "Month": ["2024-01"], "Men": [[1, 2]], "Women": [4], "All": [7]}
    pq.write_table(pa.table(columns), path)


def cut_parquet(path: Path) -> None:
    """A Parquet file without its end."""
    columns = {"Sector": ["Yuma"], "Month": ["2024-01"], "Men": [3], "Women": [4], "All": [7]}
    pq.write_table(pa.table(columns), path)
    path.write_bytes(path.read_bytes()[:-20])


def unreadable(path: Path) -> None:
    """A file that nobody may read; where the tests run as root it is somebody else's."""
    path.write_bytes(GOOD)
    path.chmod(0)
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


MADE: dict[str, Make] = {
    "bomb.zip": bomb,
    "lying.zip": lying_zip,
    "encrypted.zip": encrypted_zip,
    "changed.zip": changed_zip,
    "two.zip": two_in_a_zip,
    "cut_off.csv.gz": lambda path: path.write_bytes(gzip.compress(GOOD)[:-12]),
    "no_gzip.csv.gz": lambda path: path.write_bytes(GOOD),
    "packed.csv": lambda path: path.write_bytes(gzip.compress(GOOD)),
    "workbook.csv": _sheet(YUMA),
    "locked.xlsx": locked,
    "deep.json": lambda path: path.write_text("[" * 100_000),
    "deep_record.json": lambda path: path.write_text('[{"Sector": ' + '{"a": ' * 90 + "1" + "}" * 90 + "}]"),
    "digits.csv": lambda path: path.write_text(f"{TOP}Tucson,2024-01,{'9' * 400},1,2\nYuma,2024-01,3,4,7\n"),
    "long_cell.csv": lambda path: path.write_text(f"{TOP}{'Tucson ' * 150_000},2024-01,1,2,3\nYuma,2024-01,3,4,7\n"),
    "unreadable.csv": unreadable,
    "claims_all.xlsx": _sheet(
        ("Tucson", "2024-01", 1, 2, 4), YUMA, before='<dimension ref="A1:XFD1048576"/>'
    ),
    "formulas.xlsx": _sheet(("Tucson", "2024-01", '<c r="C2"><f>1+1</f></c>', 2, 4), YUMA),
    "errors.xlsx": _sheet(("Tucson", "2024-01", '<c r="C2" t="e"><v>#REF!</v></c>', 2, 4), YUMA),
    "footnote.xlsx": _sheet(
        (
            "Tucson", "2024-01",
            '<c r="C2" t="inlineStr"><is><r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>3</t></r></is></c>',
            2, 14,
        ),
        YUMA,
    ),
    "hidden_rows.xlsx": lambda path: made_workbooks.xlsx(
        path,
        _cells(1, *HEADER)
        + _cells(2, "Tucson", "2024-01", 1, 2, 3).replace("<row ", '<row hidden="1" ')
        + _cells(3, *YUMA),
    ),
    "merged_header.xlsx": merged_header,
    "merged_figures.xlsx": _sheet(
        ("Tucson", "2024-01", 1, "", 1), YUMA, after='<mergeCells><mergeCell ref="C2:D2"/></mergeCells>'
    ),
    "days.xlsx": _sheet(
        ("Tucson", 45292, 1, 2, 3), ("Tucson", '<c r="B3" s="7"><v>45323</v></c>', 1, 2, 3),
        ("Yuma", "January 2024", 1, 2, 3), YUMA,
    ),
    "no_sheet.xlsx": _sheet(YUMA),
    "cut_off.xlsx": lambda path: _cut(_sheet(YUMA), path),
    "nested.parquet": nested_parquet,
    "cut_off.parquet": cut_parquet,
    "many_columns.csv": many_columns,
    "folder.csv": lambda path: path.mkdir(),
    "pipe.csv": os.mkfifo,
    "device.csv": lambda path: path.symlink_to("/dev/zero"),
    "nowhere.csv": lambda path: path.symlink_to("nothing"),
}  # fmt: skip
"""Name -> how the file is made."""


def _cut(make: Make, path: Path) -> None:
    make(path)
    path.write_bytes(path.read_bytes()[:-200])
