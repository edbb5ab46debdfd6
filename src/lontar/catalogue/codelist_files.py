"""Read a code list: `<id>.yml` says what it is, `<id>.csv` holds its codes, `<id>_names.csv` what sources call them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from lontar.catalogue.structs import read_struct
from lontar.model.errors import CatalogueProblem
from lontar.model.figures.codelists import Code, CodeList, Name

FIXED_COLUMNS = ("code", "parent", "valid_from", "valid_to")
NAME_COLUMNS = ("name", "code", "kind", "language")


class CodeListHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The `.yml` of a code list: who owns it, where it comes from, and which lists it includes.

    `parents_from` names the list in which parents are looked up when they are not codes of this one. `pattern` makes the list open:
    any text that matches it whole is a code.
    """

    id: str
    title: str
    owner: str
    source: str
    licence: str
    version: str
    notes: str = ""
    includes: tuple[str, ...] = ()
    parents_from: str = ""
    pattern: str | None = None


def read_head(folder: Path, list_id: str) -> CodeListHead:
    """Read the `.yml` of a code list."""
    return read_struct(folder / f"{list_id}.yml", CodeListHead)


def read_codelist(folder: Path, list_id: str, included: Callable[[str], CodeList]) -> CodeList:
    """Read a code list with all that it includes; `included` gives the other lists."""
    head = read_head(folder, list_id)
    codes = {code.code: code for code in read_codes(folder / f"{list_id}.csv")}
    names = tuple(read_names(folder / f"{list_id}_names.csv"))
    for other in map(included, head.includes):
        codes = {**codes, **{key: code for key, code in other.codes.items() if key not in codes}}
        names += other.names
    return CodeList(**msgspec.structs.asdict(head), codes=codes, names=names)


def read_codes(path: Path) -> Iterator[Code]:
    """Yield the codes of a file in its order; nothing where there is no file."""
    rows = read_rows(path)
    header = next(rows, [])
    if not header:
        return
    labels = [
        (at, name.removeprefix("label_")) for at, name in enumerate(header) if name.startswith("label_")
    ]
    code_at, parent_at, from_at, to_at = (header.index(name) for name in _required(path, header))
    others = [
        (at, name)
        for at, name in enumerate(header)
        if name not in FIXED_COLUMNS and not name.startswith("label_")
    ]
    for row in rows:
        yield Code(
            code=row[code_at],
            labels={language: row[at] for at, language in labels if row[at]},
            parent=row[parent_at] or None,
            valid_from=row[from_at] or None,
            valid_to=row[to_at] or None,
            attributes={name: row[at] for at, name in others if row[at]},
        )


def _required(path: Path, header: list[str]) -> tuple[str, ...]:
    missing = [name for name in (*FIXED_COLUMNS, "label_en") if name not in header]
    if missing:
        raise CatalogueProblem(
            "CAT-010", f"{path}, row 1", f"the columns {', '.join(missing)} are not there.", "Add them."
        )
    return FIXED_COLUMNS


def read_names(path: Path) -> Iterator[Name]:
    """Yield what sources call the codes; nothing where there is no file."""
    rows = read_rows(path)
    header = next(rows, list(NAME_COLUMNS))
    if header != list(NAME_COLUMNS):
        raise CatalogueProblem(
            "CAT-010", f"{path}, row 1", f"the columns are not {','.join(NAME_COLUMNS)}.", "Name them so."
        )
    for text, code, kind, language in rows:
        yield Name(text=text, code=code, kind=kind, language=language)


def read_rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a CSV file as text, the header first; raises CatalogueProblem on a row of another width."""
    if not path.exists():
        return
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        at = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise CatalogueProblem(
            "CAT-002", f"{path}, row {at}", "this is not UTF-8.", "Save it as UTF-8."
        ) from None
    width = 0
    for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        width = width or len(row)
        if len(row) != width:
            found = f"{len(row)} cells where the header has {width}."
            raise CatalogueProblem(
                "CAT-011", f"{path}, row {number}", found, "Quote a cell that holds a comma."
            )
        yield row
