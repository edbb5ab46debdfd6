"""The rules of sharing, and the decisions that experts expect of them, as files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from lontar.catalogue.findings import Findings
from lontar.catalogue.structs import read_struct
from lontar.model.errors import CatalogueProblem
from lontar.model.policy.language import Rule
from lontar.model.policy.typing import complaints


class ExpectedDecision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What experts expect of one question. `viewer`, `thing` and `reading` say what differs from the file's own."""

    name: str
    viewer: dict[str, object] = {}
    thing: dict[str, object] = {}
    reading: dict[str, object] = {}
    allowed: bool
    rules: tuple[str, ...]


class ExpectedDecisions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of expected decisions: what they are about, the viewer and the thing that they start from, and the cases."""

    about: str
    viewer: dict[str, object]
    thing: dict[str, object]
    now: datetime
    cases: tuple[ExpectedDecision, ...]


def read_rules(root: Path) -> tuple[Rule, ...]:
    """Read every rule of the catalogue in this folder, by id. Raises CatalogueProblem for the first that does not fit."""
    findings = Findings(root)
    rules = check_rules(findings)
    if findings.problems:
        raise findings.problems[0]
    if not rules:
        raise CatalogueProblem("CAT-005", str(root / "policies"), "there is no rule.", "Give a folder of rules.")
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
        findings.in_yaml(path, ["source"], "CAT-032", "no source is named.", "Name what the rule follows from.")
    for position, condition in enumerate(rule.when):
        for place, said in complaints(condition):
            remedy = "docs/reference/policy.md lists the facts, and what each test compares."
            findings.in_yaml(path, ["when", position, *place], "CAT-060", f"{said}.", remedy)


def read_expected(root: Path) -> dict[str, ExpectedDecisions]:
    """Read every file of expected decisions, by name."""
    return {path.stem: read_struct(path, ExpectedDecisions) for path in sorted((root / "policies" / "cases").glob("*.yml"))}
