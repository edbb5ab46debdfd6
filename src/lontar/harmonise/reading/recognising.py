"""Files that are not what they are called: told by how they begin."""

import zipfile
from pathlib import Path

from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileFormat

_BEGINNINGS = {
    b"PK\x03\x04": "zip",
    b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "pdf",
}
_CALLED = {
    "zip": "a zip file", "gzip": "a gzip file", "xls": "an old Excel workbook (xls), or one with a password", "pdf": "a PDF",
    "xlsx": "an Excel workbook (xlsx)", "ods": "an OpenDocument spreadsheet (ods)", "": "neither a workbook nor packed",
}  # fmt: skip


def check_kind(path: Path, expected: FileFormat) -> None:
    """Raise Unreadable where the file begins as one of another kind does."""
    found = _kind(path)
    if found == expected or (expected == "text" and not found):
        return
    if not path.stat().st_size:
        raise Unreadable("empty_file")
    raise Unreadable("wrong_format", expected=expected, detail=f"it is {_CALLED[found]}")


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        begin = stream.read(8)
    found = next((kind for sign, kind in _BEGINNINGS.items() if begin.startswith(sign)), "")
    return _inside(path) if found == "zip" else found


def _inside(path: Path) -> str:
    """What a zip file is: a workbook of one kind or another, or just a zip file."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (OSError, zipfile.BadZipFile, ValueError):
        return "zip"
    if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
        return "xlsx"
    return "ods" if "content.xml" in names else "zip"
