"""A plan over numbers of texts gives what the plan over texts gives."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.numbering import Numbered, Texts, numbered
from tests.harmonise import reference
from tests.harmonise.generated_plans import OPERATIONS, SLOTS, Case, cases
from tests.harmonise.test_reference import counted


@st.composite
def landed_lists(draw: st.DrawFn) -> dict[str, int]:
    """Slot -> the number of the list that it shares with others; slots left out hold texts."""
    return draw(st.dictionaries(st.sampled_from(SLOTS), st.integers(0, 2)))


def number_landed(case: Case, shared: dict[str, int]) -> tuple[list[dict[str, Any]], dict[str, Texts]]:
    lists = {number: Texts([""]) for number in shared.values()}
    landed = {slot: lists[number] for slot, number in shared.items()}
    rows = [
        {
            name: landed[name].number(value) if name in landed and value is not None else value
            for name, value in row.items()
        }
        for row in case.landed
    ]
    return rows, landed


def texts_again(found: Numbered, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    def told(name: str, value: Any) -> Any:
        texts = found.lists.get(name)
        return texts.texts[value] if texts is not None and value is not None else value

    return [{name: told(name, value) for name, value in row.items()} for row in rows]


@given(case=cases(*OPERATIONS, most=8), shared=landed_lists())
def test_numbers_stand_for_the_same_texts(case: Case, shared: dict[str, int]) -> None:
    expected = reference.interpret(case.plan, case.landed)
    rows, landed = number_landed(case, shared)
    found = numbered(case.plan, landed)
    columns = sorted(expected[0]) if expected else []
    assert counted(texts_again(found, reference.interpret(found.plan, rows)), columns) == counted(
        expected, columns
    )


def test_what_is_only_compared_and_picked_holds_numbers() -> None:
    plan = op.Plan(
        steps=(
            op.Step(name="rows", does=op.Read(files=(0,), slots=("s0", "s1"))),
            op.Step(name="one", does=op.Pick(into="first", type="text", options=("s0",))),
            op.Step(name="two", does=op.Concat(into="both", columns=("first", "s1"))),
        ),
        lookups={},
    )
    found = numbered(plan, {"s0": Texts(["", "a"]), "s1": Texts(["", "b"])})
    assert set(found.lists) == {"s0", "s1", "first"}
    row = {"file": 0, "row": 1, "line": 1, "pieces": 0, "s0": 1, "s1": 1}
    assert texts_again(found, reference.interpret(found.plan, [row]))[0]["both"] == "a; b"


def check_over_numbers(
    rows: list[tuple[str | None, str | None]],
    *steps: op.Operation,
    listed: tuple[str, ...] = ("s0",),
    **lookups: op.Lookup,
) -> None:
    """A plan over slots that are numbers in a list whose order is not that of its texts, and others that are texts."""
    read = op.Read(files=(0,), slots=("s0", "s1"))
    plan = op.Plan(
        steps=tuple(op.Step(name=f"step {n}", does=does) for n, does in enumerate((read, *steps))),
        lookups=lookups,
    )
    landed = [
        {"file": 0, "row": n, "line": n, "pieces": 0, "s0": s0, "s1": s1}
        for n, (s0, s1) in enumerate(rows, 1)
    ]
    case, expected = Case(landed, plan), reference.interpret(plan, landed)
    numbers, lists = number_landed(case, dict.fromkeys(listed, 0))
    found = numbered(plan, lists)
    names = sorted(expected[0])
    assert counted(texts_again(found, reference.interpret(found.plan, numbers)), names) == counted(
        expected, names
    )


ROWS: list[tuple[str | None, str | None]] = [
    ("c", "a"),
    ("b", "b"),
    ("a", "c"),
    ("", ""),
    (None, "a"),
    ("a", None),
]


def test_what_is_told_apart_by_its_order_holds_texts() -> None:
    lower = op.Case(when=op.Compared(left="s0", holds="<", right="s1"), value=1)
    for listed in (("s0",), ("s0", "s1")):
        check_over_numbers(ROWS, op.Choose(into="lower", type="int", cases=(lower,)), listed=listed)
    check_over_numbers(
        ROWS[:4], op.Previous(columns=(("row", "before"),), by=(), order="s0", where=op.All(of=()))
    )


def test_nothing_meets_nothing_in_a_lookup() -> None:
    known = op.Lookup(
        keys=(op.Column(name="k", type="text"),),
        outputs=(op.Column(name="said", type="int"),),
        rows=((None, 1), ("a", 2), ("never there", 3), ("", 4)),
    )
    check_over_numbers(ROWS, op.Attach(lookup="known", keys=("s0",)), known=known)


def test_the_empty_text_is_one_of_the_texts() -> None:
    empty = op.Case(when=op.OneOf(column="s0", values=("", "never there")), value=1)
    check_over_numbers(ROWS, op.Choose(into="said", type="int", cases=(empty,)))


def test_a_slot_that_meets_texts_is_asked_as_a_text() -> None:
    same = op.Case(when=op.Compared(left="s0", holds="=", right="s1"), value=1)
    is_a = op.Case(when=op.OneOf(column="s0", values=("a", "", "never there")), value=2)
    check_over_numbers(
        ROWS, op.Choose(into="said", type="int", cases=(same, is_a)), op.Digits(column="s0", into="n")
    )
