"""What a kind of problem is."""

from typing import Literal

import msgspec

Severity = Literal["refused", "warning"]


class ProblemKind(msgspec.Struct, frozen=True):
    """One way in which a place can be wrong; `sentence` and `remedy` name what was found in braces."""

    code: str
    name: str
    sentence: str
    remedy: str
    severity: Severity = "refused"


def kinds_by_name(*kinds: ProblemKind) -> dict[str, ProblemKind]:
    """Kinds of problem by their names, in order."""
    return {kind.name: kind for kind in kinds}
