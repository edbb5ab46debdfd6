"""What the pages of indicators show."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from lontar.members.names import topic_title
from lontar.model.figures.indicators import Indicator
from lontar.model.mapping import MappingBundle
from lontar.reporting.catalogue_pages.crosswalks import all_lines, is_inexact, worst_match
from lontar.reporting.catalogue_pages.shelf import bundles, catalogue, indicators, reporter_labels
from lontar.reporting.catalogue_pages.wording import as_day, first_sentence, label_of, marked

NO_STAGE = "_Z"


class Filling(NamedTuple):
    """A mapping that fills an indicator, and how comparably."""

    id: str
    title: str
    reporter: SafeString | str
    worst: str
    inexact: int
    notes: tuple[str, ...]


def title_of(indicator: Indicator) -> SafeString | str:
    """Give the title of an indicator for a page."""
    return marked({"en": indicator.title, **indicator.labels})


def by_topic() -> list[dict[str, Any]]:
    """Give the topics with their indicators, each as it stands in the list of them."""
    return [
        {
            "id": topic.id,
            "title": topic_title(topic.id),
            "indicators": [_in_short(one) for one in indicators().values() if one.topic == topic.id],
        }
        for topic in catalogue().topics()
    ]


def _in_short(indicator: Indicator) -> dict[str, Any]:
    return {
        "id": indicator.id,
        "title": title_of(indicator),
        "line": first_sentence(indicator.definition),
        **_counting(indicator),
        **_protection(indicator),
    }


def _counting(indicator: Indicator) -> dict[str, Any]:
    in_list = indicator.unit_list if indicator.unit_list != "unit" else ""
    return {
        "unit_list": in_list,
        "units": [] if in_list else [label_of("unit", one) for one in indicator.units],
        "stages": [label_of("stage", one) for one in indicator.stages if one != NO_STAGE],
    }


def _protection(indicator: Indicator) -> dict[str, Any]:
    return {
        "asylum": indicator.asylum_link,
        "classes": indicator.classes,
        "finer": indicator.classes_finer_than_total,
    }


def one_indicator(indicator: Indicator) -> dict[str, Any]:
    """Give what the page of an indicator shows."""
    return {
        "indicator": indicator,
        "title": title_of(indicator),
        "topic": topic_title(indicator.topic),
        **_counting(indicator),
        **_protection(indicator),
        "valid_from": as_day(indicator.valid_from),
        "valid_to": as_day(indicator.valid_to),
        "fillings": [
            _filling(indicator, one) for one in bundles().values() if indicator.id in one.indicators
        ],
    }


def _filling(indicator: Indicator, bundle: MappingBundle) -> Filling:
    lines = [line for line in all_lines(bundle) if line.to.get("indicator", indicator.id) == indicator.id]
    mapping = bundle.mapping
    inexact = sum(map(is_inexact, lines))
    reporter = reporter_of(bundle)
    return Filling(mapping.id, mapping.title, reporter, worst_match(lines), inexact, mapping.notes)


def reporter_of(bundle: MappingBundle) -> SafeString | str:
    """Give who says the figures of a table, for a page; '' where a column says it."""
    labels = reporter_labels().get(bundle.mapping.reporter or "")
    return marked(labels) if labels else ""
