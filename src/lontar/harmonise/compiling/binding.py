"""What the mapping names, found in the landed files: slots, figures, facts; and what does not fit."""

from typing import NamedTuple

import msgspec

from lontar.harmonise.mapping_headers import base_name, match_name, name_pattern
from lontar.harmonise.reading.landing import LandedColumn, LandedFile, Landing
from lontar.model.mapping import REST, Column, FigureStyle, Mapping
from lontar.model.mapping.layout import RECORDS
from lontar.model.problems import Problem, shown

_LONGEST_TITLE = 1000
"""Signs of a title in which a fact is looked for: a pattern with several facts takes ever longer over a longer text."""
_UNKNOWN_APART, _UNKNOWN_NAMED = 50, 5
"""Unknown columns of a file that are told one by one; of more the first few are named."""


class Entry(NamedTuple):
    """One figure column: its number, its slot, and what the mapping says of it."""

    number: int
    slot: str
    header: str
    column: Column
    style: FigureStyle

    @property
    def is_total(self) -> bool:
        """Whether it declares totals of other columns."""
        return self.column.says == "total"


class Binding(NamedTuple):
    """The mapping against the landed files."""

    mapping: Mapping
    files: tuple[int, ...]
    """Files that could be opened as the table described."""
    slots: dict[str, str]
    """Header -> slot, for every column kept."""
    filled: dict[str, str]
    """Slot -> the landed column in which its empty cells say what the cell above says."""
    entries: tuple[Entry, ...]
    facts: dict[int, dict[str, str]]
    """File -> facts from its name and titles."""
    headers: dict[int, dict[str, str]]
    """Entry -> texts of its header: header, header_1, header_2, ..."""
    positions: dict[tuple[int, str], int]
    """(File, slot) -> physical column, from 1."""
    problems: tuple[Problem, ...]

    def lacks(self, header: str) -> frozenset[int]:
        """The files that do not have this column."""
        slot = self.slots.get(header)
        return frozenset(n for n in self.files if slot is None or (n, slot) not in self.positions)

    def is_fact(self, name: str) -> bool:
        """Whether a name in braces is a fact from outside the table."""
        return any(name in facts for facts in self.facts.values())


def bind(mapping: Mapping, landing: Landing) -> Binding:
    """Find in the landed files what the mapping names."""
    problems: list[Problem] = []
    facts: dict[int, dict[str, str]] = {}
    for number, file in enumerate(landing.files):
        if not file.opened:
            continue
        found = _facts_of(mapping, file)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            facts[number] = found
    slots = {header: f"s{i}" for i, header in enumerate(landing.slots)}
    problems += _column_problems(mapping, landing, facts)
    entries = _entries(mapping, slots)
    return Binding(
        mapping, tuple(facts), slots, _filled(mapping, slots), entries, facts, _entry_headers(entries, landing),
        _positions(landing, facts), tuple(problems),
    )  # fmt: skip


def _filled(mapping: Mapping, slots: dict[str, str]) -> dict[str, str]:
    headers = [h for column in mapping.columns if column.fill_down for h in column.headers() if h in slots]
    return {slots[header]: f"filled_{slots[header]}" for header in headers}


def _facts_of(mapping: Mapping, file: LandedFile) -> dict[str, str] | Problem:
    rules = (*mapping.period_rules(), *mapping.vintage_rules())
    if file.days_from_1904 and any("{serial}" in form for rule in rules for form in rule.formats):
        return Problem("days_from_1904", file=file.name, sheet=file.sheet)
    facts = dict(match_name(mapping.file.names, file.name) or {})
    for fact in mapping.facts:
        texts = [base_name(file.name)] if fact.source == "file_name" else [
            cell.text for cell in file.titles if fact.row is None or cell.row == fact.row
        ]  # fmt: skip
        near = [text for text in texts if len(text) <= _LONGEST_TITLE]
        found = next((m for text in near if (m := name_pattern(fact.pattern).fullmatch(text))), None)
        if found is None:
            said = {"expected": f"'{fact.pattern}'", "found": _quoted(texts)}
            return Problem("no_fact", file=file.name, row=fact.row, details=said)
        told = found.groupdict()
        clash = next((n for n in told if facts.get(n, told[n]) != told[n]), None)
        if clash is not None:
            said = {"expected": clash, "found": f"'{shown(facts[clash])}' and '{shown(told[clash])}'"}
            return Problem("facts_differ", file=file.name, row=fact.row, details=said)
        facts |= told
    return facts


