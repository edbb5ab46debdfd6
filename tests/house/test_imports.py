"""The arrows between the rooms point down, there is no circle, and no room stands outside the contract."""

import os
import re
import subprocess
import sys
import textwrap
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.house.places import ROOT, rooms

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
LOWER_LEVELS = {"model", "catalogue", "harmonise", "sharing", "instance", "disclosure", "sdmx", "stix"}
OPENS_THE_TABLE_ENGINE = {"harmonise", "warehouse"}


@pytest.fixture(scope="module")
def contracts() -> dict[str, dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def test_the_contract_is_kept() -> None:
    outcome = subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout


def first_circle(imports: dict[str, set[str]]) -> list[str] | None:
    """One circle of modules that import each other, first and last the same; None if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return None


def test_no_module_imports_itself_through_others() -> None:
    graph = grimp.build_graph("lontar", cache_dir=None)
    imports = {name: set(graph.find_modules_directly_imported_by(name)) for name in graph.modules}
    assert first_circle(imports) is None


def test_a_circle_is_noticed() -> None:
    assert first_circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) is not None
    assert first_circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def levels_in(contracts: dict[str, dict[str, list[str]]]) -> tuple[set[str], set[str]]:
    """The rooms that the contract calls built, and those it calls (not yet built)."""
    names = [name.strip() for level in contracts["levels"]["layers"] for name in level.split("|")]
    planned = {name.strip("()") for name in names if name.startswith("(")}
    return set(names) - {f"({name})" for name in planned}, planned


def test_every_built_room_stands_in_the_levels_without_parentheses(
    contracts: dict[str, dict[str, list[str]]],
) -> None:
    built, planned = levels_in(contracts)
    assert built == rooms()
    assert not built & planned


def test_every_built_engine_is_kept_from_the_web_framework(
    contracts: dict[str, dict[str, list[str]]],
) -> None:
    kept = {name.removeprefix("lontar.") for name in contracts["engines"]["source_modules"]}
    assert kept == LOWER_LEVELS & rooms()


def test_nobody_else_is_let_at_the_table_engine(contracts: dict[str, dict[str, list[str]]]) -> None:
    allowed = {name.removeprefix("lontar.") for name in contracts["table_engine"]["allowed_importers"]}
    assert allowed == OPENS_THE_TABLE_ENGINE & rooms()


@pytest.mark.parametrize(
    ("room", "line", "sentence"),
    [
        ("model", "import lontar.harmonise", r"Down only.* BROKEN"),
        ("catalogue", "import lontar.harmonise", r"Down only.* BROKEN"),
        ("model", "import django", r"web framework.* BROKEN"),
        ("catalogue", "import duckdb", r"table engine.* BROKEN"),
        ("catalogue", "import z3", r"solver.* BROKEN"),
        ("web", "import lontar.warehouse.store", r"through its door.* BROKEN"),
        ("attic", "", r"lontar\.attic"),
        ("model", "", r"6 kept, 0 broken"),
    ],
)
def test_a_breach_is_noticed(
    tmp_path: Path, contracts: dict[str, dict[str, list[str]]], room: str, line: str, sentence: str
) -> None:
    """The contract of this project, on a house of empty rooms with one wrong line in it (in the last case, with none)."""
    for name in {*levels_in(contracts)[0], room}:
        folder = tmp_path / "lontar" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("import duckdb\n" if name in OPENS_THE_TABLE_ENGINE else "")
    (tmp_path / "lontar" / "__init__.py").touch()
    (tmp_path / "lontar" / "sharing" / "proving.py").write_text("import z3\n")
    (tmp_path / "lontar" / "warehouse" / "store.py").touch()
    (tmp_path / "lontar" / room / "wrong.py").write_text(line + "\n")
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text(settings[settings.index("[tool.importlinter]") :])
    outcome = run_lint_imports_in(tmp_path)
    assert re.search(sentence, outcome.stdout), outcome.stdout
    assert outcome.returncode == ("broken" not in sentence)


def run_lint_imports_in(folder: Path) -> subprocess.CompletedProcess[str]:
    """lint-imports on the package in that folder rather than on the installed one."""
    program = textwrap.dedent(
        f"""
        import sys
        sys.path.insert(0, {str(folder)!r})
        from importlinter.cli import lint_imports_command
        lint_imports_command(["--no-cache"])
        """
    )
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
