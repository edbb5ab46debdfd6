"""Why a figure is not there, and how far one is settled."""

from typing import Literal, get_args

Absence = Literal["not_collected", "not_applicable", "unknown", "suppressed", "withheld", "awaited"]
"""Six different things, none of them zero and none of them an empty cell."""

ABSENCES: tuple[str, ...] = get_args(Absence)

Status = Literal["provisional", "estimated", "revised", "final"]
STATUSES: tuple[str, ...] = get_args(Status)

Match = Literal["exact", "narrower", "broader", "partial"]
"""How a source's category relates to the code it is given; in order, the last is the worst."""

MATCHES: tuple[str, ...] = get_args(Match)
