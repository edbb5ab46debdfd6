"""Plans that say the same with less work: without steps that nobody needs, and without counting over whole rows."""

from collections.abc import Callable, Iterable

import msgspec

from lontar.harmonise.plan import operations as op

_SHAPING = (op.Read, op.Unpivot, op.Keep)
"""Operations that decide which rows there are: they stay, whatever is needed of them."""


def pruned(plan: op.Plan, wanted: Iterable[str]) -> op.Plan:
    """The plan without the steps whose columns are neither wanted nor needed for those that are."""
    needed, kept = set(wanted), list[op.Step]()
    for step in reversed(plan.steps):
        does = step.does
        if not isinstance(does, _SHAPING) and not does.makes(plan.lookups) & needed:
            continue
        if isinstance(does, op.Read):
            does = msgspec.structs.replace(does, slots=tuple(s for s in does.slots if s in needed))
        needed |= does.reads()
        kept.append(msgspec.structs.replace(step, does=does))
    return op.Plan(steps=tuple(reversed(kept)), lookups=plan.lookups)


def with_counts_looked_up(plan: op.Plan, repeated: Callable[[str, op.Plan, op.Count], op.Lookup]) -> op.Plan:
    """The same plan with each Count read from a table of the few values that more than one row shares.

    `repeated` makes that table under the name given, from the plan so far (pruned), and tells its columns; its rows
    are the values of `by` that at least two rows share, with their number, among rows that meet the condition.
    """
    lookups, steps = dict(plan.lookups), list[op.Step]()
    for step in plan.steps:
        if not isinstance(step.does, op.Count):
            steps.append(step)
            continue
        name = f"repeated_{step.does.into}"
        before = op.Plan(steps=tuple(steps), lookups=lookups)
        lookups = lookups | {name: repeated(name, pruned(before, step.does.reads()), step.does)}
        steps += _looked_up(name, step, step.does, lookups[name].outputs[0].name)
    return op.Plan(steps=tuple(steps), lookups=lookups)


def _looked_up(name: str, step: op.Step, count: op.Count, column: str) -> list[op.Step]:
    alone = op.Case(when=op.All(of=(count.where, op.Missing(column=column))), value=1)
    several = op.Case(when=count.where, column=column)
    return [
        op.Step(name=f"{step.name}_repeated", does=op.Attach(lookup=name, keys=count.by), why=step.why),
        op.Step(name=step.name, does=op.Choose(into=count.into, type="int", cases=(alone, several))),
    ]
