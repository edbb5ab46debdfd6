"""The mappings of a participant's own tables, read once a process."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import fitting_mappings, mapping_ids, open_mapping
from lontar.model.figures.indicators import Indicator
from lontar.model.mapping import MappingBundle
from lontar.reporting.statements import SERIES


@cache
def bundle(mapping: str) -> MappingBundle:
    """Give a mapping with all that it speaks of."""
    return open_mapping(open_catalogue(), mapping)


@cache
def reporters_of(participant: str) -> tuple[str, ...]:
    """Give the reporters that are a participant, as mappings name them."""
    return tuple(
        one.id.lower() for one in open_catalogue().reporters() if participant in (one.id, one.participant)
    )


@cache
def own_mappings(participant: str) -> tuple[str, ...]:
    """Give the mappings of a participant's own tables."""
    prefixes = tuple(f"{one}/" for one in reporters_of(participant))
    return tuple(one for one in mapping_ids(open_catalogue()) if one.startswith(prefixes))


def mapping_title(mapping: str) -> str:
    """Give what a mapping is called, or the indicator of which something is said without a file; '' for none."""
    if mapping.startswith(SERIES):
        return open_catalogue().indicator(mapping.removeprefix(SERIES)).title
    return bundle(mapping).mapping.title if mapping else ""


def indicators_of(mapping: str) -> tuple[Indicator, ...]:
    """Give the indicators that a mapping fills."""
    if mapping.startswith(SERIES):
        return (open_catalogue().indicator(mapping.removeprefix(SERIES)),)
    return tuple(bundle(mapping).indicators.values()) if mapping else ()


def by_name(participant: str, names: Iterable[str]) -> str:
    """Give the one mapping that the names of all these files fit, or ''."""
    fitting = [
        {
            one
            for reporter in reporters_of(participant)
            for one in fitting_mappings(open_catalogue(), reporter, name)
        }
        for name in names
    ]
    both = set.intersection(*fitting) if fitting else set()
    return both.pop() if len(both) == 1 else ""
