"""The looking child: opens a file that nobody described, under limits, and tells how it is written and what its first rows hold.

Run as `python -m lontar.harmonise.drafting.looking`; a LookRequest on stdin, a Look on stdout.
"""

import codecs
import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from lontar.harmonise.reading import workbook
from lontar.harmonise.reading.confinement import confine
from lontar.harmonise.reading.landing import LandedProblem, Limits, Message, SourceFile
from lontar.harmonise.reading.recognising import check_kind
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.unpacking import Unreadable, unpack
from lontar.model.mapping.layout import FileFormat, FileShape

ROWS = 20_000
"""Rows that are looked at."""
_DELIMITERS, _SNIFFED_ROWS = ",;\t|", 200
_LONGEST_CELL = 1 << 20
_BEGINNINGS: dict[bytes, FileFormat] = {b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls"}
_ENCODINGS = ("utf-8", "windows-1252", "iso-8859-1")


class LookRequest(Message, frozen=True, kw_only=True):
    """Look at this file."""

    file: SourceFile
    out: str
    sheet: str | None = None
    parent: int = 0
    limits: Limits = Limits(seconds=120)


class Look(Message, frozen=True, kw_only=True):
    """What was seen: how the file is written, and its first rows as texts; or why it cannot be opened."""

    shape: FileShape = FileShape()
    rows: tuple[tuple[str, ...], ...] = ()
    is_whole: bool = True
    problem: LandedProblem | None = None


def look(request: LookRequest) -> Look:
    """Open the file, whatever it is."""
    try:
        with Scratch(Path(request.out)) as scratch:
            limit = request.limits.inflated_bytes
            return _seen(unpack(request.file.place(), request.file.name, scratch, limit), request)
    except Unreadable as unreadable:
        return Look(problem=unreadable.problem)
    except FileNotFoundError:
        return Look(problem=LandedProblem(kind="no_file"))
    except OSError as error:
        return Look(problem=LandedProblem(kind="not_readable", details={"detail": error.strerror or ""}))


def _seen(path: Path, request: LookRequest) -> Look:
    with path.open("rb") as stream:
        beginning = stream.read(8)
    kind = next((kind for sign, kind in _BEGINNINGS.items() if beginning.startswith(sign)), None)
    if kind is None:
        return _text(path)
    if request.file.name.lower().endswith(".ods"):
        kind = "ods"
    shape = FileShape(format=kind, sheet=request.sheet)
    sheet = workbook.open_sheet(path, shape, request.limits.inflated_bytes)
    rows = tuple(map(tuple, sheet[1][:ROWS]))
    return Look(shape=shape, rows=rows, is_whole=len(sheet[1]) <= ROWS)


def _text(path: Path) -> Look:
    check_kind(path, "text")
    with path.open("rb") as stream:
        data = stream.read()
    if not data.strip():
        raise Unreadable("empty_file")
    encoding = _encoding(data)
    if b"\0" in data and encoding != "utf-16":
        raise Unreadable("wrong_format", expected="text", detail="it holds signs that no text has")
    text = _decoded(data, encoding).removeprefix("\ufeff")
    delimiter = max(_DELIMITERS, key=lambda sign: _fit(text, sign))
    rows = tuple(tuple(cell.strip() for cell in row) for row in islice(_parsed(text, delimiter), ROWS + 1))
    shape = FileShape(encoding=encoding, delimiter=delimiter)
    return Look(shape=shape, rows=rows[:ROWS], is_whole=len(rows) <= ROWS)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        bad = data[error.start : error.start + 1].hex()
        raise Unreadable("wrong_encoding", expected=encoding, detail=f"byte 0x{bad}") from error


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in _ENCODINGS[:-1]:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return _ENCODINGS[-1]


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How many rows a delimiter parts into the same number of cells, and how many cells that is."""
    widths = Counter(len(row) for row in islice(_parsed(text, delimiter), _SNIFFED_ROWS) if len(row) > 1)
    width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return rows, width


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Unreadable("too_large", detail=f"{_LONGEST_CELL >> 20} MB for one cell") from error


def main() -> None:
    """Read the request, look, answer."""
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=LookRequest)
    confine(request.limits, request.parent)
    sys.stdout.buffer.write(msgspec.json.encode(look(request)))


if __name__ == "__main__":
    main()
