"""The page of everything that can be wrong: of files, of the catalogue and of mappings, of Lontar itself."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from docs.problem_forms import FOUND, SOURCE, forms
from lontar.harmonise.problem_facts import ProblemLine
from lontar.model.error_kinds import ERROR_KINDS
from lontar.model.problems import PROBLEM_KINDS, Problem, ProblemKind

PLACE = ("file", "sheet", "row", "column", "value")
"""What an example says of the place."""
EXAMPLES = Path(__file__).resolve().parent / "problem_examples.yml"

OPENING = """\
# Problems

Whatever is wrong is said in one sentence: a code, the place, what was found there, and how to mend it. This page lists every code.
Codes that begin with `HAR` are about a received file; `lontar harmonise` also writes those to `problems.csv`, with file, sheet, row and
column, and to `problems.jsonl` for programs ([see below](#as-data)). Codes that begin with `CAT` are about the catalogue: a mapping, a
crosswalk, a code list. Codes that begin with `INS` are about an instance and its database, with `POL` about the rules of sharing, with
`MEM` about people, with `REP` about submissions, with `JOU` about the journal, with `WAR` about the store of figures and
questions to it, with `LON` about faults of Lontar itself.

*Refused* places become no observation; a *warning* is used as it is. Words in braces, and `…`, stand for what was found. A code is never
used again for something else.
"""
AS_DATA = """\
`problems.jsonl` holds one JSON object a line (UTF-8), in the order of `problems.csv`. Texts stand there as they were found: whoever shows
them takes care of what they may hold. Fields that say nothing are null. [Their schema](schemas/problem_line.schema.json).
"""
OTHERS = (
    ("Of an instance and its database", "INS"),
    ("Of the rules of sharing", "POL"),
    ("Of people, their rights and their tokens", "MEM"),
    ("Of submissions", "REP"),
    ("Of the journal", "JOU"),
    ("Of the store of figures, and questions to it", "WAR"),
)
CATALOGUE_OPENING = """\
`lontar catalogue check` says all that is wrong with the catalogue, `lontar mapping check` all that is wrong with one mapping. Nothing is
harmonised with a mapping that is wrong.
"""


def problems_page() -> str:
    """Every code with its sentences, their remedies and an example."""
    told = examples()
    return "\n".join([
        OPENING,
        *_received(told),
        "## Of the catalogue, mappings and crosswalks\n",
        CATALOGUE_OPENING,
        *_errors("CAT", told),
        *(line for opening, start in OTHERS for line in (f"## {opening}\n", *_errors(start, told))),
        "## Of Lontar itself\n",
        *_errors("LON", told),
        *_as_data(),
    ])  # fmt: skip


def _as_data() -> Iterator[str]:
    yield "## As data\n"
    yield AS_DATA
    yield "| Field | Holds |\n|---|---|"
    for name, says in field_docstrings(ProblemLine).items():
        yield f"| `{name}` | {_in_text(says)} |"
    yield ""


def field_docstrings(struct: type) -> dict[str, str]:
    """Field -> what the class says of it, below it."""
    (body,) = ast.parse(inspect.getsource(struct)).body
    assert isinstance(body, ast.ClassDef)
    told: dict[str, str] = {}
    name = ""
    for part in body.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            name = part.target.id
            told[name] = ""
        elif name and isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant):
            told[name] = str(part.value.value)
    return told


@cache
def examples() -> dict[str, Any]:
    """Code -> what its example names, or the whole sentence."""
    told = yaml.safe_load(EXAMPLES.read_text("utf-8"))
    assert isinstance(told, dict)
    return told


def example_sentence(code: str, told: dict[str, Any]) -> str | None:
    """The sentence that a person reads in the example of a code; None where there is no example."""
    example = told.get(code)
    if not isinstance(example, dict):
        return example
    places = {name: told for name, told in example.items() if name in PLACE}
    details = {name: str(told) for name, told in example.items() if name not in PLACE}
    kind = next(kind for kind in PROBLEM_KINDS.values() if kind.code == code)
    return Problem(kind.name, **places, details=details).sentence()


def _received(told: dict[str, Any]) -> Iterator[str]:
    titles = group_titles()
    for kind in sorted(PROBLEM_KINDS.values(), key=lambda kind: kind.code):
        if kind.code in titles:
            yield f"## {titles[kind.code]}\n"
        yield from _kind(kind, told)


def group_titles() -> dict[str, str]:
    """The first code of each group of kinds -> what the comment above it says."""
    files = sorted((SOURCE / "model").glob("*problem_kinds.py"))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    titles, title = {}, ""
    for line in lines:
        if comment := re.fullmatch(r" +# (.+?)\.?", line):
            title = comment[1]
        elif title and (code := re.search(r'"(HAR-\d{3})"', line)):
            titles[code[1]], title = title, ""
    return titles


def _kind(kind: ProblemKind, told: dict[str, Any]) -> Iterator[str]:
    yield f"### {kind.code}\n"
    yield f"*{kind.severity.capitalize()}:* {_in_text(kind.sentence)}.\n"
    yield f"{_in_text(kind.remedy)}\n"
    yield from _example(kind.code, told)


def _errors(start: str, told: dict[str, Any]) -> Iterator[str]:
    for code in ERROR_KINDS:
        if code.startswith(start):
            yield from _error(code, told)


def _error(code: str, told: dict[str, Any]) -> Iterator[str]:
    yield f"### {code}\n"
    yield f"{ERROR_KINDS[code]}.\n"
    yield "| It says | Do |\n|---|---|"
    for form in sorted(form for form in forms() if form.code == code):
        remedy = "As it says." if form.remedy.strip() in ("", FOUND) else form.remedy
        yield f"| {_in_text(form.message)} | {_in_text(remedy)} |"
    yield ""
    yield from _example(code, told)


def _example(code: str, told: dict[str, Any]) -> Iterator[str]:
    sentence = example_sentence(code, told)
    if sentence is not None:
        yield f"```text\n{sentence}\n```\n"


def _in_text(text: str) -> str:
    """Words as they are: signs that mean something in Markdown are escaped, except in what stands between back-ticks."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\*_<>\[\]|])", r"\\\1", part) for part in parts
    )
