"""The facts that a rule of sharing may name: of the viewer, of the thing, and of the reading. Nothing else is known to the policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple, cast, get_args

import msgspec

from lontar.model.figures.indicators import Mark
from lontar.model.people.participants import ParticipantKind, Standing

Grain = Literal["total", "figure", "trace"]
"""How fine the asking is, from the coarsest to the finest."""
Channel = Literal["session", "token"]
"""How the asking reaches us: a person who signed in (or nobody), or a program with a token of a person."""
Function = Literal["coordination", "enforcement", "justice", "policy", "protection", "statistics"]
Role = Literal[
    "administrator", "analyst", "auditor", "case_worker", "data_officer", "focal_point", "host_operator", "liaison_officer", "reviewer"
]  # fmt: skip
DATA_ROLES: tuple[Role, ...] = (
    "analyst",
    "case_worker",
    "data_officer",
    "focal_point",
    "liaison_officer",
    "reviewer",
)
"""The roles with a data right."""
Protected = Literal["asylum", "victim", "returnee", "rescue"]
ThingKind = Literal["figures", "personal_file", "other"]
"""Statistics, one person's file, or anything else that has existence: a mapping, a problem, a passage, an entry."""

MARKS: tuple[Mark, ...] = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
"""The marks of TLP 2.0, from the widest to the narrowest."""
GRAINS: tuple[Grain, ...] = get_args(Grain)
NEVER = datetime.max.replace(tzinfo=UTC)
LONGEST = 365
"""Days from the first to the last of the longest period whose parts a contribution opens: a year."""
ALWAYS = datetime.min.replace(tzinfo=UTC)


class EveryState(frozenset[str]):
    """The set of all States: the allegiance of the public, of the unbound, and of whoever did not declare a secondment."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "EVERY_STATE"

    def __contains__(self, state: object) -> bool:
        return True

    def isdisjoint(self, others: Iterable[object]) -> bool:
        return not any(True for _ in others)

    def issubset(self, others: Iterable[object]) -> bool:
        return isinstance(others, EveryState)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EveryState)

    def __hash__(self) -> int:
        return hash(EveryState)


EVERY_STATE = EveryState()


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A topic and a stretch of days, both inclusive (ISO dates): what a thing is about."""

    topic: str
    start: str
    end: str

    def holds(self, other: Span) -> bool:
        """Say whether the other lies within this one, in the same topic."""
        return self.topic == other.topic and self.start <= other.start and other.end <= self.end


