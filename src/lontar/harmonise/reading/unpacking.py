"""Opening what files come wrapped in: gzip, zip, workbooks. Sizes are counted, never believed."""

import gzip
import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeVar

from lontar.harmonise.reading.landing import LandedProblem
from lontar.harmonise.reading.scratch import Scratch

T = TypeVar("T")
_CHUNK = 1 << 20
_ENCRYPTED = 1
"""Bit of a zip's flags (APPNOTE 4.4.4)."""
DAMAGED = (
    OSError, ValueError, RuntimeError, EOFError, struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What the libraries raise over wrappings that are damaged, encrypted or packed in a way they do not know."""


class Unreadable(Exception):
    """The file cannot be opened as a table; carries the problem to report."""

    def __init__(
        self, kind: str, row: int | None = None, column: int | None = None, value: str = "", **details: str
    ) -> None:
        super().__init__(kind)
        self.problem = LandedProblem(kind=kind, row=row, column=column, value=value, details=details)


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 (hexadecimal) and size in bytes of a file as it was received."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
        return digest.hexdigest(), stream.tell()


def unpack(path: Path, name: str, scratch: Scratch, limit: int) -> Path:
    """The file itself, or what its gzip or zip wrapping holds, in a file without a name.

    Raises Unreadable when it is cut off, holds several files, or inflates beyond `limit` bytes.
    """
    if name.lower().endswith(".gz"):
        with gzip.GzipFile(path, "rb") as packed:
            return _inflate(packed, scratch, limit, "gzip")
    if name.lower().endswith(".zip"):
        return _unzip(path, scratch, limit)
    return path


def check_inflated(path: Path, limit: int) -> None:
    """Count what the parts of a zipped workbook really inflate to; raises Unreadable beyond `limit`."""
    left = limit
    with _opened("workbook", lambda: zipfile.ZipFile(path)) as archive:
        for part in archive.infolist():
            with _opened("workbook", lambda part=part: archive.open(part)) as stream:  # type: ignore[misc]
                for chunk in _chunks(stream, "workbook"):
                    left -= len(chunk)
                    _check_size(left, limit)


def _unzip(path: Path, scratch: Scratch, limit: int) -> Path:
    with _opened("zip", lambda: zipfile.ZipFile(path)) as archive:
        parts = [part for part in archive.infolist() if not part.is_dir() and not _is_litter(part.filename)]
        if len(parts) != 1:
            raise Unreadable("wrong_format", expected="zip", detail=f"it holds {len(parts)} files, not one")
        if parts[0].flag_bits & _ENCRYPTED:
            raise Unreadable(
                "wrong_format", expected="zip", detail="the file in it is locked with a password"
            )
        with _opened("zip", lambda: archive.open(parts[0])) as stream:
            return _inflate(stream, scratch, limit, "zip")


def _is_litter(name: str) -> bool:
    """Whether a part of a zip is what file managers leave there."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in (
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
    )


def _inflate(packed: IO[bytes] | gzip.GzipFile, scratch: Scratch, limit: int, wrapping: str) -> Path:
    left = limit
    plain, target = scratch.file()
    for chunk in _chunks(packed, wrapping):
        left -= len(chunk)
        _check_size(left, limit)
        plain.write(chunk)
    plain.flush()
    return target


def _check_size(left: int, limit: int) -> None:
    if left < 0:
        raise Unreadable("too_large", detail=f"{limit} bytes once unpacked")


def _opened(wrapping: str, opening: Callable[[], T]) -> T:
    try:
        return opening()
    except DAMAGED as error:
        raise Unreadable("wrong_format", expected=wrapping, detail=_damage(error)) from error


def _damage(error: BaseException) -> str:
    """What is wrong with a wrapping, in plain words: what the libraries say quotes the file, or means nothing to its sender."""
    told = str(error)
    if isinstance(error, NotImplementedError):
        return "it is packed in a way that is not known here"
    if "encrypted" in told or "password" in told:
        return "it is encrypted"
    if told.startswith("Bad CRC-32"):
        return "it is damaged: what it holds does not agree with its checksum"
    if told.startswith("Not a gzipped file"):
        return "it does not begin as one"
    return "it is damaged or cut off"


def _chunks(packed: IO[bytes] | gzip.GzipFile, wrapping: str) -> Iterator[bytes]:
    """What is inside, piece by piece; whatever a damaged wrapping raises is told as a problem of the file."""
    while True:
        try:
            chunk = packed.read(_CHUNK)
        except EOFError as error:
            raise Unreadable("truncated", detail=f"its {wrapping} wrapping has no end") from error
        except DAMAGED as error:
            raise Unreadable("wrong_format", expected=wrapping, detail=_damage(error)) from error
        if not chunk:
            return
        yield chunk
