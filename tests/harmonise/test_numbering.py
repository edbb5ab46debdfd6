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
