"""Every test at its full count: each file in a process of its own, as many at once as there are processors.

`python -m tests.prove [WORD...]` takes the files whose path holds one of the words, or all. What each file said is kept under var/prove.
Exit status 1 if a file failed; the others go on.
"""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from tests.house.places import ROOT, place

KEPT = ROOT / "var" / "prove"
LONGEST = 7200
"""Seconds that one test may take; the files made up for an hour allow themselves more."""


class Proved(NamedTuple):
    """What came of one file of tests."""

    file: str
    passed: bool
    seconds: float
    said: Path


def weight(path: Path) -> tuple[bool, int, int]:
    """What tells how long a file may take: the hour of made-up files, then how much is generated."""
    text = path.read_text("utf-8")
    return path.name == "test_fuzzing.py", text.count("@given"), len(text)


def prove(path: Path) -> Proved:
    """Run one file."""
    began = time.monotonic()
    said = KEPT / f"{place(path).replace('/', '.')}.txt"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--timeout",
        str(LONGEST),
        "-p",
        "no:cacheprovider",
        "--durations=5",
        str(path),
    ]
    with said.open("w") as out:
        status = subprocess.run(
            command,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
            env={**os.environ, "LONTAR_PROVE": "1"},
        ).returncode
    return Proved(place(path), status == 0, time.monotonic() - began, said)


def told(proved: Proved) -> str:
    """One line, and what the file counted."""
    text = proved.said.read_text("utf-8", "replace")
    last = next(
        (
            line.strip("= ")
            for line in reversed(text.splitlines())
            if " in " in line and line[:1] in "=0123456789"
        ),
        "",
    )
    lines = [f"{'proved' if proved.passed else 'FAILED':8}{proved.seconds:8.0f} s  {proved.file}: {last}"]
    counted = re.search(r"^=+ made-up files and plans =+\n(.*?)^=", text, re.MULTILINE | re.DOTALL)
    return "\n".join(
        [*lines, *(f"          {line}" for line in (counted[1].splitlines() if counted else []))]
    )


def main(words: list[str]) -> int:
    """Prove the files whose path holds one of the words, or all."""
    KEPT.mkdir(parents=True, exist_ok=True)
    files = [
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if not words or any(word in place(path) for word in words)
    ]
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in as_completed(
            pool.submit(prove, path) for path in sorted(files, key=weight, reverse=True)
        ):
            failed += not done.result().passed
            print(told(done.result()), flush=True)
    print(f"{len(files)} files, {failed} failed. What each said is under {KEPT}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
