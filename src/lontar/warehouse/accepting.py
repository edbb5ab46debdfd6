"""Accept figures: parcels with their terms, written to the store and told to the database in one transaction, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args
from uuid import UUID

import msgspec
import pyarrow as pa

from lontar.members.acting import Acting, call
from lontar.model.errors import Refused, SourceProblem
from lontar.model.figures.indicators import Mark
from lontar.model.policy.facts import ALWAYS, NEVER, Thing, Use
from lontar.warehouse.entering import SALT_BYTES, Draft, Ids, as_json, enter, remove_idle, wanted_places
from lontar.warehouse.intake.sorting import sort_into_parcels
from lontar.warehouse.intake.terms import KeptBack, Precedent, Rules, Sender
from lontar.warehouse.parcels import Parcel
from lontar.warehouse.store.keeping import Store

if TYPE_CHECKING:
    from lontar.warehouse.store.writing import Dimensions

Kind = Literal["first", "further", "correction"]


class Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Under which terms figures are sent: what whoever signs says of them all (see lontar.model.policy.facts.Thing)."""

    mark: Mark
    shared_with: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    list_only: bool | None = None
    use: Use = Use()
    sent_to_office: bool = True
    not_before: datetime = ALWAYS
    expires: datetime = NEVER
    published: bool = False


class Submission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent: the agency that wrote it, the series (a mapping), what it is, and why, where it corrects what was sent before.

    `files` are the hashes of the files that it was made of, by name.
    """

    agency: str
    series: str
    kind: Kind = "first"
    reason: str = ""
    files: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or (self.kind == "correction") != bool(self.reason.strip()):
            raise ValueError("a correction says why, and nothing else does")


class Known(NamedTuple):
    """What is known of figures: rules of intake, dimensions of indicators, and for which participant a reporter speaks ('': none)."""

    rules: Rules
    dimensions: Dimensions
    speaks_for: Callable[[str], str]


class Accepted(NamedTuple):
    """The submission's id, its version in its series, the addresses of its parcels; and how much was kept back, for the owner's eyes."""

    id: UUID
    version: int
    addresses: tuple[str, ...]
    kept_back: tuple[KeptBack, ...] = ()


class _Begun(msgspec.Struct, frozen=True):
    """What figures are sorted by: their owner, its States, and what was decided on earlier tables."""

    owner: str
    owner_group: frozenset[str]
    precedents: tuple[Precedent, ...]


def accept_observations(
    acting: Acting,
    store: Store,
    submission: Submission,
    tables: Mapping[str, pa.Table],
    terms: Terms,
    known: Known,
    ids: Ids,
) -> Accepted:
    """Accept observations (indicator -> the columns of the contract): sorted into parcels by what protects them, then as `accept` does.

    Raises SourceProblem where a figure is said by somebody else, and as `accept` does.
    """
    begun = _begin(acting, submission, tables)
    _refuse_other_voices(begun.owner, tables, known)
    found = sort_into_parcels(tables, Sender(begun.owner, begun.owner_group), known.rules, begun.precedents)
    done = accept(acting, store, submission, found.parcels, terms, found.precedents, known.dimensions, ids)
    return done._replace(kept_back=found.kept_back)


def _begin(acting: Acting, submission: Submission, indicators: Iterable[str]) -> _Begun:
    """Begin to accept: no other submission of the participant is accepted until this transaction ends.

    Raises Refused for whoever is no focal point of the participant of this agency.
    """
    told = call(acting, "begin_accepting(%s, %s)", submission.agency, sorted(indicators))
    return msgspec.json.decode(told, type=_Begun)


def _refuse_other_voices(owner: str, tables: Mapping[str, pa.Table], known: Known) -> None:
    for indicator, table in sorted(tables.items()):
        for reporter in table.column("reporter").unique().to_pylist():
            if owner != reporter and owner != known.speaks_for(reporter):
                said = f"figures of {indicator} are said by {reporter}, and {owner} sends only its own."
                raise SourceProblem("WAR-012", str(reporter), said, "Load what others say as an echo.")


def accept(
    acting: Acting, store: Store, submission: Submission, parcels: Sequence[Parcel], terms: Terms, precedents: Sequence[Precedent],
    dimensions: Dimensions, ids: Ids,
) -> Accepted:  # fmt: skip
    """Accept parcels under terms, signed by the viewer, a focal point of the agency's participant.

    Whole or not at all: the volume is on the disk before the transaction ends, and nothing knows of it if that fails. Raises Refused for
    whoever may not sign, or could not read what is signed; Unavailable where the store cannot be written.
    """
    owner, group = acting.viewer.participant, _begin(acting, submission, ()).owner_group
    drafts = [
        Draft(
            ids.uuid(), parcel, _facts(parcel, submission.agency, owner, group, terms), ids.salt(SALT_BYTES)
        )
        for parcel in parcels
    ]
    places = msgspec.json.decode(
        call(acting, "places_to_accept(%s, %s, %s, %s)", submission.agency, *wanted_places(drafts))
    )
    identity = ids.uuid()
    said = {
        "id": str(identity),
        "kind": submission.kind,
        "reason": submission.reason,
        "files": as_json(submission.files),
    }
    entry = enter(store, owner, drafts, places, dimensions, ids, said)
    version = call(
        acting, "accept_submission(%s, %s, %s, %s, %s, %s, %s, %s)", submission.agency, submission.series,
        *entry[:5], as_json([asdict(one) for one in precedents]), refusals=_refusals(),
    )  # fmt: skip
    remove_idle(store, entry.replaced)
    return Accepted(identity, version, entry.addresses)


def _facts(parcel: Parcel, agency: str, owner: str, group: frozenset[str], terms: Terms) -> Thing:
    """The facts of the thing that a parcel becomes. What is linked to asylum is never published, and enters no regional total."""
    said = msgspec.structs.asdict(terms)
    if "asylum" in parcel.classes:
        said |= {"published": False, "use": msgspec.structs.replace(terms.use, regional_totals=False)}
    return Thing(
        owner=owner, agency=agency, owner_group=group, topic=parcel.topic, start=parcel.start.isoformat(), end=parcel.end.isoformat(),
        classes=parcel.classes, origin=parcel.origin, origin_open=parcel.origin_open, **said,
    )  # fmt: skip


def _refusals() -> dict[str, Refused]:
    known = "Give the code of an area, or say that the origin is open."
    later = "Send them under the same terms, and change these afterwards: a colleague agrees."
    return {
        "LV033": Refused("POL-012", "", "it speaks of people of an area that no list knows.", known),
        "LV035": Refused(
            "WAR-013", "", "these figures would protect less than those of which they take the place.", later
        ),
    }
