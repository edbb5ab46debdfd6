"""What people read of things."""

from __future__ import annotations

import uuid

import msgspec

from lontar.members.acting import Acting, call, nothing_here
from lontar.model.errors import Refused
from lontar.model.policy.facts import Question, Thing
from lontar.model.policy.language import Decision
from lontar.sharing.deciding import Policy
from lontar.things.rows import facts_from_row


def read_thing(acting: Acting, thing: uuid.UUID, policy: Policy) -> tuple[Thing, Decision]:
    """Read the facts of a thing, and why that is allowed; journalled for the reader now, and for the owner to be told later.

    Others than the owner see nobody on its lists but themselves. Raises Refused alike where it is not there and where it is forbidden;
    the owner is told of a refusal.
    """
    told = call(acting, "read_thing(%s)", thing)
    if told is None:
        acting.refused.append(("select read_thing(%s)", (thing,)))
        raise nothing_here()
    facts = facts_from_row(msgspec.json.decode(told))
    decision = policy.decide(
        Question(
            viewer=acting.viewer,
            thing=facts,
            grain=acting.grain,
            export=acting.export,
            channel=acting.channel,
            now=acting.now,
        )
    )
    if not decision.allowed:
        raise Refused("POL-404", "", "there is nothing here for you.", rules=decision.rules)
    return facts, decision
