"""Trials by the many: a process of its own carries them out; one that dies or hangs there is put to a reading child under limits."""

import os
import selectors
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import yaml

from tests.harmonise.fuzzing.files import LIMITS, fuzzed
from tests.harmonise.fuzzing.trial import Ended, Way
from tests.house.places import ROOT

PATIENCE = 20
"""Seconds that a small file may take; whatever takes longer hangs."""


def way_of(number: int) -> Way:
    """The way of the trial of that number: most only read, which is soon done."""
    if number % 100 == 7:
        return "child"
    return "whole" if number % 8 == 3 else "draft" if number % 25 == 13 else "read"


class Trials:
    """Carries trials out one after the other, and counts how they end."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._worker: subprocess.Popen[bytes] | None = None
        self.counts: dict[str, Counter[str]] = {}
        """Kind of file -> how its trials ended."""
        self.failed: list[Ended] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def carry_out(self, seed: int, way: Way) -> Ended:
        """One trial; what is wrong with how it ended stands in `wrong`, and its files are kept."""
        ways: tuple[Way, ...] = (way, "child", "child")  # a machine that was stopped for a while is no hang
        ended = next((told for one in ways if (told := self._answer(seed, one)) is not None), None)
        if ended is None:
            ended = Ended(seed=seed, kind=fuzzed(seed).kind, how="broke", wrong=["the process died, or hung"])
        if (
            ended.seconds > LIMITS.seconds + 10
        ):  # a reader that was stopped at its limit, and told, is no hang
            ended.wrong.append(f"it took {ended.seconds} seconds")
        self.counts.setdefault(ended.kind, Counter())[ended.how] += 1
        if ended.wrong:
            self.failed.append(ended)
        return ended

    def _answer(self, seed: int, way: Way) -> Ended | None:
        """What the worker says; None where it dies, or hangs and is ended."""
        worker = self._started()
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(f"{seed} {way}\n".encode())
        worker.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(worker.stdout, selectors.EVENT_READ)
            is_there = selector.select(PATIENCE if way != "child" else LIMITS.seconds + 15)
        line = worker.stdout.readline() if is_there else b""
        if not line:
            self._end()
            return None
        return msgspec.json.decode(line, type=Ended)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is None:
            with (self._room / "said").open("wb") as said:
                self._worker = subprocess.Popen(
                    [sys.executable, "-m", "tests.harmonise.fuzzing.trial", str(self._room)],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, cwd=ROOT,
                    env=os.environ | {"RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "2"},
                )  # fmt: skip
        return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()
            self._worker = None

    def told(self) -> list[str]:
        """One line for each kind of file: how many were tried, and how they ended."""
        lines = []
        for kind, counts in sorted(self.counts.items()):
            ends = ", ".join(f"{count} {how}" for how, count in sorted(counts.items()))
            lines.append(f"{kind:14}{counts.total():8}: {ends}")
        whole = sum(self.counts.values(), Counter[str]())
        return [
            *lines,
            f"{'all':14}{whole.total():8}: {', '.join(f'{n} {how}' for how, n in sorted(whole.items()))}",
        ]


def kept(ended: Ended, folder: Path) -> Path:
    """Write the files of a trial, their mapping and what is wrong to a folder; returns it."""
    made, place = fuzzed(ended.seed), folder / str(ended.seed)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for number, data in enumerate(made.files.values()):
        (place / f"{number}.bin").write_bytes(data)
    told = {
        "seed": ended.seed, "kind": ended.kind, "wrong": ended.wrong, "files": list(made.files), "many": made.settings.many,
        "mapping": msgspec.to_builtins(made.bundle.mapping),
    }  # fmt: skip
    (place / "trial.yml").write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    return place
