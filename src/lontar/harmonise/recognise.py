"""Which of the known mappings fit files that nobody has named a mapping for: by their names, and by their first rows."""

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from lontar.harmonise.mapping_headers import base_name, expected_headers, match_name, name_pattern
from lontar.harmonise.reading.asking import ask_child
from lontar.harmonise.reading.glancing import Expected, Glance, GlanceRequest
from lontar.harmonise.reading.landing import SourceFile
from lontar.model.errors import SourceProblem
from lontar.model.mapping import Mapping, MappingBundle
from lontar.model.mapping.layout import RECORDS

_CHILD = "lontar.harmonise.reading.glancing"
Answers = tuple[tuple[Glance, ...], ...]


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping that fits some of the files, and why."""

    mapping: str
    files: tuple[str, ...]
    """The names of the files that it fits."""
    by_name: bool
    """Whether the names of all of these are such as the mapping describes; a mapping for any name describes none."""
    headers_found: int
    """Columns that stand where the mapping expects them, in the file that has the fewest of them."""
    headers_expected: int
    sheet: str | None
    """The sheet of the first of these files that is a workbook."""
    facts: dict[str, dict[str, str]]
    """File -> what its name tells, as {fiscal_year} in the mapping."""
    why: str
    """One sentence."""

    @property
    def weight(self) -> float:
        """How much speaks for it: the share of the columns that are there, and half as much as all of them for the name."""
        share = self.headers_found / self.headers_expected if self.headers_expected else 0.0
        return share + self.by_name / 2


def recognise_files(
    sources: Sequence[tuple[Path, str]], bundles: Sequence[MappingBundle]
) -> list[Recognised]:
    """The mappings that fit, best first: those that fit most of the files, then those for which most speaks.

    A mapping fits a file whose name it describes, or that has more than half of its columns where they should stand.
    Files that cannot be read are known by their names alone. Raises Unavailable if the machine cannot go on.
    """
    if not sources or not bundles:
        return []
    mappings = [bundle.mapping for bundle in bundles]
    answers = _glances(sources, mappings)
    names = [name for _, name in sources]
    found = [
        _recognised(mapping, names, [answers[file][number] for file, _ in enumerate(names)])
        for number, mapping in enumerate(mappings)
    ]
    fitting = [one for one in found if one is not None]
    return sorted(fitting, key=lambda r: (-len(r.files), -r.weight, -r.headers_expected, r.mapping))


def _glances(sources: Sequence[tuple[Path, str]], mappings: list[Mapping]) -> Answers:
    expected = tuple(Expected(shape=m.file, table=m.table, headers=expected_headers(m)) for m in mappings)
    with tempfile.TemporaryDirectory(prefix="lontar-glance-") as folder:
        request = GlanceRequest(
            files=tuple(SourceFile.at(path, name) for path, name in sources), expected=expected, out=folder,
            parent=os.getpid(),
        )  # fmt: skip
        try:
            said = ask_child(_CHILD, request, request.limits, sources[0][1])
        except SourceProblem:
            return tuple(tuple(Glance() for _ in mappings) for _ in sources)
    return msgspec.json.decode(said, type=Answers)


def _recognised(mapping: Mapping, names: list[str], glances: list[Glance]) -> Recognised | None:
    expected, tells_shape = len(expected_headers(mapping)), _tells_shape(mapping)
    fits: list[tuple[str, bool, int, str | None]] = []
    for name, glance in zip(names, glances, strict=True):
        by_name, found = _is_named_so(mapping, name), glance.headers or 0
        if by_name or (tells_shape and 2 * found > expected):
            fits.append((name, by_name, found, glance.sheet))
    if not fits:
        return None
    files, by_name = tuple(one[0] for one in fits), all(one[1] for one in fits)
    found = min(one[2] for one in fits)
    facts = {name: told for name in files if (told := _facts(mapping, name))}
    sheet = next((one[3] for one in fits if one[3] is not None), None)
    return Recognised(
        mapping=mapping.id, files=files, by_name=by_name, headers_found=found, headers_expected=expected,
        sheet=sheet, facts=facts, why=_why(by_name, found, expected, len(files), len(names)),
    )  # fmt: skip


def _tells_shape(mapping: Mapping) -> bool:
    """Whether its tables bring the names of their columns with them."""
    return mapping.file.format in RECORDS or mapping.table.header_rows > 0


def _is_named_so(mapping: Mapping, name: str) -> bool:
    """Whether a pattern that says anything fits the name."""
    telling = tuple(p for p in mapping.file.names if re.sub(r"\{\w+\}|\*", "", p))
    return match_name(telling, name) is not None


def _facts(mapping: Mapping, name: str) -> dict[str, str]:
    """What the name tells."""
    told = dict(match_name(mapping.file.names, name) or {})
    for fact in mapping.facts:
        found = name_pattern(fact.pattern).fullmatch(base_name(name)) if fact.source == "file_name" else None
        told |= found.groupdict() if found is not None else {}
    return told


def _why(by_name: bool, found: int, expected: int, files: int, given: int) -> str:
    """Why a mapping may be the right one, in a sentence."""
    whose = "" if given == 1 else " in each file" if files == given else f" in {files} of {given} files"
    if not expected:
        there = "it expects no columns by name"
    elif found == expected:
        there = f"all {expected} columns stand where the mapping expects them{whose}"
    else:
        there = f"{found} of {expected} columns stand where the mapping expects them{whose}"
    named = ("the name of the file fits" if files == 1 else "the names of the files fit") if by_name else ""
    sentence = (
        f"{named}, and {there}"
        if named and found == expected
        else f"{named}, but {there}"
        if named
        else there
    )
    return f"{sentence[0].upper()}{sentence[1:]}."
