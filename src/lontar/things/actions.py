"""What people do with things. Each verb is done by a function of the database, which checks who acts and writes it into the journal."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

import msgspec

from lontar.members.acting import NOTHING, Acting, call
from lontar.model.errors import Refused
from lontar.model.policy.facts import Thing
from lontar.things.rows import facts_from_row, terms_row


class Changed(NamedTuple):
    """What came of other terms: what protects less, and the proposal that waits for another person (None: it was done)."""

    falls: tuple[str, ...]
    waits: uuid.UUID | None


def register_thing(acting: Acting, facts: Thing, identity: uuid.UUID | None = None) -> uuid.UUID:
    """Bring a thing into existence, as an officer of the agency that wrote it. Raises Refused where the viewer is none.

    `identity` lets a caller who asks again after a broken connection ask for the same thing: it is then registered once.
    """
    new, row = identity or uuid.uuid4(), _json(terms_row(facts))
    _call(acting, "register_thing(%s, %s, %s, %s, %s)", new, row, facts.topic, facts.start, facts.end)
    return new


def change_terms(acting: Acting, thing: uuid.UUID, *, reason: str, **changes: object) -> Changed:
    """Put a thing under other terms, as a focal point of its owner. Raises Refused where the viewer is none.

    What protects less than before waits until another person who may write for the owner agreed; where there is no such person that is
    waived, and the journal says so. What changes nothing is no act.
    """
    after = msgspec.structs.replace(own_facts(acting, thing), **changes)
    told = _call(acting, "change_terms(%s, %s, %s)", thing, _json(terms_row(after)), reason)
    return Changed(tuple(told["falls"]), uuid.UUID(told["waits"]) if told["waits"] else None)


def agree_to_terms(acting: Acting, proposal: uuid.UUID) -> uuid.UUID:
    """Agree to terms that another person proposed, which puts them in force, and give the thing.

    Raises Refused for whoever proposed them, and where the thing was put under other terms since.
    """
    return uuid.UUID(_call(acting, "agree_to_terms(%s)", proposal))


def sign(acting: Acting, thing: uuid.UUID, *, nil: bool = False) -> None:
    """Sign a thing as a focal point of its owner; `nil` where it says that there was none. Signing twice is signing once.

    While others may read it as members do (GREEN without a list, or CLEAR; not linked to asylum) it counts as a contribution. Raises
    Refused for whoever is no focal point of its owner.
    """
    _call(acting, "sign_thing(%s, %s)", thing, nil)


def withdraw_proposal(acting: Acting, proposal: uuid.UUID) -> None:
    """Take a proposal that nobody agreed to back, as whoever may write for the thing."""
    _call(acting, "withdraw_proposal(%s)", proposal)


def recall(acting: Acting, thing: uuid.UUID, reason: str) -> None:
    """Stop all reading of a thing by anyone but its owner, at once. Recalling twice is recalling once.

    A focal point recalls also what is closed to the focal point, and hears the same as where there is nothing.
    """
    try:
        change_terms(acting, thing, reason=reason, recalled=True)
    except Refused as error:
        if error.code == NOTHING:
            acting.refused.append(("select recall_unseen(%s, %s)", (thing, reason)))
        raise


def own_facts(acting: Acting, thing: uuid.UUID) -> Thing:
    """Give the facts of a thing of the viewer's own participant that the viewer may read, and hold it. Raises Refused otherwise."""
    return facts_from_row(_call(acting, "own_facts(%s)", thing))


def _call(acting: Acting, function: str, *values: object) -> Any:
    """Call a function of the database, whose refusals are told as such."""
    told = call(acting, function, *values, refusals=_refusals())
    return msgspec.json.decode(told) if told else None


def _refusals() -> dict[str, Refused]:
    """Error of the database -> how it is told."""
    known = "Give the code of an area, or say that the origin is open."
    colleague = "Ask a colleague who could; whoever marks something RED is among those named."
    return {
        "23514": Refused(
            "POL-014", "", "such facts cannot be.", "docs/explanation/sharing.md says what facts promise."
        ),
        "LV023": Refused("POL-011", "", "the reason is too long.", "Say it in less than 2,000 characters."),
        "LV030": Refused(
            "POL-010",
            "",
            "the proposal no longer stands.",
            "Look at the thing as it is now, and propose anew.",
        ),
        "LV033": Refused("POL-012", "", "it speaks of people of an area that no list knows.", known),
        "LV034": Refused("POL-013", "", "you could not read it any more.", colleague),
    }


def _json(row: dict[str, object]) -> str:
    return msgspec.json.encode(row).decode()
