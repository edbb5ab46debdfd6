"""What a sender adds to a mapping for its own files: lines of crosswalks, and single cells repaired, kept or ignored."""

import unicodedata
from typing import Annotated

from msgspec import Meta

from lontar.model.mapping.crosswalks import CrosswalkLine
from lontar.model.mapping.sentence import Sentence

Sentences = Annotated[str, Meta(min_length=3, max_length=1000)]
_STEERING = {*map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))}
"""Signs that turn the direction of what follows them."""
_ON_ONE_LINE, _IN_A_CELL = ("Cc", "Cs", "Zl", "Zp"), ("Cc", "Cs")


class Repair(Sentence, frozen=True, kw_only=True):
    """One cell of one file: what should stand there, why it is right, or why it is no data.

    With `to` another text is read in its place. With `keep` a figure is used although a check complains, and the
    explanation stands in its note; both may be said of one cell. With `ignore` the cell is passed over.
    """

    file: Annotated[str, Meta(description="The name that the file has for its sender.")]
    sheet: Annotated[str | None, Meta(description="The sheet of a workbook.")] = None
    row: Annotated[int, Meta(ge=1, description="As problems tell it, counted from 1.")]
    column: Annotated[int, Meta(ge=1, description="As problems tell it, counted from 1.")]
    found: Annotated[str, Meta(description="The text there; if it is not there any more, this complains.")]
    to: Annotated[str | None, Meta(description="What should stand there.")] = None
    keep: Annotated[Sentences | None, Meta(description="Why it is right as it stands.")] = None
    ignore: Annotated[Sentences | None, Meta(description="Why it is no data.")] = None

    @property
    def place(self) -> tuple[str, str, int, int]:
        """File, sheet ('' for none), row and column."""
        return self.file, self.sheet or "", self.row, self.column

    def __post_init__(self) -> None:
        """Refuse a repair that says nothing, or says and unsays, and texts that no cell or no note can hold."""
        if (self.ignore is not None) == (self.to is not None or self.keep is not None):
            raise ValueError("a repair says `to`, `keep` or both, or else `ignore`")
        if any(unicodedata.category(sign) in _IN_A_CELL and sign not in "\t\r\n" for sign in self.to or ""):
            raise ValueError("no cell holds signs that steer")
        for said in (self.keep, self.ignore):
            if any(unicodedata.category(s) in _ON_ONE_LINE or s in _STEERING for s in said or ""):
                raise ValueError("an explanation stands on one line, without signs that steer")


class Additions(Sentence, frozen=True, kw_only=True):
    """All that a sender has added."""

    crosswalks: Annotated[
        dict[str, tuple[CrosswalkLine, ...]],
        Meta(description="Crosswalk, by the name that the mapping gives it -> lines."),
    ] = {}
    repairs: tuple[Repair, ...] = ()
