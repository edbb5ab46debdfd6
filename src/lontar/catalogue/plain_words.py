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
_SCHEMA = "The keys of each kind of file stand in catalogue/schemas."


def in_plain_words(message: str, struct: type[msgspec.Struct] | None) -> tuple[str, str, list[str]]:
    """A message of the library that reads the files, as complaint, remedy, and the key that it is about, if any."""
    fields = _names(struct)
    if found := re.fullmatch(r"Object contains unknown field `(.*)`", message):
        return f"there is no '{found[1]}' here", closest(found[1], fields, most=40), [found[1]]
    if found := re.fullmatch(r"Object missing required field `(.*)`", message):
        return f"there is no '{found[1]}' here, which is needed", f"Add `{found[1]}:`.", []
    if found := re.fullmatch(r"Invalid enum value '?(.*?)'?", message):
        return f"'{found[1]}' is not allowed here", _SCHEMA, []
    if found := re.fullmatch(r"Expected `(.*)`, got `(.*)`", message):
        wanted = " or ".join(_KINDS.get(kind, kind) for kind in found[1].split(" | ") if kind != "null")
        return f"{_KINDS.get(found[2], found[2])} stands where {wanted} should", _SCHEMA, []
    if found := re.fullmatch(r"Expected `str` matching regex '(.*)'", message):
        return f"the text is not of the form {found[1]}", _SCHEMA, []
    if found := re.fullmatch(r"Expected `(\w+)` of length (<=|>=) (\d+)", message):
        bound = "at most" if found[2] == "<=" else "at least"
        things = {"str": "signs", "array": "entries"}.get(found[1], "parts")
        return f"it may have {bound} {found[3]} {things}", "Make it so.", []
    if found := re.fullmatch(r"Expected `int` (<=|>=) (\d+)", message):
        return f"it may be {'at most' if found[1] == '<=' else 'at least'} {found[2]}", "Make it so.", []
    return message[:1].lower() + message[1:], _SCHEMA, []


def struct_at(kind: Any, steps: Sequence[str | int]) -> type[msgspec.Struct] | None:
    """The class that the value at this path is read into, if it is one."""
    info = msgspec.inspect.type_info(kind)
    for step in steps:
        found = _inside(info, step)
        if found is None:
            return None
        info = found
    struct = _struct(info)
    return struct.cls if struct is not None else None


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
