"""What the catalogue says of figures, as the warehouse asks it."""

from __future__ import annotations

from datetime import date

from lontar.catalogue import Catalogue
from lontar.catalogue.policies import read_allegiances
from lontar.model.figures.codelists import CodeList
from lontar.warehouse.accepting import Known
from lontar.warehouse.intake.terms import Rules


def known_by(catalogue: Catalogue, day: date) -> Known:
    """Give what a catalogue says of figures, with the thresholds of a day."""
    rules = Rules(
        indicators={one.id: one for one in catalogue.indicators()},
        origin_of=read_allegiances(catalogue).origin_of,
        ancestors=lambda listed, code: catalogue.codelist(listed).ancestors(code),
        smallest_shown=catalogue.thresholds(day.isoformat()).smallest_shown,
    )
    speakers = {one.id: one.participant or "" for one in catalogue.reporters()}
    return Known(
        rules,
        lambda indicator: dimensions_of(catalogue, indicator),
        lambda reporter: speakers.get(reporter, ""),
    )


def dimensions_of(catalogue: Catalogue, indicator: str) -> dict[str, CodeList]:
    """Give the dimensions of an indicator, each with its code list."""
    return {name: catalogue.codelist(one) for name, one in catalogue.indicator(indicator).dimensions.items()}
