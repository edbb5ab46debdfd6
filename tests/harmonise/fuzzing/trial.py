"""One made-up call after the other, in a process of its own: seeds come in, what became of each goes out.

`python -m tests.harmonise.fuzzing.trial ROOM` reads lines of a seed and a way, and answers each with one line of JSON.
"""

import json
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from lontar.cli.drafting import draft_for
from lontar.harmonise import carrying, run
from lontar.harmonise.reading.child import land
from tests.harmonise.cases import catalogue
from tests.harmonise.fuzzing.files import LIMITS, Fuzzed, fuzzed
from tests.harmonise.fuzzing.judging import judge_error, judge_landing, judge_output
from tests.harmonise.in_process import looking_here, reading_here
from tests.harmonise.test_many_generated import told

Way = Literal["read", "draft", "whole", "child"]
"""Only read, looked at for a draft, or harmonised, in this process; or harmonised with a reading child under its limits."""
MEMORY = 6 << 30
"""Bytes that this process may use: more than reading a made-up file may, and the engine with it."""


class Ended(msgspec.Struct, kw_only=True):
    """How a trial ended: `how` is refused, read, harmonised or problems; `wrong` says what may not be."""

    seed: int
    kind: str
    how: str = ""
    codes: dict[str, int] = {}
    wrong: list[str] = []
    seconds: float = 0.0


class LateEngine:
    """Starts the engine when it is first used: a file that is refused needs none."""

    def __init__(self, *given: Any) -> None:
        self._given, self._engine = given, None

    def __getattr__(self, name: str) -> Any:
        if self._engine is None:
            self._engine = _START(*self._given)
        return getattr(self._engine, name)

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()


_START = carrying.start_engine


def written(made: Fuzzed, folder: Path) -> list[tuple[Path, str]]:
    """Write the files into a folder; on the disk they have plain names."""
    sources = []
    for number, (name, data) in enumerate(made.files.items()):
        (folder / str(number)).write_bytes(data)
        sources.append((folder / str(number), name))
    return sources


def try_whole(made: Fuzzed, folder: Path, ended: Ended) -> None:
    """Harmonise, and judge what comes of it."""
    sources = written(made, folder)
    given = {path.name for path, _ in sources}
    try:
        outcome = run.harmonise_files(sources, made.bundle, folder / "out", settings=made.settings)
    except Exception as error:
        ended.how, ended.codes = "refused", {getattr(error, "code", type(error).__name__): 1}
        ended.wrong = judge_error(error, folder, given) + _where(error)
    else:
        ended.how = "problems" if outcome.problems else "harmonised"
        ended.wrong = judge_output(outcome, folder / "out")
        if made.settings.many < 2:
            ended.wrong += _differences(made, sources, folder)


def _differences(made: Fuzzed, sources: list[tuple[Path, str]], folder: Path) -> list[str]:
    """What the path of few rows tells otherwise than that of many rows did."""
    settings = made.settings._replace(many=10**9)
    run.harmonise_files(sources, made.bundle, folder / "few", settings=settings)
    few, many = told(folder / "few"), told(folder / "out")
    return [
        f"{name} is not the same for few rows and for many" for name in few if few[name] != many.get(name)
    ]


def try_reading(made: Fuzzed, folder: Path, ended: Ended) -> None:
    """Only read, which is soon done, and judge what was landed."""
    sources = written(made, folder)
    (folder / "work").mkdir()
    try:
        landing = land(run._request(sources, made.bundle, folder / "work", made.settings, False), "")
        landing = run._with_known_names(landing, made.bundle.mapping)
        problems = carrying._reading_problems(landing)
        ended.how = "read" if any(file.opened for file in landing.files) else "refused"
        ended.codes = Counter(problem.code for problem in problems)
        ended.wrong = judge_landing(landing, problems, folder / "work")
    except Exception as error:
        ended.how, ended.wrong = "broke", [repr(error), *_where(error)]


def try_drafting(made: Fuzzed, folder: Path, ended: Ended) -> None:
    """Draft a mapping for the first file, which nobody has described."""
    file, given = written(made, folder)[0], {str(number) for number in range(len(made.files))}
    try:
        with looking_here(LIMITS):
            text = draft_for(catalogue(), file, "ID", None, made.bundle.mapping.file.sheet)
        ended.how, ended.wrong = "drafted", [] if text else ["the draft is empty"]
    except Exception as error:
        ended.how, ended.wrong = "refused", judge_error(error, folder, given) + _where(error)


def _where(error: BaseException) -> list[str]:
    """Where an exception came from that nobody expects."""
    if hasattr(error, "code"):
        return []
    return ["".join(traceback.format_exception(error))[-3000:]]


def tried(seed: int, way: Way, room: Path) -> Ended:
    """What becomes of the files of a seed."""
    made = fuzzed(seed)
    ended, started = Ended(seed=seed, kind=made.kind), time.perf_counter()
    folder = Path(tempfile.mkdtemp(dir=room))
    try:
        with reading_here() if way != "child" else nullcontext():
            {"read": try_reading, "draft": try_drafting}.get(way, try_whole)(made, folder, ended)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ended.seconds = round(time.perf_counter() - started, 3)
    return ended


def main() -> None:
    """Answer seeds until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(carrying, "start_engine", LateEngine)
        for line in sys.stdin:
            seed, way = line.split()
            ended = tried(int(seed), way, Path(sys.argv[1]))  # type: ignore[arg-type]
            sys.stdout.write(json.dumps(msgspec.to_builtins(ended)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
