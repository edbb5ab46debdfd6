"""Asking the looking child, and taking its answer."""

import os
import tempfile
from pathlib import Path

import msgspec

from lontar.harmonise.drafting.looking import Look, LookRequest
from lontar.harmonise.reading.asking import ask_child
from lontar.harmonise.reading.landing import LandedProblem, SourceFile
from lontar.model.errors import LontarError, SourceProblem
from lontar.model.problems import Problem


def look_at(path: Path, name: str, sheet: str | None = None) -> Look:
    """What a file holds, seen by a child process under limits; raises SourceProblem where it cannot be opened."""
    with tempfile.TemporaryDirectory(prefix="lontar-look-") as folder:
        request = LookRequest(file=SourceFile.at(path, name), out=folder, sheet=sheet, parent=os.getpid())
        said = ask_child("lontar.harmonise.drafting.looking", request, request.limits, name)
    answer = msgspec.json.decode(said, type=Look)
    if answer.problem is None:
        return answer
    raise refusal(answer.problem, name)


def refusal(found: LandedProblem, name: str) -> LontarError:
    """Why the file of this name cannot be opened."""
    return Problem(found.kind, file=name, row=found.row, details=found.details).error(SourceProblem)
