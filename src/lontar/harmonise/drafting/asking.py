"""Asking the looking child, and taking its answer."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from lontar.harmonise.drafting.looking import Look, LookRequest
from lontar.harmonise.reading.landing import LandedProblem, SourceFile
from lontar.harmonise.reading.launch import how_it_ended, too_long
from lontar.model.errors import LontarError, SourceProblem
from lontar.model.problems import Problem

_GRACE_SECONDS = 10


def look_at(path: Path, name: str, sheet: str | None = None) -> Look:
    """What a file holds, seen by a child process under limits; raises SourceProblem where it cannot be opened."""
    with tempfile.TemporaryDirectory(prefix="lontar-look-") as folder:
        request = LookRequest(file=SourceFile.at(path, name), out=folder, sheet=sheet, parent=os.getpid())
        answer = _ask(request)
    if answer.problem is None:
        return answer
    raise refusal(answer.problem, name)


def refusal(found: LandedProblem, name: str) -> LontarError:
    """Why the file of this name cannot be opened."""
    return Problem(found.kind, file=name, row=found.row, details=found.details).error(SourceProblem)


def _ask(request: LookRequest) -> Look:
    limits, name = request.limits, request.file.name
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "lontar.harmonise.drafting.looking"],
            input=msgspec.json.encode(request),
            capture_output=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            timeout=limits.seconds + _GRACE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise too_long(limits, name) from None
    if done.returncode == 0:
        return msgspec.json.decode(done.stdout, type=Look)
    raise how_it_ended(done.returncode, done.stderr.decode("utf-8", "replace"), limits, name)
