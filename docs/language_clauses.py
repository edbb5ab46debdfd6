"""The clauses of the mapping language, walked through the model: where each part stands, and what its keys may hold."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import inspect as kinds

from lontar.model.mapping import Corrections, CrosswalkLine, Mapping
from lontar.model.mapping.sentence import Sentence

TOPS: dict[str, type[Sentence]] = {"mapping": Mapping, "corrections": Corrections, "crosswalk": CrosswalkLine}
"""What stands at the top of each kind of file that a mapping is made of; a crosswalk is a table of such lines."""
NO_KEYS: dict[type[msgspec.Struct], tuple[str, ...]] = {CrosswalkLine: ("line", "to")}
"""Fields that nobody writes under their name: the line is counted, and `to` is one column or several."""


class Part(NamedTuple):
    """One part of the language: its class, and the keys under which it stands."""

    struct: type[msgspec.Struct]
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name in links."""
        return self.struct.__name__.lower()


def parts() -> tuple[Part, ...]:
    """Every part that can be written, in the order in which the model names them."""
    found: dict[type[msgspec.Struct], list[str]] = {}
    for top, struct in TOPS.items():
        for one, path in _walk(struct, top):
            found.setdefault(one, [])
            found[one] += [path] if path not in found[one] else []
    return tuple(Part(struct, tuple(paths)) for struct, paths in found.items())


def fields(struct: type[msgspec.Struct]) -> tuple[kinds.Field, ...]:
    """The keys that a person may write there."""
    info = kinds.type_info(struct)
    assert isinstance(info, kinds.StructType)
    return tuple(one for one in info.fields if one.name not in NO_KEYS.get(struct, ()))


def inner_structs(info: kinds.Type) -> Iterator[type[msgspec.Struct]]:
    """The parts that a value may be, or hold."""
    match info:
        case kinds.Metadata():
            yield from inner_structs(info.type)
        case kinds.UnionType():
            for one in info.types:
                yield from inner_structs(one)
        case kinds.VarTupleType():
            yield from inner_structs(info.item_type)
        case kinds.DictType():
            yield from inner_structs(info.value_type)
        case kinds.StructType():
            yield info.cls


def described(field: kinds.Field) -> str:
    """What the model says of a key; else what it says of the part that stands there."""
    told = _description(field.type)
    if told:
        return told
    return next((summary(struct) for struct in inner_structs(field.type)), "")


def summary(struct: type[msgspec.Struct]) -> str:
    """What a part is for: the first paragraph of its own words."""
    return " ".join((struct.__doc__ or "").strip().partition("\n\n")[0].split())


def holds(info: kinds.Type, link: str = "") -> str:
    """What a value may be, in words; `link` turns the name of a part into a link to it."""
    match info:
        case kinds.Metadata():
            return holds(info.type, link)
        case kinds.LiteralType():
            return " ".join(f"`{value}`" for value in info.values)
        case kinds.UnionType():
            told = [holds(one, link) for one in info.types if not isinstance(one, kinds.NoneType)]
            return " or ".join(dict.fromkeys(told))
        case kinds.VarTupleType():
            return f"{_at_least('a list', info.min_length)}: {holds(info.item_type, link)}"
        case kinds.DictType():
            return f"names, each with {holds(info.value_type, link)}"
        case kinds.StructType():
            return link.format(info.cls.__name__.lower()) if link else "keys of its own"
        case kinds.IntType():
            return _between("a whole number", info.ge, info.le)
        case kinds.StrType():
            return _sized(info)
    return {"BoolType": "`true` or `false`"}.get(type(info).__name__, "text")


def _walk(struct: type[msgspec.Struct], path: str) -> Iterator[tuple[type[msgspec.Struct], str]]:
    yield struct, path
    for field in fields(struct):
        for one in inner_structs(field.type):
            yield from _walk(one, f"{path}.{field.encode_name}")


def _description(info: kinds.Type) -> str:
    if isinstance(info, kinds.Metadata):
        return str((info.extra_json_schema or {}).get("description", "")) or _description(info.type)
    if isinstance(info, kinds.UnionType):
        return next((told for one in info.types if (told := _description(one))), "")
    return ""


def _between(told: str, low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{told} from {low} to {high}"
    return f"{told} from {low} on" if low is not None else told


def _at_least(told: str, fewest: int | None) -> str:
    return f"{told} of {fewest} or more" if fewest else told


def _sized(info: kinds.StrType) -> str:
    if info.max_length is not None:
        return "one sign" if info.max_length == 1 else f"text of {info.max_length} signs at the most"
    return "text"