def _quoted(texts: list[str]) -> str:
    """The first few texts that stand there, as a sentence names them."""
    told = [f"'{shown(text)}'" for text in texts if text.strip()]
    return ", ".join([*told[:3], *(["..."] if len(told) > 3 else [])]) or "nothing"


def _entries(mapping: Mapping, slots: dict[str, str]) -> tuple[Entry, ...]:
    named = {header for column in mapping.columns for header in column.headers()}
    entries: list[Entry] = []
    for column in mapping.columns:
        if column.says not in ("figure", "total"):
            continue
        headers = [h for header in column.headers() for h in _meant(header, named, slots)]
        for header in headers:
            if header in slots:
                style = column.figures or mapping.figures
                entries.append(Entry(len(entries) + 1, slots[header], header, column, style))
    return tuple(entries)


def _meant(header: str, named: set[str], slots: dict[str, str]) -> list[str]:
    return [h for h in slots if h not in named] if header == REST else [header]


def _entry_headers(entries: tuple[Entry, ...], landing: Landing) -> dict[int, dict[str, str]]:
    levels = {c.header: c.levels for file in landing.files for c in file.columns}
    told = {}
    for entry in entries:
        texts = levels.get(entry.header, (entry.header,))
        told[entry.number] = {"header": entry.header} | {
            f"header_{i}": text for i, text in enumerate(texts, 1)
        }
    return told


def _positions(landing: Landing, facts: dict[int, dict[str, str]]) -> dict[tuple[int, str], int]:
    return {(number, c.slot): c.position for number in facts for c in landing.files[number].columns if c.slot}


def _column_problems(mapping: Mapping, landing: Landing, facts: dict[int, dict[str, str]]) -> list[Problem]:
    known = {header for column in mapping.columns for header in column.headers()}
    known |= set(mapping.dating_columns())
    header_row = mapping.table.title_rows + mapping.table.header_rows
    problems = []
    for number in facts:
        file = landing.files[number]
        seen: set[str] = set()
        told: list[Problem] = []
        for column in file.columns:
            row = 0 if mapping.file.format in RECORDS else header_row
            told += _header_problems(column, file, known, seen, row)
            seen.add(column.header)
        problems += _together(told)
    return problems


def _together(told: list[Problem]) -> list[Problem]:
    """The problems of a file's columns; where very many are unknown, one problem for all of them."""
    unknown = [problem for problem in told if problem.kind == "unmapped_column"]
    if len(unknown) <= _UNKNOWN_APART:
        return told
    names = ", ".join(f"'{shown(problem.value)}'" for problem in unknown[:_UNKNOWN_NAMED])
    details = {"found": str(len(unknown)), "expected": f"{names}, ..."}
    whole = msgspec.structs.replace(unknown[0], kind="unmapped_columns", details=details)
    return [*(problem for problem in told if problem.kind != "unmapped_column"), whole]


def _header_problems(
    column: LandedColumn, file: LandedFile, known: set[str], seen: set[str], row: int
) -> list[Problem]:
    place = {
        "file": file.name,
        "sheet": file.sheet,
        "row": row or None,
        "column": column.position,
        "value": column.header,
    }
    if column.header in seen and column.header:
        return [Problem("duplicate_column", **place)]  # type: ignore[arg-type]
    if column.header not in known and REST not in known and (column.filled or column.header):
        return [Problem("unmapped_column", **place)]  # type: ignore[arg-type]
    return []
