"""Figures on asylum about the sender's own people: what a State may not be told by its own officers' files."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lontar.model.errors import LontarError, SourceProblem
from lontar.model.problems import Problem

if TYPE_CHECKING:
    import pyarrow as pa

_ORIGINS = ("citizenship", "habitual_residence")
_PLACE = ("source_file", "source_sheet", "source_row", "source_column")
_MOST_NAMED = 20
"""Places that are named; the number of all is told besides."""


class KeptOut(NamedTuple):
    """What may not be sent: figures of these indicators whose citizenship or former residence is one of these codes."""

    indicators: frozenset[str]
    codes: frozenset[str]


class OwnPeople(SourceProblem):
    """Files that were refused whole. Besides the places, `hashes` (SHA-256) and `count` are all that there is to keep."""

    def __init__(self, places: list[Problem], hashes: tuple[str, ...], count: int) -> None:
        first, *others = (problem.error(SourceProblem) for problem in places)
        super().__init__(first.code, first.place, first.message, first.remedy)
        self.others: tuple[LontarError, ...] = tuple(others)
        self.hashes, self.count = hashes, count


def refuse_own_people(observations: Path, kept_out: KeptOut, hashes: tuple[str, ...]) -> None:
    """Look through the observations in a folder; raises OwnPeople if some may not be sent."""
    import pyarrow.parquet as pq

    places: list[tuple[str, str | None, int, int]] = []
    for indicator in sorted(kept_out.indicators):
        path = observations / f"{indicator}.parquet"
        if path.is_file():
            table = pq.read_table(path)
            met = table.filter(_is_met(table, kept_out.codes)).select(_PLACE)
            places += zip(*(column.to_pylist() for column in met.columns), strict=True)
    if places:
        count = len(places)
        ordered = sorted(places, key=lambda place: (place[0], place[1] or "", *place[2:]))
        named = [
            Problem("own_people", file, sheet, row, column, details={"found": str(count)})
            for file, sheet, row, column in ordered[:_MOST_NAMED]
        ]
        raise OwnPeople(named, hashes, count)


def _is_met(table: "pa.Table", codes: frozenset[str]) -> "pa.Array":
    """Say of each row whether a code of its origin, or one of several, is among these."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    wanted = pa.array(sorted(codes), pa.string())
    met = np.zeros(table.num_rows, dtype=bool)
    for name in (name for name in _ORIGINS if name in table.column_names):
        met |= pc.is_in(table[name], value_set=wanted).to_numpy(zero_copy_only=False)
        if f"{name}_list" in table.column_names:
            listed = table[f"{name}_list"].combine_chunks()
            inside = pc.is_in(pc.list_flatten(listed), value_set=wanted).to_numpy(zero_copy_only=False)
            met[pc.list_parent_indices(listed).to_numpy(zero_copy_only=False)[inside]] = True
    return pa.array(met)
