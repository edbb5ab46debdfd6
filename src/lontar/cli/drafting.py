"""What a draft of a mapping is made from: the reporter, and the code lists of the dimensions that are looked for."""

from pathlib import Path

from lontar.catalogue import Catalogue
from lontar.harmonise.draft import draft_mapping
from lontar.model.figures.codelists import CodeList
from lontar.model.mapping import LIST_OF_FIELD
from lontar.model.mapping.formats import MONTHS
from lontar.model.people.participants import Reporter

_USUAL = {
    "citizenship": "citizenship", "sex": "sex", "age": "age", "mode": "mode", "destination": "journey_area",
    "departure": "journey_area", "habitual_residence": "citizenship",
}  # fmt: skip
"""Dimensions that are looked for where the indicator is not known, and their code lists."""
_AREA = "area"
_SOURCE_KINDS = {"State": "official", "territory": "official", "other": "published"}
"""Kind of reporter -> kind of source; the other kinds are organisations."""


def draft_for(
    catalogue: Catalogue, file: tuple[Path, str], participant: str, indicator: str | None, sheet: str | None
) -> str:
    """The draft for a file; raises CatalogueProblem for a reporter or indicator that does not exist."""
    reporter = catalogue.reporter(participant)
    area = _area_of(catalogue, reporter)
    counted = catalogue.indicator(indicator) if indicator is not None else None
    several = {"unit": counted.units, "stage": counted.stages} if counted else {}
    return draft_mapping(
        *file,
        reporter=reporter.id,
        area=area,
        indicator=indicator,
        dimensions=_targets(catalogue, dict(counted.dimensions) if counted else _USUAL, area is None),
        months=catalogue.codelist(MONTHS),
        sheet=sheet,
        source_kind=_SOURCE_KINDS.get(reporter.kind, "organisation"),
        choices={field: tuple(codes) for field, codes in several.items() if len(codes) > 1},
        is_stock=counted is not None and counted.stock,
    )


def _area_of(catalogue: Catalogue, reporter: Reporter) -> str | None:
    """The area that a reporter stands for, as a mapping may say it; None where it stands for none."""
    participant = catalogue.participant(reporter.participant) if reporter.participant else None
    if participant is not None and (participant.area or participant.fictional):
        return participant.area or participant.id
    return reporter.id if catalogue.codelist(LIST_OF_FIELD[_AREA]).has(reporter.id) else None


def _targets(catalogue: Catalogue, dimensions: dict[str, str], is_area_first: bool) -> dict[str, CodeList]:
    """Each dimension with its list, and the area: before them where nothing else says it, else after them."""
    area = {_AREA: LIST_OF_FIELD[_AREA]}
    named = area | dimensions if is_area_first else dimensions | area
    return {name: catalogue.codelist(codelist) for name, codelist in named.items()}
