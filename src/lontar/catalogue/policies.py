"""The rules of sharing, and the decisions that experts expect of them, as files."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from lontar.catalogue.findings import Findings, closest
from lontar.catalogue.loader import Catalogue
from lontar.catalogue.structs import read_struct
from lontar.model.errors import CatalogueProblem
from lontar.model.figures.codelists import CodeList
from lontar.model.policy.allegiances import Allegiances, Bringing
from lontar.model.policy.language import Rule
from lontar.model.policy.typing import complaints


class ExpectedDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What experts expect of one question. `viewer`, `thing` and `reading` say what differs from the file's own."""

    name: str
    viewer: dict[str, Any] = {}
    thing: dict[str, Any] = {}
    reading: dict[str, Any] = {}
    allowed: bool
    rules: tuple[str, ...]


class ExpectedDecisions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of expected decisions: what they are about, the viewer, thing and reading that they start from, and the cases."""

    about: str
    viewer: dict[str, Any]
    thing: dict[str, Any]
    reading: dict[str, Any] = {}
    now: datetime
    cases: tuple[ExpectedDecision, ...]


def read_rules(root: Path) -> tuple[Rule, ...]:
    """Read every rule of the catalogue in this folder, by id. Raises CatalogueProblem for the first that does not fit."""
    findings = Findings(root)
    rules = check_rules(findings)
    if findings.problems:
        raise findings.problems[0]
    if not rules:
        raise CatalogueProblem(
            "CAT-005", str(root / "policies"), "there is no rule.", "Give a folder of rules."
        )
    return rules


def check_rules(findings: Findings) -> tuple[Rule, ...]:
    """Read every rule and note what is wrong with each; give those that could be read, by id."""
    rules = []
    for path in sorted((findings.root / "policies").glob("*.yml")):
        rule = findings.attempt(lambda path=path: read_struct(path, Rule))  # type: ignore[misc]
        if rule is not None:
            _check_rule(findings, path, rule)
            rules.append(rule)
    return tuple(rules)


def _check_rule(findings: Findings, path: Path, rule: Rule) -> None:
    if rule.id.lower() != path.stem:
        said = f"the id is '{rule.id}', the file is called '{path.stem}'."
        findings.in_yaml(path, ["id"], "CAT-020", said, "Give both one name.")
    if not rule.source:
        findings.in_yaml(
            path, ["source"], "CAT-032", "no source is named.", "Name what the rule follows from."
        )
    for position, condition in enumerate(rule.when):
        for place, clause in complaints(condition):
            remedy = "docs/reference/policy.md lists the facts, and what each test compares."
            findings.in_yaml(
                path, ["when", position, *place], "CAT-060", f"this cannot be asked: {clause}.", remedy
            )


def check_policies(catalogue: Catalogue) -> list[CatalogueProblem]:
    """Give everything that is wrong with the rules, the allegiances and the files of expected decisions, where there are any."""
    findings = Findings(catalogue.root)
    if not (catalogue.root / "policies").is_dir():
        return []
    check_rules(findings)
    check_allegiances(findings, _areas(catalogue))
    for path in sorted((catalogue.root / "policies" / "cases").glob("*.yml")):
        findings.attempt(lambda path=path: read_struct(path, ExpectedDecisions))  # type: ignore[misc]
    return findings.problems


def _areas(catalogue: Catalogue) -> set[str]:
    return {code for name in ("areas", "areas_other") for code in catalogue.codelist(name).codes}


def read_expected(root: Path) -> dict[str, ExpectedDecisions]:
    """Read every file of expected decisions, by name."""
    return {
        path.stem: read_struct(path, ExpectedDecisions)
        for path in sorted((root / "policies" / "cases").glob("*.yml"))
    }


def read_allegiances(catalogue: Catalogue) -> Allegiances:
    """Read how codes of areas are closed. Raises CatalogueProblem for the first line that does not fit."""
    findings = Findings(catalogue.root)
    areas, former = catalogue.codelist("areas"), catalogue.codelist("areas_former")
    lines = check_allegiances(findings, _areas(catalogue))
    if findings.problems:
        raise findings.problems[0]
    single = [code for code, one in areas.codes.items() if one.attributes.get("alpha3")]
    successors = {
        code: tuple(one.attributes.get("successors", "").split()) for code, one in former.codes.items()
    }
    participants = [one.id for one in catalogue.participants() if one.fictional]
    return Allegiances(lines, _members(areas, single), successors, [*single, *participants])


def _members(areas: CodeList, single: list[str]) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = {}
    for area in single:
        for group in areas.ancestors(area):
            held.setdefault(group, set()).add(area)
    return {group: frozenset(members) for group, members in held.items() if group not in single}


def check_allegiances(findings: Findings, known: set[str]) -> tuple[Bringing, ...]:
    """Read the table of allegiances and note what is wrong with each line."""
    path = findings.root / "policies" / "allegiances.csv"
    lines = []
    with path.open(encoding="utf-8", newline="") as file:
        for row, cells in enumerate(csv.DictReader(file, strict=True), start=2):
            for name in ("state", "brings"):
                if cells.get(name) not in known:
                    said = f"'{cells.get(name)}' is no code of an area."
                    findings.in_table(
                        path, row, "CAT-031", said, closest(str(cells.get(name)), sorted(known))
                    )
            try:
                lines.append(msgspec.convert(cells, Bringing))
            except msgspec.ValidationError as error:
                findings.in_table(path, row, "CAT-004", f"{error}.", "Columns: state, brings, kind, note.")
    return tuple(lines)
