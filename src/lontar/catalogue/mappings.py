"""Mappings with everything that they speak of: crosswalks, corrections, indicators, code lists; and what is wrong with them."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from lontar.catalogue.loader import Catalogue
from lontar.catalogue.structs import read_struct
from lontar.model.errors import CatalogueProblem
from lontar.model.figures.absences import MATCHES
from lontar.model.mapping import (
    LIST_OF_FIELD,
    Correction,
    Corrections,
    Crosswalk,
    CrosswalkLine,
    Mapping,
    MappingBundle,
)
from lontar.model.mapping.formats import MONTHS

T = TypeVar("T")
_OWN_COLUMNS = ("from", "match", "note", "ignore")


def mapping_ids(catalogue: Catalogue) -> tuple[str, ...]:
    """Give the ids of all mappings, sorted."""
    folder = catalogue.root / "mappings"
    return tuple(
        sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("*/*.yml"))
    )


def shown_mapping_ids(catalogue: Catalogue) -> tuple[str, ...]:
    """Give the ids of the mappings of which every file lies in the catalogue itself, sorted.

    A file that is laid over the catalogue from elsewhere can be confidential.
    """
    root, found = catalogue.root.resolve(), mapping_ids(catalogue)
    return tuple(
        one for one in found if all(path.resolve().is_relative_to(root) for path in _files(catalogue, one))
    )


def _files(catalogue: Catalogue, mapping_id: str) -> Iterator[Path]:
    path = catalogue.root / "mappings" / f"{mapping_id}.yml"
    yield path
    mapping = read_struct(path, Mapping)
    yield _corrections_path(catalogue, path, mapping)
    yield from (_crosswalk_file(catalogue, path, c.crosswalk) for c in mapping.columns if c.crosswalk)


def mapping_path(catalogue: Catalogue, id_or_path: str) -> Path:
    """Find a mapping by its id, or take a path. Raises CatalogueProblem when there is neither."""
    path = Path(id_or_path)
    if path.suffix in (".yml", ".yaml"):
        if path.is_file():
            return path
        raise CatalogueProblem("CAT-001", id_or_path, "there is no such mapping file.", "Check the path.")
    if path.exists():
        remedy = "Give the path of a mapping (.yml), or the id of one in the catalogue."
        raise CatalogueProblem("CAT-001", id_or_path, "this is no mapping.", remedy)
    inside = catalogue.root / "mappings" / f"{id_or_path}.yml"
    if inside.is_file() and inside.resolve().is_relative_to(catalogue.root.resolve()):
        return inside
    known = ", ".join(mapping_ids(catalogue)) or "none yet"
    raise CatalogueProblem(
        "CAT-006", "mappings/", f"there is no mapping '{id_or_path}'.", f"There are: {known}; or give a path."
    )


def open_mapping(catalogue: Catalogue, id_or_path: str) -> MappingBundle:
    """Load a mapping with all that it speaks of. Raises CatalogueProblem for the first thing that does not fit."""
    path = mapping_path(catalogue, id_or_path)
    mapping = read_struct(path, Mapping)
    files = [path]
    crosswalks: dict[str, Crosswalk] = {}
    for name in dict.fromkeys(c.crosswalk for c in mapping.columns if c.crosswalk):
        file = _crosswalk_path(catalogue, path, name)
        files.append(file)
        crosswalks[name] = read_crosswalk(file, catalogue.root)
    corrections = _corrections_path(catalogue, path, mapping)
    known: tuple[Correction, ...] = ()
    if corrections.is_file():
        files.append(corrections)
        known = read_struct(corrections, Corrections).corrections
    indicators = {
        name: _named(path, name, catalogue.indicator) for name in _indicator_ids(mapping, crosswalks)
    }
    give = partial(catalogue.codelist_for, mapping.reporter)
    lists = {name: _named(path, name, give) for name in _list_ids(mapping, indicators.values())}
    if any("reporter" in column.targets() for column in mapping.columns):
        lists["reporter"] = catalogue.reporter_list()
    return MappingBundle(
        mapping=mapping,
        crosswalks=crosswalks,
        corrections=known,
        corrections_at=_shown(corrections, catalogue.root),
        indicators=indicators,
        codelists=lists,
        version=_version(files),
    )


def _named(path: Path, name: str, give: Callable[[str], T]) -> T:
    """What the catalogue has under this name; a complaint says where the mapping names it."""
    try:
        return give(name)
    except CatalogueProblem as problem:
        if problem.code != "CAT-006":
            raise
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        line = next((number for number, text in enumerate(lines, start=1) if word.search(text)), None)
        place = f"{path}, line {line}" if line else str(path)
        message = f"{problem.place}: {problem.message}"
        raise CatalogueProblem(problem.code, place, message, problem.remedy) from None


def read_crosswalk(path: Path, root: Path) -> Crosswalk:
    """Read a crosswalk: a CSV of from, one column a target (or `to`), match, note, ignore."""
    shown = _shown(path, root)
    rows = _crosswalk_rows(path, shown)
    header = tuple(next(rows, (0, []))[1])
    targets = tuple(name for name in header if name not in _OWN_COLUMNS)
    if "from" not in header or not targets:
        parted = (
            " It seems to be parted by semicolons; part its cells by commas."
            if ";" in "".join(header)
            else ""
        )
        message = f"a crosswalk has a column 'from' and one for each target; this one has {', '.join(header) or 'none'}."
        raise CatalogueProblem("CAT-050", f"{shown}, line 1", message, f"Name its columns so.{parted}")
    lines: list[CrosswalkLine] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        line = _line(header, cells, targets, number, shown)
        if line.source in seen:
            message = f"'{line.source}' stands in line {seen[line.source]} already."
            raise CatalogueProblem("CAT-051", f"{shown}, line {line.line}", message, "Keep one.")
        seen[line.source] = line.line
        lines.append(line)
    return Crosswalk(id=path.stem, path=shown, targets=targets, lines=tuple(lines))


def _crosswalk_rows(path: Path, shown: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with its physical line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        remedy = "Name it without .csv, as it lies beside the mapping."
        raise CatalogueProblem("CAT-001", shown, "there is no such crosswalk.", remedy) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        raise CatalogueProblem(
            "CAT-002", f"{shown}, line {line}", "this is not UTF-8.", "Save it as UTF-8."
        ) from None
    except OSError as error:
        raise CatalogueProblem(
            "CAT-002", shown, f"cannot be read ({error.strerror}).", "Check its permissions."
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        message = f"this is no CSV ({error})."
        raise CatalogueProblem(
            "CAT-052", f"{shown}, line {reader.line_num}", message, "Mend its quotation marks."
        ) from None


def _line(
    header: tuple[str, ...], cells: list[str], targets: tuple[str, ...], number: int, shown: str
) -> CrosswalkLine:
    place = f"{shown}, line {number}"
    if len(cells) != len(header):
        message = f"the line has {len(cells)} cells, the header {len(header)}."
        raise CatalogueProblem(
            "CAT-052", place, message, "Put a note that holds a comma between quotation marks."
        )
    row = dict(zip(header, cells, strict=True))
    match = row.get("match") or "exact"
    codes = {target: row[target].strip() for target in targets if row[target].strip()}
    ignore, note = (row.get("ignore") or "").strip(), (row.get("note") or "").strip()
    if match not in MATCHES:
        raise CatalogueProblem("CAT-053", place, f"'{match}' is no match.", f"Allowed: {', '.join(MATCHES)}.")
    if bool(codes) == bool(ignore):
        message = "a line says either what a code becomes, or why it is ignored."
        raise CatalogueProblem("CAT-054", place, message, "Fill one of the two.")
    if match != "exact" and not note:
        message = f"the match is {match}, which needs a note."
        raise CatalogueProblem("CAT-055", place, message, "Say what differs.")
    source = " ".join(row["from"].split())
    return CrosswalkLine(source=source, to=codes, match=match, note=note, ignore=ignore, line=number)  # type: ignore[arg-type]


def _corrections_path(catalogue: Catalogue, path: Path, mapping: Mapping) -> Path:
    """Where the corrections of a mapping lie; beside it, where it is tried outside the catalogue and has some there."""
    beside = path.with_suffix(".corrections.yml")
    if beside.is_file() and not path.resolve().is_relative_to(catalogue.root.resolve()):
        return beside
    return catalogue.root / "corrections" / f"{mapping.id}.yml"


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def _crosswalk_path(catalogue: Catalogue, mapping: Path, name: str) -> Path:
    path = _crosswalk_file(catalogue, mapping, name)
    folder = catalogue.root / "mappings" if "/" in name else mapping.parent
    if not path.resolve().is_relative_to(folder.resolve()):
        raise CatalogueProblem(
            "CAT-001", str(mapping), f"'{name}' is no name of a crosswalk.", "Give a plain name."
        )
    return path


def _crosswalk_file(catalogue: Catalogue, mapping: Path, name: str) -> Path:
    folder = catalogue.root / "mappings" if "/" in name else mapping.parent
    return folder / f"{name}.csv"


def _indicator_ids(mapping: Mapping, crosswalks: dict[str, Crosswalk]) -> Iterable[str]:
    found = [mapping.indicator, *(column.indicator for column in mapping.columns)]
    for column in mapping.columns:
        if "indicator" in column.targets() and column.crosswalk:
            found += [line.to.get("indicator") for line in crosswalks[column.crosswalk].lines]
    return dict.fromkeys(name for name in found if name)


def _list_ids(mapping: Mapping, indicators: Iterable[object]) -> Iterable[str]:
    from lontar.model.figures.indicators import Indicator

    targets = {target for column in mapping.columns for target in column.targets()}
    named = [column.codes for column in mapping.columns if column.codes]
    named += [codelist for check in mapping.checks for codelist in check.listed.values()]
    named += [codelist for target, codelist in LIST_OF_FIELD.items() if target in targets]
    named += [MONTHS] if names_months(mapping) else []
    for indicator in indicators:
        assert isinstance(indicator, Indicator)
        named += [codelist for dimension, codelist in indicator.dimensions.items() if dimension in targets]
    return dict.fromkeys(named)


def names_months(mapping: Mapping) -> bool:
    """Say whether any of its formats reads months by their names."""
    compared = [check.compare.formats for check in mapping.checks if check.compare is not None]
    rules = [rule.formats for rule in (*mapping.period_rules(), *mapping.vintage_rules())]
    return any("{month_name}" in form for formats in (*rules, *compared) for form in formats)


def _version(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        data = path.read_bytes()
        digest.update(f"{path.name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:16]


def fitting_mappings(catalogue: Catalogue, reporter: str, name: str) -> tuple[str, ...]:
    """Give the mappings of a reporter (lower case) whose file names fit this one; a mapping for any name fits none."""
    from fnmatch import fnmatchcase
    from re import sub

    fitting = []
    for mapping_id in mapping_ids(catalogue):
        if not mapping_id.startswith(f"{reporter}/"):
            continue
        mapping = read_struct(catalogue.root / "mappings" / f"{mapping_id}.yml", Mapping)
        patterns = [sub(r"\{\w+\}", "*", pattern) for pattern in mapping.file.names]
        if any(pattern != "*" and fnmatchcase(name, pattern) for pattern in patterns):
            fitting.append(mapping_id)
    return tuple(fitting)
