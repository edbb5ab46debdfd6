"""What the documentation tells a reader to type exists, and the runnable blocks run."""

import doctest
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.house.consoles import Console, command_objection, read_consoles
from tests.house.places import DOCS, ROOT, place

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
CONSOLES = [console for page in PAGES if "_build" not in page.parts for console in read_consoles(page)]
# Folders of the checkout that a reader stands beside when typing.
AT_HAND = ("catalogue", "examples")


def title(console: Console) -> str:
    return f"{console.page.name}:{console.line}"


def make_targets() -> set[str]:
    lines = (ROOT / "Makefile").read_text("utf-8").splitlines()
    return {
        line.partition(":")[0]
        for line in lines
        if line[:1].isalpha() and ":" in line and ":=" not in line and "?=" not in line
    }


@pytest.fixture(scope="module")
def lontar() -> click.Group:
    from lontar.cli import main

    return main


def test_every_command_in_the_docs_exists(lontar: click.Group) -> None:
    found = [
        f"{title(console)}: {objection}"
        for console in CONSOLES
        for typed in console.typed
        if (objection := command_objection(typed.command, lontar, make_targets()))
    ]
    assert found == []


def run_page(consoles: list[Console], folder: Path) -> list[str]:
    """Run the runnable blocks of a page one after the other in that folder, where what a reader stands beside is at hand."""
    for name in AT_HAND:
        (folder / name).symlink_to(ROOT / name)
    return [
        f"{title(console)}: {objection}" for console in consoles for objection in run_console(console, folder)
    ]


def run_console(console: Console, folder: Path) -> list[str]:
    """Run the block line by line in that folder; sentences on each status or text that is not as shown (`...` is any text)."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    objections = []
    for number, typed in enumerate(console.typed, start=1):
        status = console.exit_status if number == len(console.typed) else 0
        outcome = subprocess.run(
            ["bash", "-o", "pipefail", "-c", typed.command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if outcome.returncode != status:
            objections.append(
                f"`{typed.command}` exits {outcome.returncode}, not {status}: {outcome.stdout[-2000:]}"
            )
        elif typed.shown.strip() and not doctest.OutputChecker().check_output(
            typed.shown, outcome.stdout, flags
        ):
            objections.append(f"`{typed.command}` prints\n{outcome.stdout}\nand not\n{typed.shown}")
    return objections


@pytest.mark.parametrize(
    "page", sorted({console.page for console in CONSOLES if console.is_runnable}), ids=place
)
def test_runnable_blocks_run_as_shown(page: Path, tmp_path: Path) -> None:
    assert (
        run_page([console for console in CONSOLES if console.page == page and console.is_runnable], tmp_path)
        == []
    )


def test_the_first_tutorial_is_run() -> None:
    assert any(console.is_runnable and console.page.parent.name == "tutorial" for console in CONSOLES)


def consoles_of(folder: Path, text: str) -> list[Console]:
    page = folder / "page.md"
    page.write_text(text)
    return list(read_consoles(page))


@pytest.mark.parametrize(
    ("body", "status", "is_fine"),
    [
        ("$ true", None, True),
        ("$ false", None, False),
        ("$ false", 1, True),
        ("$ false\n$ false", 1, False),
        ("$ echo a; echo b", None, True),
        ("$ echo a; echo b\na\nb", None, True),
        ("$ echo a; echo b\na\n...", None, True),
        ("$ echo a; echo b\nb", None, False),
        ("$ echo a \\\n    b\na b", None, True),
        ("$ ls examples >/dev/null", None, True),
        ("$ echo 'a\n> b'\na\nb", None, True),
        ("$ echo 'a\n>\n> b'\na\n\nb", None, True),
    ],
)
def test_a_block_that_does_otherwise_is_noticed(
    tmp_path: Path, body: str, status: int | None, is_fine: bool
) -> None:
    mark = "<!-- runnable -->" if status is None else f"<!-- runnable, exits {status} -->"
    consoles = consoles_of(tmp_path, f"Text.\n\n{mark}\n```console\n{body}\n```\n")
    assert len(consoles) == 1
    assert (run_page(consoles, tmp_path) == []) == is_fine


def test_blocks_of_a_page_share_a_folder(tmp_path: Path) -> None:
    block = "<!-- runnable -->\n```console\n$ {}\n```\n"
    consoles = consoles_of(tmp_path, block.format("touch first") + "\nThen\n\n" + block.format("ls first"))
    assert len(consoles) == 2
    assert run_page(consoles, tmp_path) == []


def test_a_block_without_mark_is_not_run(tmp_path: Path) -> None:
    (console,) = consoles_of(tmp_path, "```console\n$ make demo\n```\n")
    assert not console.is_runnable
    assert console.typed[0].command == "make demo"


@pytest.mark.parametrize(
    ("typed", "is_fine"),
    [
        ("make demo", True),
        ("make demo PORT=8080", True),
        ("make coffee", False),
        ("lontar mapping check x.yml", True),
        ("lontar mapping brew x.yml", False),
        ("lontar mapping check --strict x.yml", True),
        ("lontar mapping check --strictly x.yml", False),
        ("lontar mapping check x.yml | head --lines 3", True),
        ("cat x.csv", True),
    ],
)
def test_a_command_that_is_not_there_is_noticed(typed: str, is_fine: bool) -> None:
    @click.command()
    @click.option("--strict", is_flag=True)
    def check(strict: bool) -> None: ...

    root = click.Group("lontar", commands={"mapping": click.Group("mapping", commands={"check": check})})
    assert (command_objection(typed, root, {"demo"}) is None) == is_fine
