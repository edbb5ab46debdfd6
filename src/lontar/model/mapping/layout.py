"""Where the table is: the file, its text conventions, its title, header, footer and broken lines."""

from typing import Annotated, Literal

from msgspec import Meta, field

from lontar.model.mapping.sentence import Sentence

FileFormat = Literal["text", "xlsx", "xls", "ods", "json", "jsonl", "parquet"]
WORKBOOKS = ("xlsx", "xls", "ods")
"""Formats with sheets."""
RECORDS = ("json", "jsonl", "parquet")
"""Formats whose columns have names of their own, so that nothing stands above the data."""


class FileShape(Sentence, frozen=True, kw_only=True):
    """How a file of this family is named and written."""

    names: Annotated[
        tuple[str, ...],
        Meta(description="File names it may have; {fact} captures a fact, * stands for anything."),
    ] = ("*",)
    format: Annotated[
        FileFormat,
        Meta(
            description="text (CSV and its kin), a workbook (xlsx, xls, ods), one JSON document (json), "
            "JSON Lines (jsonl) or parquet."
        ),
    ] = "text"
    encoding: Annotated[
        str, Meta(description="Encoding of a text file, for instance utf-8 or iso-8859-1.")
    ] = "utf-8"
    delimiter: Annotated[str, Meta(min_length=1, max_length=1, description="What parts the cells.")] = ","
    quote: Annotated[str, Meta(max_length=1, description="What surrounds a cell that holds a delimiter.")] = (
        '"'
    )
    sheet: Annotated[str | None, Meta(description="Sheet of a workbook; without it the only sheet.")] = None
    hidden: Annotated[
        Literal["read", "ignore", "refuse"],
        Meta(
            description="What becomes of hidden rows, columns and sheets of a workbook: read with a warning, "
            "passed over (and counted), or the whole file refused."
        ),
    ] = "read"
    records: Annotated[
        str,
        Meta(
            description="Names that lead to the list of records in a json document, parted by dots, as in "
            "data.items; empty where the document is that list."
        ),
    ] = ""

    def __post_init__(self) -> None:
        """Refuse signs that part or surround no cells, and encodings that nobody knows."""
        if not self.delimiter.isascii() or self.delimiter in ("\n", "\r", self.quote):
            raise ValueError(f"cells cannot be parted by {self.delimiter!r}")
        if not self.quote.isascii() or self.quote in ("\n", "\r"):
            raise ValueError(f"cells cannot be surrounded by {self.quote!r}")
        if self.records and self.format != "json":
            raise ValueError(f"a file of format {self.format} has no place for records: that is for json")
        try:
            "a".encode(self.encoding)
        except (LookupError, ValueError):
            raise ValueError(f"there is no encoding '{self.encoding}'") from None


class Wrapped(Sentence, frozen=True, kw_only=True):
    """A cell whose text runs over several lines: a line with one cell belongs to the short row beside it."""

    header: Annotated[
        Literal["first", "last"] | None, Meta(description="Which cell of the header is wrapped.")
    ] = None
    rows: Annotated[Literal["first", "last"] | None, Meta(description="Which cell of a row is wrapped.")] = (
        None
    )


class IgnoredRows(Sentence, frozen=True, kw_only=True):
    """Rows that are no data, with the reason why they may be passed over."""

    reason: Annotated[
        str, Meta(min_length=3, description="Why these rows are no data; shown in the account.")
    ]
    starts_with: Annotated[str | None, Meta(description="Their first filled cell starts with this text.")] = (
        None
    )
    first_cell: Annotated[tuple[str, ...], Meta(description="Their first filled cell is one of these.")] = ()


class TableShape(Sentence, frozen=True, kw_only=True):
    """Where the table lies within its sheet or file."""

    title_rows: Annotated[int, Meta(ge=0, le=50, description="Lines above the header.")] = 0
    header_rows: Annotated[
        int, Meta(ge=0, le=3, description="Lines of the header; 0 when there is none.")
    ] = 1
    header: Annotated[
        tuple[str, ...],
        Meta(description="Names of the columns, in order, for a table without a header."),
    ] = ()
    join: Annotated[str, Meta(description="What joins the levels of a header of several lines.")] = " / "
    wrapped: Annotated[Wrapped | None, Meta(description="Cells wrapped over several lines.")] = None
    merged: Annotated[
        tuple[str, ...],
        Meta(
            description="Columns of labels in a workbook whose merged cells hold for every row that they span."
        ),
    ] = ()
    ignore_rows: Annotated[
        tuple[IgnoredRows, ...], Meta(description="Footnotes and other rows without data.")
    ] = ()


class Fact(Sentence, frozen=True, kw_only=True):
    """Something said outside the table: in the file's name or in a title line."""

    source: Annotated[Literal["file_name", "title"], Meta(description="Where it stands.")] = field(
        name="from"
    )
    pattern: Annotated[
        str, Meta(description="The text, with {name} where the fact stands and * for anything.")
    ]
    row: Annotated[int, Meta(ge=1, description="Which title line, counted from 1.")] | None = None