class Contribution(Span, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a participant gave to: a signed act on a topic and a stretch of days; `nil` where it says that there was none."""

    nil: bool = False

    def opens(self, about: Span) -> bool:
        """Say whether it opens what is about that: whatever lies within its days.

        Its own days alone where it is a nil return, or longer than a year, which nobody's contribution would hold.
        """
        days = date.fromisoformat(self.end) - date.fromisoformat(self.start)
        return self.holds(about) and (about.holds(self) or not (self.nil or days.days > LONGEST))


class Viewer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"everyone": "every_state"}
):
    """Who asks: one person, acting for one participant. All defaults together are the public.

    `functions`, `agencies` and `allegiance` are unions over everything that the person is bound to; `allegiance` is closed (a
    State brings its territories and the codes of its predecessors) and ignored where `everyone` holds. `contributed` are the signed
    acts of the participant. `named` says whether the participant agreed to be named as a contributor; no rule asks for it.
    """

    participant: str = ""
    kind: ParticipantKind | Literal["none"] = "none"
    standing: Standing | Literal["none"] = "none"
    person: str = ""
    agencies: frozenset[str] = frozenset()
    functions: frozenset[Function] = frozenset()
    roles: frozenset[Role] = frozenset()
    allegiance: frozenset[str] = frozenset()
    everyone: bool = False
    contributed: tuple[Contribution, ...] = ()
    named: bool = False

    def __post_init__(self) -> None:
        if self.roles and not (self.participant and self.person):
            raise ValueError("a viewer with roles is a person who acts for a participant")

    @property
    def states(self) -> frozenset[str]:
        """The allegiance as a set that can be asked."""
        return EVERY_STATE if self.everyone else self.allegiance


PUBLIC = Viewer(everyone=True)


class Use(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What others may do with a thing that they may read: how fine, whether to export, whether it enters regional totals.

    `no_onward` and `no_ranking` bind the reader and are obligations of the decision; no machine can enforce them.
    """

    finest: Grain = "figure"
    export: bool = True
    regional_totals: bool = True
    no_onward: bool = False
    no_ranking: bool = False


class Thing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is read: everything that has existence has these facts.

    `owner_group` is the closed set of States of the owner, `origin` that of the people concerned; `origin_open` says that it cannot be
    closed. `start` and `end` are ISO dates, both inclusive. `list_only` keeps a GREEN thing to its list (default: where there is a
    list). `sent_to_office` is what signing off does unless the terms say no; `in_edition` means that a frozen edition counted it.
    """

    owner: str
    agency: str
    topic: str
    start: str
    end: str
    mark: Mark
    kind: ThingKind = "figures"
    owner_group: frozenset[str] = frozenset()
    shared_with: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    list_only: bool | None = None
    use: Use = Use()
    sent_to_office: bool = False
    in_edition: bool = False
    not_before: datetime = ALWAYS
    expires: datetime = NEVER
    recalled: bool = False
    published: bool = False
    classes: frozenset[Protected] = frozenset()
    origin: frozenset[str] = frozenset()
    origin_open: bool = False

    def __post_init__(self) -> None:
        if not self.owner or not self.agency:
            raise ValueError("a thing has an owner and an agency that wrote it")
        if self.start > self.end:
            raise ValueError("a thing's period ends before it starts")
        if "asylum" in self.classes and not (self.origin or self.origin_open):
            raise ValueError("a thing that is linked to asylum has an origin, or an open one")

    @property
    def is_list_only(self) -> bool:
        """Whether GREEN keeps to the list: what the terms say, or, where they do not say, whether there is a list."""
        return bool(self.shared_with) if self.list_only is None else self.list_only


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One reading that is asked for: may this viewer read this thing, at this grain, to take away or not, now?"""

    viewer: Viewer
    thing: Thing
    grain: Grain = "figure"
    export: bool = False
    channel: Channel = "session"
    now: datetime

    @property
    def contributed(self) -> bool:
        """Whether the viewer's participant contributed to the thing's topic, for a period that holds the thing's."""
        about = Span(topic=self.thing.topic, start=self.thing.start, end=self.thing.end)
        return any(given.opens(about) for given in self.viewer.contributed)


FactKind = Literal["flag", "id", "ids", "instant", "states", "word", "words"]


class Fact(NamedTuple):
    """One fact by the name that rules use. `values` are the allowed words of a closed vocabulary, in their order."""

    name: str
    kind: FactKind
    meaning: str
    values: tuple[str, ...] = ()


def _words(vocabulary: object) -> tuple[str, ...]:
    return cast(tuple[str, ...], get_args(vocabulary))


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact("viewer.participant", "id", "the participant that the person acts for"),
        Fact("viewer.kind", "word", "what that participant is", (*_words(ParticipantKind), "none")),
        Fact("viewer.standing", "word", "how it takes part", (*_words(Standing), "none")),
        Fact("viewer.person", "id", "the person"),
        Fact("viewer.agencies", "ids", "the agencies that the person belongs to"),
        Fact("viewer.functions", "words", "what those agencies do", _words(Function)),
        Fact("viewer.roles", "words", "what the person may do for the participant", _words(Role)),
        Fact("viewer.allegiance", "states", "the States whose people the viewer must be counted among"),
        Fact(
            "viewer.contributed",
            "flag",
            "whether the participant contributed to the thing's topic and period",
        ),
        Fact("thing.kind", "word", "statistics, a personal file, or something else", _words(ThingKind)),
        Fact("thing.owner", "id", "the participant that wrote it"),
        Fact("thing.owner_group", "states", "the owner's State with its territories"),
        Fact("thing.agency", "id", "the agency that wrote it"),
        Fact("thing.mark", "word", "its TLP mark", MARKS),
        Fact("thing.shared_with", "ids", "the participants that it is shared with"),
        Fact("thing.named", "ids", "the people that it is shared with"),
        Fact("thing.list_only", "flag", "whether GREEN is kept to that list"),
        Fact("thing.finest", "word", "how fine others may read", GRAINS),
        Fact("thing.may_be_exported", "flag", "whether others may take it away"),
        Fact("thing.regional_totals", "flag", "whether it may enter regional totals"),
        Fact("thing.sent_to_office", "flag", "whether it was sent to the regional office"),
        Fact("thing.in_edition", "flag", "whether a frozen edition of the regional totals counted it"),
        Fact("thing.not_before", "instant", "the end of its embargo"),
        Fact("thing.expires", "instant", "when it ceases to be read"),
        Fact("thing.recalled", "flag", "whether its owner stopped all reading"),
        Fact("thing.published", "flag", "whether it was made public"),
        Fact("thing.classes", "words", "what protects the people concerned", _words(Protected)),
        Fact("thing.origin", "states", "the States that it must be kept from"),
        Fact("thing.origin_open", "flag", "whether that set cannot be closed"),
        Fact("reading.grain", "word", "how fine the asking is", GRAINS),
        Fact("reading.export", "flag", "whether it is to be taken away"),
        Fact("reading.channel", "word", "a person who signed in, or a program with a token", _words(Channel)),
        Fact("reading.now", "instant", "the moment of the reading"),
    )
}
