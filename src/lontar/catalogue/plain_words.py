"""What a file does not fit in, in the words of somebody who writes YAML and no programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from lontar.catalogue.findings import closest

_KINDS = {
    "str": "text", "int": "a whole number", "bool": "true or false", "object": "keys with values",
    "array": "a list ([a, b], or lines that begin with -)", "null": "nothing",
}  # fmt: skip
_SCHEMA = "What each key may hold stands in the reference and in catalogue/schemas."


def in_plain_words(
    message: str, kind: Any, steps: Sequence[str | int], value: object
) -> tuple[str, str, list[str]]:
    """A message of the library that reads the files, as complaint, remedy, and the key that it is about, if any.

    The message is about the value that stands under these keys and positions in a file that is read into `kind`.
    """
    told, fields = f"'{value}'", _names(struct_at(kind, steps))
    if found := re.fullmatch(r"Object contains unknown field `(.*)`", message):
        return f"there is no '{found[1]}' here", closest(found[1], fields, most=40), [found[1]]
    if found := re.fullmatch(r"Object missing required field `(.*)`", message):
        return f"there is no '{found[1]}' here, which is needed", f"Add `{found[1]}:`.", []
    if found := re.fullmatch(r"Invalid enum value '?(.*?)'?", message):
        return f"'{found[1]}' is not allowed here", closest(found[1], _allowed(kind, steps), most=40), []
    if found := re.fullmatch(r"Expected `(.*)`, got `(.*)`", message):
        wanted = " or ".join(_KINDS.get(one, one) for one in found[1].split(" | ") if one != "null")
        remedy = _as_list(value) if (found[1], found[2]) == ("array", "str") else _hint(kind, steps)
        return f"{_KINDS.get(found[2], found[2])} stands where {wanted} should", remedy, []
    if re.fullmatch(r"Expected `str` matching regex .*", message):
        return f"{told} is not of the form that is wanted here", _hint(kind, steps), []
    if found := re.fullmatch(r"Expected `(\w+)` of length (<=|>=) (\d+)", message):
        bound = "at most" if found[2] == "<=" else "at least"
        things = counted(int(found[3]), {"str": "sign", "array": "entry"}.get(found[1], "part"))
        return f"{told if found[1] == 'str' else 'it'} should have {bound} {things}", _hint(kind, steps), []
    if found := re.fullmatch(r"Expected `int` (<=|>=) (\d+)", message):
        bound = "at most" if found[1] == "<=" else "at least"
        return f"{told} should be {bound} {found[2]}", _hint(kind, steps), []
    return message[:1].lower() + message[1:], _hint(kind, steps), []


def _as_list(value: object) -> str:
    """The remedy where a text stands in place of a list, under a key of its own or under one of several."""
    texts = (
        {key: text for key, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
    )
    told = next((f"{key}: [{text}]" for key, text in texts.items()), f"[{value}]")
    return f"Write {told}."


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 entry, 2 entries."""
    return f"{number} {thing if number == 1 else f'{thing[:-1]}ies' if thing.endswith('y') else f'{thing}s'}"


def value_at(content: object, steps: Sequence[str | int]) -> object:
    """What stands under these keys and positions."""
    for step in steps:
        try:
            content = content[step]  # type: ignore[index]
        except (LookupError, TypeError):
            return content
    return content


def _hint(kind: Any, steps: Sequence[str | int]) -> str:
    """What the model says of the key, as a remedy; what kind of value it is, where the model says nothing."""
    for at in range(len(steps) - 1, -1, -1):
        if isinstance(steps[at], str):
            described = _described(kind, steps[:at], str(steps[at]))
            return f"Meant is: {described.rstrip('.')}." if described else _SCHEMA
    return _SCHEMA


def _described(kind: Any, steps: Sequence[str | int], key: str) -> str:
    info = _info_at(kind, steps)
    struct = _struct(info) if info is not None else None
    field = next((one for one in struct.fields if one.encode_name == key), None) if struct else None
    return _description(field.type) if field is not None else ""


def _description(info: msgspec.inspect.Type) -> str:
    if isinstance(info, msgspec.inspect.Metadata):
        return str((info.extra_json_schema or {}).get("description", "")) or _description(info.type)
    options = info.types if isinstance(info, msgspec.inspect.UnionType) else ()
    return next((told for one in options if (told := _description(one))), "")


def _allowed(kind: Any, steps: Sequence[str | int]) -> tuple[str, ...]:
    """The texts that may stand there, where they are few and fixed."""
    info = _info_at(kind, steps)
    options = _options(info) if info is not None else ()
    inside = [one.value_type for one in options if isinstance(one, msgspec.inspect.DictType)]
    options += tuple(part for one in inside for part in _options(one))
    literals = [one for one in options if isinstance(one, msgspec.inspect.LiteralType)]
    return tuple(str(value) for one in literals for value in one.values)


def struct_at(kind: Any, steps: Sequence[str | int]) -> type[msgspec.Struct] | None:
    """The class that the value at this path is read into, if it is one."""
    info = _info_at(kind, steps)
    struct = _struct(info) if info is not None else None
    return struct.cls if struct is not None else None


def _info_at(kind: Any, steps: Sequence[str | int]) -> msgspec.inspect.Type | None:
    info: msgspec.inspect.Type | None = msgspec.inspect.type_info(kind)
    for step in steps:
        if info is None:
            return None
        info = _inside(info, step)
    return info


def _inside(info: msgspec.inspect.Type, step: str | int) -> msgspec.inspect.Type | None:
    struct = _struct(info)
    if isinstance(step, str) and struct is not None:
        return next((field.type for field in struct.fields if field.encode_name == step), None)
    for one in _options(info):
        if isinstance(one, msgspec.inspect.DictType) and isinstance(step, str):
            return one.value_type
        if isinstance(one, msgspec.inspect.VarTupleType) and isinstance(step, int):
            return one.item_type
    return None


def _struct(info: msgspec.inspect.Type) -> msgspec.inspect.StructType | None:
    return next((one for one in _options(info) if isinstance(one, msgspec.inspect.StructType)), None)


def _options(info: msgspec.inspect.Type) -> tuple[msgspec.inspect.Type, ...]:
    """The kinds that a value may have; one, unless it is a choice."""
    if isinstance(info, msgspec.inspect.Metadata):
        return _options(info.type)
    return info.types if isinstance(info, msgspec.inspect.UnionType) else (info,)


def _names(struct: type[msgspec.Struct] | None) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(struct)) if struct is not None else ()
