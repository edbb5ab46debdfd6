"""Text files in whatever encoding -> UTF-8, and the places where they are not what they are said to be."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from lontar.harmonise.reading.quoting import place_at
from lontar.harmonise.reading.scratch import Scratch
from lontar.harmonise.reading.unpacking import Unreadable
from lontar.model.mapping.layout import FileShape

_CHUNK = 1 << 20
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_utf8(encoding: str) -> bool:
    """Whether text in this encoding can be read as UTF-8 as it stands."""
    return codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii")


def as_utf8(path: Path, shape: FileShape, scratch: Scratch) -> Path:
    """The file itself where it is UTF-8, else its text as UTF-8; raises Unreadable where it is neither."""
    if is_utf8(shape.encoding):
        return path
    out, target = scratch.file()
    for text in _decoded(path, shape, shape.encoding):
        out.write(text.encode("utf-8", "surrogatepass"))
    out.flush()
    return target


def check_utf8(path: Path, shape: FileShape) -> None:
    """Raise Unreadable, with the record (of JSON the line), where the file is no UTF-8."""
    for _ in _decoded(path, shape, "utf-8"):
        pass


def _decoded(path: Path, shape: FileShape, encoding: str) -> Iterator[str]:
    """The text of a file, piece by piece."""
    decoder, row, passed = codecs.getincrementaldecoder(encoding)(), 1, 0
    with path.open("rb") as source:
        while True:
            chunk = source.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise _undecodable(error, row, path, passed + len(chunk), shape) from error
            except UnicodeError as error:  # it does not say where
                begins = f"it does not begin as {encoding.upper()} does"
                detail = begins if row == 1 else f"it holds what {encoding.upper()} does not"
                raise Unreadable("wrong_encoding", expected=shape.encoding, detail=detail) from error
            if not chunk:
                return
            passed += len(chunk)
            row += text.count("\n")
            yield text


def _undecodable(
    error: UnicodeDecodeError, row: int, path: Path, passed: int, shape: FileShape
) -> Unreadable:
    """What is wrong, where the first line not yet decoded is `row` and `passed` bytes have been read."""
    data = bytes(error.object)
    if row == 1 and data.startswith(_UTF16_MARKS):
        return Unreadable("wrong_encoding", expected=shape.encoding, detail="it begins as UTF-16 does")
    if shape.format == "text" and is_utf8(shape.encoding):
        row = place_at(path, passed - len(data) + error.start, shape)[0]
    else:
        row += data.count(b"\n", 0, error.start)
    bad = data[error.start : error.start + 1].hex()
    return Unreadable("wrong_encoding", row=row, expected=shape.encoding, detail=f"byte 0x{bad}")
