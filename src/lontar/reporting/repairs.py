"""Repairs: what people say of cells that were not understood, sealed; and what they add to the mapping of their submission."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from lontar.members.acting import Acting, call, nothing_here
from lontar.model.mapping import Crosswalk, CrosswalkLine, MappingBundle
from lontar.model.mapping.additions import Additions
from lontar.model.mapping.additions import Repair as CellRepair
from lontar.reporting.actions import refusals
from lontar.reporting.desk import open_words, seal_words


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said of one cell (`file` to `column`), or of every cell of a crosswalk's columns that holds a text (`crosswalk`).

    `like`: it is to be read as this text, which the crosswalk knows. `to`, `keep` and `ignore` are as in a repair of one cell.
    """

    found: str
    crosswalk: str = ""
    file: str = ""
    sheet: str | None = None
    row: int = 0
    column: int = 0
    like: str = ""
    to: str | None = None
    keep: str | None = None
    ignore: str | None = None

    @property
    def place(self) -> list[object]:
        """What it is said of."""
        return (
            [self.crosswalk, self.found]
            if self.crosswalk
            else [self.file, self.sheet or "", self.row, self.column]
        )


class Stored(msgspec.Struct, frozen=True):
    """A repair as the database keeps it."""

    id: UUID
    cell: str
    said: str
    who: str
    at: datetime
    rival_of: UUID | None


class Repair(msgspec.Struct, frozen=True):
    """A repair that stands, or a rival of one."""

    id: UUID
    cell: str
    said: Said
    who: str
    at: datetime
    rival_of: UUID | None


def cell_of(said: Said, key: bytes) -> str:
    """Give what tells a cell from another, and nothing to whoever has no key."""
    return hmac.digest(key, b"lontar cell" + msgspec.json.encode(said.place), "sha256").hex()


def keep_repairs(acting: Acting, submission: UUID, key: bytes, said: Sequence[tuple[Said, str]]) -> None:
    """Keep what is said of cells, each with the id of the repair that was seen there ('' for none). Raises Refused where it is closed."""
    rows = []
    for one, seen in said:
        identity = uuid4()
        sealed = seal_words(msgspec.json.encode(one).decode(), key, identity)
        rows.append([identity, cell_of(one, key), sealed.hex(), seen])
    call(acting, "keep_repairs(%s, %s)", submission, msgspec.json.encode(rows).decode(), refusals=refusals())


def choose_repair(acting: Acting, submission: UUID, repair: UUID) -> None:
    """Let one of several repairs of a cell stand. Raises Refused where it is closed."""
    call(acting, "choose_repair(%s, %s)", submission, repair, refusals=refusals())


def undo_repair(acting: Acting, submission: UUID, repair: UUID) -> None:
    """Take a repair back. Raises Refused where it is closed."""
    call(acting, "undo_repair(%s, %s)", submission, repair, refusals=refusals())


def read_repairs(acting: Acting, submission: UUID, key: bytes) -> list[Repair]:
    """Give the repairs that stand, and their rivals. Raises Refused where there is nothing here for the viewer."""
    told = call(acting, "read_repairs(%s)::text", submission)
    if told is None:
        raise nothing_here()
    return [
        Repair(one.id, one.cell, _opened(one, key), one.who, one.at, one.rival_of)
        for one in msgspec.json.decode(told, type=list[Stored])
    ]


def _opened(one: Stored, key: bytes) -> Said:
    return msgspec.json.decode(open_words(bytes.fromhex(one.said), key, one.id), type=Said)


def additions_of(repairs: Iterable[Repair], bundle: MappingBundle) -> Additions:
    """Give what repairs add to a mapping; a rival adds nothing until it is chosen."""
    lines: dict[str, list[CrosswalkLine]] = {}
    cells: list[CellRepair] = []
    for one in repairs:
        if one.rival_of is not None:
            continue
        said = one.said
        if said.crosswalk:
            lines.setdefault(said.crosswalk, []).append(_line(said, bundle.crosswalks[said.crosswalk]))
        else:
            cells.append(
                CellRepair(file=said.file, sheet=said.sheet, row=said.row, column=said.column, found=said.found,
                           to=said.to, keep=said.keep, ignore=said.ignore)
            )  # fmt: skip
    return Additions(crosswalks={name: tuple(found) for name, found in lines.items()}, repairs=tuple(cells))


def _line(said: Said, crosswalk: Crosswalk) -> CrosswalkLine:
    if said.ignore:
        return CrosswalkLine(source=said.found, to={}, match="exact", note="", ignore=said.ignore, line=0)
    known = next(line for line in crosswalk.lines if line.source == said.like)
    return msgspec.structs.replace(known, source=said.found, line=0)
