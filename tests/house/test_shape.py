"""The house looks like its plan: names that say something, short files, short functions, data apart from code."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.places import CATALOGUE, ROOT, place, project_files, rooms, source_files

SAYS_NOTHING = {
    "base",
    "common",
    "core",
    "helper",
    "helpers",
    "lib",
    "manager",
    "misc",
    "shared",
    "stuff",
    "util",
    "utils",
}
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60
# Folders of tests/ that belong to no room.
BESIDE_THE_ROOMS = {"benchmarks", "browser", "golden", "house"}


def says_nothing(path: Path) -> bool:
    """Whether a part of the path is a name under which anything could stand."""
    return any(part.partition(".")[0].lower() in SAYS_NOTHING for part in path.parts)


def long_functions(source: str) -> Iterator[str]:
    """Name and length of each function that does not fit on a page."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield f"{node.name} has {lines} lines"


def test_every_name_says_something() -> None:
    ours = [path for path in project_files() if path.relative_to(ROOT).parts[0] != "examples"]
    assert [place(path) for path in ours if says_nothing(path.relative_to(ROOT))] == []


@pytest.mark.parametrize(
    "name", ["src/lontar/harmonise/utils.py", "src/lontar/core/figures.py", "tests/helpers.py"]
)
def test_a_name_that_says_nothing_is_noticed(name: str) -> None:
    assert says_nothing(Path(name))
    assert not says_nothing(Path("src/lontar/sharing/baseline.py"))


def test_files_are_short() -> None:
    lengths = {place(path): len(path.read_text("utf-8").splitlines()) for path in source_files()}
    assert {name: lines for name, lines in lengths.items() if lines >= MOST_LINES_OF_A_FILE} == {}


def test_functions_are_short() -> None:
    found = [
        f"{place(path)}: {sentence}"
        for path in source_files()
        for sentence in long_functions(path.read_text("utf-8"))
    ]
    assert found == []


def test_a_long_function_is_noticed() -> None:
    assert list(long_functions("def read():\n" + "    pass\n" * MOST_LINES_OF_A_FUNCTION))
    assert list(long_functions("def read():\n" + "    pass\n" * (MOST_LINES_OF_A_FUNCTION - 1))) == []


def test_the_catalogue_is_data_only() -> None:
    data = {".yml", ".csv", ".json", ".md", ""}
    assert [place(path) for path in CATALOGUE.rglob("*") if path.is_file() and path.suffix not in data] == []


def test_tests_mirror_the_rooms() -> None:
    folders = {
        path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/test_*.py")
    }
    assert folders - BESIDE_THE_ROOMS <= rooms()
