"""Every test at its full count: each file in a process of its own, as many at once as there are processors.

Properties of a file that has several are run one by one, since each takes long. `python -m tests.prove [WORD...]` takes the files
whose path holds one of the words, or all. What each said is kept under var/prove. Exit status 1 if one failed; the others go on.
"""

import ast
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
NOTHING_LEFT = 5
"""Exit status of pytest where every test of a file is a property, run by itself."""
LONGEST = 7200
"""Seconds that one test may take; the files made up for an hour allow themselves more."""


class Part(NamedTuple):
    """A file of tests, or one property of it, or (`but` some) the file without those."""

    path: Path
    only: str = ""
    but: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What is run, as pytest names it."""
        return f"{place(self.path)}{'::' if self.only else ''}{self.only}"

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """What tells how long it may take: the hour of made-up files, then properties."""
        text = self.path.read_text("utf-8")
        return self.path.name == "test_fuzzing.py", bool(self.only) or "@given" in text, len(text)


class Proved(NamedTuple):
    """What came of one part."""

    name: str
    passed: bool
    seconds: float
    said: Path


def parts(path: Path) -> list[Part]:
    """A file as a whole, or its properties one by one and the rest."""
    properties = tuple(
        node.name
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and any("given" in ast.unparse(decorator) for decorator in node.decorator_list)
    )
    if len(properties) < 2:
        return [Part(path)]
    return [*(Part(path, only=name) for name in properties), Part(path, but=properties)]


def prove(part: Part) -> Proved:
    """Run one part."""
    began = time.monotonic()
    said = KEPT / f"{part.name.replace('/', '.').replace('::', '.')}.txt"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--timeout",
        str(LONGEST),
        "-p",
        "no:cacheprovider",
        "--durations=5",
        part.name,
    ]
    command += [f"--deselect={place(part.path)}::{name}" for name in part.but]
    with said.open("w") as out:
        status = subprocess.run(
            command,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
            env={**os.environ, "LONTAR_PROVE": "1"},
        ).returncode
    return Proved(part.name, status in {0, NOTHING_LEFT}, time.monotonic() - began, said)


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
    lines = [f"{'proved' if proved.passed else 'FAILED':8}{proved.seconds:8.0f} s  {proved.name}: {last}"]
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
    waiting = sorted(
        (part for path in files for part in parts(path)), key=lambda part: part.weight, reverse=True
    )
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in as_completed([pool.submit(prove, part) for part in waiting]):
            failed += not done.result().passed
            print(told(done.result()), flush=True)
    print(f"{len(waiting)} parts of {len(files)} files, {failed} failed. What each said is under {KEPT}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
