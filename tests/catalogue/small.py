"""A catalogue of a few lines in which everything is right, for tests that break one thing."""

from pathlib import Path

from lontar.catalogue import Catalogue

HEAD = "title: A list\nowner: o\nsource: s\nlicence: l\nversion: '1'\n"
FILES = {
    "codelists/unit.yml": "id: unit\n" + HEAD,
    "codelists/unit.csv": "code,label_en,parent,valid_from,valid_to\npersons,Persons,,,\n",
    "codelists/stage.yml": "id: stage\n" + HEAD,
    "codelists/stage.csv": "code,label_en,parent,valid_from,valid_to\n_Z,Does not apply,,,\n",
    "codelists/age.yml": "id: age\n" + HEAD + "includes: [stage]\n",
    "codelists/age.csv": (
        "code,label_en,parent,valid_from,valid_to,low,high\nY0T17,0 to 17,,1990,,0,17\nY0T4,0 to 4,Y0T17,1990-01-01,2000,0,4\n"
    ),
    "codelists/age_names.csv": "name,code,kind,language\nchild,Y0T17,alternative,en\n",
    "codelists/reference_area.yml": "id: reference_area\n" + HEAD,
    "codelists/reference_area.csv": "code,label_en,parent,valid_from,valid_to\nNO,Norway,,,\n",
    "topics/arrivals.yml": "id: arrivals\ntitle: Arrivals\ndescription: People who arrive.\n",
    "indicators/landings.yml": (
        "id: landings\ntopic: arrivals\ntitle: Landings\ndefinition: People who land.\nunits: [persons]\nstages: [_Z]\n"
        "dimensions:\n  age: age\nasylum_link: mixed\nasylum_reason: Some flee.\nsource:\n  - title: A treaty\nvalid_from: '2026-01-01'\n"
    ),
    "participants/no.yml": (
        "id: NO\nlabels:\n  en: Norway\nkind: State\nstanding: observer\narea: NO\nverified: false\nsource:\n  - title: A list\n"
    ),
    "reporters/no.yml": "id: NO\nlabels:\n  en: Norway\nkind: State\nparticipant: NO\n",
    "method_sheets/questions.yml": "questions:\n  - id: counted\n    text: What?\n    answers: {event: Event, unknown: Not known}\n",
    "method_sheets/no/landings.yml": (
        "reporter: NO\nindicator: landings\nwritten_by: catalogue\nsource:\n  - title: A table\nanswers:\n  counted:\n    answer: [event]\n"
        "valid_from: '2026'\n"
    ),
    "thresholds/thresholds.yml": "thresholds:\n"
    + "".join(
        f"  - id: {name}\n    value: {value}\n    unit: u\n    valid_from: '2026-01-01'\n    reason: Why {name}.\n"
        f"    source:\n      - title: Book of {name}\n"
        for name, value in (
            ("smallest_shown", 10),
            ("contributors", 4),
            ("contributors_outside", 3),
            ("largest_share", 70),
            ("prior_percent", 11),
            ("rounding", 5),
        )
    ),
}


def small_catalogue(folder: Path, changed: dict[str, str] | None = None) -> Catalogue:
    """Write the small catalogue, with these files changed or added, and open it."""
    for name, text in {**FILES, **(changed or {})}.items():
        path = folder / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Catalogue(folder / "catalogue")


def with_change(name: str, old: str, new: str) -> dict[str, str]:
    """Give one file of the small catalogue with one passage replaced."""
    assert FILES[name].count(old) == 1, f"{old!r} does not stand once in {name}"
    return {name: FILES[name].replace(old, new)}
