"""Quotation marks of a text file: a cell that opens with one ends with one, and nothing follows it (RFC 4180)."""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileShape

_CHUNK, _LONGEST_CELL = 1 << 24, 1 << 28
csv.field_size_limit(1 << 30)  # long cells are told as what they are; sizes are limited for the whole process


def has_quotes(path: Path, shape: FileShape) -> bool:
    """Whether the file holds any quotation mark at all, so that cells may hold line ends."""
    if not shape.quote:
        return False
    mark = shape.quote.encode()
    with path.open("rb") as stream:
        return any(mark in chunk for chunk in iter(lambda: stream.read(1 << 22), b""))


def check_quotes(path: Path, shape: FileShape) -> None:
    """Raise Unreadable where a quoted cell is never closed, or goes on after its closing mark.

    Either would make one cell of several, and lose figures without a trace. A mark within a cell that does not begin
    with one stands for itself.
    """
    if not shape.quote:
        return
    kept, start, passed = b"", 0, 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            kept += chunk
            start = _well_quoted(shape.delimiter, shape.quote, not chunk).match(kept, start).end()  # type: ignore[union-attr]
            wrong = _wrong_at(kept, start, not chunk, shape)
            if wrong:
                raise Unreadable(wrong, row=record_at(path, passed + start, shape))
            if not chunk:
                return
            before = max(start - 1, 0)  # one sign is kept, to know whether a cell begins here
            kept, start, passed = kept[before:], start - before, passed + before


def _wrong_at(kept: bytes, start: int, is_last: bool, shape: FileShape) -> str:
    """What is wrong with the quoted cell at `start`; nothing where the cell may be closed in what is still to come."""
    if start == len(kept):
        return ""
    closed = _quoted(shape.quote).match(kept, start)
    if closed is not None and (is_last or closed.end() < len(kept)):
        return "stray_quote"
    if len(kept) - start > _LONGEST_CELL:
        raise Unreadable("too_large", detail=f"{_LONGEST_CELL >> 20} MB for one cell")
    return "unterminated_quote" if is_last else ""


def record_at(path: Path, offset: int, shape: FileShape) -> int:
    """The number of the record in which this byte lies, counted from 1; what lies before it is well quoted."""
    with path.open("rb") as stream:
        before = stream.read(offset).decode("utf-8", "replace")
    records = sum(1 for _ in split_cells(before.splitlines(keepends=True), shape))
    return max(1, records + before.endswith(("\n", "\r")))


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
