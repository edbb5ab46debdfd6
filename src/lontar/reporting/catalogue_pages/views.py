"""The pages of the catalogue. Everybody sees the same; what is not there for everybody is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lontar.instance.home import Kind
from lontar.members.names import participant_name
from lontar.model.mapping import MappingBundle
from lontar.reporting.catalogue_pages import codelists, crosswalks, indicators, participants, shelf, tables
from lontar.reporting.catalogue_pages.downloads import as_csv
from lontar.reporting.catalogue_pages.finding import Asked, asked, page_of
from lontar.reporting.catalogue_pages.words import part

T = TypeVar("T")
LINES_AT_FIRST = 25
"""Lines of a crosswalk that stand on the page of its mapping; all of them have a page of their own."""
_AT = "reporting/catalogue"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is there: indicators by topic, and the ways to all else."""
    told = {
        "topics": indicators.by_topic(),
        "counts": {
            "codelists": len(shelf.codelists()),
            "participants": len(participants.those_who_take_part(_kind())),
            "mappings": len(shelf.bundles()),
        },
    }
    return render(request, f"{_AT}/index.html", told)


@require_safe
def indicator(request: HttpRequest, indicator: str) -> HttpResponse:
    """One indicator: what it counts, how it is described and protected, and which tables fill it."""
    return render(
        request, f"{_AT}/indicator.html", indicators.one_indicator(_found(shelf.indicators(), indicator))
    )


@require_safe
def all_codelists(request: HttpRequest) -> HttpResponse:
    """Every code list."""
    told = {"describing": codelists.describing(), "others": codelists.others()}
    return render(request, f"{_AT}/codelists.html", told)


@require_safe
def codelist(request: HttpRequest, codelist: str) -> HttpResponse:
    """One code list: its codes, searched and page by page."""
    one, wanted = _found(shelf.codelists(), codelist), asked(request)
    told = {
        "codelist": one,
        "asked": wanted,
        "page": page_of(request, codelists.codes_found(one, wanted.q)),
        "has_validity": codelists.has_validity(one),
        "has_parents": codelists.has_parents(one),
        "included": [shelf.codelists()[other] for other in one.includes if other in shelf.codelists()],
        "users": [shelf.indicators()[other] for other in codelists.users_of(one.id)],
    }
    return render(request, f"{_AT}/codelist.html", told)


@require_safe
def codelist_csv(request: HttpRequest, codelist: str) -> HttpResponseBase:
    """The codes of a list that the page shows, on all of its pages."""
    one = _found(shelf.codelists(), codelist)
    rows = codelists.rows_of(codelists.codes_found(one, asked(request).q))
    return as_csv(request, f"lontar-codelist-{one.id}", rows)


@require_safe
def all_participants(request: HttpRequest) -> HttpResponse:
    """Everybody who takes part."""
    found = [participants.in_short(one) for one in participants.those_who_take_part(_kind())]
    return render(request, f"{_AT}/participants.html", {"participants": found})


@require_safe
def participant(request: HttpRequest, participant: str) -> HttpResponse:
    """One participant: what it is, and the tables that it publishes or sends."""
    one = participants.one_participant(participant, _kind())
    if one is None:
        raise Http404
    told = {
        "participant": one,
        "short": participants.in_short(one),
        "state": participant_name(one.state) if one.state else "",
        "mappings": [tables.in_short(bundle) for bundle in participants.tables_of(one.id)],
    }
    return render(request, f"{_AT}/participant.html", told)


@require_safe
def all_mappings(request: HttpRequest) -> HttpResponse:
    """Every mapping, by reporter."""
    return render(request, f"{_AT}/mappings.html", {"reporters": tables.by_reporter()})


@require_safe
def mapping(request: HttpRequest, reporter: str, table: str) -> HttpResponse:
    """One mapping as a statistician reads it: its table, columns, periods, checks, known errors and crosswalks."""
    bundle = _found(shelf.bundles(), f"{reporter}/{table}")
    wanted = asked(request, crosswalks.CHOICES)
    told = tables.one_table(bundle) | {
        "mapping_reporter": reporter,
        "mapping_table": table,
        "asked": wanted,
        "choices": crosswalks.CHOICES,
        "crosswalks": [_at_first(bundle, name, wanted) for name in bundle.crosswalks],
    }
    return render(request, f"{_AT}/mapping.html", told)


def _at_first(bundle: MappingBundle, name: str, wanted: Asked) -> dict[str, Any]:
    found = crosswalks.lines_of(bundle, name, wanted)
    return _about(bundle, name) | {"lines": found[:LINES_AT_FIRST], "found": len(found)}


def _about(bundle: MappingBundle, name: str) -> dict[str, Any]:
    """What is said of a crosswalk besides its lines."""
    one = bundle.crosswalks[name]
    return {
        "name": name,
        "titles": [part(target) for target in crosswalks.targets_of(bundle, name)],
        "read_from": tables.translated_by(bundle, name),
        "all": len(one.lines),
        "counts": crosswalks.counts(one.lines),
    }


@require_safe
def crosswalk(request: HttpRequest, reporter: str, table: str, crosswalk: str) -> HttpResponse:
    """One crosswalk with all its lines, searched, chosen by match, and page by page."""
    bundle = _found(shelf.bundles(), f"{reporter}/{table}")
    _found(bundle.crosswalks, crosswalk)
    wanted = asked(request, crosswalks.CHOICES)
    about = _about(bundle, crosswalk)
    told = {
        "mapping": bundle.mapping,
        "mapping_reporter": reporter,
        "mapping_table": table,
        "crosswalk": about,
        "counts": about["counts"],
        "asked": wanted,
        "choices": crosswalks.CHOICES,
        "page": page_of(request, crosswalks.lines_of(bundle, crosswalk, wanted)),
    }
    return render(request, f"{_AT}/crosswalk.html", told)


@require_safe
def crosswalk_csv(request: HttpRequest, reporter: str, table: str, crosswalk: str) -> HttpResponseBase:
    """The lines of a crosswalk that its page shows, on all of its pages."""
    bundle = _found(shelf.bundles(), f"{reporter}/{table}")
    _found(bundle.crosswalks, crosswalk)
    lines = crosswalks.lines_of(bundle, crosswalk, asked(request, crosswalks.CHOICES))
    name = f"lontar-crosswalk-{reporter}-{table}-{crosswalk.replace('/', '-')}"
    return as_csv(request, name, crosswalks.rows_of(lines, crosswalks.targets_of(bundle, crosswalk)))


def _kind() -> Kind:
    return "real" if settings.KIND == "real" else "demo"


def _found(things: Mapping[str, T], identity: str) -> T:
    """Give a thing of this id; what is absent and what is shown to nobody are answered alike."""
    if identity not in things:
        raise Http404
    return things[identity]
