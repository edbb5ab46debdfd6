"""Opening what files come wrapped in: gzip, zip, workbooks. Sizes are counted, never believed."""

import gzip
import hashlib
import zipfile
import zlib
from pathlib import Path
from typing import IO

from lontar.harmonise.reading.landing import LandedProblem

_CHUNK = 1 << 20


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


def unpack(path: Path, name: str, work: Path, limit: int) -> Path:
    """The file itself, or what its gzip or zip wrapping holds, written to `work`.

    Raises Unreadable when it is cut off, holds several files, or inflates beyond `limit` bytes.
    """
    if name.lower().endswith(".gz"):
        with gzip.open(path, "rb") as packed:
            return _inflate(packed, work / "unpacked", limit)
    if name.lower().endswith(".zip"):
        return _unzip(path, work, limit)
    return path


def check_inflated(path: Path, limit: int) -> None:
    """Count what the parts of a zipped workbook really inflate to; raises Unreadable beyond `limit`."""
    try:
        with zipfile.ZipFile(path) as archive:
            left = limit
            for part in archive.infolist():
                with archive.open(part) as stream:
                    while chunk := stream.read(_CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            raise Unreadable("too_large", detail=f"{limit} bytes once unpacked")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable("wrong_format", expected="workbook", detail=str(error)) from error


def _unzip(path: Path, work: Path, limit: int) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir()]
            if len(parts) != 1:
                raise Unreadable(
                    "wrong_format", expected="zip", detail=f"it holds {len(parts)} files, not one"
                )
            with archive.open(parts[0]) as stream:
                return _inflate(stream, work / "unpacked", limit)
    except zipfile.BadZipFile as error:
        raise Unreadable("wrong_format", expected="zip", detail=str(error)) from error


def _inflate(packed: IO[bytes] | gzip.GzipFile, target: Path, limit: int) -> Path:
    left = limit
    try:
        with target.open("wb") as plain:
            while chunk := packed.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Unreadable("too_large", detail=f"{limit} bytes once unpacked")
                plain.write(chunk)
    except EOFError as error:
        raise Unreadable("truncated", detail="its gzip wrapping has no end") from error
    except (gzip.BadGzipFile, zlib.error, zipfile.BadZipFile) as error:
        raise Unreadable("wrong_format", expected="gzip or zip", detail=str(error)) from error
    return target
