"""JSON Schemas of the catalogue's files, generated from the model, so that an editor completes and checks what is typed."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import msgspec

from lontar.catalogue.codelist_files import CodeListHead
from lontar.catalogue.loader import Catalogue, Questions, open_catalogue
from lontar.catalogue.policies import ExpectedDecisions
from lontar.model.figures.indicators import Indicator, Topic
from lontar.model.figures.thresholds import ThresholdFile
from lontar.model.mapping import FIELDS, ROLES, Corrections, Mapping
from lontar.model.mapping.formats import MONTHS
from lontar.model.people.method_sheets import MethodSheet
from lontar.model.people.participants import Participant, Reporter
from lontar.model.policy.language import Rule

SCHEMAS: dict[str, type[msgspec.Struct]] = {
    "codelist": CodeListHead,
    "indicator": Indicator,
    "thresholds": ThresholdFile,
    "topic": Topic,
    "participant": Participant,
    "reporter": Reporter,
    "method_questions": Questions,
    "method_sheet": MethodSheet,
    "mapping": Mapping,
    "corrections": Corrections,
    "rule": Rule,
    "expected_decisions": ExpectedDecisions,
}
"""File kind -> the class that its files are read into."""


def schema_text(name: str, struct: type[msgspec.Struct], catalogue: Catalogue | None = None) -> str:
    """Give the JSON Schema (2020-12) of one kind of file, as text; with a catalogue, its ids and codes are listed."""
    (top,), parts = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
    body = parts.pop(struct.__name__) if "$ref" in top else top
    for part in (body, *parts.values()):
        if "description" in part:
            part["description"] = inspect.cleandoc(part["description"])
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{name}.schema.json",
        **body,
        **({"$defs": parts} if parts else {}),
    }
    if catalogue is not None and struct is Mapping:
        _list_known(schema, catalogue)
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _list_known(schema: dict[str, Any], catalogue: Catalogue) -> None:
    """List in a mapping's schema what the catalogue has, so that an editor offers it."""
    dimensions = sorted({name for indicator in catalogue.indicators() for name in indicator.dimensions})
    lists, units = list(catalogue.ids("codelists")), list(catalogue.codelist("unit").codes)
    units += list(catalogue.codelist("currency").codes)
    counted = {
        "indicator": list(catalogue.ids("indicators")),
        "unit": units,
        "stage": list(catalogue.codelist("stage").codes),
    }
    column, rule = schema["$defs"]["Column"]["properties"], schema["$defs"]["PeriodRule"]["properties"]
    for place in (schema["properties"], column):
        _allow(place, counted)
        place["dimensions"]["propertyNames"] = {"enum": dimensions}
    _allow(schema["properties"], {
        "reporter": list(catalogue.ids("reporters")),
        "source_kind": list(catalogue.codelist("source_kind").codes),
        "area": list(catalogue.codelist("reference_area").codes),
    })  # fmt: skip
    _allow(column, {"is": [*ROLES, *FIELDS, *(d for d in dimensions if d not in FIELDS)], "codes": lists})
    schema["$defs"]["Check"]["properties"]["listed"]["additionalProperties"] = {"enum": lists}
    rule["languages"]["items"] = {"enum": sorted(catalogue.codelist(MONTHS).languages())}


def _allow(properties: dict[str, Any], known: dict[str, list[str]]) -> None:
    """Let each of these properties hold only texts that are known, alone or in a list."""
    for name, values in known.items():
        for form in properties[name]["anyOf"]:
            if form["type"] == "string":
                form["enum"] = values
            elif form["type"] == "array":
                form["items"] = {"enum": values}


def write_schemas(folder: Path, table: dict[str, type[msgspec.Struct]] = SCHEMAS) -> tuple[Path, ...]:
    """Write `<name>.schema.json` for each kind into this folder, and give the paths; other files are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = open_catalogue()
    paths = tuple(folder / f"{name}.schema.json" for name in table)
    for path, (name, struct) in zip(paths, table.items(), strict=True):
        path.write_text(schema_text(name, struct, catalogue), encoding="utf-8")
    return paths
