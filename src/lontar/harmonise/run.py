"""One call: read the files, carry out the plan, write observations, problems and account; whole or not at all."""

import resource
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from lontar.harmonise.account import Account, summed
from lontar.harmonise.reading.landing import LandedFile, Landing, Limits, ReadRequest, SourceFile
from lontar.harmonise.reading.launch import ReadingChild, landed_parts
from lontar.model.errors import SourceProblem, Unavailable
from lontar.model.mapping import MappingBundle
from lontar.model.problems import Problem


class Settings(NamedTuple):
    """What one call may use."""

    memory_bytes: int = 2 * 2**30
    limits: Limits = Limits()


class Outcome(NamedTuple):
    """The account, and how many problems of each severity there are."""

    account: Account
    problems: dict[str, int]


def harmonise_files(
    sources: Sequence[tuple[Path, str]],
    bundle: MappingBundle,
    out: Path,
    *,
    replace: bool = False,
    settings: Settings | None = None,
) -> Outcome:
    """Harmonise files (path and sender's name) into the folder `out`.

    Raises SourceProblem if none of them can be opened as the table described (nothing is written), and
    Unavailable if the machine cannot go on; then `out` is as it was.
    """
    started = time.perf_counter()
    settings = settings or Settings()
    parent = _writable_parent(out)
    try:
        with tempfile.TemporaryDirectory(prefix=".lontar-", dir=parent) as folder:
            work = Path(folder)
            outcome = _harmonise(sources, bundle, work, settings, started)
            _put_in_place(work / "out", out, replace)
    except OSError as error:
        raise Problem("no_space", details={"detail": error.strerror or str(error)}).error(
            Unavailable
        ) from error
    return outcome


def _harmonise(
    sources: Sequence[tuple[Path, str]], bundle: MappingBundle, work: Path, settings: Settings, started: float
) -> Outcome:
    from lontar.harmonise.compiling.binding import bind, expected_headers, name_problem, personal_headers

    mapping = bundle.mapping
    request = ReadRequest(
        files=tuple(SourceFile(path=str(path.absolute()), name=name) for path, name in sources),
        shape=mapping.file, table=mapping.table, expected=expected_headers(mapping),
        personal=personal_headers(mapping), out=str(work), limits=settings.limits,
    )  # fmt: skip
    child = ReadingChild(request)
    try:
        from lontar.harmonise.engine import DuckEngine  # loaded while the child reads

        engine = DuckEngine(work, settings.memory_bytes)
    except BaseException:
        child.stop()
        raise
    with engine:
        landing = _with_known_names(child.answer(), [name_problem(mapping, name) for _, name in sources])
        binding = bind(mapping, landing)
        if not binding.files:
            raise _unopened(landing, binding.problems)
        return _Call(engine, bundle, landing, work, started).finish(binding)


class _Call:
    """The second half of a call, once the rows are landed."""

    def __init__(
        self, engine: object, bundle: MappingBundle, landing: Landing, work: Path, started: float
    ) -> None:
        from lontar.harmonise.engine import DuckEngine

        assert isinstance(engine, DuckEngine)
        self._engine, self._bundle, self._landing, self._work, self._started = (
            engine,
            bundle,
            landing,
            work,
            started,
        )

    def finish(self, binding: object) -> Outcome:
        """Plan, carry out, write, account."""
        from lontar.harmonise.accounting import Accountant
        from lontar.harmonise.compiling.binding import Binding
        from lontar.harmonise.compiling.compile import compile_plan
        from lontar.harmonise.writing import bind_files, write_observations, write_problems

        assert isinstance(binding, Binding)
        engine, out = self._engine, self._work / "out"
        engine.open_landed(landed_parts(self._work))
        compiled = compile_plan(
            self._bundle, binding, self._landing, lambda columns: engine.distinct(binding.files, columns)
        )
        engine.carry_out(compiled.plan)
        out.mkdir()
        names = [file.name for file in self._landing.files]
        bind_files(engine, [(n, f.name, f.sheet) for n, f in enumerate(self._landing.files)])
        write_observations(engine, compiled, self._bundle, out / "observations")
        accountant = Accountant(engine, compiled, self._bundle.mapping, self._landing)
        accounts, leftovers, derived = accountant.accounts(), accountant.leftovers(), accountant.derived()
        others = [*_reading_problems(self._landing), *binding.problems, *accountant.total_problems]
        others += [_idle_check(check) for check in leftovers.idle_checks]
        others += [
            Problem("idle_correction", value=c.found, details={"expected": c.id})
            for c in compiled.idle_corrections
        ]
        counted = write_problems(engine, compiled, others, names, out / "problems.csv")
        account = Account(
            mapping=self._bundle.mapping.id, mapping_version=self._bundle.version, files=accounts,
            all=summed(accounts, derived), derived=derived, leftovers=leftovers,
            hashes={f.name: f.sha256 for f in self._landing.files},
        )  # fmt: skip
        account.all.problems = counted
        self._measure(account)
        (out / "account.json").write_bytes(msgspec.json.format(msgspec.json.encode(account)))
        return Outcome(account, counted)

    def _measure(self, account: Account) -> None:
        rows = sum(file.data_rows for file in self._landing.files)
        account.seconds = round(time.perf_counter() - self._started, 3)
        account.rows_per_second = int(rows / account.seconds) if account.seconds else 0
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        account.peak_bytes = max(own, self._landing.peak_bytes)


def _idle_check(check: str) -> Problem:
    return Problem("idle_check", details={"expected": check})


def _reading_problems(landing: Landing) -> list[Problem]:
    return [
        Problem(
            p.kind,
            file=file.name,
            sheet=file.sheet,
            row=p.row,
            column=p.column,
            value=p.value,
            details=p.details,
        )
        for file in landing.files
        for p in file.problems
    ]


def _with_known_names(landing: Landing, wrong: list[Problem | None]) -> Landing:
    """The landing with files left out whose names the mapping does not know."""
    from lontar.harmonise.reading.landing import LandedProblem

    def judged(file: LandedFile, problem: Problem | None) -> LandedFile:
        if problem is None or not file.opened:
            return file
        told = LandedProblem(kind=problem.kind, details=problem.details)
        return LandedFile(name=file.name, sha256=file.sha256, size=file.size, opened=False, problems=(told,))

    files = tuple(judged(file, problem) for file, problem in zip(landing.files, wrong, strict=True))
    return msgspec.structs.replace(landing, files=files)


def _unopened(landing: Landing, problems: tuple[Problem, ...]) -> SourceProblem:
    """The first reason why no file could be opened, with how many more there are."""
    found = [*_reading_problems(landing), *problems]
    first = found[0]
    more = f" ({len(found) - 1} more like it or worse)" if len(found) > 1 else ""
    return SourceProblem(first.code, first.place(), f"{first.message()}.{more}", first.remedy())


def _writable_parent(out: Path) -> Path:
    parent = out.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem("no_space", details={"detail": f"{parent}: {error.strerror}"}).error(
            Unavailable
        ) from error
    return parent


def _put_in_place(made: Path, out: Path, replace: bool) -> None:
    """Move the finished folder to its place in one step; an older one is moved away first and then removed."""
    if not out.exists():
        made.rename(out)
        return
    if replace or not any(out.iterdir()):
        old = made.parent / "old"
        out.rename(old)
        try:
            made.rename(out)
        except OSError:
            old.rename(out)
            raise
        shutil.rmtree(old)
        return
    raise FileExistsError(f"{out} is not empty")
