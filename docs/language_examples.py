"""Examples of the clauses of the mapping language: taken from the cases that test them, else from the catalogue."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml
from msgspec import inspect as kinds

from docs.language_clauses import TOPS
from lontar.catalogue.loader import default_root
from lontar.catalogue.yaml_text import load_yaml

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "harmonise" / "language"
LONGEST = 160
"""Signs of an example that shows the whole part; else it shows the one key."""


class Example(NamedTuple):
    """How a key is written, and the case that shows what becomes of it."""

    text: str
    case: str


@cache
def examples() -> dict[tuple[str, str], Example]:
    """(name of the class, key) -> the shortest example; those of the cases go before those of the catalogue."""
    found: dict[tuple[str, str], Example] = {}
    for source in (_from_cases(), _from_catalogue()):
        told: dict[tuple[str, str], Example] = {}
        for struct, written, case in source:
            for key in (key for key, value in written.items() if value is not None):
                name, example = (struct.__name__, key), Example(_shown(struct, written, key), case)
                if name not in told or len(example.text) < len(told[name].text):
                    told[name] = example
        found = told | found
    return found


@cache
def crosswalk_example() -> Example:
    """A crosswalk of the cases that has all its columns."""
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            for text in case.get("crosswalks", {}).values():
                if {"from", "match", "note", "ignore"} <= set(text.partition("\n")[0].split(",")):
                    return Example(text.strip(), case["case"])
    raise LookupError("no case has a crosswalk with all its columns")


def _from_cases() -> "Tagged":
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield from _tagged(kinds.type_info(TOPS["mapping"]), case["mapping"], case["case"])
            corrections = {"corrections": case.get("corrections", [])}
            yield from _tagged(kinds.type_info(TOPS["corrections"]), corrections, case["case"])


def _from_catalogue() -> "Tagged":
    for folder, top in (("mappings", "mapping"), ("corrections", "corrections")):
        for path in sorted((default_root() / folder).glob("*/*.yml")):
            yield from _tagged(kinds.type_info(TOPS[top]), load_yaml(path), "")


Tagged = Iterator[tuple[type[msgspec.Struct], dict[str, Any], str]]


def _tagged(info: kinds.Type, written: Any, case: str) -> Tagged:
    """Every part within what is written, with the class that it is read into."""
    for kind, value in _inside(info, written):
        if isinstance(kind, kinds.StructType) and isinstance(value, dict):
            yield kind.cls, value, case
            for field in kind.fields:
                if field.encode_name in value:
                    yield from _tagged(field.type, value[field.encode_name], case)


def _inside(info: kinds.Type, written: Any) -> Iterator[tuple[kinds.Type, Any]]:
    """The value with its kind; of a choice each kind, of a list or of named values each of them."""
    match info:
        case kinds.Metadata():
            yield from _inside(info.type, written)
        case kinds.UnionType():
            for one in info.types:
                yield from _inside(one, written)
        case kinds.VarTupleType() if isinstance(written, list):
            for entry in written:
                yield from _inside(info.item_type, entry)
        case kinds.DictType() if isinstance(written, dict):
            for value in written.values():
                yield from _inside(info.value_type, value)
        case kinds.StructType():
            yield info, written


def _shown(struct: type[msgspec.Struct], written: dict[str, Any], key: str) -> str:
    whole = _in_one_line(written)
    if struct in TOPS.values() or len(whole) > LONGEST:
        return _in_one_line({key: written[key]})[1:-1]
    return whole


def _in_one_line(written: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(
        written, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    )
    return text.strip()
