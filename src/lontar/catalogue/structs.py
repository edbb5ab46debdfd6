"""Read one YAML file into one class of the model, and say in plain words where it does not fit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec

from lontar.catalogue.plain_words import in_plain_words, value_at
from lontar.catalogue.yaml_text import line_of, load_yaml
from lontar.model.errors import CatalogueProblem

T = TypeVar("T")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def read_struct(path: Path, kind: type[T]) -> T:
    """Read a YAML file as this class. Raises CatalogueProblem with file, line, and what was expected."""
    return convert_struct(load_yaml(path), kind, path)


def convert_struct(content: object, kind: type[T], path: Path) -> T:
    """Turn what `load_yaml` gave into this class; `path` is for messages."""
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `$")
        steps = path_steps(where.rstrip("`"))
        told, remedy, more = in_plain_words(message, kind, steps, value_at(content, steps))
        line = line_of(path.read_text(encoding="utf-8-sig"), [*steps, *more]) or 1
        raise CatalogueProblem("CAT-004", f"{path}, line {line}", _placed(told, steps), remedy) from None


def _placed(told: str, steps: list[str | int]) -> str:
    """A complaint with the key it is about, where it does not name one itself; entries are counted from 1."""
    names = [f"entry {step + 1}" if isinstance(step, int) else step for step in steps]
    return f"{told}." if told.startswith("there ") or not names else f"{', '.join(names)}: {told}."


def path_steps(where: str) -> list[str | int]:
    """Turn a path as msgspec writes it (`.columns[2].name`) into keys and positions."""
    return [key or int(position) for key, position in _STEP.findall(where)]
