"""The words that the generated table draws from: names of areas in seven languages, and the texts of the crosswalks."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from lontar.catalogue.loader import open_catalogue
from lontar.harmonise.resolving.names import NameResolver

MAPPINGS = Path(__file__).parent / "mappings"
LANGUAGES = {"en", "fr", "es", "ar", "ru", "zh", "fa"}
FIRST_DAY, DAYS = date(1998, 1, 1), 10_000
TIMES = ("06:00", "18:30")
"""Ten thousand days with two times each: 20,000 moments, each in four forms."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


class Words(NamedTuple):
    """What the cells of good rows hold. Columns whose cells must agree are drawn together, parted by a comma."""

    offices: list[str]
    dates: list[str]
    """Moment of detection and day of registration."""
    citizenships: list[str]
    areas: list[str]
    sexes: list[str]
    ages: list[str]
    """Age and company."""
    modes: list[str]
    """Mode and method."""
    figures: list[str]
    remarks: list[str]
    ambiguous: list[str]
    """Names that stand for two areas: they must be refused."""


def gather_words(seed: int) -> Words:
    """All words; the same seed gives the same words as long as catalogue and crosswalks stay the same."""
    rng = Random(f"{seed}:words")
    children = texts("ages", "age", {"Y0T17"})
    grown = [text for text in texts("ages", "age") if text not in children]
    alone = texts("companies", "accompanied", {"unaccompanied"})
    others = [text for text in texts("companies", "accompanied") if text not in alone]
    boats = texts("methods", "method", {"boat", "small_boat"})
    dry = [text for text in texts("methods", "method") if text not in boats]
    water, modes = texts("modes", "mode", {"sea", "river"}), texts("modes", "mode")
    return Words(
        offices=texts("offices", "border_place"),
        dates=[f"{moment},{day}" for moment, day in _dates(rng)],
        citizenships=area_names("citizenship")[0],
        areas=area_names("journey_area")[0],
        sexes=texts("sexes", "sex"),
        ages=[*_pairs(children, alone + others), *_pairs(grown, others)],
        modes=[*_pairs(water, boats), *_pairs(modes, dry)],
        figures=_figures(rng),
        remarks=[f"{rng.randrange(10**6):06d}{rng.choice('ABCDEFGH')}" for _ in range(50_000)],
        ambiguous=area_names("citizenship")[1],
    )


def texts(crosswalk: str, target: str, codes: Iterable[str] = ()) -> list[str]:
    """The national texts of a crosswalk, of these codes or of all, quoted as CSV wants."""
    with (MAPPINGS / f"{crosswalk}.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    wanted = set(codes)
    return [quoted(line["from"]) for line in lines if not wanted or line[target] in wanted]


def area_names(codelist: str) -> tuple[list[str], list[str]]:
    """Texts that stand for one area, half of them codes: names as they are, in capitals, with stray blanks; and ambiguous ones."""
    known = open_catalogue().codelist(codelist)
    resolver = NameResolver(known, ("names", "alpha3"))
    names = {
        name.text
        for name in known.names
        if (name.kind == "short" and LANGUAGES & set(name.language.split())) or name.kind == "alpha3"
    }
    certain = sorted(name for name in names if len(resolver.resolve(name)) == 1)
    ambiguous = sorted(
        {n.text for n in known.names if n.kind == "short" and len(resolver.resolve(n.text)) > 1}
    )
    codes = sorted(code for code in known.codes if len(code) == 2 and code.isalpha())
    codes = [code for code in codes if not resolver.resolve(code)]
    capitals = [name.upper() for name in certain if resolver.resolve(name.upper()) == resolver.resolve(name)]
    strayed = (
        [f" {name}" for name in certain] + [f"{name} " for name in certain] + [f"{code} " for code in codes]
    )
    spelled = [quoted(text) for text in dict.fromkeys([*certain, *capitals, *strayed])]
    return spelled + codes * (len(spelled) // len(codes)), ambiguous


def quoted(text: str) -> str:
    """A cell as CSV writes it."""
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def moment_text(day: date, time: str, form: int) -> str:
    """A moment in one of four forms."""
    return quoted(
        (
            f"{day.isoformat()} {time}",
            f"{day:%d/%m/%Y} {time}",
            f"{day.day} {_MONTHS[day.month - 1]} {day.year}, {time}",
            f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[day.weekday()]} {day:%d.%m.%Y} - {time}",
        )[form]
    )


def day_text(day: date, form: int) -> str:
    """A day in one of three forms."""
    return (day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}")[form]


def _dates(rng: Random) -> Iterable[tuple[str, str]]:
    for number in range(DAYS):
        day = FIRST_DAY + timedelta(days=number)
        for time in TIMES:
            for form in range(4):
                for _ in range(3):
                    registered = day + timedelta(days=rng.randrange(7))
                    yield moment_text(day, time, form), day_text(registered, rng.randrange(3))


def _pairs(left: list[str], right: list[str]) -> list[str]:
    return [f"{one},{other}" for one in left for other in right]


def _figures(rng: Random) -> list[str]:
    """Mostly small numbers; some thousands, some masked, some missing."""
    small = [str(rng.randrange(1, 400)) for _ in range(900)]
    large = [f"{n // 1000}.{n % 1000:03d}" for n in (rng.randrange(1000, 40_000) for _ in range(50))]
    return [*small, *large, *["<5"] * 30, *["-"] * 20]
