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
from tests.harmonise.generated_plans import LANDED_COLUMNS, SLOTS, Case, cases
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


def check_pieces(*steps: op.Operation, **lookups: op.Lookup) -> None:
    """Rows of two slots, with nulls, in pieces of every size: what the steps say of them."""
    read = op.Read(files=(0, 1), slots=SLOTS[:2])
    told = tuple(op.Step(name=f"step {n}", does=does) for n, does in enumerate((read, *steps)))
    plan = op.Plan(steps=told, lookups=lookups)
    texts = [("a", "b"), ("", "a"), ("b", None), (None, "c"), (None, None), ("7", ""), ("b", "b"), ("a", "c")]
    landed = [
        {
            "file": n % 2,
            "row": n,
            "line": n,
            "pieces": 0,
            **dict.fromkeys(SLOTS),
            SLOTS[0]: one,
            SLOTS[1]: two,
        }
        for n, (one, two) in enumerate(texts)
    ]
    expected, stream = reference.interpret(plan, landed), StreamPlan(plan)
    names = sorted(expected[0]) if expected else ["row"]
    for piece in (1, 2, 3, 5, 7, 9):
        pieces = landed_pieces(landed, piece, set())
        found = [row for arrays, size in pieces for row in rows_of(stream.columns(arrays, size), names)]
        assert counted(found, names) == counted(expected, names)


ONE, TWO = SLOTS[:2]
NOTHING = op.Choose(into="nothing", type="text", cases=())


def said(*when: op.Condition, otherwise: str | None = "row") -> op.Choose:
    """The number of the first condition that holds."""
    cases = tuple(op.Case(when=one, value=n) for n, one in enumerate(when, start=100))
    return op.Choose(into="said", type="int", cases=cases, otherwise=otherwise)


def test_rows_become_long_in_their_order() -> None:
    for entries in (((1, ONE),), ((1, TWO), (2, ONE)), ((3, ONE), (1, TWO), (2, ONE))):
        check_pieces(op.Unpivot(entries=entries), op.Digits(column="figure", into="n"))


def test_nulls_meet_no_condition() -> None:
    for holds in ("<", "<=", "=", ">=", ">", "!="):
        compared = op.Compared(left=ONE, holds=holds, right=TWO)
        check_pieces(said(compared))
        check_pieces(op.Keep(where=op.Not(of=compared)))
        check_pieces(NOTHING, said(op.Compared(left=ONE, holds=holds, right="nothing")))
    for values in ((), ("a",), ("a", "b"), (None,), ("b", None)):
        check_pieces(op.Keep(where=op.OneOf(column=ONE, values=values)))
        check_pieces(
            NOTHING, said(op.OneOf(column="nothing", values=values), op.OneOf(column=TWO, values=values))
        )


def test_rows_are_kept_one_by_one() -> None:
    always, never = op.All(of=()), op.Any(of=())
    for where in (op.Missing(column=ONE), op.Not(of=op.Missing(column=TWO)), always, never):
        check_pieces(op.Keep(where=where), said(op.Missing(column=TWO)))
    check_pieces(said(op.Missing(column=ONE), always, op.Missing(column=TWO)))
    check_pieces(
        said(op.All(of=(always, op.Missing(column=ONE))), op.Any(of=(never, op.Missing(column=TWO))))
    )


def lookup(kinds: tuple[op.Type, ...], *rows: tuple[op.Scalar, ...]) -> op.Lookup:
    keys = tuple(op.Column(name=f"k{n}", type=kind) for n, kind in enumerate(kinds))
    return op.Lookup(keys=keys, outputs=(op.Column(name="found", type="int"),), rows=rows)


def test_lookups_find_what_is_there() -> None:
    wide = [(n * 5000, n) for n in range(9)]
    for rows in (
        [(1, 10), (3, 2**35)],
        [(n, n) for n in range(9)],
        [(None, 5), (2, 6)],
        [(-1, 1), (0, 2)],
        wide,
        [],
    ):
        check_pieces(op.Attach(lookup="known", keys=("row",)), known=lookup(("int",), *rows))
    sixth = op.Case(when=op.OneOf(column="row", values=(6,)), value=-1)
    fewer = op.Choose(into="fewer", type="int", cases=(sixth,), otherwise="row")
    gone = op.Choose(
        into="gone", type="int", cases=(op.Case(when=op.Missing(column=ONE), value=None),), otherwise="row"
    )
    check_pieces(
        gone, op.Attach(lookup="known", keys=("gone",)), known=lookup(("int",), (None, 5), (2, 6), (3, 7))
    )
    for least in (0, 1):
        known = lookup(("int",), *((n, n + 10) for n in range(least, 6)))
        check_pieces(fewer, op.Attach(lookup="known", keys=("row",)), known=known)
        check_pieces(fewer, op.Attach(lookup="known", keys=("fewer",)), known=known)
    both = lookup(
        ("text", "text"),
        ("a", "b", 1),
        (None, "c", 2),
        (None, None, 3),
        ("b", "b", 4),
        ("b", None, 5),
        ("", "b", 6),
    )
    check_pieces(op.Attach(lookup="known", keys=(ONE, TWO)), known=both)
    check_pieces(NOTHING, op.Attach(lookup="known", keys=("nothing", TWO)), known=both)
    last = op.Choose(into="last", type="text", cases=(op.Case(when=op.All(of=()), value="b"),))
    check_pieces(last, op.Attach(lookup="known", keys=("last",)), known=lookup(("text",), ("a", 1), ("b", 2)))


def test_texts_are_picked_and_joined() -> None:
    known = op.Choose(into="known", type="text", cases=(op.Case(when=op.All(of=()), value="k"),))
    for columns in (
        (ONE,),
        (ONE, TWO),
        (TWO, "nothing", ONE),
        ("nothing",),
        (ONE, "known", TWO),
        (ONE, ONE, TWO),
        (),
    ):
        check_pieces(NOTHING, known, op.Concat(into="told", columns=columns))
        check_pieces(NOTHING, known, op.Pick(into="told", type="text", options=columns))


@pytest.mark.parametrize("values", [(2**31,), (-(2**31) - 1,), (2**31, 2**40)])
def test_a_constant_that_a_narrow_column_cannot_hold_is_never_met(values: tuple[int, ...]) -> None:
    columns = Columns(2)
    columns.make("n", lambda _: pa.array([1, None], pa.int32()))
    assert columns.holds(op.OneOf(column="n", values=values)) is False
    met = columns.holds(op.OneOf(column="n", values=(*values, 1)))
    assert met.to_pylist() == [True, False]  # type: ignore[union-attr]
