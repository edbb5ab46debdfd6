"""What facts promise, whoever makes them: assumed by the proofs, refused otherwise where facts are made (model, database, intake)."""

from __future__ import annotations

import z3

from lontar.sharing.proving.symbols import NOBODY, STATE, Facts, meet, word


def promised(facts: Facts) -> list[z3.BoolRef]:
    """Everything that holds of each viewer and each thing.

    An owner and an agency are somebody. Whoever has a role is a person who acts for a participant. What is linked to asylum has an
    origin, or an open one. Intake refused what a State wrote about its own people's asylum (docs/explanation/sharing.md).
    """
    asylum = z3.IsMember(word("thing.classes", "asylum"), facts["thing.classes"])
    origin = facts["thing.origin"]
    no_role = z3.EmptySet(facts["viewer.roles"].domain())
    return [
        facts["thing.owner"] != NOBODY,
        facts["thing.agency"] != NOBODY,
        z3.Implies(
            facts["viewer.roles"] != no_role,
            z3.And(facts["viewer.participant"] != NOBODY, facts["viewer.person"] != NOBODY),
        ),
        z3.Implies(asylum, z3.Or(facts["thing.origin_open"], origin != z3.EmptySet(STATE))),
        z3.Implies(asylum, z3.Not(meet(origin, facts["thing.owner_group"]))),
    ]


def public(facts: Facts) -> list[z3.BoolRef]:
    """The viewer is nobody in particular: no role, no agency, no function, and every State's allegiance."""
    return [
        facts["viewer.participant"] == NOBODY,
        facts["viewer.person"] == NOBODY,
        facts["viewer.kind"] == word("viewer.kind", "none"),
        facts["viewer.standing"] == word("viewer.standing", "none"),
        *(
            facts[name] == z3.EmptySet(facts[name].domain())
            for name in ("viewer.roles", "viewer.agencies", "viewer.functions")
        ),
        facts["viewer.allegiance"] == z3.FullSet(STATE),
        z3.Not(facts["viewer.contributed"]),
    ]
