"""Small made-up worlds of participants, people and things: as facts, and as rows of a real database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any

import msgspec
import psycopg

from lontar.model.policy.facts import (
    ALWAYS,
    GRAINS,
    MARKS,
    NEVER,
    PUBLIC,
    Contribution,
    Grain,
    Question,
    Thing,
    ThingKind,
    Use,
    Viewer,
)  # fmt: skip

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ROLES = (
    "administrator", "analyst", "auditor", "case_worker", "data_officer", "focal_point", "host_operator", "liaison_officer",
    "reviewer",
)  # fmt: skip
FUNCTIONS = ("enforcement", "protection", "statistics")
SPANS = (("2025-01-01", "2025-12-31"), ("2025-01-01", "2025-03-31"), ("2025-03-01", "2025-03-31"))
TERMS = (
    "owner, agency, mark, kind, owner_group, shared_with, named, list_only, finest, may_be_exported, regional_totals, no_onward,"
    " no_ranking, sent_to_office, in_edition, not_before, expires, recalled, published, classes, origin, origin_open"
)


@dataclass
class World:
    """Participants with their States, agencies with their functions, viewers, contributions and things."""

    participants: dict[str, tuple[str, str, tuple[str, ...]]] = field(default_factory=dict)
    agencies: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    contributions: list[tuple[str, str, str, str, bool]] = field(default_factory=list)
    things: dict[str, Thing] = field(default_factory=dict)

    def person(self, *, roles: dict[str, Iterable[str]], agencies: Iterable[str] = (), seconded: Iterable[tuple[str, ...]] = (),
               declared: bool = True, suspended: bool = False, number: int | None = None) -> str:  # fmt: skip
        """Add a person with these roles for participants, and give the id."""
        them = str(uuid.UUID(int=len(self.people) + 1 if number is None else number))
        self.people[them] = {
            "roles": {participant: frozenset(some) for participant, some in roles.items()}, "agencies": frozenset(agencies),
            "seconded": tuple(seconded), "declared": declared, "suspended": suspended,
        }  # fmt: skip
        return them

    def viewer(self, person: str, participant: str) -> Viewer:
        """The facts of a person who acts for a participant, worked out here and not by the database."""
        them = self.people.get(person)
        if them is None or them["suspended"] or not them["roles"].get(participant):
            return PUBLIC
        kind, standing, _ = self.participants[participant]
        bound = [one for one, some in them["roles"].items() if some]
        bound += [self.agencies[agency][0] for agency in them["agencies"]]
        states = {state for one in bound for state in self.participants[one][2]}
        states |= {state for group in them["seconded"] if them["declared"] for state in group}
        return Viewer(
            participant=participant, kind=kind, standing=standing, person=person, agencies=them["agencies"],  # type: ignore[arg-type]
            functions=frozenset().union(*(self.agencies[one][1] for one in them["agencies"])),  # type: ignore[arg-type]
            roles=them["roles"][participant], allegiance=frozenset(states), everyone=not them["declared"],
            contributed=tuple(
                Contribution(topic=t, start=s, end=e, nil=nil) for who, t, s, e, nil in self.contributions if who == participant
            ),
        )  # fmt: skip

    def of_case(self, question: Question, number: int) -> tuple[str, str, str]:
        """Add the viewer and the thing of one question, apart from all others, and give person, participant and thing."""
        viewer, thing = question.viewer, question.thing
        own = f"{number}."
        participants = {viewer.participant, thing.owner, *thing.shared_with} - {""}
        for one in participants:
            states = sorted(viewer.allegiance) if one == viewer.participant else []
            self.participants[own + one] = ("State" if states else "organisation", "invited", tuple(states))
        agencies = {
            name: str(uuid.uuid5(uuid.NAMESPACE_URL, own + name)) for name in {*viewer.agencies, thing.agency}
        }
        people = {
            name: str(uuid.uuid5(uuid.NAMESPACE_URL, own + name))
            for name in {*thing.named, viewer.person} - {""}
        }
        if viewer.participant:
            self.participants[own + viewer.participant] = (
                viewer.kind,
                viewer.standing,
                tuple(sorted(viewer.allegiance or ({own} if viewer.kind in {"State", "territory"} else ()))),
            )
            self.agencies |= {
                agencies[name]: (own + viewer.participant, frozenset()) for name in viewer.agencies
            }
            working = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{own} works"))
            self.agencies[working] = (own + viewer.participant, frozenset(viewer.functions))
            self.person(roles={own + viewer.participant: viewer.roles}, agencies=[working, *(agencies[one] for one in viewer.agencies)],
                        declared=not viewer.everyone, number=uuid.UUID(people[viewer.person]).int)  # fmt: skip
            self.contributions += [
                (own + viewer.participant, one.topic, one.start, one.end, one.nil)
                for one in viewer.contributed
            ]
        name = str(uuid.UUID(int=10_000 + number))
        self.things[name] = msgspec.structs.replace(
            thing, owner=own + thing.owner, agency=agencies[thing.agency], shared_with=frozenset(own + one for one in thing.shared_with),
            named=frozenset(people[one] for one in thing.named), list_only=thing.is_list_only,
        )  # fmt: skip
        return people.get(viewer.person, ""), own + viewer.participant if viewer.participant else "", name

    def viewers(self) -> Iterator[tuple[str, str, Viewer]]:
        """Everyone who can ask: person, participant, facts; the public last."""
        for person, them in self.people.items():
            for participant in them["roles"]:
                yield person, participant, self.viewer(person, participant)
        yield "", "", PUBLIC

    def write(self, owner: psycopg.Connection[Any]) -> None:
        """Write it all into an empty database, as the role that migrates."""
        with owner.transaction():
            owner.execute("delete from members_participant")
            self._write_members(owner)
            self._write_things(owner)

    def _write_members(self, owner: psycopg.Connection[Any]) -> None:
        for name, (kind, standing, states) in self.participants.items():
            owner.execute("insert into members_participant (id, kind, standing, states, named) values (%s, %s, %s, %s, false)",
                          (name, kind, standing, list(states)))  # fmt: skip
        for agency, (participant, functions) in self.agencies.items():
            owner.execute("insert into members_agency (id, participant_id, name, functions) values (%s, %s, '', %s)",
                          (agency, participant, sorted(functions)))  # fmt: skip
        for person, them in self.people.items():
            owner.execute(
                "insert into members_person (id, password, email, name, is_suspended) values (%s, '', %s, '', %s)",
                (person, f"{person}@lontar.example", them["suspended"]),
            )
            for participant, roles in them["roles"].items():
                for role in sorted(roles):
                    values = (_fixed(person, participant, role), LONG_AGO, NOW, person, participant, role)
                    owner.execute("insert into members_appointment (id, since, certified, person_id, participant_id, role)"
                                  " values (%s, %s, %s, %s, %s, %s)", values)  # fmt: skip
            for agency in sorted(them["agencies"]):
                owner.execute("insert into members_belonging (id, since, person_id, agency_id) values (%s, %s, %s, %s)",
                              (_fixed(person, agency), LONG_AGO, person, agency))  # fmt: skip
            bound = {*them["roles"], *(self.agencies[agency][0] for agency in them["agencies"])}
            for participant in sorted(bound) if them["declared"] else ():
                sent_by = sorted({state for group in them["seconded"] for state in group})
                declared = (_fixed(person, participant), LONG_AGO, person, participant, sent_by)
                owner.execute("insert into members_secondment (id, since, person_id, participant_id, states)"
                              " values (%s, %s, %s, %s, %s)", declared)  # fmt: skip
        for number, (participant, topic, start, end, nil) in enumerate(self.contributions):
            owner.execute(
                "insert into members_contribution (id, participant, topic, period_start, period_end, nil, signed, since, until)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (_fixed(str(number)), participant, topic, start, end, nil, LONG_AGO, LONG_AGO, NEVER),
            )

    def _write_things(self, owner: psycopg.Connection[Any]) -> None:
        owner.execute(
            "create temp table bulk as select gen_random_uuid() as thing, topic, period_start, period_end, linked, t.*"
            " from things_terms t, things_span limit 0"
        )
        with (
            owner.cursor() as cursor,
            cursor.copy(
                f"copy bulk (thing, topic, period_start, period_end, linked, {TERMS}) from stdin"
            ) as rows,
        ):
            for name, thing in self.things.items():
                linked = name if "asylum" in thing.classes else ""
                rows.write_row((name, thing.topic, thing.start, thing.end, linked, *terms_row(thing)))
        owner.execute(
            "insert into things_span (owner, topic, period_start, period_end, linked)"
            " select distinct owner, topic, period_start, period_end, linked from bulk"
        )
        owner.execute(f"insert into things_terms ({TERMS}) select distinct {TERMS} from bulk")
        owner.execute(
            "insert into things_thing (id, terms, span) select b.thing, t.id, s.id from bulk b"
            f" join things_span s using (owner, topic, period_start, period_end, linked) join things_terms t using ({TERMS})"
        )
        owner.execute("drop table bulk")


def terms_row(thing: Thing) -> tuple[object, ...]:
    """The facts of a thing in the order of the columns of its terms."""
    use = thing.use
    return (
        thing.owner, thing.agency, thing.mark, thing.kind, sorted(thing.owner_group), sorted(thing.shared_with), sorted(thing.named),
        thing.is_list_only, use.finest, use.export, use.regional_totals, use.no_onward, use.no_ranking, thing.sent_to_office,
        thing.in_edition, thing.not_before, thing.expires, thing.recalled, thing.published, sorted(thing.classes),
        sorted(thing.origin), thing.origin_open,
    )  # fmt: skip


def question(viewer: Viewer, thing: Thing, grain: Grain, export: bool) -> Question:
    """A reading of now."""
    return Question(viewer=viewer, thing=thing, grain=grain, export=export, now=NOW)


STATES = {"XA": ("XA", "XA1"), "XB": ("XB",), "XC": ()}


def random_world(seed: int, things: int, people: int = 40) -> World:
    """A world of three participants, drawn at random: every fact takes every kind of value."""
    rng = Random(seed)
    world = World()
    world.participants = {
        "XA": ("State", "member", STATES["XA"]),
        "XB": (rng.choice(["State", "territory"]), rng.choice(["member", "observer"]), STATES["XB"]),
        "XC": (rng.choice(["office", "organisation"]), rng.choice(["member", "invited"]), STATES["XC"]),
    }
    names = list(world.participants)
    world.agencies = {
        str(uuid.UUID(int=1000 + number)): (participant, _some(rng, FUNCTIONS))
        for number, participant in enumerate([*names, *names])
    }
    world.contributions = [
        (rng.choice(names), rng.choice(["t1", "t2"]), *rng.choice(SPANS), rng.random() < 0.3)
        for _ in range(6)
    ]
    for _ in range(people):
        own = rng.sample(names, rng.choice([1, 1, 1, 2]))
        near = [agency for agency, (participant, _) in world.agencies.items() if participant in own]
        world.person(
            roles={one: _some(rng, ROLES, rng.choice([0, 1, 1, 2])) for one in own}, agencies=_some(rng, near),
            seconded=[rng.choice([("XA", "XA1"), ("XB",), ("XD",)])] if rng.random() < 0.2 else [],
            declared=rng.random() < 0.85, suspended=rng.random() < 0.05,
        )  # fmt: skip
    for number in range(things):
        world.things[str(uuid.UUID(int=10_000 + number))] = _random_thing(rng, world)
    return world


def _random_thing(rng: Random, world: World) -> Thing:
    owner = rng.choice(list(world.participants))
    start, end = rng.choice(SPANS)
    classes = _some(rng, ("asylum", "victim", "returnee", "rescue"), rng.choice([0, 0, 1, 2]))
    others = [state for state in ("XA", "XA1", "XB", "XD", "XE") if state not in STATES[owner]]
    origin = _some(rng, others) if "asylum" in classes else frozenset()
    moments = [NOW, NOW + timedelta(microseconds=1)]
    kinds: list[ThingKind] = ["figures", "figures", "figures", "personal_file", "other"]
    mark, kind = rng.choice(MARKS), rng.choice(kinds)
    published = mark == "CLEAR" and kind == "figures"
    return Thing(
        owner=owner, agency=rng.choice([one for one, (whose, _) in world.agencies.items() if whose == owner]),
        topic=rng.choice(["t1", "t2"]), start=start, end=end, mark=mark, owner_group=frozenset(STATES[owner]),
        kind=kind,
        shared_with=_some(rng, list(world.participants), rng.choice([0, 0, 1, 2])),
        named=_some(rng, list(world.people), rng.choice([0, 0, 3])), list_only=rng.random() < 0.3,
        use=Use(finest=rng.choice(GRAINS), export=rng.random() < 0.5, regional_totals=rng.random() < 0.7),
        sent_to_office=rng.random() < 0.5, in_edition=rng.random() < 0.5, not_before=rng.choice([ALWAYS, ALWAYS, *moments]),
        expires=rng.choice([NEVER, NEVER, *moments]), recalled=rng.random() < 0.1, published=published and rng.random() < 0.7,
        classes=classes, origin=origin, origin_open=rng.random() < 0.3 or ("asylum" in classes and not origin),
    )  # fmt: skip


def every_world() -> World:
    """Three participants, and every combination of what weighs most in a thing and in a viewer."""
    world = World()
    world.participants = {
        "XA": ("State", "member", STATES["XA"]), "XB": ("State", "observer", STATES["XB"]), "XC": ("office", "member", STATES["XC"])
    }  # fmt: skip
    offices = {name: str(uuid.UUID(int=1000 + number)) for number, name in enumerate(world.participants)}
    police = {name: str(uuid.UUID(int=2000 + number)) for number, name in enumerate(world.participants)}
    world.agencies = {offices[name]: (name, frozenset({"statistics"})) for name in world.participants}
    world.agencies |= {police[name]: (name, frozenset({"enforcement"})) for name in world.participants}
    for name, role, agency, declared, seconded in product(
        world.participants,
        ("data_officer", "focal_point", "analyst", "administrator"),
        (offices, police),
        (True, False),
        ((), (("XB",),)),
    ):
        world.person(roles={name: [role]}, agencies=[agency[name]], declared=declared, seconded=seconded)
    world.contributions = [
        ("XA", "t1", "2025-01-01", "2025-12-31", False), ("XB", "t1", "2025-01-01", "2025-12-31", True)
    ]  # fmt: skip
    named = frozenset(list(world.people)[:3])
    protections: list[tuple[frozenset[str], frozenset[str], bool]] = [
        (frozenset(), frozenset(), False), (frozenset({"victim"}), frozenset(), False),
        (frozenset({"asylum"}), frozenset({"XD"}), False), (frozenset({"asylum"}), frozenset(), True),
        (frozenset({"asylum", "rescue"}), frozenset({"XA", "XA1"}), False), (frozenset({"asylum"}), frozenset({"XB"}), False),
    ]  # fmt: skip
    number = 0
    for owner, mark, shared, (classes, origin, is_open), kind, finest, flags in product(
        world.participants, MARKS, (frozenset(), frozenset({"XA"})), protections, ("figures", "personal_file"), ("total", "figure"),
        (0, 1, 2, 3),
    ):  # fmt: skip
        if not origin.isdisjoint(STATES[owner]):
            continue
        number += 1
        world.things[str(uuid.UUID(int=10_000 + number))] = Thing(
            owner=owner, agency=offices[owner], topic="t1" if number % 2 else "t2", start="2025-01-01", end="2025-03-31", mark=mark,
            owner_group=frozenset(STATES[owner]), kind=kind, shared_with=shared, named=named, use=Use(finest=finest, export=flags != 3),  # type: ignore[arg-type]
            sent_to_office=flags != 0, in_edition=flags != 0, published=flags == 1 and mark == "CLEAR" and kind == "figures",
            recalled=flags == 2, classes=classes, origin=origin, origin_open=is_open,  # type: ignore[arg-type]
        )  # fmt: skip
    return world


def _some(rng: Random, pool: Iterable[str], count: int | None = None) -> frozenset[Any]:
    pool = sorted(pool)
    return frozenset(rng.sample(pool, rng.randint(0, len(pool)) if count is None else count))


def _fixed(*names: str) -> uuid.UUID:
    """The same id for the same names, so that two worlds can be compared byte by byte."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(names))
