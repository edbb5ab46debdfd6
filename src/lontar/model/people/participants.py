"""Participants, who take part, and reporters, who say figures: two lists, since many speak who take no part."""

from __future__ import annotations

from typing import Literal

import msgspec

from lontar.model.figures.indicators import Reference

ParticipantKind = Literal["State", "territory", "organisation", "office"]
Standing = Literal["member", "observer", "invited"]
ReporterKind = Literal["State", "territory", "organisation", "office", "other"]


class Participant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A State, territory, organisation or office that takes part.

    `area` is the code of the area that it answers for (null for organisations), `state` the participant or area whose territory it
    is. `verified` says whether someone compared kind and standing with the source; an unverified entry is shown as such.
    `fictional` participants exist for the demonstration only.
    """

    id: str
    labels: dict[str, str]
    kind: ParticipantKind
    standing: Standing
    area: str | None = None
    state: str | None = None
    fictional: bool = False
    verified: bool
    source: tuple[Reference, ...]
    notes: str = ""
    valid_from: str | None = None
    valid_to: str | None = None


class Reporter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who says a figure. `participant` is the id of the same body as a participant, where it is one."""

    id: str
    labels: dict[str, str]
    kind: ReporterKind
    participant: str | None = None
    url: str = ""
    notes: str = ""
