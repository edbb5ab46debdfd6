"""The invariants of the sharing model, each as the formula of a world that breaks it: proved when no such world exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import z3

from lontar.model.policy.facts import DATA_ROLES, FACTS
from lontar.sharing.proving.promises import promised, public
from lontar.sharing.proving.symbols import (
    IDENTITY,
    NOBODY,
    STATE,
    Facts,
    SymbolicPolicy,
    meet,
    ranked,
    unknowns,
    word,
)


class Claim(NamedTuple):
    """One thing that must hold. `breaking` are the formulas of a world in which it does not; `possible` claims want one to exist."""

    id: str
    title: str
    breaking: tuple[z3.BoolRef, ...]
    possible: bool = False


class World:
    """One question of unknown facts, its promises, and short names for what the claims speak of."""

    def __init__(self, policy: SymbolicPolicy, prefix: str = "") -> None:
        self.policy = policy
        self.facts: Facts = unknowns(prefix)
        self.promises = promised(self.facts)

    @property
    def allowed(self) -> z3.BoolRef:
        return self.policy.allowed(self.facts)

    def __getitem__(self, name: str) -> z3.ExprRef:
        return self.facts[name]

    def is_word(self, name: str, *values: str) -> z3.BoolRef:
        """The fact is one of these words."""
        return z3.Or([self.facts[name] == word(name, value) for value in values])

    def has(self, name: str, *values: str) -> z3.BoolRef:
        """The set holds one of these words."""
        return z3.Or([z3.IsMember(word(name, value), self.facts[name]) for value in values])

    @property
    def is_asylum(self) -> z3.BoolRef:
        return self.has("thing.classes", "asylum")

    @property
    def is_own(self) -> z3.BoolRef:
        return self["viewer.participant"] == self["thing.owner"]

    @property
    def is_listed(self) -> z3.BoolRef:
        return z3.IsMember(self["viewer.participant"], self["thing.shared_with"])

    @property
    def is_named(self) -> z3.BoolRef:
        return z3.IsMember(self["viewer.person"], self["thing.named"])

    @property
    def is_office_analyst(self) -> z3.BoolRef:
        return z3.And(self.is_word("viewer.kind", "office"), self.has("viewer.roles", "analyst"))

    def changed(self, **facts: z3.ExprRef) -> Facts:
        """The same facts but for these, named with `__` for the dot."""
        return {**self.facts, **{name.replace("__", "."): value for name, value in facts.items()}}


def claims(policy: SymbolicPolicy) -> Iterator[Claim]:
    """Every claim about this policy, in the order of docs/explanation/sharing.md."""
    for write in _ALL:
        yield from write(World(policy))


def _i1(w: World) -> Iterator[Claim]:
    state = z3.Const("s", STATE)
    linked = z3.And(
        w.is_asylum,
        z3.Or(
            z3.IsMember(state, w["thing.origin"]),
            z3.And(w["thing.origin_open"], z3.Not(z3.IsMember(state, w["thing.owner_group"]))),
        ),
    )
    of_state = z3.IsMember(state, w["viewer.allegiance"])
    yield Claim(
        "I1",
        "Nobody of a State's allegiance reads what is linked to it by asylum",
        (w.allowed, linked, of_state),
    )
    yield Claim(
        "I1b", "The public reads nothing that is linked to asylum", (w.allowed, w.is_asylum, *public(w.facts))
    )
    by_right = z3.Or(w.is_own, w.is_listed, w.is_named, w.is_office_analyst)
    yield Claim(
        "I1c", "What is linked to asylum reaches only the owner, the named and the office",
        (w.allowed, w.is_asylum, z3.Not(by_right)),
    )  # fmt: skip
    yield Claim(
        "I1d", "No rule permits what is linked to asylum for being a total: what permits a total of it permits the figure",
        (w.allowed, w.is_asylum, w.is_word("reading.grain", "total"),
         z3.Not(w.policy.permitted(w.changed(reading__grain=word("reading.grain", "figure"))))),
    )  # fmt: skip


def _i2(w: World) -> Iterator[Claim]:
    finer = z3.Not(w.is_word("reading.grain", "total"))
    unpublished = z3.Not(w["thing.published"])
    paid = z3.Or(w.is_own, w["viewer.contributed"], w.is_listed, w.is_office_analyst)
    green = w.is_word("thing.mark", "GREEN")
    yield Claim(
        "I2", "GREEN figures of one owner reach others only by contribution, by name, or in the office",
        (w.allowed, green, finer, unpublished, z3.Not(paid)),
    )  # fmt: skip
    giving = z3.And(
        w["viewer.contributed"],
        w.is_word("viewer.standing", "member"),
        z3.Not(w["thing.list_only"]),
        z3.Not(w.is_asylum),
    )
    yield Claim(
        "I2b", "Giving opens GREEN figures to members only, and never what keeps to a list or is linked to asylum",
        (w.allowed, green, finer, z3.Not(z3.Or(w.is_own, w.is_listed, w.is_office_analyst)), z3.Not(giving)),
    )  # fmt: skip


def _i3(w: World) -> Iterator[Claim]:
    listed = z3.And(w.is_listed, w.is_word("thing.mark", "AMBER", "GREEN", "CLEAR"))
    named = z3.And(w.is_named, w.is_word("thing.mark", "RED"))
    given = z3.And(w["viewer.contributed"], w.is_word("thing.mark", "GREEN"), z3.Not(w["thing.list_only"]))
    published = z3.And(w["thing.published"], w.is_word("thing.mark", "CLEAR"))
    floor = z3.And(
        w.is_word("reading.grain", "total"), w["thing.regional_totals"], w["thing.in_edition"],
        w.is_word("thing.mark", "CLEAR", "GREEN", "AMBER"),
    )  # fmt: skip
    office = z3.And(
        w["thing.sent_to_office"], w.is_office_analyst, w.is_word("thing.mark", "CLEAR", "GREEN", "AMBER")
    )
    act = z3.Or(listed, named, given, published, floor, office)
    yield Claim(
        "I3",
        "Beyond the owner, every reading rests on an act of the owner",
        (w.allowed, z3.Not(w.is_own), z3.Not(act)),
    )
    partner = z3.Const("x", IDENTITY)
    also = w.changed(thing__shared_with=z3.SetAdd(w["thing.shared_with"], partner))
    others = w["viewer.participant"] != partner
    differs = w.allowed != w.policy.allowed(also)
    yield Claim("I3b", "Sharing with one participant changes nothing for any other", (others, differs))
    person = z3.Const("y", IDENTITY)
    naming = w.changed(thing__named=z3.SetAdd(w["thing.named"], person))
    yield Claim(
        "I3c", "Naming one person changes nothing for any other",
        (w["viewer.person"] != person, w.allowed != w.policy.allowed(naming)),
    )  # fmt: skip
    strict = w.is_word("thing.mark", "AMBER+STRICT")
    agency = z3.Or(z3.IsMember(w["thing.agency"], w["viewer.agencies"]), w.has("viewer.roles", "focal_point"))
    yield Claim("I3d", "AMBER+STRICT stays within the participant", (w.allowed, strict, z3.Not(w.is_own)))
    yield Claim(
        "I3e", "AMBER+STRICT stays with the agency and the focal point", (w.allowed, strict, z3.Not(agency))
    )
    yield Claim(
        "I3f", "RED is for the people named", (w.allowed, w.is_word("thing.mark", "RED"), z3.Not(w.is_named))
    )


def _i4(w: World) -> Iterator[Claim]:
    walled = (
        w.allowed, w.has("thing.classes", "victim", "returnee", "rescue"), z3.Not(w["thing.published"]),
        w.has("viewer.functions", "enforcement"),
    )  # fmt: skip
    yield Claim("I4", "No file of a victim, a returnee or a person rescued reaches enforcement",
                (*walled, w.is_word("thing.kind", "personal_file")))  # fmt: skip
    wrote = z3.IsMember(w["thing.agency"], w["viewer.agencies"])
    yield Claim("I4b", "Their statistics reach enforcement as totals only, but for what its own agency wrote",
                (*walled, z3.Not(w.is_word("reading.grain", "total")), z3.Not(wrote)))  # fmt: skip


def _i5(w: World) -> Iterator[Claim]:
    now = w["reading.now"]
    out = z3.Or(w["thing.recalled"], now < w["thing.not_before"], now >= w["thing.expires"])
    yield Claim(
        "I5",
        "Recalled, expired or embargoed: the owner's participant only",
        (w.allowed, out, z3.Not(w.is_own)),
    )


def _i6(w: World) -> Iterator[Claim]:
    after = World(w.policy, "after ")
    kept = [
        w[name] == after[name]
        for name in FACTS
        if name.startswith(("viewer.", "reading."))
        or name in {"thing.owner", "thing.agency", "thing.owner_group"}
    ]
    subsets = [z3.IsSubset(after[name], w[name]) for name in ("thing.shared_with", "thing.named")]
    subsets += [z3.IsSubset(w[name], after[name]) for name in ("thing.classes", "thing.origin")]
    rising = [
        z3.Implies(w[name], after[name])
        for name in ("thing.recalled", "thing.origin_open", "thing.list_only")
    ]
    falling = (
        "thing.may_be_exported",
        "thing.regional_totals",
        "thing.sent_to_office",
        "thing.in_edition",
        "thing.published",
    )
    rising += [z3.Implies(after[name], w[name]) for name in falling]
    orders = [
        ranked("thing.mark", after["thing.mark"]) >= ranked("thing.mark", w["thing.mark"]),
        ranked("thing.finest", after["thing.finest"]) <= ranked("thing.finest", w["thing.finest"]),
        after["thing.not_before"] >= w["thing.not_before"],
        after["thing.expires"] <= w["thing.expires"],
        z3.Implies(w.is_word("thing.kind", "personal_file"), after.is_word("thing.kind", "personal_file")),
    ]
    opened = z3.Or(
        z3.And(w.is_word("thing.mark", "CLEAR"), after.is_word("thing.mark", "GREEN"), z3.Not(after["thing.list_only"])),
        z3.And(
            z3.Not(w.is_word("thing.mark", "RED")), after.is_word("thing.mark", "RED"),
            after["thing.named"] != z3.EmptySet(IDENTITY),
        ),
    )  # fmt: skip
    yield Claim(
        "I6", "Other terms that lower no protection, and name nobody more, let nobody read more than before",
        (*kept, *subsets, *rising, *orders, z3.Not(opened), after.allowed, z3.Not(w.allowed)),
    )  # fmt: skip


def _i7(w: World) -> Iterator[Claim]:
    more = z3.Bool("a further forbid")
    narrowed = z3.And(w.policy.permitted(w.facts), z3.Not(z3.Or(w.policy.forbidden(w.facts), more)))
    yield Claim("I7", "A further forbid never widens a decision", (narrowed, z3.Not(w.allowed)))
    before = w.policy.allowed(w.changed(viewer__contributed=z3.BoolVal(False)))
    after = w.policy.allowed(w.changed(viewer__contributed=z3.BoolVal(True)))
    yield Claim("I7b", "A further contribution never narrows a decision", (before, z3.Not(after)))
    state = z3.Const("s", STATE)
    bound = w.changed(viewer__allegiance=z3.SetAdd(w["viewer.allegiance"], state))
    yield Claim(
        "I7c", "A further allegiance never widens a decision", (w.policy.allowed(bound), z3.Not(w.allowed))
    )
    working = w.changed(
        viewer__functions=z3.SetAdd(w["viewer.functions"], word("viewer.functions", "enforcement"))
    )
    yield Claim(
        "I7d", "A further function never widens a decision", (w.policy.allowed(working), z3.Not(w.allowed))
    )
    for name in FACTS["thing.classes"].values:
        more_classes = w.changed(thing__classes=z3.SetAdd(w["thing.classes"], word("thing.classes", name)))
        yield Claim(
            f"I7e {name}", f"A further protection class ({name}) never widens a decision",
            (w.policy.allowed(more_classes), z3.Not(w.allowed)),
        )  # fmt: skip


def _i8(w: World) -> Iterator[Claim]:
    finer = z3.Or(
        z3.And(w.is_word("thing.finest", "total"), z3.Not(w.is_word("reading.grain", "total"))),
        z3.And(w.is_word("thing.finest", "figure"), w.is_word("reading.grain", "trace")),
    )
    yield Claim(
        "I8", "Nobody but the owner reads finer than the owner agreed", (w.allowed, z3.Not(w.is_own), finer)
    )
    away = z3.And(w["reading.export"], z3.Not(w["thing.may_be_exported"]))
    yield Claim(
        "I8b",
        "Nobody but the owner takes away what the owner keeps from it",
        (w.allowed, z3.Not(w.is_own), away),
    )
    for fine, coarse in (("trace", "figure"), ("figure", "total")):
        finer_facts = w.changed(reading__grain=word("reading.grain", fine))
        coarser = w.changed(reading__grain=word("reading.grain", coarse))
        yield Claim(
            f"I8c {fine}", f"Who may read at the grain {fine} may read at the grain {coarse}",
            (w.policy.allowed(finer_facts), z3.Not(w.policy.allowed(coarser))),
        )  # fmt: skip


def _i9(w: World) -> Iterator[Claim]:
    right = w.has("viewer.roles", *DATA_ROLES)
    everyones = z3.And(w["thing.published"], w.is_word("thing.mark", "CLEAR"))
    yield Claim(
        "I9",
        "Without a data right, nothing but what everyone reads",
        (w.allowed, z3.Not(right), z3.Not(everyones)),
    )
    for role in ("administrator", "auditor", "host_operator"):
        given = w.changed(viewer__roles=z3.SetAdd(w["viewer.roles"], word("viewer.roles", role)))
        yield Claim(f"I9b {role}", f"Being {role} adds nothing", (w.policy.allowed(given), z3.Not(w.allowed)))
    plain = z3.And(
        z3.Not(w.is_word("thing.mark", "AMBER+STRICT")), z3.Not(w.is_word("viewer.kind", "office"))
    )
    for role in DATA_ROLES:
        as_role = w.changed(viewer__roles=_only(w, role))
        as_officer = w.changed(viewer__roles=_only(w, "data_officer"))
        yield Claim(
            f"I9d {role}",
            f"The role {role.replace('_', ' ')} is let read what a data officer is, offices and AMBER+STRICT aside",
            (plain, w["viewer.participant"] != NOBODY, w["viewer.person"] != NOBODY,
             w.policy.allowed(as_role) != w.policy.allowed(as_officer)),
        )  # fmt: skip
    yield Claim(
        "I9c", "A participant without a name owns nothing",
        (w.allowed, w["viewer.participant"] == NOBODY, z3.Not(everyones)),
    )  # fmt: skip


def _only(w: World, role: str) -> z3.ExprRef:
    """The set of this role alone."""
    return z3.SetAdd(z3.EmptySet(w["viewer.roles"].domain()), word("viewer.roles", role))


def _i10(w: World) -> Iterator[Claim]:
    out = World(w.policy, "public ")
    same = [w[name] == out[name] for name in FACTS if not name.startswith("viewer.")]
    yield Claim(
        "I10",
        "Signing in never loses a public thing",
        (*public(out.facts), *same, out.allowed, z3.Not(w.allowed)),
    )


def _i11(w: World) -> Iterator[Claim]:
    officer = z3.And(
        w.is_own, w.has("viewer.roles", *DATA_ROLES), z3.IsMember(w["thing.agency"], w["viewer.agencies"]),
        z3.IsSubset(w["viewer.allegiance"], w["thing.owner_group"]),
    )  # fmt: skip
    theirs = z3.And(w.is_word("thing.kind", "figures"), z3.Not(w.is_word("thing.mark", "RED")))
    in_person = w.is_word("reading.channel", "session")
    yield Claim("I11", "No lock-out: an officer of the writing agency, signed in, reads its own statistics below RED",
                (officer, theirs, in_person, z3.Not(w.allowed)))  # fmt: skip


def _i12(w: World) -> Iterator[Claim]:
    by_token = w.is_word("reading.channel", "token")
    kept = z3.Or(
        w.is_word("thing.mark", "RED", "AMBER+STRICT"),
        w["thing.classes"] != z3.EmptySet(w["thing.classes"].domain()),
    )
    yield Claim("I12", "No token reads what is RED, AMBER+STRICT or protected", (w.allowed, by_token, kept))
    in_person = w.changed(reading__channel=word("reading.channel", "session"))
    yield Claim(
        "I12b", "A token reads nothing that its person does not",
        (w.allowed, by_token, z3.Not(w.policy.allowed(in_person))),
    )  # fmt: skip


def _possible(w: World) -> Iterator[Claim]:
    """Every rule decides somewhere alone, so that no proof holds for want of a world."""
    rules = w.policy.rules
    for rule in rules:
        alone = SymbolicPolicy([one for one in rules if one.id != rule.id])
        yield Claim(
            f"V {rule.id}", f"{rule.id} decides something that no other rule decides",
            (w.allowed != alone.allowed(w.facts),), possible=True,
        )  # fmt: skip
    both = z3.And(w.is_asylum, z3.Not(meet(w["viewer.allegiance"], w["thing.origin"])))
    yield Claim(
        "V asylum", "What is linked to asylum can be read by those who may", (w.allowed, both), possible=True
    )
    yield Claim("V promises", "Facts can keep all their promises at once", (), possible=True)


_ALL: tuple[Callable[[World], Iterator[Claim]], ...] = (
    _i1, _i2, _i3, _i4, _i5, _i6, _i7, _i8, _i9, _i10, _i11, _i12, _possible,
)  # fmt: skip
