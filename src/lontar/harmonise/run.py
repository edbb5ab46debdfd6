"""One call: read the files, carry out the plan, write observations, problems and account; whole or not at all."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lontar.harmonise.account import Account
from lontar.harmonise.mapping_headers import expected_headers, name_problem, personal_headers, use_of_columns
from lontar.harmonise.progress import Tell, Teller
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
from lontar.harmonise.workplace import Workplace, put_in_place
from lontar.model.errors import Bug, LontarError, SourceProblem, Unavailable
from lontar.model.mapping import Mapping, MappingBundle
from lontar.model.problems import Problem

if TYPE_CHECKING:
    from lontar.harmonise.carrying import Call
    from lontar.harmonise.own_people import KeptOut
    from lontar.harmonise.plan.operations import Plan

Sources = Sequence[tuple[Path, str]]
"""Files to read: where each lies, and the name that it has for its sender."""


class Settings(NamedTuple):
    """What one call may use."""

    memory_bytes: int = 2 * 2**30
    limits: Limits = Limits()
    many: int = 100_000
    """Figure cells from which on a call works with numbers of texts, in several passes that keep no whole rows."""


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
    kept_out: "KeptOut | None" = None,
    tell: Tell | None = None,
) -> Outcome:
    """Harmonise files into the folder `out`, by a reading child that was started already if there is one.

    `tell` is told how far it is, about five times a second, and may raise Cancelled: then `out` is as it was.
    Raises OwnPeople, and keeps nothing, if an observation is one that is to be `kept_out`.
    Raises SourceProblem if none of them can be opened as the table described (nothing is written), and
    Unavailable if the machine cannot go on; then `out` is as it was. An account that does not balance is a Bug, and
    nothing is written.
    """
    started = time.perf_counter()
    if not sources:
        raise Problem("no_file").error(SourceProblem)
    out = out.resolve()
    parent = _writable_parent(out)
    try:
        with Workplace(parent) as place:
            with _landed(sources, bundle, place.folder, settings or Settings(), child, Teller(tell)) as call:
                account = call.finish(place.folder / "out", started)
            _keep_out(kept_out, place.folder / "out", account)
            if not account.balanced:
                raise _unbalanced(account)
            put_in_place(place.folder / "out", out, replace)
    except OSError as error:
        raise _no_space(error) from error
    return Outcome(account, account.all.problems)


def _keep_out(kept_out: "KeptOut | None", made: Path, account: Account) -> None:
    if kept_out is not None:
        from lontar.harmonise.own_people import refuse_own_people

        refuse_own_people(made / "observations", kept_out, tuple(sorted(account.hashes.values())))


def plan_files(sources: Sources, bundle: MappingBundle) -> "Plan":
    """The plan for these files; raises as `harmonise_files` does."""
    with (
        tempfile.TemporaryDirectory(prefix="lontar-plan-") as folder,
        _landed(sources, bundle, Path(folder), Settings()) as call,
    ):
        return call.compiled().plan


def _landed(
    sources: Sources,
    bundle: MappingBundle,
    work: Path,
    settings: Settings,
    process: Process | None = None,
    teller: Teller | None = None,
) -> "Call":
    """Land the files; while the child reads them, the engine is loaded and started."""
    mapping, teller = bundle.mapping, teller or Teller()
    child = ReadingChild(_request(sources, bundle, work, settings, teller.is_heard), process)
    try:
        teller.begin("reading")
        from lontar.harmonise.carrying import Call, start_engine

        engine = start_engine(work, settings.memory_bytes)
    except BaseException:
        child.stop()
        raise
    try:
        return Call(engine, bundle, _with_known_names(child.answer(teller), mapping), work, teller)
    except BaseException:
        engine.close()
        raise


def _request(
    sources: Sources, bundle: MappingBundle, work: Path, settings: Settings, tells_pace: bool
) -> ReadRequest:
    mapping = bundle.mapping
    return ReadRequest(
        files=tuple(SourceFile.at(path, name) for path, name in sources),
        shape=mapping.file,
        table=mapping.table,
        expected=expected_headers(mapping),
        personal=personal_headers(mapping),
        use=use_of_columns(bundle),
        out=str(work),
        many=settings.many,
        parent=os.getpid(),
        tells_pace=tells_pace,
        limits=settings.limits,
    )


def _with_known_names(landing: Landing, mapping: Mapping) -> Landing:
    """The landing with files left out whose names the mapping does not know, or that were given before."""
    seen: dict[str, str] = {}

    def judged(file: LandedFile) -> LandedFile:
        if not file.opened:
            return file
        problem = name_problem(mapping, file.name)
        if problem is None and file.sha256 in seen:
            problem = Problem("same_file", file=file.name, details={"found": seen[file.sha256]})
        if problem is None:
            seen[file.sha256] = file.name
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


def _unbalanced(account: Account) -> LontarError:
    """Say that a cell was lost or counted twice: figures that nobody can vouch for are not handed out."""
    files = ", ".join(file.file for file in account.files if not file.balanced) or account.mapping
    return Bug(
        "LON-002", files, "the account does not balance; nothing was written.",
        "Send the mapping and, if you may, the file to those who keep Lontar.",
    )  # fmt: skip


def _no_space(error: OSError) -> LontarError:
    return Problem("no_space", details={"detail": error.strerror or str(error)}).error(Unavailable)
