"""The catalogue, opened lazily: nothing is read until it is asked for, and each thing is read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

import lontar
from lontar.catalogue.codelist_files import read_codelist
from lontar.catalogue.structs import read_struct
from lontar.model.errors import CatalogueProblem
from lontar.model.figures.codelists import Code, CodeList
from lontar.model.figures.indicators import Indicator, Topic
from lontar.model.figures.thresholds import ThresholdFile, Thresholds, in_force
from lontar.model.people.method_sheets import MethodSheet, Question
from lontar.model.people.participants import Participant, Reporter

T = TypeVar("T")

FICTIONAL = "areas_fictional"
"""The list of the areas that exist in the demonstration only."""


def default_root() -> Path:
    """Find the catalogue: the one in the installed package, else the checkout's."""
    package = Path(lontar.__file__).parent
    packaged = package / "_catalogue"
    return packaged if packaged.is_dir() else package.parents[1] / "catalogue"


def open_catalogue(root: Path | None = None) -> Catalogue:
    """Open a catalogue without reading any of it. Raises CatalogueProblem when the folder is not there."""
    folder = default_root() if root is None else root
    if not folder.is_dir():
        raise CatalogueProblem(
            "CAT-005", str(folder), "there is no such folder.", "Give the folder of a catalogue."
        )
    return Catalogue(folder)


