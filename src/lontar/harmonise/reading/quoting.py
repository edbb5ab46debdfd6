"""Quotation marks of a text file: a cell that opens with one ends with one, and nothing follows it (RFC 4180)."""

import codecs
import csv
import io
import mmap
import os
import re
from collections.abc import Generator, Iterable, Iterator
from functools import cache
from io import BufferedReader
from pathlib import Path

from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileShape

_CHUNK, _NEAR_END, _LONGEST_CELL = 1 << 24, 1 << 16, 1 << 28
_MARK, _UTF16_MARKS = codecs.BOM_UTF8, (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
csv.field_size_limit(1 << 30)  # long cells are told as what they are; sizes are limited for the whole process


def whole_records(path: Path, shape: FileShape) -> Generator[bytearray]:
    """The file in pieces of about 16 MB, each of whole records; the last may lack its end of line.

    Raises Unreadable where a quoted cell is never closed, or goes on after its closing mark: either would make one cell
    of several, and lose figures without a trace. A mark within a cell that does not begin with one stands for itself.
    In the first piece a sign that no text holds is refused too; who reads the others looks for such with `holds_strange_signs`.
    """
    kept, checked, passed, searched = bytearray(), 0, 0, 0
    with path.open("rb") as stream:
        while True:
            kept, is_last = _with_more(kept, stream)
            near = _checked(kept, checked, max(checked, len(kept) - _NEAR_END), False, shape)
            checked = _checked(kept, near, len(kept), is_last, shape)
            wrong = _wrong_at(kept, checked, is_last, shape)
            if wrong:
                check_signs(path, shape, passed + checked)
                raise Unreadable(wrong, row=place_at(path, passed + checked, shape)[0])
            if is_last:
                _check_first(path, kept, passed, shape)
                if kept:
                    yield kept
                return
            end = _last_end(kept, near, checked, shape) or _last_end(kept, searched, checked, shape)
            if not end and len(kept) > _LONGEST_CELL:
                raise Unreadable("too_large", detail=f"{_LONGEST_CELL >> 20} MB for one row")
            if end:
                following = kept[end:]
                del kept[end:]
                _check_first(path, kept, passed, shape)
                yield kept
                kept, checked, passed, searched = following, checked - end, passed + end, 0
            else:  # no record ends before here, but for one whose end may be cut in two
                searched = checked - (kept[checked - 1 : checked] == b"\r")


def _with_more(kept: bytearray, stream: BufferedReader) -> tuple[bytearray, bool]:
    """What was kept with the next 16 MB of a file behind it, and whether the file ends with them."""
    left = max(0, os.fstat(stream.fileno()).st_size - stream.tell())
    longer = bytearray(len(kept) + min(_CHUNK, left + 1))
    longer[: len(kept)] = kept
    with memoryview(longer) as room:
        end = len(kept) + stream.readinto(room[len(kept) :])
    is_last = end < len(longer)
    del longer[end:]
    return longer, is_last


def _checked(kept: bytearray, start: int, end: int, is_last: bool, shape: FileShape) -> int:
    """How far the text is well quoted, from a place outside of quotation marks on; that is such a place again."""
    if not shape.quote:
        return end
    found = _well_quoted(shape.delimiter, shape.quote, is_last).match(kept, start, end)
    assert found is not None
    return found.end()


def _last_end(kept: bytearray, start: int, end: int, shape: FileShape) -> int:
    """Where the last whole record ends that begins nowhere before `start`, a place outside of quotation marks; 0 for none."""
    found = _records(shape.delimiter, shape.quote).match(kept, start, end)
    return 0 if found is None else found.end()


def _wrong_at(kept: bytearray, start: int, is_last: bool, shape: FileShape) -> str:
    """What is wrong with the quoted cell at `start`; nothing where the cell may be closed in what is still to come."""
    if start == len(kept) or not shape.quote:
        return ""
    closed = _quoted(shape.quote).match(kept, start)
    if closed is not None and (is_last or closed.end() < len(kept)):
        return "stray_quote"
    if len(kept) - start > _LONGEST_CELL:
        raise Unreadable("too_large", detail=f"{_LONGEST_CELL >> 20} MB for one cell")
    return "unterminated_quote" if is_last else ""


def _check_first(path: Path, piece: bytearray, passed: int, shape: FileShape) -> None:
    """Look at the first piece of a file before its header is looked for: strange signs would make another header of it."""
    if not passed and holds_strange_signs(piece.removeprefix(_MARK)):
        check_signs(path, shape)


def holds_strange_signs(text: bytes | bytearray) -> bool:
    """Whether a text in UTF-8 may hold a NUL byte, or a byte order mark; at its beginning too, where one may stand."""
    return text.find(b"\0") >= 0 or (text.find(_MARK[:1]) >= 0 and text.find(_MARK) >= 0)


def check_signs(path: Path, shape: FileShape, end: int | None = None) -> None:
    """Raise Unreadable where a text file holds, before the byte `end`, a NUL byte or a byte order mark within (files were joined)."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text[:2] in _UTF16_MARKS:
            return  # the bytes that are no UTF-8 are told, as what they are
        end = len(text) if end is None else end
        nul, mark = text.find(b"\0", 0, end), text.find(_MARK, 1, end)
    if nul >= 0 and (nul < mark or mark < 0):
        detail = "a NUL byte stands here, as in UTF-16 and in damaged files"
        raise Unreadable(
            "wrong_encoding", *place_at(path, nul, shape), expected=shape.encoding, detail=detail
        )
    if mark >= 0:
        raise Unreadable("byte_order_mark", *place_at(path, mark, shape))


def place_at(path: Path, offset: int, shape: FileShape) -> tuple[int, int]:
    """The numbers of the record and of the cell in which this byte lies, from 1; what lies before it is well quoted."""
    with path.open("rb") as stream:
        before = stream.read(offset).decode("utf-8-sig", "replace") + "x"
    row, cells = 0, [""]
    for row, cells in enumerate(split_cells(io.StringIO(before, newline=""), shape), start=1):  # noqa: B007
        pass
    return row, len(cells)


def split_cells(stream: Iterable[str], shape: FileShape) -> Iterator[list[str]]:
    """Records of such a file by Python's csv module, for the few that need looking at one by one."""
    if not shape.quote:
        return csv.reader(stream, delimiter=shape.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(stream, delimiter=shape.delimiter, quotechar=shape.quote)


@cache
def _quoted(quote: str) -> re.Pattern[bytes]:
    """A cell with the marks around it."""
    return re.compile(rb"%(q)b(?:[^%(q)b]++|%(q)b%(q)b)*+%(q)b" % {b"q": re.escape(quote.encode())})


@cache
def _well_quoted(delimiter: str, quote: str, is_last: bool) -> re.Pattern[bytes]:
    """As much as there is without a fault: plain text, quoted cells (closed by what follows), marks within plain cells."""
    d, q = re.escape(delimiter.encode()), re.escape(quote.encode())
    parts = {b"d": d, b"q": q, b"end": rb"|\Z" if is_last else b""}
    return re.compile(
        rb"(?>(?:[^%(q)b]++"
        rb"|(?:(?<=[%(d)b\r\n])|\A(?:\xef\xbb\xbf)?)%(q)b(?:[^%(q)b]++|%(q)b%(q)b)*+%(q)b(?=[%(d)b\r\n]%(end)b)"
        rb"|(?<![%(d)b\r\n])(?!\A)%(q)b)*+)" % parts
    )


@cache
def _records(delimiter: str, quote: str) -> re.Pattern[bytes]:
    """As many whole records as there are, the first of which may have begun before; of a line end cut in two none."""
    d, q = re.escape(delimiter.encode()), re.escape(quote.encode())
    line_end = rb"(?:\r\n|\n|\r(?!\Z))"
    if not quote:
        return re.compile(rb"(?>(?:[^\r\n]*+%b)++)" % line_end)
    cells = (
        rb"(?:[^%(q)b\r\n]++"
        rb"|(?:(?<=[%(d)b\r\n])|\A(?:\xef\xbb\xbf)?)%(q)b(?:[^%(q)b]++|%(q)b%(q)b)*+%(q)b(?=[%(d)b\r\n])"
        rb"|(?<![%(d)b\r\n])(?!\A)%(q)b)*+" % {b"d": d, b"q": q}
    )
    return re.compile(rb"(?>(?:%b%b)++)" % (cells, line_end))
