"""What a draft of a mapping is made from: the reporter, and the code lists of the dimensions that are looked for."""

from pathlib import Path

from lontar.catalogue import Catalogue
from lontar.harmonise.draft import draft_mapping
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping.formats import MONTHS

_USUAL = ("citizenship", "sex", "age", "mode")
"""Dimensions that are looked for where the indicator is not known."""


def draft_for(
    catalogue: Catalogue, file: tuple[Path, str], participant: str, indicator: str | None, sheet: str | None
) -> str:
    """The draft for a file; raises CatalogueProblem for a reporter or indicator that does not exist."""
    reporter = catalogue.reporter(participant)
    return draft_mapping(
        *file,
        reporter=reporter.id,
        area=_area(catalogue, reporter.participant) or reporter.id,
        indicator=indicator,
        dimensions=_dimensions(catalogue, indicator),
        months=catalogue.codelist(MONTHS),
        sheet=sheet,
    )


def _area(catalogue: Catalogue, participant: str | None) -> str | None:
    return catalogue.participant(participant).area if participant else None


def _dimensions(catalogue: Catalogue, indicator: str | None) -> dict[str, CodeList]:
    """Each dimension with its list; of several with one list only the first, since names cannot tell them apart."""
    if indicator is None:
        named = {name: name for name in _USUAL}
    else:
        named = dict(catalogue.indicator(indicator).dimensions)
    once = {codelist: dimension for dimension, codelist in reversed(named.items())}
    return {name: catalogue.codelist(codelist) for name, codelist in named.items() if once[codelist] == name}
