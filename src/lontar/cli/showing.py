"""Things of the catalogue as text for a person."""

from collections.abc import Iterator

import msgspec

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import mapping_ids, open_mapping
from lontar.catalogue.policies import read_rules
from lontar.model.figures.codelists import CodeList

_KINDS = ("indicators", "topics", "codelists", "participants", "reporters")


def found_things(identity: str) -> list[tuple[str, object]]:
    """Everything that has this id, in capitals or not, with its kind; one id may name a participant and a reporter."""
    catalogue = open_catalogue()
    givers = {
        "indicators": catalogue.indicator, "topics": catalogue.topic, "codelists": catalogue.codelist,
        "participants": catalogue.participant, "reporters": catalogue.reporter,
    }  # fmt: skip
    found: list[tuple[str, object]] = [
        (kind[:-1], givers[kind](known))
        for kind in _KINDS
        for known in catalogue.ids(kind)
        if known.casefold() == identity.casefold()
    ]
    found += [
        ("rule", rule) for rule in read_rules(catalogue.root) if rule.id.casefold() == identity.casefold()
    ]
    if identity in mapping_ids(catalogue):
        found.append(("mapping", open_mapping(catalogue, identity)))
    return found


def known_ids() -> tuple[str, ...]:
    """The ids of everything that can be shown."""
    catalogue = open_catalogue()
    rules = (rule.id for rule in read_rules(catalogue.root))
    return (*(known for kind in _KINDS for known in catalogue.ids(kind)), *rules, *mapping_ids(catalogue))


def told(kind: str, thing: object) -> str:
    """A thing as lines of `name: value`; a code list as its codes."""
    if isinstance(thing, CodeList):
        return "\n".join(_told_codelist(thing))
    return "\n".join([kind, *_lines(msgspec.to_builtins(thing), 1)])


def _told_codelist(codelist: CodeList) -> Iterator[str]:
    yield f"codelist {codelist.id}: {codelist.title}"
    yield f"  owner {codelist.owner}; source {codelist.source}; licence {codelist.licence}; version {codelist.version}"
    for code in codelist.codes.values():
        period = (
            f" [{code.valid_from or ''}..{code.valid_to or ''}]" if code.valid_from or code.valid_to else ""
        )
        parent = f" < {code.parent}" if code.parent else ""
        yield f"  {code.code:14} {code.label()}{parent}{period}"


def _lines(value: object, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner in (None, "", [], {}, ()):
                continue
            if isinstance(inner, dict | list | tuple):
                yield f"{pad}{key}:"
                yield from _lines(inner, depth + 1)
            else:
                yield f"{pad}{key}: {inner}"
    elif isinstance(value, list | tuple):
        for inner in value:
            if isinstance(inner, dict | list | tuple):
                yield f"{pad}-"
                yield from _lines(inner, depth + 1)
            else:
                yield f"{pad}- {inner}"
