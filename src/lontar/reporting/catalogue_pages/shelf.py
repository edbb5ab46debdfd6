"""The catalogue, read once a process: what its pages show, and what they show to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.conf import settings

from lontar.catalogue import Catalogue, open_catalogue
from lontar.catalogue.loader import FICTIONAL
from lontar.catalogue.mappings import open_mapping, shown_mapping_ids
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.indicators import Indicator
from lontar.model.mapping import MappingBundle


@cache
def catalogue() -> Catalogue:
    """Give the catalogue that everybody has."""
    return open_catalogue()


@cache
def indicators() -> Mapping[str, Indicator]:
    """Give every indicator by its id."""
    return {one.id: one for one in catalogue().indicators()}


@cache
def codelists() -> Mapping[str, CodeList]:
    """Give every code list by its id; a real instance has no areas of the demonstration."""
    if settings.KIND == "demo":
        return {one.id: one for one in catalogue().codelists()}
    return {
        one: catalogue().codelist_for(None, one) for one in catalogue().ids("codelists") if one != FICTIONAL
    }


@cache
def bundles() -> Mapping[str, MappingBundle]:
    """Give every mapping that may be shown by its id, with its crosswalks and corrections.

    A real instance has none of the participants that exist for the demonstration alone.
    """
    found = {one: open_mapping(catalogue(), one) for one in shown_mapping_ids(catalogue())}
    invented = {one.id for one in catalogue().participants() if one.fictional}
    if settings.KIND == "demo":
        return found
    return {name: one for name, one in found.items() if one.mapping.reporter not in invented}


@cache
def reporter_labels() -> Mapping[str, Mapping[str, str]]:
    """Give what each reporter is called, by its id; in languages that it lacks, as the same body is called as a participant."""
    known = {one.id: one.labels for one in catalogue().participants()}
    return {one.id: {**known.get(one.participant or "", {}), **one.labels} for one in catalogue().reporters()}
