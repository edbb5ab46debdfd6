"""The kinds of problem of what a sender has repaired."""

from lontar.model.problem_kind import ProblemKind as K

REPAIR_PROBLEM_KINDS = (
    # What a sender repaired is not there any more.
    K(
        "HAR-087",
        "idle_repair",
        "a repair expects '{value}' here, and there is no cell that holds it",
        "Look at the cell, and repair what stands there now or take the repair back.",
        "warning",
    ),
)
