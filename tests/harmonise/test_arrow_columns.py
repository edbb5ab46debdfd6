"""The engine that works piece by piece gives what the plan says."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.arrow_columns import Columns, StreamPlan
from lontar.harmonise.plan.numbering import numbered
from lontar.harmonise.plan.simplifying import simplified
from tests.harmonise import reference
from tests.harmonise.generated_plans import LANDED_COLUMNS, Case, cases
from tests.harmonise.test_numbering import landed_lists, number_landed, texts_again
from tests.harmonise.test_reference import counted

ROW_BY_ROW = (op.Attach, op.Pick, op.Choose, op.Concat, op.Digits, op.Keep, op.Unpivot)
KINDS = {"text": pa.string(), "int": pa.int64()}


def landed_pieces(
    rows: list[dict[str, Any]], piece: int, as_numbers: set[str]
) -> Iterator[tuple[dict[str, pa.Array], int]]:
    """Landed rows as the engine gets them, so many at a time."""
    for start in range(0, len(rows), piece):
        part = rows[start : start + piece]
        yield (
            {
                c.name: pa.array(
                    [row[c.name] for row in part], pa.int32() if c.name in as_numbers else KINDS[c.type]
                )
                for c in LANDED_COLUMNS
            },
            len(part),
        )


def rows_of(columns: Columns, names: list[str]) -> list[dict[str, Any]]:
    """The columns named, row by row."""
    arrays = [columns.array(name).to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*arrays, strict=True)]


@given(case=cases(*ROW_BY_ROW, most=8), shared=landed_lists(), piece=st.integers(1, 4))
def test_pieces_give_what_the_plan_says(case: Case, shared: dict[str, int], piece: int) -> None:
    expected = reference.interpret(case.plan, case.landed)
    rows, landed = number_landed(case, shared)
    found = numbered(simplified(case.plan), landed)
    names = sorted(expected[0]) if expected else []
    stream, pieces = StreamPlan(found.plan), landed_pieces(rows, piece, set(landed))
    told = [row for arrays, size in pieces for row in rows_of(stream.columns(arrays, size), names)]
    assert counted(texts_again(found, told), names) == counted(expected, names)


def test_what_looks_across_rows_is_refused() -> None:
    count = op.Count(into="times", by=(), where=op.All(of=()))
    with pytest.raises(TypeError, match="Count is not done piece by piece"):
        StreamPlan(op.Plan(steps=(op.Step(name="one", does=count),), lookups={}))
