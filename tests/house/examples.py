"""What stands under examples/ came from somebody: each file needs a SOURCE.yml that says from whom and under which licence."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

LABEL = "SOURCE.yml"
REQUIRED = ("publisher", "licence", "licence_grade", "taken_from", "files")
# A: stated by the publisher or the place it was taken from; B: covers the compilation, or is known of the publisher.
PERMITTED_GRADES = {"A", "B"}


def example_problems(examples: Path) -> Iterator[str]:
    """Everything that is not in order under that folder, in sentences."""
    labelled: set[Path] = set()
    for label in sorted(examples.rglob(LABEL)):
        content = yaml.safe_load(label.read_text("utf-8"))
        name = label.relative_to(examples).as_posix()
        yield from (
            f"{name} lacks {key}" for key in REQUIRED if not (isinstance(content, dict) and content.get(key))
        )
        if isinstance(content, dict):
            yield from _label_problems(label, name, content)
            labelled |= {label.parent / file for file in content.get("files") or {}}
    for path in sorted(examples.rglob("*")):
        if path.is_file() and path.name not in (LABEL, "README.md") and path not in labelled:
            yield f"{path.relative_to(examples).as_posix()} is listed in no {LABEL}"


def _label_problems(label: Path, name: str, content: dict[str, Any]) -> Iterator[str]:
    if content.get("licence_grade") not in PERMITTED_GRADES:
        yield f"{name} has licence_grade {content.get('licence_grade')}: only {' and '.join(sorted(PERMITTED_GRADES))} may be shown"
    for file, digest in (content.get("files") or {}).items():
        path = label.parent / file
        if not path.is_file():
            yield f"{name} lists {file}, which is not there"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name}: {file} is not the file that was taken from the publisher (its SHA-256 differs)"
