"""Method sheets: how one reporter counts one indicator, as about 15 questions to tick."""

from __future__ import annotations

import msgspec

from lontar.model.figures.indicators import Reference


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question of every sheet. `answers` are the allowed ids with their English wording; 'unknown' is always among them.

    `several` allows more than one answer; `detail` says what a free remark beside the answer should hold.
    """

    id: str
    text: str
    answers: dict[str, str]
    several: bool = False
    detail: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sheet answers to one question, in the source's own sense."""

    answer: tuple[str, ...]
    detail: str = ""


class MethodSheet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers of one reporter for one indicator; `answers` holds every question's id.

    `written_by` is who filled it: 'reporter', or 'catalogue' where it was read off what the reporter published.
    """

    reporter: str
    indicator: str
    mappings: tuple[str, ...] = ()
    written_by: str
    source: tuple[Reference, ...]
    answers: dict[str, Answer]
    notes: str = ""
    valid_from: str
    valid_to: str | None = None
