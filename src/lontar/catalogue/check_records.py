"""What must hold of topics, indicators, participants, reporters and method sheets, each by itself and with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from lontar.catalogue.check_codelists import is_day
from lontar.catalogue.findings import Findings, closest
from lontar.catalogue.structs import read_struct
from lontar.model.figures.codelists import CodeList
from lontar.model.figures.indicators import Indicator, Reference, Topic
from lontar.model.people.method_sheets import MethodSheet, Question
from lontar.model.people.participants import Participant, Reporter


class Identified(Protocol):
    """Whatever has an id."""

    @property
    def id(self) -> str:
        """The id, which the file name repeats."""


R = TypeVar("R", bound=Identified)
Found = dict[str, tuple[Path, R]]


class RecordChecks:
    """The records of a catalogue, read once, and the checks on them."""

    def __init__(
        self, findings: Findings, give: Callable[[str], CodeList], questions: tuple[Question, ...]
    ) -> None:
        self.findings = findings
        self.give = give
        self.questions = questions
        self.topics = self._read("topics", Topic)
        self.indicators = self._read("indicators", Indicator)
        self.participants = self._read("participants", Participant)
        self.reporters = self._read("reporters", Reporter)

    def check(self) -> None:
        """Check them all."""
        for path, topic in self.topics.values():
            self._check_topic(path, topic)
        for path, indicator in self.indicators.values():
            self._check_indicator(path, indicator)
        for path, participant in self.participants.values():
            self._check_participant(path, participant)
        for path, reporter in self.reporters.values():
            self._check_reporter(path, reporter)
        self._check_questions()
        for path in sorted((self.findings.root / "method_sheets").glob("*/*.yml")):
            self._check_sheet(path)

    def _read(self, kind: str, struct: type[R]) -> Found[R]:
        found: Found[R] = {}
        for path in sorted((self.findings.root / kind).glob("*.yml")):
            record = self.findings.attempt(lambda path=path: read_struct(path, struct))  # type: ignore[misc]
            if record is None:
                continue
            if record.id.lower() != path.stem or (
                record.id != path.stem and kind in {"topics", "indicators"}
            ):
                message = f"the id is '{record.id}', the file is called '{path.stem}'."
                self.findings.in_yaml(path, ["id"], "CAT-020", message, "Give both one name.")
            found[record.id] = (path, record)
        return found

    def _check_topic(self, path: Path, topic: Topic) -> None:
        if all(indicator.topic != topic.id for _, indicator in self.indicators.values()):
            self.findings.in_yaml(
                path,
                ["id"],
                "CAT-038",
                f"no indicator belongs to '{topic.id}'.",
                "Take it out, or write one.",
            )

    def _check_indicator(self, path: Path, indicator: Indicator) -> None:
        self._known(path, ["topic"], indicator.topic, self.topics, "topic")
        self._check_codes(path, "units", indicator.units, indicator.unit_list)
        self._check_codes(path, "stages", indicator.stages, "stage")
        for column, list_id in indicator.dimensions.items():
            self._known(path, ["dimensions", column], list_id, self._list_ids(), "code list")
        if not indicator.units and indicator.unit_list == "unit":
            self.findings.in_yaml(
                path, ["units"], "CAT-033", "there is no unit.", "Name one, or another unit_list."
            )
        self._check_filled(path, indicator, ("title", "definition", "asylum_reason"))
        self._check_sources(path, indicator.source)
        self._check_days(path, indicator.valid_from, indicator.valid_to)

    def _check_codes(self, path: Path, key: str, codes: Iterable[str], list_id: str) -> None:
        if not self._known(path, [key], list_id, self._list_ids(), "code list"):
            return
        allowed = self.findings.attempt(lambda: self.give(list_id))
        for at, code in enumerate(codes):
            if allowed is not None:
                self._known(path, [key, at], code, allowed.codes, f"code of the list {list_id}:")

    def _check_participant(self, path: Path, participant: Participant) -> None:
        self._check_labels(path, participant.labels)
        self._check_sources(path, participant.source)
        self._check_days(path, participant.valid_from, participant.valid_to)
        areas = self.findings.attempt(lambda: self.give("reference_area"))
        known = {*(areas.codes if areas else ()), *self.participants}
        for key, value in (("area", participant.area), ("state", participant.state)):
            if value is not None:
                self._known(path, [key], value, known, "area or participant")
        if participant.kind == "territory" and participant.state is None:
            self.findings.in_yaml(
                path, ["kind"], "CAT-033", "a territory does not say of which State.", "Add state."
            )

    def _check_reporter(self, path: Path, reporter: Reporter) -> None:
        self._check_labels(path, reporter.labels)
        if reporter.participant is not None:
            self._known(path, ["participant"], reporter.participant, self.participants, "participant")

    def _check_questions(self) -> None:
        path = self.findings.root / "method_sheets" / "questions.yml"
        ids = [question.id for question in self.questions]
        for at, question in enumerate(self.questions):
            if ids.count(question.id) > 1:
                self.findings.in_yaml(
                    path,
                    ["questions", at, "id"],
                    "CAT-024",
                    f"'{question.id}' is there twice.",
                    "Rename one.",
                )
            if "unknown" not in question.answers:
                message = f"'{question.id}' cannot be answered by unknown."
                self.findings.in_yaml(path, ["questions", at, "answers"], "CAT-035", message, "Add unknown.")

    def _check_sheet(self, path: Path) -> None:
        sheet = self.findings.attempt(lambda: read_struct(path, MethodSheet))
        if sheet is None:
            return
        if (sheet.reporter.lower(), sheet.indicator) != (path.parent.name, path.stem):
            message = f"the sheet is of {sheet.reporter} for {sheet.indicator}, the file is {path.parent.name}/{path.name}."
            self.findings.in_yaml(path, ["reporter"], "CAT-020", message, "Move it, or mend it.")
        self._known(path, ["reporter"], sheet.reporter, self.reporters, "reporter")
        self._known(path, ["indicator"], sheet.indicator, self.indicators, "indicator")
        self._check_sources(path, sheet.source)
        self._check_days(path, sheet.valid_from, sheet.valid_to)
        self._check_answers(path, sheet)

    def _check_answers(self, path: Path, sheet: MethodSheet) -> None:
        questions = {question.id: question for question in self.questions}
        for asked in questions.keys() - sheet.answers.keys():
            self.findings.in_yaml(
                path, ["answers"], "CAT-034", f"'{asked}' is not answered.", "Answer it, if only by unknown."
            )
        for asked, answer in sheet.answers.items():
            if not self._known(path, ["answers", asked], asked, questions, "question"):
                continue
            question = questions[asked]
            for given in answer.answer:
                self._known(
                    path, ["answers", asked], given, question.answers, f"answer to {asked}:", "CAT-035"
                )
            if len(answer.answer) != 1 and not (question.several and answer.answer):
                self.findings.in_yaml(
                    path, ["answers", asked], "CAT-037", f"'{asked}' takes one answer.", "Choose one."
                )

    def _known(
        self,
        path: Path,
        steps: list[str | int],
        found: str,
        allowed: Iterable[str],
        what: str,
        code: str = "CAT-031",
    ) -> bool:
        known = tuple(allowed)
        if found not in known:
            self.findings.in_yaml(path, steps, code, f"there is no {what} '{found}'.", closest(found, known))
        return found in known

    def _check_filled(self, path: Path, record: Identified, keys: Iterable[str]) -> None:
        for key in keys:
            if not str(getattr(record, key)).strip():
                self.findings.in_yaml(path, [key], "CAT-033", f"{key} is empty.", "Write it.")

    def _check_labels(self, path: Path, labels: dict[str, str]) -> None:
        if not labels.get("en", "").strip():
            self.findings.in_yaml(path, ["labels"], "CAT-021", "there is no English label.", "Add labels.en.")

    def _check_sources(self, path: Path, sources: tuple[Reference, ...]) -> None:
        if not sources or not all(source.title.strip() for source in sources):
            self.findings.in_yaml(
                path,
                ["source"],
                "CAT-032",
                "no source is named, or one has no title.",
                "Name where this comes from.",
            )

    def _check_days(self, path: Path, start: str | None, end: str | None) -> None:
        for key, day in (("valid_from", start), ("valid_to", end)):
            if day is not None and not is_day(day):
                self.findings.in_yaml(
                    path, [key], "CAT-025", f"'{day}' is no date.", "Write a year or YYYY-MM-DD."
                )
        if start and end and start[: len(end)] > end:
            self.findings.in_yaml(
                path, ["valid_to"], "CAT-026", f"it ends ({end}) before it begins ({start}).", "Mend one."
            )

    def _list_ids(self) -> Iterator[str]:
        return (path.stem for path in (self.findings.root / "codelists").glob("*.yml"))
