"""What tests of several rooms are made from: the families of example files, harmonised."""

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from lontar.catalogue import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.run import harmonise_files
from tests.house.places import CATALOGUE, EXAMPLES

FAMILIES = {
    "au/boat_arrivals": "au/boat_arrivals_1976_2025.csv",
    "frontex/detections": "frontex/frontex_detections_*.csv.gz",
    "gb/irregular_migration": "gb/irregular_migration.csv",
    "gb/small_boats_daily": "gb/small_boats_time_series_*.ods",
    "gb/small_boats_weekly": "gb/small_boats_time_series_*.ods",
    "iom/missing_migrants": "iom/missing_migrants/*.csv.gz",
    "iom/missing_migrants_export": "iom/missing_migrants_export/*.csv",
    "iom/missing_migrants_export_incidents": "iom/missing_migrants_export/*.csv",
    "iom/missing_migrants_incidents": "iom/missing_migrants/*.csv.gz",
    "it/accoglienza": "it/accoglienza/*.csv",
    "it/nazionalita": "it/nazionalita/*.csv",
    "it/nazionalita_joined": "it/nazionalita.csv",
    "it/sbarchi": "it/sbarchi-per-giorno.csv.gz",
    "it/sbarchi_raw": "it/sbarchi/*.csv",
    "mx/irregular_by_nationality": "mx/irregular_situation_by_nationality.csv",
    "mx/irregular_by_sex_age": "mx/irregular_situation_by_sex_age.csv",
    "pa/darien_by_nationality": "pa/*_by_nationality.csv",
    "pa/darien_by_sex_age": "pa/*_by_sex_age.csv",
    "unodc/glotip": "unodc/*.xlsx",
    "us/usbp_monthly": "us/usbp_monthly/*.csv",
}
"""Mapping -> its files under examples/."""


class Harmonised(NamedTuple):
    """What one call made: account.json, observations/ by indicator, problems.csv."""

    account: dict[str, Any]
    observations: dict[str, list[dict[str, Any]]]
    problems: list[dict[str, str]]


def family_files(mapping: str) -> list[Path]:
    """The example files of a family, in the order of their names."""
    return sorted(EXAMPLES.glob(FAMILIES[mapping]))


def harmonise_family(mapping: str, out: Path) -> Path:
    """Harmonise the example files of a family into that folder; returns it."""
    bundle = open_mapping(open_catalogue(CATALOGUE), mapping)
    harmonise_files([(path, path.name) for path in family_files(mapping)], bundle, out)
    return out


def read_output(out: Path) -> Harmonised:
    """Read what a call wrote into that folder."""
    with (out / "problems.csv").open(encoding="utf-8", newline="") as file:
        problems = list(csv.DictReader(file))
    tables = sorted((out / "observations").glob("*.parquet"))
    return Harmonised(
        json.loads((out / "account.json").read_text("utf-8")),
        {path.stem: pq.read_table(path).to_pylist() for path in tables},
        problems,
    )
