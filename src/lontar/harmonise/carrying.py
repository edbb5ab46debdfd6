"""The second half of a call, once the rows are landed: compile, carry out, write, account."""

import gc
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from lontar.harmonise.account import Account, added_up, summed
from lontar.harmonise.accounting import Accountant
from lontar.harmonise.compiling.binding import Binding, bind
from lontar.harmonise.compiling.compile import Compiled, compile_plan
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.problems_written import write_problems
from lontar.harmonise.progress import Teller
from lontar.harmonise.reading.landing import TEXTS, Landing
from lontar.harmonise.reading.launch import landed_parts
from lontar.harmonise.repairs_met import MetRepairs
from lontar.harmonise.writing import bind_files, write_observations
from lontar.model.errors import LontarError, SourceProblem
from lontar.model.mapping import MappingBundle
from lontar.model.problems import Problem

if TYPE_CHECKING:
    from lontar.harmonise.many.repeats import Ahead


def start_engine(work: Path, memory_bytes: int) -> DuckEngine:
    """An engine that can reach nothing but the folder of the call."""
    return DuckEngine(work, memory_bytes)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Do not look for circles of objects while many are made that form none: with 100,000 texts that takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Call:
    """Landed files on their way to observations; raises SourceProblem if none of them could be opened."""

    def __init__(
        self,
        engine: DuckEngine,
        bundle: MappingBundle,
        landing: Landing,
        work: Path,
        teller: Teller | None = None,
    ) -> None:
        self._engine, self._bundle, self._landing, self._work = engine, bundle, landing, work
        self._teller = teller or Teller()
        if self._teller.is_heard:
            engine.watch(self._teller.beat)
        self._binding: Binding = bind(bundle.mapping, landing)
        if not self._binding.files:
            raise _unopened(landing, self._binding.problems)
        engine.open_landed(
            landed_parts(work), len(landing.slots), landing.lists, work / TEXTS, self._binding.filled
        )
        self._repairs = MetRepairs(engine, self._binding, landing, bundle.additions.repairs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def compiled(self) -> Compiled:
        """The plan for these files."""
        with without_collecting():
            return compile_plan(
                self._bundle, self._binding, self._landing, self._repairs.distinct, self._repairs.met
            )

    def finish(self, out: Path, started: float) -> Account:
        """Write observations, problems and account to `out`; `started` is the call's start by `perf_counter`."""
        rows = sum(self._landing.files[number].data_rows for number in self._binding.files)
        self._teller.begin("understanding", rows)
        ahead = self._ahead()
        compiled = self.compiled()
        out.mkdir()
        self._teller.begin("writing", rows)
        bind_files(self._engine, [(n, f.name, f.sheet) for n, f in enumerate(self._landing.files)])
        self._carry_out(compiled, out / "observations", ahead)
        self._teller.begin("accounting", rows)
        account, others = self._account(compiled)
        told = write_problems(self._engine, compiled, self._bundle, self._landing, others, out)
        for file, problems in zip(account.files, told, strict=False):
            file.problems = problems
        account.all.problems = added_up(told)
        self._measure(account, started)
        self._teller.end()
        (out / "account.json").write_bytes(msgspec.json.format(msgspec.json.encode(account)))
        return account

    def _ahead(self) -> "Ahead | None":
        """What can be looked for among many rows while the plan is being made."""
        if not self._landing.lists:
            return None
        from lontar.harmonise.many.repeats import Ahead

        return Ahead(self._engine, self._binding)

    def _carry_out(self, compiled: Compiled, folder: Path, ahead: "Ahead | None") -> None:
        """Make the relations that are read from now on, and write the observations to the folder."""
        if ahead is not None:
            from lontar.harmonise.many.passes import Passes, carry_out_whole, in_pieces

            if in_pieces(compiled):
                passes = Passes(self._engine, compiled, self._bundle, self._landing, self._work, ahead)
                passes.carry_out(folder, self._teller)
                return
            carry_out_whole(self._engine, compiled)
        else:
            self._engine.carry_out(compiled.plan)
        write_observations(self._engine, compiled, self._bundle, folder)

    def _account(self, compiled: Compiled) -> tuple[Account, list[Problem]]:
        accountant = Accountant(self._engine, compiled, self._bundle.mapping, self._landing)
        files, leftovers, derived = accountant.accounts(), accountant.leftovers(), accountant.derived()
        added = accountant.added()
        others = [
            *_reading_problems(self._landing),
            *self._binding.problems,
            *accountant.problems,
            *self._repairs.idle,
        ]
        others += [Problem("idle_check", details={"expected": check}) for check in leftovers.idle_checks]
        others += [
            Problem("idle_correction", value=c.found, details={"expected": c.id})
            for c in compiled.idle_corrections
        ]
        account = Account(
            mapping=self._bundle.mapping.id,
            mapping_version=self._bundle.version,
            files=files,
            all=summed(files, derived, added),
            derived=derived,
            added=added,
            leftovers=leftovers,
            hashes={file.name: file.sha256 for file in self._landing.files},
        )
        return account, others

    def _measure(self, account: Account, started: float) -> None:
        rows = sum(file.data_rows for file in self._landing.files)
        account.seconds = round(time.perf_counter() - started, 3)
        account.rows_per_second = int(rows / account.seconds) if account.seconds else 0
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        account.reader_network = self._landing.network
        account.peak_bytes = max(own, self._landing.peak_bytes)


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
            severity=None if file.opened else "refused",
        )
        for file in landing.files
        for p in (*file.problems, *file.remarks)
    ]


def _unopened(landing: Landing, problems: tuple[Problem, ...]) -> LontarError:
    """Why no file could be opened: the reason of the first, with how many more files there are."""
    closed = {file.name for file in landing.files if not file.opened}
    reading = [problem for problem in _reading_problems(landing) if problem.file in closed]
    first = min((*reading, *problems), key=lambda p: [f.name for f in landing.files].index(p.file))
    others = len(landing.files) - 1
    more = f" ({others} more files cannot be opened either)" if others else ""
    return SourceProblem(first.code, first.place(), f"{first.message()}.{more}", first.remedy())
