"""Files that are not what they are called: told by how they begin."""

import re
import zipfile
from pathlib import Path

from lontar.harmonise.reading.unpacking import DAMAGED, Unreadable
from lontar.model.mapping.layout import FileFormat

_BEGINNINGS = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "pdf",
    b"PAR1": "parquet",
    b"PARE": "parquet",
}
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*\"")
"""How records in JSON begin, and no table in text does."""
_CALLED = {
    "zip": "a zip file", "broken": "a zip file or a workbook, damaged or cut off",
    "locked": "a workbook locked with a password", "gzip": "a gzip file", "xls": "an old Excel workbook (xls)", "pdf": "a PDF",
    "xlsb": "a binary Excel workbook (xlsb)", "office": "an Office document, but no workbook", "parquet": "a Parquet file",
    "json": "JSON", "xlsx": "an Excel workbook (xlsx)", "ods": "an OpenDocument spreadsheet (ods)",
    "": "neither a workbook nor Parquet nor packed",
}  # fmt: skip
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""Name of what holds the workbook in one with a password (MS-OFFCRYPTO 2.3.4.4)."""
_WITHOUT_SIGN = ("text", "json", "jsonl")
"""Formats that may begin in any way: what is wrong with such a file its own reader tells."""
_BEGINNING = 512


def check_kind(path: Path, expected: FileFormat) -> None:
    """Raise Unreadable where the file begins as one of another kind does."""
    found = _kind(path)
    if (
        found == expected
        or (expected in _WITHOUT_SIGN and not found)
        or (expected == "jsonl" and found == "json")
    ):
        return
    if not path.stat().st_size:
        raise Unreadable("empty_file")
    raise Unreadable("wrong_format", expected=expected, detail=f"it is {_CALLED[found]}")


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        begin = stream.read(_BEGINNING)
    found = next((kind for sign, kind in _BEGINNINGS.items() if begin.startswith(sign)), "")
    if not found and _JSON.match(begin):
        return "json"
    if found == "xls" and _LOCKED in path.read_bytes():
        return "locked"
    return _inside(path) if found == "zip" else found


def _inside(path: Path) -> str:
    """What a zip file is: a workbook of one kind or another, or just a zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except DAMAGED:
        return "broken"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "[Content_Types].xml" in names:
        return "xlsb" if "xl/workbook.bin" in names else "office"
    return "ods" if "content.xml" in names else "zip"
