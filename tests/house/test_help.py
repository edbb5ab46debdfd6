"""Every command and every option says what it is for, and the reference shows what the code does."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from docs import generate
from tests.house.places import DOCS


def unexplained(commands: Iterator[tuple[str, click.Command]]) -> Iterator[str]:
    """The commands and options without help."""
    for name, command in commands:
        if not (command.help or "").strip():
            yield name
        for parameter in command.params:
            if (
                isinstance(parameter, click.Option)
                and not parameter.hidden
                and not (parameter.help or "").strip()
            ):
                yield f"{name} {parameter.opts[-1]}"


def test_every_command_and_option_has_help() -> None:
    assert list(unexplained(generate.commands())) == []


def test_missing_help_is_noticed() -> None:
    @click.command()
    @click.option("--loud", is_flag=True)
    @click.option("--quiet", is_flag=True, help="Print nothing.")
    def speak(loud: bool, quiet: bool) -> None: ...

    root = click.Group("lontar", help="All of it.", commands={"speak": speak})
    assert list(unexplained(generate.commands(root))) == ["lontar speak", "lontar speak --loud"]


def test_every_command_is_in_the_reference() -> None:
    page = (DOCS / "reference" / "cli.md").read_text("utf-8")
    names = [name for name, _ in generate.commands()]
    assert len(names) > 1
    assert [name for name in names if f"## `{name}`\n" not in page] == []


def test_generated_pages_are_current() -> None:
    assert generate.outdated_pages() == []


def test_an_outdated_page_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        generate, "PAGES", {"a.md": lambda: "new", "b.md": lambda: "same", "c.md": lambda: "never written"}
    )
    monkeypatch.setattr(generate, "SCHEMAS", {})
    (tmp_path / "a.md").write_text(generate.WRITTEN_BY + "old")
    (tmp_path / "b.md").write_text(generate.WRITTEN_BY + "same")
    assert generate.outdated_pages(tmp_path) == ["a.md", "c.md"]
