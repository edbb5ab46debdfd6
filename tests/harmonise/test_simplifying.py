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


def check_simplified(*steps: op.Operation, files: tuple[int, ...] = (0, 1), **lookups: op.Lookup) -> None:
    """What is said of rows of two files and two slots is said of them by the simplified plan too."""
    read = op.Read(files=files, slots=("s0", "s1"))
    told = tuple(op.Step(name=f"step {n}", does=does) for n, does in enumerate((read, *steps)))
    plan = op.Plan(steps=told, lookups=lookups)
    landed = [
        {"file": n % 2, "row": n, "line": n, "pieces": 0, "s0": s0, "s1": s1}
        for n, (s0, s1) in enumerate([("a", "b"), ("", "a"), ("b", None), (None, "c"), (None, None)])
    ]
    expected, found = reference.interpret(plan, landed), reference.interpret(simplified(plan), landed)
    columns = sorted(expected[0])
    assert counted(found, columns) == counted(expected, columns)


def chosen(into: str, kind: op.Type, *cases: op.Case, otherwise: str | None = None) -> op.Choose:
    return op.Choose(into=into, type=kind, cases=cases, otherwise=otherwise)


ALWAYS = op.All(of=())


def test_what_differs_between_rows_is_not_known() -> None:
    for entries in (((1, "s0"),), ((1, "s0"), (2, "s1"))):
        for files in ((0,), (0, 1)):
            first = op.All(of=(op.OneOf(column="entry", values=(1,)), op.OneOf(column="file", values=(0,))))
            check_simplified(
                op.Unpivot(entries=entries), chosen("first", "int", op.Case(when=first, value=1)), files=files
            )


def test_the_first_option_that_is_never_null_is_the_last() -> None:
    known, other = chosen("known", "text", op.Case(when=ALWAYS, value="k")), chosen("none", "text")
    check_simplified(known, other, op.Pick(into="one", type="text", options=("none", "s0", "known", "s1")))
    check_simplified(known, other, op.Pick(into="one", type="text", options=("none", "known", "s0")))
    check_simplified(other, op.Pick(into="one", type="text", options=("none",)))


def test_conditions_over_constants_and_nulls() -> None:
    yes, nothing = chosen("yes", "bool", op.Case(when=ALWAYS, value=True)), chosen("nothing", "text")
    noughts = chosen("nought", "int", op.Case(when=ALWAYS, value=0))
    flags = [
        op.Case(when=op.Not(of=op.OneOf(column="yes", values=(True,))), value=1),
        op.Case(when=op.OneOf(column="nothing", values=(None, "a")), value=2),
        op.Case(when=op.Compared(left="nothing", holds="=", right="s0"), value=3),
        op.Case(when=op.Missing(column="nought"), value=4),
        op.Case(when=op.Not(of=op.Compared(left="nothing", holds="!=", right="s0")), value=5),
        op.Case(when=op.Missing(column="nothing"), value=6),
        op.Case(when=op.Missing(column="s0"), value=7),
    ]
    for start in range(len(flags)):
        check_simplified(yes, nothing, noughts, chosen("said", "int", *flags[start:], otherwise="row"))
    check_simplified(
        nothing,
        chosen("said", "int", op.Case(when=op.Missing(column="s0"), value=1), flags[5], otherwise="row"),
    )
