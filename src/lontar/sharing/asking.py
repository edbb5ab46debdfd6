"""Questions as people and programs write them: JSON or YAML, with codes that are not yet closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, TypeVar

import msgspec

from lontar.model.errors import SourceProblem
from lontar.model.figures.indicators import Mark
from lontar.model.figures.periods import parse_period
from lontar.model.people.participants import ParticipantKind, Standing
from lontar.model.policy.allegiances import Allegiances, Origin
from lontar.model.policy.facts import (
    ALWAYS,
    FACTS,
    GRAINS,
    NEVER,
    Channel,
    Contribution,
    Function,
    Grain,
    Protected,
    Question,
    Role,
    Span,
    Thing,
    ThingKind,
    Use,
    Viewer,
)  # fmt: skip

T = TypeVar("T")


class AskedSpan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a participant contributed to: a topic, and an SDMX period; `nil` where it said that there was none."""

    topic: str
    period: str
    nil: bool = False


class AskedViewer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks. An allegiance that is not declared, or that is to no area, is every State's; codes are closed here.

    The participant's own area is always in it.
    """

    participant: str = ""
    kind: ParticipantKind | Literal["none"] = "none"
    standing: Standing | Literal["none"] = "none"
    person: str = ""
    agencies: frozenset[str] = frozenset()
    functions: frozenset[Function] = frozenset()
    roles: frozenset[Role] = frozenset()
    allegiance: frozenset[str] | Literal["every"] = "every"
    contributed: tuple[AskedSpan, ...] = ()
    named: bool = False


class AskedUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What others may do: the finest `grain`, whether to export, whether it enters regional totals; and what binds readers."""

    grain: Grain = "figure"
    export: bool = True
    regional_totals: bool = True
    no_onward: bool = False
    no_ranking: bool = False


class AskedThing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked about. `origin` holds codes as sources write them; `owner_group` is worked out where it is not given.

    Classes that are not declared are asylum, of an open origin: undeclared is the strictest.
    """

    owner: str
    agency: str
    topic: str
    period: str
    mark: Mark
    kind: ThingKind = "figures"
    owner_group: frozenset[str] | None = None
    shared_with: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    list_only: bool | None = None
    use: AskedUse = AskedUse()
    sent_to_office: bool = False
    in_edition: bool = False
    not_before: datetime | None = None
    expires: datetime | None = None
    recalled: bool = False
    published: bool = False
    classes: frozenset[Protected] | None = None
    origin: frozenset[str] = frozenset()
    origin_open: bool = False


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question as JSON: may this viewer read this thing, at this grain, to take away or not, now (default: the moment of asking)?"""

    viewer: AskedViewer
    thing: AskedThing
    grain: Grain = "figure"
    export: bool = False
    channel: Channel = "session"
    now: datetime | None = None


def read_question(text: bytes | str, allegiances: Allegiances, now: datetime) -> Question:
    """Read a question from JSON. Raises SourceProblem where it does not fit."""
    try:
        return as_question(msgspec.json.decode(text, type=Asked), allegiances, now)
    except msgspec.ValidationError as error:
        said, _, where = str(error).partition(" - at `$")
        place = where.strip(".`")
        raise _unfit(f"{place or 'the question'}: {said}{_allowed(place)}") from None
    except msgspec.DecodeError as error:
        raise _unfit(f"it is no JSON, {error}") from None


def _allowed(place: str) -> str:
    """What may stand at a place of a question, as the end of a sentence."""
    fact = FACTS.get(place.replace("[...]", ""))
    if place in {"grain", "thing.use.grain"}:
        return f"; allowed are {', '.join(GRAINS)}"
    if fact is not None and fact.values:
        return f"; allowed are {', '.join(fact.values)}"
    return _SHAPES.get(place.replace("[...]", ""), "")


_SHAPES = {
    "viewer.allegiance": '; give a list of areas, such as ["XA"], or "every"',
    "viewer.contributed": '; give a list such as [{"topic": "returns", "period": "2025"}]',
    "now": "; write it as 2026-03-01T00:00:00Z",
    "thing.not_before": "; write it as 2026-03-01T00:00:00Z",
    "thing.expires": "; write it as 2026-03-01T00:00:00Z",
}
"""What stands at places whose shape is no word of a list."""


