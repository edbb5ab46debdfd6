"""What is asked of the reading child, and what it answers. Both travel as JSON."""

import os
from pathlib import Path
from typing import Literal

import msgspec

from lontar.model.mapping.layout import FileShape, TableShape

BEGUN = "begun "
"""What the child says, with its number, before it opens a file: if it ends there, the file that did it is known."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what crosses between parent and child."""


class SourceFile(Message, frozen=True, kw_only=True):
    """A file to read: where it lies and the name that it has for its sender.

    Paths are bytes, and need be no text: `path` has one sign for each byte (Latin-1).
    """

    path: str
    name: str

    @classmethod
    def at(cls, path: Path, name: str) -> "SourceFile":
        """The file at this path."""
        return cls(path=os.fsencode(path.absolute()).decode("latin-1"), name=name)

    def place(self) -> Path:
        """Where it lies."""
        return Path(os.fsdecode(self.path.encode("latin-1")))


class Limits(Message, frozen=True, kw_only=True):
    """What one call of the child may use."""

    memory_bytes: int = 4 * 2**30
    seconds: int = 1800
    inflated_bytes: int = 20 * 2**30


TEXTS = "texts.parquet"
"""File of the lists of texts (list, number, text), where texts are landed as numbers."""
PLACES = ("file", "row", "line", "pieces")
"""Columns of the landed rows besides the slots: file index, record number, physical line, joined cells."""
STRAY = "\0stray"
"""Header of the slot that tells whether a row holds something in a column that the mapping does not know."""


class Use(Message, frozen=True, kw_only=True):
    """What is made of the columns: those that nobody reads need not be landed."""

    read: tuple[str, ...] = ()
    """Headers of columns that the mapping reads."""
    passed: tuple[str, ...] = ()
    """Headers of columns that it passes over."""
    figures: tuple[str, ...] = ()
    """Headers of columns that hold figures or totals."""
    rest: Literal["read", "figure", "passed", "stray"] = "stray"
    """What it makes of all other columns."""

    def reads(self, header: str) -> bool:
        """Whether a column is landed."""
        if header in self.read:
            return True
        return self.rest in ("read", "figure") and header not in self.passed

    def is_figure(self, header: str) -> bool:
        """Whether a column holds figures or totals."""
        if header in self.figures:
            return True
        return self.rest == "figure" and header not in self.read and header not in self.passed

    def is_stray(self, header: str) -> bool:
        """Whether the mapping does not know a column."""
        return self.rest == "stray" and header not in self.read and header not in self.passed


class ReadRequest(Message, frozen=True, kw_only=True):
    """Read these files as tables of this shape."""

    files: tuple[SourceFile, ...]
    shape: FileShape
    table: TableShape
    expected: tuple[str, ...]
    """Headers that every file must have: they tell a header that moved."""
    personal: tuple[str, ...]
    """Headers of columns to count and drop before anything is written."""
    use: Use = Use(rest="read")
    out: str
    many: int = 100_000
    """Figure cells of the call from which on texts are landed as numbers."""
    parent: int = 0
    """Process whose end is the child's end too; 0 if it does not matter whose child it is."""
    tells_pace: bool = False
    """Whether the child tells how far it has come."""
    limits: Limits = Limits()


class LandedProblem(Message, frozen=True, kw_only=True):
    """A problem found while reading; kinds are those of `lontar.model.problems`."""

    kind: str
    row: int | None = None
    column: int | None = None
    value: str = ""
    details: dict[str, str] = {}
    cells: int = 0
    """Cells refused with it."""


class LandedColumn(Message, frozen=True, kw_only=True):
    """One column of one file."""

    slot: str
    """Name of its column in the landed rows, empty if it was dropped."""
    levels: tuple[str, ...]
    """Texts of its header, one for each header row."""
    header: str
    position: int
    filled: int = 0
    """Cells under the header that hold something."""
    header_cells: int = 0


class TitleCell(Message, frozen=True, kw_only=True):
    """A cell above the header."""

    row: int
    column: int
    text: str


class LandedFile(Message, frozen=True, kw_only=True):
    """What became of one file."""

    name: str
    sha256: str
    size: int
    opened: bool
    sheet: str | None = None
    columns: tuple[LandedColumn, ...] = ()
    titles: tuple[TitleCell, ...] = ()
    ignored: dict[str, int] = {}
    """Cells of rows passed over, by the mapping's reason."""
    ignored_rows: int = 0
    rows: int = 0
    """Rows with something in them, title, header and ignored ones included."""
    data_rows: int = 0
    cells: int = 0
    problems: tuple[LandedProblem, ...] = ()
    """Why it was not opened, or the rows of it that do not fit."""
    remarks: tuple[LandedProblem, ...] = ()
    """What must be told of it besides, and refuses no cell."""
    days_from_1904: bool = False
    """Whether numbers that are days count from 1904, as some workbooks do."""


class Landing(Message, frozen=True, kw_only=True):
    """The child's answer: landed rows lie in `rows.parquet` (file, row, line, pieces, slots...)."""

    files: tuple[LandedFile, ...]
    slots: tuple[str, ...]
    """Header of each slot s0, s1, ..."""
    lists: dict[str, str] = {}
    """Slot -> its list of texts, where slots are landed as numbers."""
    in_order: bool = True
    """Whether the landed rows lie in the order of files and rows."""
    peak_bytes: int = 0
    network: str = ""
    """How the network was taken away: namespace, seccomp, or why it was not."""
