"""A simplified plan gives what the plan gives."""

from hypothesis import given

from lontar.harmonise.plan import operations as op
from lontar.harmonise.plan.simplifying import simplified
from tests.harmonise import reference
from tests.harmonise.generated_plans import OPERATIONS, Case, cases
from tests.harmonise.test_reference import counted


@given(case=cases(*OPERATIONS, most=10))
def test_a_simplified_plan_gives_the_same(case: Case) -> None:
    one_file = [row for row in case.landed if row["file"] == 0]
    first, *others = case.plan.steps
    read = op.Step(name=first.name, does=op.Read(files=(0,), slots=first.does.slots))  # type: ignore[union-attr]
    for plan, landed in (
        (case.plan, case.landed),
        (op.Plan(steps=(read, *others), lookups=case.plan.lookups), one_file),
    ):
        expected, found = reference.interpret(plan, landed), reference.interpret(simplified(plan), landed)
        columns = sorted(expected[0]) if expected else []
        assert counted(found, columns) == counted(expected, columns)


def test_what_is_known_is_not_asked_again() -> None:
    always = op.All(of=())
    lookup = op.Lookup(
        keys=(op.Column(name="k1", type="int"), op.Column(name="k2", type="text")),
        outputs=(op.Column(name="said", type="text"),),
        rows=((1, "a", "one"), (2, "a", "two")),
    )
    steps = (
        op.Step(name="rows", does=op.Read(files=(3,), slots=("s0",))),
        op.Step(name="one", does=op.Choose(into="style", type="int", cases=(op.Case(when=always, value=1),))),
        op.Step(name="two", does=op.Attach(lookup="styles", keys=("style", "s0"))),
        op.Step(
            name="three",
            does=op.Choose(
                into="fate",
                type="text",
                cases=(
                    op.Case(when=op.OneOf(column="file", values=(2,)), value="never"),
                    op.Case(when=op.Missing(column="said"), value="lost"),
                    op.Case(when=op.Not(of=op.Missing(column="style")), value="kept"),
                ),
            ),
        ),
    )
    found = simplified(op.Plan(steps=steps, lookups={"styles": lookup}))
    assert found.lookups["styles"].rows == (("a", "one"),)
    assert found.steps[2].does == op.Attach(lookup="styles", keys=("s0",))
    assert found.steps[3].does == op.Choose(
        into="fate",
        type="text",
        cases=(
            op.Case(when=op.Missing(column="said"), value="lost"),
            op.Case(when=always, value="kept"),
        ),
    )
