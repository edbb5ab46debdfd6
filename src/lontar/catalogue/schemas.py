"""JSON Schemas of the catalogue's files, generated from the model, so that an editor completes and checks what is typed."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import msgspec

from lontar.catalogue.codelist_files import CodeListHead
from lontar.catalogue.loader import Questions
from lontar.model.figures.indicators import Indicator, Topic
from lontar.model.mapping import Corrections, Mapping
from lontar.model.people.method_sheets import MethodSheet
from lontar.model.people.participants import Participant, Reporter

SCHEMAS: dict[str, type[msgspec.Struct]] = {
    "codelist": CodeListHead,
    "indicator": Indicator,
    "topic": Topic,
    "participant": Participant,
    "reporter": Reporter,
    "method_questions": Questions,
    "method_sheet": MethodSheet,
    "mapping": Mapping,
    "corrections": Corrections,
}
"""File kind -> the class that its files are read into."""


def schema_text(name: str, struct: type[msgspec.Struct]) -> str:
    """Give the JSON Schema (2020-12) of one kind of file, as text."""
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
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write_schemas(folder: Path, table: dict[str, type[msgspec.Struct]] = SCHEMAS) -> tuple[Path, ...]:
    """Write `<name>.schema.json` for each kind into this folder, and give the paths; other files are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"{name}.schema.json" for name in table)
    for path, (name, struct) in zip(paths, table.items(), strict=True):
        path.write_text(schema_text(name, struct), encoding="utf-8")
    return paths
