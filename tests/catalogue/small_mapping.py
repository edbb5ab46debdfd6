"""A mapping and its crosswalk in the small catalogue, in which everything is right, for tests that break one thing."""

from pathlib import Path

from lontar.catalogue import Catalogue
from tests.catalogue.small import HEAD, small_catalogue

NAME, CROSSWALK, CORRECTIONS = (
    "mappings/no/landings.yml",
    "mappings/no/ages.csv",
    "corrections/no/landings.yml",
)
MAPPING_FILES = {
    "codelists/source_kind.yml": "id: source_kind\n" + HEAD,
    "codelists/source_kind.csv": "code,label_en,parent,valid_from,valid_to\nofficial,Official,,,\n",
    "codelists/month.yml": "id: month\n" + HEAD,
    "codelists/month.csv": "code,label_en,parent,valid_from,valid_to\n01,January,,,\n",
    "codelists/month_names.csv": "name,code,kind,language\nJanuary,01,official,en\njanuar,01,official,nb\n",
    NAME: """\
id: no/landings
title: Landings
source: {publisher: Coast Guard, title: A table, licence: CC BY 4.0}
reporter: NO
source_kind: official
area: NO
indicator: landings
file:
  names: ["landings_{told}.csv"]
columns:
  - {column: Year, is: used}
  - column: Age
    is: age
    crosswalk: ages
  - {column: Name, is: personal}
  - {column: Persons, is: figure}
period:
  from: "{Year}"
  formats: ["{year}"]
checks:
  - id: some
    says: a year is told
    required: [Year]
""",
    CROSSWALK: (
        "from,to,match,note,ignore\nchild,Y0T17,exact,,\n\n0-4,Y0T4,narrower,Only those registered.,\nn.a.,,,,no age\n"
    ),
    CORRECTIONS: """\
mapping: no/landings
corrections:
  - {id: typing, column: Persons, found: 1o, action: replace, to: "10", reason: a letter for a nought, reported: "2026-01-01"}
""",
}  # fmt: skip


def mapping_catalogue(folder: Path, changed: dict[str, str] | None = None) -> Catalogue:
    """Write the small catalogue with the mapping, with these files changed or added, and open it."""
    return small_catalogue(folder, {**MAPPING_FILES, **(changed or {})})


def file_called(what: str) -> str:
    """The path of the mapping, the crosswalk or the corrections."""
    return {"mapping": NAME, "crosswalk": CROSSWALK, "corrections": CORRECTIONS}[what]


def with_change(name: str, old: str, new: str) -> dict[str, str]:
    """Give one of these files with one passage replaced."""
    assert MAPPING_FILES[name].count(old) == 1, f"{old!r} does not stand once in {name}"
    return {name: MAPPING_FILES[name].replace(old, new)}
