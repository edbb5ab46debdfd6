"""What people do with things. Each verb checks the policy, does it, and journals it, in the one transaction of `acting`."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from lontar.journal.writing import write_entry
from lontar.members.acting import Acting
from lontar.model.errors import Refused
from lontar.model.policy.facts import Thing
from lontar.sharing.terms import fallen
from lontar.things.rows import TERMS, facts_from_row, terms_row

WRITERS = frozenset({"data_officer", "focal_point"})


def register_thing(acting: Acting, facts: Thing, identity: uuid.UUID | None = None) -> uuid.UUID:
    """Bring a thing into existence, as an officer of the agency that wrote it. Raises Refused where the viewer is none.

    `identity` lets a caller who asks again after a broken connection ask for the same thing: it is then registered once.
    """
    viewer = acting.viewer
    if facts.owner != viewer.participant or facts.agency not in viewer.agencies or not viewer.roles & WRITERS:
        raise nothing_here()
    new = identity or uuid.uuid4()
    acting.cursor.execute("select 1 from things_thing where id = %s", (new,))
    if acting.cursor.fetchone():
        return new
    acting.cursor.execute(
        "insert into things_thing (id, terms, span) values (%s, %s, %s)",
        (new, _terms(acting.cursor, facts), _span(acting.cursor, facts)),
    )
    _journal(acting, "registered", new, mark=facts.mark)
    return new


def change_terms(
    acting: Acting, thing: uuid.UUID, *, reason: str, second: str = "", **changes: object
) -> Thing:
    """Put a thing under other terms, as a focal point of its owner, and give its new facts.

    What protects less than before needs the consent of a `second` person of the owner; raising needs none. Raises Refused where the
    viewer may not, or the second person is missing or is the first.
    """
    before = own_facts(acting, thing)
    after = msgspec.structs.replace(before, **changes)
    if "focal_point" not in acting.viewer.roles:
        raise nothing_here()
    if (after.owner, after.owner_group) != (before.owner, before.owner_group):
        raise nothing_here()
    falls = fallen(before, after)
    if falls and not _is_second_person(acting, second):
        said = f"{', '.join(falls)} would protect less than before, and no second person agreed."
        raise Refused(
            "POL-010",
            "",
            said,
            "Ask another focal point or data officer of your participant to agree.",
            ("I6",),
        )
    _put(acting, thing, after)
    _journal(acting, "changed_terms", thing, reason=reason, second=second, falls=list(falls))
    return after


def recall(acting: Acting, thing: uuid.UUID, reason: str) -> None:
    """Stop all reading of a thing by anyone but its owner, at once. Recalling twice is recalling once."""
    before = own_facts(acting, thing)
    if not acting.viewer.roles & WRITERS:
        raise nothing_here()
    if before.recalled:
        return
    _put(acting, thing, msgspec.structs.replace(before, recalled=True))
    _journal(acting, "recalled", thing, reason=reason)


def own_facts(acting: Acting, thing: uuid.UUID) -> Thing:
    """Give the facts of a thing of the viewer's own participant that the viewer may read, and hold it. Raises Refused otherwise."""
    acting.cursor.execute(
        f"select {', '.join(f't.{name}' for name in TERMS)}, s.topic, s.period_start, s.period_end from things_thing g"
        " join things_terms t on t.id = g.terms join things_span s on s.id = g.span where g.id = %s for update of g",
        (thing,),
    )
    row = acting.cursor.fetchone()
    if row is None:
        raise nothing_here()
    return facts_from_row(row)


def nothing_here() -> Refused:
    """What absent and forbidden things answer, alike."""
    return Refused("POL-404", "", "there is nothing here for you.")


def _put(acting: Acting, thing: uuid.UUID, facts: Thing) -> None:
    acting.cursor.execute(
        "update things_thing set terms = %s where id = %s", (_terms(acting.cursor, facts), thing)
    )
    if acting.cursor.rowcount != 1:
        raise nothing_here()


def _is_second_person(acting: Acting, second: str) -> bool:
    """Whether another person of the same participant, who may write for it, agreed; waived where there is only one such person."""
    acting.cursor.execute("select other_writers(%s)", (second or None,))
    is_one, others = acting.cursor.fetchone()[0]
    return bool(is_one) or others == 0


def _terms(cursor: Any, facts: Thing) -> int:
    """Find the terms with these facts, or write them."""
    names, marks = ", ".join(TERMS), ", ".join(["%s"] * len(TERMS))
    cursor.execute(f"select number_of_terms(row(null, null, {marks})::things_terms)", terms_row(facts))
    found = cursor.fetchone()[0]
    if found is None:
        cursor.execute(f"insert into things_terms ({names}) values ({marks}) returning id", terms_row(facts))
        found = cursor.fetchone()[0]
    return int(found)


def _span(cursor: Any, facts: Thing) -> int:
    row = (facts.topic, facts.start, facts.end)
    cursor.execute(
        "insert into things_span (topic, period_start, period_end) values (%s, %s, %s) on conflict do nothing",
        row,
    )
    cursor.execute(
        "select id from things_span where topic = %s and period_start = %s and period_end = %s", row
    )
    return int(cursor.fetchone()[0])


def _journal(acting: Acting, act: str, thing: uuid.UUID, **facts: str | list[str]) -> None:
    viewer = acting.viewer
    write_entry(
        acting.cursor, viewer.participant, act, acting.now, person=viewer.person, thing=str(thing), **facts
    )
