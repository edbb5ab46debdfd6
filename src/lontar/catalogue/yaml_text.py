"""Read YAML as text: only true, false, null and plain integers are anything but text, so "NO" stays Norway and dates stay as written.

Keys are always text, a key that occurs twice is an error, and anchors and aliases are refused (a few lines could stand for millions).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import yaml

from lontar.catalogue.yaml_complaints import ALIASES, yaml_complaint
from lontar.model.errors import CatalogueProblem

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BOOL, _NULL, _INT = (f"tag:yaml.org,2002:{name}" for name in ("bool", "null", "int"))


class _TextLoader(_LOADER):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    yaml_constructors = {
        tag: _LOADER.yaml_constructors[tag]
        for tag in (
            _BOOL,
            _NULL,
            _INT,
            *(f"tag:yaml.org,2002:{name}" for name in ("str", "seq", "map")),
            None,
        )
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: ARG002
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str) or key in mapping:
                raise yaml.constructor.ConstructorError(None, None, _key_complaint(key), key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping


_TextLoader.add_implicit_resolver(_BOOL, re.compile(r"^(?:true|false)$"), list("tf"))
_TextLoader.add_implicit_resolver(_NULL, re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_TextLoader.add_implicit_resolver(_INT, re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))


def _key_complaint(key: object) -> str:
    return (
        f"the key '{key}' stands here a second time" if isinstance(key, str) else "a key must be plain text"
    )


def load_yaml(path: Path) -> object:
    """Read one YAML file. Raises CatalogueProblem with the line when it is not UTF-8 or not YAML as allowed here."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CatalogueProblem("CAT-001", str(path), "there is no such file.", "Check the name.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueProblem(
            "CAT-002", str(path), f"cannot be read as UTF-8 text ({error}).", "Save it as UTF-8."
        ) from None
    return load_yaml_text(text, str(path))


def load_yaml_text(text: str, place: str = "") -> object:
    """Read YAML from a string; `place` is what messages call it."""
    try:
        if "*" in text or "&" in text:
            _refuse_aliases(text)
        return yaml.load(text, _TextLoader)  # noqa: S506 - a restricted loader
    except yaml.MarkedYAMLError as error:
        told = yaml_complaint(error, text)
        line = f", line {told.line}" if told.line else ""
        message = f"this is not YAML as read here: {told.message}."
        raise CatalogueProblem("CAT-003", f"{place}{line}", message, told.remedy) from None
    except (yaml.YAMLError, ValueError, KeyError, RecursionError) as error:
        is_deep = isinstance(error, RecursionError) or not str(error)
        detail = "it is nested too deeply" if is_deep else str(error).splitlines()[0]
        raise CatalogueProblem("CAT-003", place, f"this is not YAML as read here: {detail}.", _MEND) from None


_MEND = "Write plain keys and values: no tags (!!), and a few levels only."


def _refuse_aliases(text: str) -> None:
    event: Any
    for event in yaml.parse(text, _LOADER):
        if getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(problem=ALIASES, problem_mark=event.start_mark)


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Give the 1-based line on which the value at this path (keys and 0-based positions) starts, or its nearest parent's line.

    None when the text is not YAML.
    """
    try:
        node = yaml.compose(text, _LOADER)
    except yaml.YAMLError:
        return None
    line = 1
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(
            ((key.start_mark.line + 1, value) for key, value in node.value if key.value == str(step)), None
        )
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
