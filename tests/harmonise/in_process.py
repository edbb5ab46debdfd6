"""A call of the engine without its reading child: the same code, in this process, to be quick and to look inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from lontar.harmonise import run
from lontar.harmonise.compiling.compile import Compiled
from lontar.harmonise.engine import DuckEngine
from lontar.harmonise.reading.child import land
from lontar.harmonise.reading.landing import Landing, ReadRequest
from lontar.model.mapping import MappingBundle

Files = list[tuple[Path, str]]


class HereReader:
    """Stands in for the reading child: reads in this process, without limits."""

    def __init__(self, request: ReadRequest, *_: object) -> None:
        self._request = request

    def answer(self) -> Landing:
        return land(self._request, "not taken away")

    def stop(self) -> None: ...


@contextmanager
def reading_here() -> Iterator[None]:
    """Let calls of the engine read in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "ReadingChild", HereReader)
        yield


class Carried(NamedTuple):
    """A call that stopped when its plan was carried out."""

    engine: DuckEngine
    compiled: Compiled


@contextmanager
def carried_out(bundle: MappingBundle, files: Files, work: Path) -> Iterator[Carried]:
    """Land the files, compile the plan, carry it out; the relations can be read inside."""
    with reading_here(), run._landed(files, bundle, work, run.Settings()) as call:
        compiled = call.compiled()
        call._engine.carry_out(compiled.plan)
        yield Carried(call._engine, compiled)
