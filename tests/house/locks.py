"""Lock files pin with hashes and say nothing about the machine that made them. `python -m tests.house.locks` checks them."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.house.places import ROOT, place, project_files

# A lock file must serve behind any mirror, so it names no address, no folder and no option that points at one.
_ADDRESS = re.compile(
    r"\b(?:https?|file|git\+\w+)://|(?:^|\s)--(?:extra-)?index-url|--find-links|--trusted-host|(?<![\w.])/\w+/\w+"
)
_PIN = re.compile(r"^[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?==\S+")


def lock_files() -> list[Path]:
    """The lock files of Python and of the browser's parts."""
    names = {"package-lock.json", "npm-shrinkwrap.json"}
    in_requirements = ROOT / "requirements"
    return [
        path
        for path in project_files()
        if path.name in names or (path.parent == in_requirements and path.suffix == ".txt")
    ]


def lock_problems(text: str) -> Iterator[str]:
    """What a lock file must not hold, and the pins that lack a hash."""
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.lstrip().startswith("#") and _ADDRESS.search(line):
            yield f"line {number} names an address: {line.strip()[:80]}"
        if _PIN.match(line) and "--hash=" not in line + "".join(lines[number : number + 1]):
            yield f"line {number} has no hash: {line.strip()[:80]}"


def npm_lock_problems(text: str) -> Iterator[str]:
    """The packages of a lock file of npm that name where they came from, or that lack a hash."""
    for name, package in json.loads(text)["packages"].items():
        versions = [package.get("version", ""), *package.get("dependencies", {}).values()]
        if "resolved" in package or any(_ADDRESS.search(one) or one.startswith("file:") for one in versions):
            yield f"{name or 'the project itself'} names an address"
        elif name and "integrity" not in package:
            yield f"{name} has no hash"


def problems_in(path: Path) -> Iterator[str]:
    """What is wrong with a lock file of either kind."""
    text = path.read_text("utf-8")
    yield from npm_lock_problems(text) if path.suffix == ".json" else lock_problems(text)


def main() -> int:
    """Print what is wrong with each lock file."""
    found = [f"{place(path)}, {problem}" for path in lock_files() for problem in problems_in(path)]
    for sentence in found:
        print(f"lontar: {sentence}. Write it anew with `make lock`.", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
