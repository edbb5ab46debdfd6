"""What the page of a mapping shows: a national table, and how each of its columns is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lontar.model.mapping import ROLES, Break, Column, Correction, MappingBundle, PeriodRule
from lontar.model.mapping import Mapping as TableMapping
from lontar.reporting.catalogue_pages.crosswalks import all_lines, counts, list_of, worst_match
from lontar.reporting.catalogue_pages.indicators import reporter_of, title_of
from lontar.reporting.catalogue_pages.shelf import bundles, codelists, indicators, reporter_labels
from lontar.reporting.catalogue_pages.wording import (
    as_day,
    form_in_signs,
    label_of,
    marked,
    period_in_words,
    place,
    read_from,
)


class Target(NamedTuple):
    """A field or dimension that a column fills or holds fixed, the code list that it is written in ('' for none), and the fixed code."""

    name: str
    codelist: str
    code: str = ""
    label: str = ""


class Reading(NamedTuple):
    """One column of the table, or several that say the same kind of thing, and how they are read."""

    headers: tuple[str, ...]
    is_rest: bool
    role: str
    targets: tuple[Target, ...]
    fixed: tuple[Target, ...]
    column: Column
    blank: str
    codelist: str

    @property
    def is_told(self) -> bool:
        """Whether anything is said of how it is read."""
        column = self.column
        is_by_codes = bool(column.crosswalk or self.codelist or self.blank or column.several)
        is_apart = bool(column.when or column.reason or column.once_for)
        return is_by_codes or is_apart or column.fill_down or column.optional


class Rule(NamedTuple):
    """A rule by which periods are read: its sentences, the forms of the text, and the rows for which it is."""

    sentences: tuple[str, ...]
    forms: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]]


def in_short(bundle: MappingBundle) -> dict[str, Any]:
    """Give what the list of mappings shows of one."""
    lines = all_lines(bundle)
    return {
        "id": bundle.mapping.id,
        "title": bundle.mapping.title,
        "publisher": bundle.mapping.source.publisher,
        "indicators": tuple(bundle.indicators.values()),
        "lines": len(lines),
        "worst": worst_match(lines),
    }


def by_reporter() -> list[dict[str, Any]]:
    """Give all mappings, under the reporters whose tables they read."""
    found: dict[str, list[MappingBundle]] = {}
    for bundle in bundles().values():
        found.setdefault(bundle.mapping.id.partition("/")[0], []).append(bundle)
    return [
        {
            "name": marked(_labels(folder, held[0])),
            "folder": folder,
            "mappings": [in_short(one) for one in held],
        }
        for folder, held in found.items()
    ]


def _labels(folder: str, bundle: MappingBundle) -> Mapping[str, str]:
    known = reporter_labels()
    return known.get(bundle.mapping.reporter or folder.upper()) or {"en": bundle.mapping.source.publisher}


def one_table(bundle: MappingBundle) -> dict[str, Any]:
    """Give what the page of a mapping shows, but for the lines of its crosswalks."""
    mapping = bundle.mapping
    return {
        "mapping": mapping,
        "version": bundle.version,
        "reporter": reporter_of(bundle),
        "indicators": tuple(bundle.indicators.values()),
        "fixed": _fixed_of_table(bundle),
        "readings": [_reading(bundle, column) for column in mapping.columns],
        "periods": [_rule(rule, mapping) for rule in mapping.period_rules()],
        "vintages": [_rule(rule, mapping) for rule in mapping.vintage_rules()],
        "breaks": [_dated(one) for one in mapping.breaks],
        "corrections": [_correction(one) for one in bundle.corrections],
        "counts": counts(all_lines(bundle)),
    }


def _fixed_of_table(bundle: MappingBundle) -> tuple[Target, ...]:
    mapping = bundle.mapping
    told = {"area": mapping.area, "source_kind": mapping.source_kind, "status": mapping.status}
    told |= {"unit": mapping.unit, "stage": mapping.stage if mapping.stage != "_Z" else None}
    return _fixed(bundle, {name: code for name, code in told.items() if code} | mapping.dimensions)


def _fixed(bundle: MappingBundle, codes: Mapping[str, str]) -> tuple[Target, ...]:
    return tuple(_target(bundle, name, code) for name, code in codes.items())


def _target(bundle: MappingBundle, name: str, code: str = "") -> Target:
    codelist = list_of(name, bundle)
    shown = label_of(codelist, code) if code and codelist in codelists() else code
    return Target(name, codelist, code, shown)


def _reading(bundle: MappingBundle, column: Column) -> Reading:
    targets = tuple(_target(bundle, name) for name in column.targets())
    codelist = column.codes or next((one.codelist for one in targets if one.codelist), "")
    is_label = bool(column.codes or column.names or not column.crosswalk) and bool(targets)
    return Reading(
        headers=tuple(place(one.strip("{}"), bundle.mapping) for one in column.headers() if one != "*"),
        is_rest="*" in column.headers(),
        role=column.says if isinstance(column.says, str) and column.says in ROLES else "",
        targets=targets,
        fixed=_fixed_of_column(bundle, column),
        column=column,
        blank=label_of(codelist, column.blank) if column.blank and codelist else column.blank or "",
        codelist=codelist if is_label else "",
    )


def _fixed_of_column(bundle: MappingBundle, column: Column) -> tuple[Target, ...]:
    indicator = indicators().get(column.indicator or "")
    told = (Target("indicator", "", indicator.id, title_of(indicator)),) if indicator else ()
    codes = {"unit": column.unit, "stage": column.stage if column.stage != "_Z" else None}
    held = {name: code for name, code in codes.items() if code} | column.dimensions
    return (*told, *_fixed(bundle, held))


def _rule(rule: PeriodRule, mapping: TableMapping) -> Rule:
    forms = tuple(form_in_signs(one) for one in rule.formats)
    return Rule(tuple(period_in_words(rule, mapping)), forms, rule.when)


def _dated(one: Break) -> dict[str, Any]:
    return {"since": as_day(one.since), "reason": one.reason, "columns": one.columns}


def _correction(one: Correction) -> dict[str, Any]:
    return {"told": one, "reported": as_day(one.reported)}


def translated_by(bundle: MappingBundle, crosswalk: str) -> str:
    """Say from which columns of the table come the texts that a crosswalk translates."""
    asking = (column for column in bundle.mapping.columns if column.crosswalk == crosswalk)
    headers = dict.fromkeys(header.strip("{}") for column in asking for header in column.headers())
    return read_from(headers, bundle.mapping)
