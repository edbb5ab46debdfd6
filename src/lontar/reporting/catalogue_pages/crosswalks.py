"""Crosswalks as readable tables: what a national text becomes, how well the two match, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lontar.model.figures.absences import MATCHES
from lontar.model.figures.codelists import CodeList, one_for
from lontar.model.mapping import LIST_OF_FIELD, Crosswalk, CrosswalkLine, MappingBundle
from lontar.reporting.catalogue_pages.finding import Asked, form_of
from lontar.reporting.catalogue_pages.shelf import codelists, indicators, reporter_labels
from lontar.reporting.catalogue_pages.wording import said

IGNORED, INEXACT = "ignored", "inexact"
CHOICES = (INEXACT, *MATCHES, IGNORED)
"""By what the lines of a crosswalk can be chosen."""
ANY = "to"
"""The heading of a crosswalk that leaves it to the columns to say what they are."""


class Given(NamedTuple):
    """A code that a text becomes, with its labels by language (empty for a code of an open list)."""

    code: str
    labels: Mapping[str, str]


class Becomes(NamedTuple):
    """What a text becomes in one field or dimension. Of several codes `instead` is the one given for all of them."""

    target: str
    codes: tuple[Given, ...]
    instead: Given | None


class Line(NamedTuple):
    """One line of a crosswalk, to be shown."""

    source: str
    becomes: tuple[Becomes, ...]
    match: str
    note: str
    ignored: str

    @property
    def shown(self) -> tuple[Becomes, ...]:
        """What it becomes, but for a stage where nothing is established by steps."""
        return tuple(one for one in self.becomes if (one.target, one.codes[0].code) != ("stage", "_Z"))


def is_inexact(line: CrosswalkLine) -> bool:
    """Whether a line gives codes that do not mean quite the same."""
    return not line.ignore and line.match != "exact"


def worst_match(lines: Iterable[CrosswalkLine]) -> str:
    """Give the worst match of the lines that give codes; exact where there is none."""
    return max((one.match for one in lines if not one.ignore), key=MATCHES.index, default="exact")


def counts(lines: Iterable[CrosswalkLine]) -> Counter[str]:
    """Give how many lines can be chosen by each of CHOICES."""
    found: Counter[str] = Counter()
    for line in lines:
        found[IGNORED if line.ignore else line.match] += 1
        found[INEXACT] += is_inexact(line)
    return found


def lines_of(bundle: MappingBundle, name: str, wanted: Asked) -> list[Line]:
    """Give the lines of a crosswalk that a reader asks for, in the order of the file."""
    crosswalk = bundle.crosswalks[name]
    shown = (_shown(bundle, crosswalk, line) for line in crosswalk.lines if _is_chosen(line, wanted.match))
    return [line for line in shown if wanted.form in form_of(_all_text(line))]


def _is_chosen(line: CrosswalkLine, match: str) -> bool:
    if match == INEXACT:
        return is_inexact(line)
    return not match or match == (IGNORED if line.ignore else line.match)


def _all_text(line: Line) -> str:
    codes = [one for becomes in line.becomes for one in becomes.codes]
    labels = [label for one in codes for label in one.labels.values()]
    return "\n".join([line.source, line.note, line.ignored, *(one.code for one in codes), *labels])


def targets_of(bundle: MappingBundle, name: str) -> tuple[str, ...]:
    """Give the fields and dimensions that a crosswalk fills: its own, or those of its columns where it leaves them to say so."""
    asking = [column for column in bundle.mapping.columns if column.crosswalk == name]
    of_columns = tuple(target for column in asking for target in column.targets())
    own = bundle.crosswalks[name].targets
    return tuple(dict.fromkeys(one for told in own for one in (of_columns if told == ANY else (told,))))


def _shown(bundle: MappingBundle, crosswalk: Crosswalk, line: CrosswalkLine) -> Line:
    told = {
        target: line.to.get(target) or line.to.get(ANY, "") for target in targets_of(bundle, crosswalk.id)
    }
    becomes = (_becomes(bundle, crosswalk.id, target, codes) for target, codes in told.items() if codes)
    return Line(line.source, tuple(becomes), line.match, line.note, line.ignore)


def _becomes(bundle: MappingBundle, name: str, target: str, told: str) -> Becomes:
    lists = _lists_of(bundle, name, target)
    codes = tuple(one.strip() for one in told.split("|"))
    instead = one_for(lists, codes) if len(codes) > 1 else None
    return Becomes(
        target,
        tuple(_given(target, lists, code) for code in codes),
        None if instead is None else _given(target, lists, instead),
    )


def _given(target: str, lists: Sequence[CodeList], code: str) -> Given:
    if target == "indicator" and code in indicators():
        one = indicators()[code]
        return Given(code, {"en": one.title, **one.labels})
    if target == "reporter":
        return Given(code, reporter_labels().get(code, {}))
    known = next((codelist.codes[code] for codelist in lists if code in codelist.codes), None)
    return Given(code, known.labels if known else {})


def _lists_of(bundle: MappingBundle, name: str, target: str) -> Sequence[CodeList]:
    """Give the code lists that a target of a crosswalk is written in, as its columns say."""
    named = [column.codes for column in bundle.mapping.columns if column.crosswalk == name and column.codes]
    named += [] if named else [list_of(target, bundle)]
    return [codelists()[one] for one in dict.fromkeys(named) if one in codelists()]


def list_of(target: str, bundle: MappingBundle) -> str:
    """Give the id of the code list of a field or dimension; '' where it has none."""
    if target == "status":
        return "status"
    found = (one.dimensions[target] for one in bundle.indicators.values() if target in one.dimensions)
    return LIST_OF_FIELD.get(target) or next(found, "")


def rows_of(lines: Iterable[Line], targets: Sequence[str]) -> Iterator[list[str]]:
    """Give lines as rows of a file, its heading first; several codes are parted by | as in the catalogue."""
    codes = [name for target in targets for name in (target, f"{target}_label")]
    yield ["from", *codes, "match", "note", "ignored"]
    for line in lines:
        held = {one.target: one.codes for one in line.becomes}
        cells = [cell for target in targets for cell in _cells(held.get(target, ()))]
        yield [line.source, *cells, "" if line.ignored else line.match, line.note, line.ignored]


def _cells(codes: Sequence[Given]) -> tuple[str, str]:
    labels = (said(one.labels) if one.labels else one.code for one in codes)
    return "|".join(one.code for one in codes), "|".join(labels)


def all_lines(bundle: MappingBundle) -> list[CrosswalkLine]:
    """Give the lines of all crosswalks of a mapping."""
    return [line for one in bundle.crosswalks.values() for line in one.lines]
