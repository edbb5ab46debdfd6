"""Files on their way in: sealed onto the desk as they come, never open on the disk, and never whole in memory."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from lontar.model.errors import SourceProblem, Unavailable
from lontar.reporting.actions import Kept
from lontar.reporting.desk import Desk, Pen

MOST_BYTES = 512 * 2**20
"""Bytes that one form may bring."""
MOST_FILES = 100
GRACE, SLOWEST = 60, 2_000
"""Seconds after which a form must have come at so many bytes a second: who sends one byte a minute would hold a place for ever."""


class SealedFile(UploadedFile):  # type: ignore[type-arg]
    """A file that lies on the desk already."""

    def __init__(self, paper: UUID, pen: Pen, name: str | None) -> None:
        super().__init__(None, name, size=pen.written.size)
        self.kept = Kept(paper, "raw", self.name or "", pen.written)


class ToDesk(FileUploadHandler):
    """Seals each file under the key of the submission that it begins. `problem` says why the form was not taken to its end."""

    chunk_size = 2**18

    def __init__(self, request: HttpRequest, desk: Desk, key: bytes) -> None:
        super().__init__(request)
        self._desk, self._key = desk, key
        self._pen: Pen | None = None
        self._began, self._bytes = time.monotonic(), 0
        self.problem: SourceProblem | Unavailable | None = None
        self.papers: list[UUID] = []
        self.is_kept = False

    def new_file(self, *values: Any, **named: Any) -> None:
        """Begin a paper."""
        super().new_file(*values, **named)
        if len(self.papers) == MOST_FILES:
            self._stop(
                SourceProblem(
                    "REP-021", "", "these are more than 100 files.", "Send them in several submissions."
                )
            )
        paper = uuid4()
        try:
            self._pen = self._desk.pen(paper, self._key)
        except Unavailable as error:
            self._stop(error)
        self.papers.append(paper)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        """Seal a piece."""
        assert self._pen is not None
        self._bytes += len(raw_data)
        if self._bytes > MOST_BYTES:
            self._stop(too_large())
        taken = time.monotonic() - self._began
        if taken > GRACE and self._bytes < SLOWEST * taken:
            self._stop(
                SourceProblem(
                    "REP-022", "", "the file came too slowly.", "Send it again on a faster line, or in parts."
                )
            )
        try:
            self._pen.write(raw_data)
        except Unavailable as error:
            self._stop(error)

    def file_complete(self, file_size: int) -> SealedFile:  # noqa: ARG002
        """Let the paper be there."""
        pen, self._pen = self._pen, None
        assert pen is not None
        try:
            pen.keep()
        except Unavailable as error:
            self._stop(error)
        return SealedFile(self.papers[-1], pen, self.file_name)

    def drop(self) -> None:
        """Remove everything that came, unless a submission keeps it."""
        if self.is_kept:
            return
        if self._pen is not None:
            self._pen.drop()
        self._desk.remove(self.papers)

    def _stop(self, problem: SourceProblem | Unavailable) -> None:
        self.problem = problem
        self.drop()
        raise StopUpload(connection_reset=True)


def says_too_much(request: HttpRequest) -> bool:
    """Whether a form says that it brings more than any may, before any of it is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > MOST_BYTES


def too_large() -> SourceProblem:
    """Give what is said of a form that brings too much."""
    return SourceProblem("REP-020", "", "this is more than 512 MB at once.", "Send it in parts.")