def notes_on(text: bytes | str, allegiances: Allegiances) -> Iterator[str]:
    """Say which codes of a question are no area that is known, and what each is taken for; the question fits."""
    asked = msgspec.json.decode(text, type=Asked)
    for code in sorted(asked.thing.origin):
        if code not in allegiances.codes:
            yield f"thing.origin: '{code}' is no area here{_like(code, allegiances)}; it is taken as an origin that cannot be closed."
    for code in sorted(() if isinstance(asked.viewer.allegiance, str) else asked.viewer.allegiance):
        if not allegiances.knows(code):
            yield f"viewer.allegiance: '{code}' is no area here{_like(code, allegiances)}; it is taken as every State."
    for name, code in (("viewer.participant", asked.viewer.participant), ("thing.owner", asked.thing.owner)):
        if _like(code, allegiances) and code not in allegiances.codes:
            yield f"{name}: '{code}' is no area here{_like(code, allegiances)}."


def _like(code: str, allegiances: Allegiances) -> str:
    """The code that was likely meant: the same in capitals, or its first letters; empty where there is none."""
    likely = next(
        (one for one in (code.strip().upper(), code.strip().upper()[:2]) if one in allegiances.codes), ""
    )
    return f" (meant: {likely}?)" if likely else ""


def as_question(asked: Asked, allegiances: Allegiances, now: datetime) -> Question:
    """Close what is to be closed. Raises SourceProblem for facts that contradict each other, and for what is no period."""
    try:
        return Question(
            viewer=_viewer(asked.viewer, allegiances),
            thing=_thing(asked.thing, allegiances),
            grain=asked.grain,
            export=asked.export,
            channel=asked.channel,
            now=_instant(asked.now, now),
        )
    except ValueError as error:
        raise _unfit(str(error)) from None


def _viewer(asked: AskedViewer, allegiances: Allegiances) -> Viewer:
    states = set() if isinstance(asked.allegiance, str) else set(asked.allegiance)
    everyone = asked.allegiance == "every" or not all(map(allegiances.knows, states))
    if allegiances.knows(asked.participant):
        states.add(asked.participant)
    return Viewer(
        **{name: getattr(asked, name) for name in ("participant", "kind", "standing", "person", "agencies", "functions", "roles", "named")},
        allegiance=frozenset().union(*map(allegiances.of, states)),
        everyone=everyone,
        contributed=tuple(_given(one) for one in asked.contributed),
    )  # fmt: skip


def _thing(asked: AskedThing, allegiances: Allegiances) -> Thing:
    span = _span(asked.topic, asked.period)
    origin = Origin(frozenset(), asked.origin_open or asked.classes is None)
    for code in sorted(asked.origin):
        origin = origin | allegiances.origin_of(code)
    given = {
        "period",
        "topic",
        "owner_group",
        "origin",
        "origin_open",
        "classes",
        "use",
        "not_before",
        "expires",
    }
    use = asked.use
    return Thing(
        **{name: getattr(asked, name) for name in asked.__struct_fields__ if name not in given},
        topic=span.topic, start=span.start, end=span.end,
        owner_group=allegiances.of(asked.owner) if asked.owner_group is None else asked.owner_group,
        classes=frozenset({"asylum"}) if asked.classes is None else asked.classes, origin=origin.states, origin_open=origin.is_open,
        use=Use(finest=use.grain, export=use.export, regional_totals=use.regional_totals,
                no_onward=use.no_onward, no_ranking=use.no_ranking),
        not_before=_instant(asked.not_before, ALWAYS), expires=_instant(asked.expires, NEVER),
    )  # fmt: skip


def _given(asked: AskedSpan) -> Contribution:
    span = _span(asked.topic, asked.period)
    return Contribution(topic=span.topic, start=span.start, end=span.end, nil=asked.nil)


def _span(topic: str, period: str) -> Span:
    found = parse_period(period)
    return Span(topic=topic, start=found.start.isoformat(), end=found.end.isoformat())


def _instant(given: datetime | None, default: datetime) -> datetime:
    """An instant without a zone is taken as UTC."""
    if given is None:
        return default
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _unfit(said: str) -> SourceProblem:
    remedy = "docs/reference/policy.md says what a question holds."
    return SourceProblem("POL-001", "", f"the question does not fit: {said.rstrip('.')}.", remedy)
