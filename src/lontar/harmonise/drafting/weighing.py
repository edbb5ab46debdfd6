"""Numbers that are no figures: labels beside a column that is better for one, coordinates, and sums of other columns."""

from collections.abc import Iterable

from lontar.harmonise.drafting.header_words import COORDINATES, FIGURES, IDENTIFYING, says
from lontar.harmonise.drafting.judged import Judged

_LABEL_TEXTS, _LABEL_ROWS = 60, 20
"""How many texts labels have at most, and in how many rows each of them stands at least, on average."""

Cells = tuple[str, ...]


def without_labels(columns: Iterable[Judged], cells: Iterable[Cells]) -> list[Judged]:
    """Columns of numbers, those asked for that look like labels; never the last one, nor the parts of a total."""
    listed, filled = list(columns), list(cells)
    better = [one.header for one in listed if one.role == "figure" and says(one.header, FIGURES)]
    parts = {part for one in listed for part in one.parts}
    return [
        one if one.role != "figure" or one.header in parts else _weighed(one, texts, better)
        for one, texts in zip(listed, filled, strict=True)
    ]


def _weighed(column: Judged, cells: Cells, better: list[str]) -> Judged:
    header = column.header
    if says(header, COORDINATES):
        return Judged(header, "asked", doubt="it holds coordinates, which go under `position`, if at all")
    others = [name for name in better if name != header]
    if header in better or column.constants or not others:
        return column
    if says(header, IDENTIFYING):
        return Judged(header, "asked", doubt=f"its numbers are labels, the figures stand in '{others[0]}'")
    texts = set(cells)
    if (
        len(texts) <= _LABEL_TEXTS
        and len(texts) * _LABEL_ROWS <= len(cells)
        and all(map(str.isdecimal, texts))
    ):
        return Judged(
            header, "asked", doubt=f"its few numbers look like labels beside the figures in '{others[0]}'"
        )
    return column
