"""What people do with things. Each verb is done by a function of the database that checks who acts, and journalled in the one transaction
of `acting`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec
from django.db import DatabaseError

from lontar.journal.writing import write_entry
from lontar.members.acting import Acting
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
    new = identity or uuid.uuid4()
    is_new = _call(
        acting,
        "register_thing(%s, %s, %s, %s, %s)",
        new,
        _json(terms_row(facts)),
        facts.topic,
        facts.start,
        facts.end,
    )
    if is_new:
        _journal(acting, "registered", new, mark=facts.mark)
    return new


def change_terms(acting: Acting, thing: uuid.UUID, *, reason: str, **changes: object) -> Changed:
    """Put a thing under other terms, as a focal point of its owner. Raises Refused where the viewer is none.

    What protects less than before waits until another person who may write for the owner agreed; where there is no such person that is
    waived, and the journal says so.
    """
    after = msgspec.structs.replace(own_facts(acting, thing), **changes)
    told = _call(acting, "change_terms(%s, %s, %s)", thing, _json(terms_row(after)), reason)
    changed = Changed(tuple(told["falls"]), uuid.UUID(told["waits"]) if told["waits"] else None)
    act = "changed_terms" if changed.waits is None else "proposed_terms"
    is_waived = bool(changed.falls) and changed.waits is None
    _journal(
        acting,
        act,
        thing,
        reason=reason,
        falls=list(changed.falls),
        second_person="waived" if is_waived else "",
    )
    return changed


def agree_to_terms(acting: Acting, proposal: uuid.UUID) -> uuid.UUID:
    """Agree to terms that another person proposed, which puts them in force, and give the thing.

    Raises Refused for whoever proposed them, and where the thing was put under other terms since.
    """
    told = _call(acting, "agree_to_terms(%s)", proposal)
    thing = uuid.UUID(told["thing"])
    _journal(
        acting,
        "changed_terms",
        thing,
        reason=told["why"],
        falls=list(told["falls"]),
        second_person=told["by"],
    )
    return thing


def sign(acting: Acting, thing: uuid.UUID, *, nil: bool = False) -> None:
    """Sign a thing as a focal point of its owner; `nil` where it says that there was none. Signing twice is signing once.

    While others may read it as members do (GREEN without a list, or CLEAR; not linked to asylum) it counts as a contribution. Raises
    Refused for whoever is no focal point of its owner.
    """
    if _call(acting, "sign_thing(%s, %s)", thing, nil):
        _journal(acting, "signed", thing, nil=nil)


def recall(acting: Acting, thing: uuid.UUID, reason: str) -> None:
    """Stop all reading of a thing by anyone but its owner, at once. Recalling twice is recalling once."""
    before = own_facts(acting, thing)
    after = msgspec.structs.replace(before, recalled=True)
    _call(acting, "change_terms(%s, %s, %s)", thing, _json(terms_row(after)), reason)
    if not before.recalled:
        _journal(acting, "recalled", thing, reason=reason)


def own_facts(acting: Acting, thing: uuid.UUID) -> Thing:
    """Give the facts of a thing of the viewer's own participant that the viewer may read, and hold it. Raises Refused otherwise."""
    return facts_from_row(_call(acting, "own_facts(%s)", thing))


def nothing_here() -> Refused:
    """What absent and forbidden things answer, alike."""
    return Refused("POL-404", "", "there is nothing here for you.")


def _call(acting: Acting, function: str, *values: object) -> Any:
    """Call a function of the database, whose refusals are told as such."""
    with _refusals():
        acting.cursor.execute(f"select {function}", values)
        told = acting.cursor.fetchone()[0]
    return msgspec.json.decode(told) if isinstance(told, str) else told


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", "")
        if state == "LV404":
            raise nothing_here() from None
        if state == "LV030":
            said = "the thing was put under other terms since they were proposed."
            raise Refused("POL-010", "", said, "Look at it again, and propose anew.") from None
        raise


def _json(row: dict[str, object]) -> str:
    return msgspec.json.encode(row).decode()


def _journal(acting: Acting, act: str, thing: uuid.UUID, **facts: str | bool | list[str]) -> None:
    viewer = acting.viewer
    write_entry(
        acting.cursor, viewer.participant, act, acting.now, person=viewer.person, thing=str(thing), **facts
    )
