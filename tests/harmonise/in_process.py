"""A call of the engine, or a draft, without its child: the same code, in this process, to be quick and to look inside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
import pytest

from lontar.harmonise import draft, run
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.drafting.asking import refusal
from lontar.harmonise.drafting.looking import Look, LookRequest, look
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.reading.child import land
from lontar.harmonise.reading.landing import Landing, Limits, ReadRequest, SourceFile
from lontar.model.mapping import MappingBundle

Files = list[tuple[Path, str]]


class HereReader:
    """Stands in for the reading child: reads in this process, without limits."""

    def __init__(self, request: ReadRequest, *_: object) -> None:
        self._request = request

    def answer(self, *_: object) -> Landing:
        return land(self._request, "not taken away")

    def stop(self) -> None: ...


@contextmanager
def reading_here() -> Iterator[None]:
    """Let calls of the engine read in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "ReadingChild", HereReader)
        yield


@contextmanager
def looking_here(limits: Limits | None = None) -> Iterator[None]:
    """Let drafts look at their files in this process, without limits but that of what is unpacked."""

    def look_here(path: Path, name: str, sheet: str | None = None) -> Look:
        with TemporaryDirectory() as out:
            request = LookRequest(file=SourceFile.at(path, name), out=out, sheet=sheet)
            answer = look(msgspec.structs.replace(request, limits=limits or request.limits))
        if answer.problem is not None:
            raise refusal(answer.problem, name)
        return msgspec.json.decode(msgspec.json.encode(answer), type=Look)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draft, "look_at", look_here)
        yield


class Carried(NamedTuple):
    """A call that stopped when its plan was carried out."""

    engine: DuckEngine
    compiled: Compiled


@contextmanager
def carried_out(
    bundle: MappingBundle, files: Files, work: Path, choose: Callable[[DuckEngine], None] = lambda _: None
) -> Iterator[Carried]:
    """Land the files, compile the plan, choose among the landed rows, carry it out; the relations can be read inside."""
    with reading_here(), run._landed(files, bundle, work, run.Settings()) as call:
        compiled = call.compiled()
        choose(call._engine)
        call._engine.carry_out(compiled.plan)
        yield Carried(call._engine, compiled)
