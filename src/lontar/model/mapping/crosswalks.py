"""National codes and what they become."""

from typing import Annotated

from msgspec import Meta, field

from lontar.model.figures.absences import Match
from lontar.model.mapping.sentence import Sentence


class CrosswalkLine(Sentence, frozen=True, kw_only=True):
    """One national code: what it becomes and how well the two match, or why it is ignored."""

    source: Annotated[str, Meta(description="The national code or label.")] = field(name="from")
    to: Annotated[
        dict[str, str], Meta(description="Target -> code; several codes parted by | have a parent.")
    ] = {}
    match: Annotated[
        Match,
        Meta(description="How well the two match: narrower means that the national code covers less."),
    ] = "exact"
    note: Annotated[
        str, Meta(description="What differs, where the match is not exact; stands beside the figures.")
    ] = ""
    ignore: Annotated[str, Meta(description="Reason why rows with this code are no data.")] = ""
    line: Annotated[int, Meta(description="Line in the crosswalk file, for messages.")] = 0


class Crosswalk(Sentence, frozen=True, kw_only=True):
    """A table of national codes, reviewed by the State's own experts."""

    id: str
    path: Annotated[str, Meta(description="Where it lies in the catalogue, for messages.")]
    targets: tuple[str, ...]
    lines: tuple[CrosswalkLine, ...]
