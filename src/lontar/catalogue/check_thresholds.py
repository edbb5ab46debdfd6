"""What must hold of the thresholds: each has a value on every day, and none is without a reason and a source."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from lontar.catalogue.check_codelists import is_day
from lontar.catalogue.findings import Findings
from lontar.catalogue.structs import read_struct
from lontar.model.figures.thresholds import IDS, Threshold, ThresholdFile

SHARES = ("largest_share", "prior_percent")
"""The thresholds that are per cent of something."""


def check_thresholds(findings: Findings) -> None:
    """Check the file of thresholds, which no catalogue goes without."""
    path = findings.root / "thresholds" / "thresholds.yml"
    read = findings.attempt(lambda: read_struct(path, ThresholdFile))
    if read is None:
        return
    for missing in sorted(set(IDS) - {one.id for one in read.thresholds}):
        remedy = "Write an entry for it, with its day, its reason and its source."
        findings.in_yaml(path, ["thresholds"], "CAT-033", f"'{missing}' has no value.", remedy)
    days = Counter((one.id, one.valid_from) for one in read.thresholds)
    for at, one in enumerate(read.thresholds):
        if days[one.id, one.valid_from] > 1:
            said = f"'{one.id}' has two values from {one.valid_from} on."
            findings.in_yaml(path, ["thresholds", at, "id"], "CAT-024", said, "Take one out.")
        _check_value(findings, path, at, one)
        _check_words(findings, path, at, one)


def _check_value(findings: Findings, path: Path, at: int, one: Threshold) -> None:
    steps: list[str | int] = ["thresholds", at, "value"]
    if one.value <= 0:
        said = f"{one.id} is {one.value}, which protects nobody."
        findings.in_yaml(path, steps, "CAT-004", said, "Write a number above 0.")
    elif one.id in SHARES and one.value >= 100:
        said = f"{one.id} is {one.value}, but is per cent."
        findings.in_yaml(path, steps, "CAT-004", said, "Write a number below 100.")


def _check_words(findings: Findings, path: Path, at: int, one: Threshold) -> None:
    for key in ("unit", "reason"):
        if not str(getattr(one, key)).strip():
            findings.in_yaml(
                path, ["thresholds", at, key], "CAT-033", f"{key} of '{one.id}' is empty.", "Write it."
            )
    if not is_day(one.valid_from) or "-" not in one.valid_from:
        said = f"'{one.valid_from}' is no day."
        findings.in_yaml(path, ["thresholds", at, "valid_from"], "CAT-025", said, "Write YYYY-MM-DD.")
    if not one.source or not all(source.title.strip() for source in one.source):
        said = f"no source of '{one.id}' is named, or one has no title."
        findings.in_yaml(
            path, ["thresholds", at, "source"], "CAT-032", said, "Name where the number comes from."
        )
