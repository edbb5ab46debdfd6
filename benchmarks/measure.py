"""Running a command in a process of its own, and what it took: wall clock, processor, memory of the whole tree."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

_EVERY_SECONDS = 0.02


class Taken(NamedTuple):
    """What one run took."""

    wall: float
    cpu: float
    """User and system seconds of the process and of all that it waited for."""
    peak: int
    """Most bytes resident at one time in the process and its children, by sampling (shared pages count twice)."""
    said: str


class Middle(NamedTuple):
    """Medians of several runs, and the spread of the wall clock."""

    wall: float
    cpu: float
    peak: float
    least: float
    most: float
    said: list[str]


def run_once(command: Sequence[str], well: Sequence[int] = (0,)) -> Taken:
    """Run a command to its end; raises RuntimeError with what it said if it ends with another status than `well`."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
    )
    peak = 0
    while True:
        peak = max(peak, _resident(process.pid))
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(_EVERY_SECONDS)
    wall = time.perf_counter() - started
    assert process.stdout is not None
    with process.stdout as stream:
        said = stream.read().decode("utf-8", "replace")
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in well:
        raise RuntimeError(f"{' '.join(command)}: exit status {process.returncode}\n{said}")
    return Taken(wall, usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss * 1024), said)


def in_turn(
    commands: dict[str, Sequence[str]], runs: int, before: Callable[[], None] | None = None
) -> dict[str, Middle]:
    """Run the commands in turn, A B A B ..., after one uncounted round; the medians of each."""
    taken: dict[str, list[Taken]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, command in commands.items():
            if before is not None:
                before()
            once = run_once(command)
            if number:
                taken[name].append(once)
    return {name: middle(found) for name, found in taken.items()}


def middle(taken: list[Taken]) -> Middle:
    """The medians of several runs."""
    walls = [t.wall for t in taken]
    return Middle(
        statistics.median(walls), statistics.median(t.cpu for t in taken), statistics.median(t.peak for t in taken),
        min(walls), max(walls), [t.said for t in taken],
    )  # fmt: skip


def _resident(pid: int) -> int:
    """Bytes resident in a process and everything below it; nothing where it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_resident(int(child)) for child in children)