class Questions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The questions of every method sheet, in order."""

    questions: tuple[Question, ...]


class Catalogue:
    """What the experts wrote, by id. Each call raises CatalogueProblem for an unknown id or a file that does not fit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._read: dict[Path, object] = {}
        self._lists: dict[str, CodeList] = {}
        self._opening: list[str] = []

    def indicator(self, indicator_id: str) -> Indicator:
        """Give an indicator; where its units are another list's codes (currencies), `units` holds them all."""
        indicator = self._one("indicators", indicator_id, Indicator)
        if indicator.unit_list == "unit":
            return indicator
        return msgspec.structs.replace(indicator, units=tuple(self.codelist(indicator.unit_list).codes))

    def indicators(self) -> tuple[Indicator, ...]:
        """Give every indicator, by id."""
        return self._all("indicators", self.indicator)

    def topic(self, topic_id: str) -> Topic:
        """Give a topic."""
        return self._one("topics", topic_id, Topic)

    def topics(self) -> tuple[Topic, ...]:
        """Give every topic, by id."""
        return self._all("topics", self.topic)

    def codelist(self, list_id: str) -> CodeList:
        """Give a code list with all that it includes."""
        if list_id not in self._lists:
            self._lists[list_id] = self._open_list(list_id)
        return self._lists[list_id]

    def codelist_for(self, reporter: str | None, list_id: str) -> CodeList:
        """Give a code list as a mapping of this reporter may use it: areas of the demonstration are for its participants alone."""
        whole = self.codelist(list_id)
        if reporter in self.ids("participants") and self.participant(str(reporter)).fictional:
            return whole
        invented = self.codelist(FICTIONAL).codes if FICTIONAL in self.ids("codelists") else {}
        if invented.keys().isdisjoint(whole.codes):
            return whole
        codes = {key: code for key, code in whole.codes.items() if key not in invented}
        return msgspec.structs.replace(whole, codes=codes)

    def codelists(self) -> tuple[CodeList, ...]:
        """Give every code list, by id."""
        return self._all("codelists", self.codelist)

    def participant(self, participant_id: str) -> Participant:
        """Give a participant."""
        return self._one("participants", participant_id, Participant)

    def participants(self) -> tuple[Participant, ...]:
        """Give every participant, by id."""
        return self._all("participants", self.participant)

    def reporter(self, reporter_id: str) -> Reporter:
        """Give a reporter."""
        return self._one("reporters", reporter_id, Reporter)

    def reporters(self) -> tuple[Reporter, ...]:
        """Give every reporter, by id."""
        return self._all("reporters", self.reporter)

    def reporter_list(self) -> CodeList:
        """Give the reporters as a code list, for columns that say who speaks."""
        codes = {one.id: Code(code=one.id, labels=one.labels) for one in self.reporters()}
        return CodeList(
            id="reporter", title="Who says a figure", owner="Lontar", source="reporters/", licence="Apache-2.0",
            version="1", codes=codes,
        )  # fmt: skip

    def questions(self) -> tuple[Question, ...]:
        """Give the questions of every method sheet, in order."""
        return self._cached(self.root / "method_sheets" / "questions.yml", Questions).questions

    def method_sheet(self, reporter_id: str, indicator_id: str) -> MethodSheet | None:
        """Give how a reporter counts an indicator, or None where no sheet was filled."""
        path = self.root / "method_sheets" / reporter_id.lower() / f"{indicator_id}.yml"
        return self._cached(path, MethodSheet) if path.is_file() else None

    def method_sheets(self) -> tuple[MethodSheet, ...]:
        """Give every filled method sheet, by reporter and indicator."""
        return tuple(
            self._cached(path, MethodSheet) for path in sorted((self.root / "method_sheets").glob("*/*.yml"))
        )

    def thresholds(self, day: str) -> Thresholds:
        """Give the numbers from which on a figure may be shown, as in force on a day (ISO)."""
        return in_force(
            self._cached(self.root / "thresholds" / "thresholds.yml", ThresholdFile).thresholds, day
        )

    def ids(self, kind: str) -> tuple[str, ...]:
        """Give the ids of one kind (`indicators`, `codelists`, `participants`, ...), sorted, without reading the files."""
        return tuple(sorted(file_id(path) for path in (self.root / kind).glob("*.yml")))

    def check(self) -> list[CatalogueProblem]:
        """Give everything that is wrong with the catalogue, at once."""
        from lontar.catalogue.checks import check_catalogue

        return check_catalogue(self.root, self.codelist, self.questions)

    def _one(self, kind: str, an_id: str, struct: type[T]) -> T:
        path = self.root / kind / f"{file_name(an_id)}.yml"
        if not an_id.isidentifier() or (path not in self._read and not path.is_file()):
            raise CatalogueProblem(
                "CAT-006", f"{kind}/", f"there is no '{an_id}'.", self._closest(kind, an_id)
            )
        return self._cached(path, struct)

    def _cached(self, path: Path, struct: type[T]) -> T:
        if path not in self._read:
            self._read[path] = read_struct(path, struct)
        found = self._read[path]
        assert isinstance(found, struct)
        return found

    def _all(self, kind: str, give: Callable[[str], T]) -> tuple[T, ...]:
        return tuple(map(give, self.ids(kind)))

    def _open_list(self, list_id: str) -> CodeList:
        folder = self.root / "codelists"
        if not (folder / f"{list_id}.yml").is_file():
            raise CatalogueProblem(
                "CAT-006", "codelists/", f"there is no '{list_id}'.", self._closest("codelists", list_id)
            )
        if list_id in self._opening:
            circle = " -> ".join((*self._opening, list_id))
            raise CatalogueProblem(
                "CAT-012",
                str(folder / f"{list_id}.yml"),
                f"lists include each other: {circle}.",
                "Take one out.",
            )
        self._opening.append(list_id)
        try:
            return read_codelist(folder, list_id, self.codelist)
        finally:
            self._opening.pop()

    def _closest(self, kind: str, an_id: str) -> str:
        import difflib

        known = self.ids(kind)
        close = difflib.get_close_matches(an_id, known, n=3) or known[:10]
        return f"Closest: {', '.join(close)}." if close else "Nothing of that kind is there."


def file_name(an_id: str) -> str:
    """Give the file name (without ending) of an id: lower case, as file systems differ on case."""
    return an_id.lower()


def file_id(path: Path) -> str:
    """Give the id that a file's name stands for; participants and reporters have upper-case ids."""
    return path.stem.upper() if path.parent.name in {"participants", "reporters"} else path.stem
