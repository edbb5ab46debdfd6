"""One call: read the files, carry out the plan, write observations, problems and account; whole or not at all."""

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lontar.harmonise.account import Account
from lontar.harmonise.mapping_headers import expected_headers, name_problem, personal_headers
from lontar.harmonise.reading.landing import (
    LandedFile,
    LandedProblem,
    Landing,
    Limits,
    ReadRequest,
    SourceFile,
)
from lontar.harmonise.reading.launch import ReadingChild
from lontar.harmonise.reading.starting import Process
from lontar.model.errors import LontarError, SourceProblem, Unavailable
from lontar.model.mapping import Mapping, MappingBundle
from lontar.model.problems import Problem

if TYPE_CHECKING:
    from lontar.harmonise.carrying import Call
    from lontar.harmonise.plan.operations import Plan

Sources = Sequence[tuple[Path, str]]
"""Files to read: where each lies, and the name that it has for its sender."""


class Settings(NamedTuple):
    """What one call may use."""

    memory_bytes: int = 2 * 2**30
    limits: Limits = Limits()


class Outcome(NamedTuple):
    """The account, and how many problems of each severity there are."""

    account: Account
    problems: dict[str, int]


def harmonise_files(
    sources: Sources,
    bundle: MappingBundle,
    out: Path,
    *,
    replace: bool = False,
    settings: Settings | None = None,
    child: Process | None = None,
) -> Outcome:
    """Harmonise files into the folder `out`, by a reading child that was started already if there is one.

    Raises SourceProblem if none of them can be opened as the table described (nothing is written), and
    Unavailable if the machine cannot go on; then `out` is as it was.
    """
    started = time.perf_counter()
    if not sources:
        raise Problem("no_file").error(SourceProblem)
    parent = _writable_parent(out)
    try:
        with tempfile.TemporaryDirectory(prefix=".lontar-", dir=parent, ignore_cleanup_errors=True) as folder:
            work = Path(folder)
            with _landed(sources, bundle, work, settings or Settings(), child) as call:
                account = call.finish(work / "out", started)
            _put_in_place(work / "out", out, replace)
    except OSError as error:
        raise _no_space(error) from error
    return Outcome(account, account.all.problems)


def plan_files(sources: Sources, bundle: MappingBundle) -> "Plan":
    """The plan for these files; raises as `harmonise_files` does."""
    with (
        tempfile.TemporaryDirectory(prefix="lontar-plan-") as folder,
        _landed(sources, bundle, Path(folder), Settings()) as call,
    ):
        return call.compiled().plan


def _landed(
    sources: Sources, bundle: MappingBundle, work: Path, settings: Settings, process: Process | None = None
) -> "Call":
    """Land the files; while the child reads them, the engine is loaded and started."""
    mapping = bundle.mapping
    child = ReadingChild(_request(sources, mapping, work, settings.limits), process)
    try:
        from lontar.harmonise.carrying import Call, start_engine

        engine = start_engine(work, settings.memory_bytes)
    except BaseException:
        child.stop()
        raise
    try:
        return Call(engine, bundle, _with_known_names(child.answer(), mapping), work)
    except BaseException:
        engine.close()
        raise


def _request(sources: Sources, mapping: Mapping, work: Path, limits: Limits) -> ReadRequest:
    return ReadRequest(
        files=tuple(SourceFile(path=str(path.absolute()), name=name) for path, name in sources),
        shape=mapping.file,
        table=mapping.table,
        expected=expected_headers(mapping),
        personal=personal_headers(mapping),
        out=str(work),
        limits=limits,
    )


def _with_known_names(landing: Landing, mapping: Mapping) -> Landing:
    """The landing with files left out whose names the mapping does not know."""

    def judged(file: LandedFile) -> LandedFile:
        problem = name_problem(mapping, file.name)
        if problem is None or not file.opened:
            return file
        told = LandedProblem(kind=problem.kind, details=problem.details)
        return LandedFile(name=file.name, sha256=file.sha256, size=file.size, opened=False, problems=(told,))

    return msgspec.structs.replace(landing, files=tuple(map(judged, landing.files)))


def _writable_parent(out: Path) -> Path:
    parent = out.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_space(error) from error
    return parent


def _put_in_place(made: Path, out: Path, replace: bool) -> None:
    """Move the finished folder to its place in one step; an older one is moved away first and then removed."""
    if not out.exists():
        made.rename(out)
        return
    if not replace and any(out.iterdir()):
        raise FileExistsError(17, f"the folder {out} is not empty")
    old = made.parent / "old"
    out.rename(old)
    try:
        made.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old)


def _no_space(error: OSError) -> LontarError:
    return Problem("no_space", details={"detail": error.strerror or str(error)}).error(Unavailable)
