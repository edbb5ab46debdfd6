"""Writes the pages of docs/reference that follow from the code; with --check, only says which are out of date.

A page is a function without arguments that returns Markdown, listed in PAGES.
"""

import argparse
import inspect
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import get_args

import click

sys.path.insert(
    0, str(Path(__file__).resolve().parents[1])
)  # so that the pages are found when this is run as a file

from docs.asvs_page import asvs_page
from docs.language_page import mapping_language_page
from docs.policy_page import policy_page
from docs.problem_pages import problems_page
from lontar.catalogue.schemas import schema_text
from lontar.cli import main as lontar
from lontar.cli.answers import ANSWERS
from lontar.harmonise.plan import operations
from lontar.harmonise.problem_facts import ProblemLine
from lontar.sharing.asking import Asked

REFERENCE = Path(__file__).resolve().parent / "reference"
WRITTEN_BY = "% Written by docs/generate.py from the code: run `make reference` after a change, and do not edit by hand.\n\n"

COMMAND_LINE_OPENING = """\
# Command line

Noun, then verb. `-` stands for standard input; `--json` prints for programs what there is to read.

| Exit status | Means |
|---|---|
| 0 | yes, or all well (there may be warnings) |
| 1 | no, or something was refused; the output is written |
| 2 | wrong usage, or nothing could be opened as a table; there is no output |
| 3 | unavailable; try again |
"""


def commands(command: click.Command = lontar, name: str = "lontar") -> Iterator[tuple[str, click.Command]]:
    """Every command that a person can type, with its full name, groups before what is in them."""
    if command.hidden:
        return
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for part in command.list_commands(context):
            found = command.get_command(context, part)
            if found is not None:
                yield from commands(found, f"{name} {part}")


def command_line_page() -> str:
    """The command line: what each command is for, how it is written, its options."""
    parts = [COMMAND_LINE_OPENING]
    parts += [_command_section(name, command) for name, command in commands()]
    return "\n".join(parts)


def _command_section(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, max_content_width=110, terminal_width=110)
    usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
    lines = [f"## `{name}`\n", _help_text(command) + "\n", f"```text\n{usage}\n```\n"]
    records = [
        record for option in command.get_params(context) if (record := option.get_help_record(context))
    ]
    described = [(names, text) for names, text in records if text and "--help" not in names]
    if described:
        lines.append("| | |\n|---|---|")
        lines += [f"| `{_in_table(names)}` | {_in_table(text)} |" for names, text in described]
        lines.append("")
    return "\n".join(lines)


def _help_text(command: click.Command) -> str:
    """The help as Markdown: click's marks for "do not wrap" and "the rest is not for the page" taken out."""
    return inspect.cleandoc(command.help or "").partition("\f")[0].replace("\b\n", "").strip()


def plan_page() -> str:
    """What a plan may say: its operations and conditions, by their own words."""

    def section(classes: tuple[type, ...]) -> str:
        return "\n".join(_plan_section(one) for one in classes)

    opening = inspect.cleandoc(operations.__doc__ or "")
    acts, tests = get_args(operations.Operation), get_args(operations.Condition)
    return (
        f"# The plan\n\n{opening}\n\n`lontar mapping plan` prints it for a mapping and its files.\n\n"
        f"## Operations\n\n{section(acts)}\n## Conditions\n\n{section(tests)}"
    )


def _plan_section(one: type) -> str:
    fields = ", ".join(f"`{name}`" for name in one.__struct_fields__)  # type: ignore[attr-defined]
    return f"`{one.__name__}` ({fields})\n: {' '.join(inspect.cleandoc(one.__doc__ or '').split())}\n"


def _in_table(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "\\<")


PAGES: dict[str, Callable[[], str]] = {
    "asvs.md": asvs_page,
    "cli.md": command_line_page,
    "mapping-language.md": mapping_language_page,
    "plan.md": plan_page,
    "policy.md": policy_page,
    "problems.md": problems_page,
}
SCHEMAS: dict[str, Callable[[], str]] = {
    "schemas/policy_question.schema.json": partial(schema_text, "policy_question", Asked),
    "schemas/problem_line.schema.json": partial(schema_text, "problem_line", ProblemLine),
    **{f"schemas/{name}.schema.json": partial(schema_text, name, answer) for name, answer in ANSWERS.items()},
}
"""What the command line prints with --json and what it reads as JSON, described for programs."""


def written_texts() -> dict[str, str]:
    """Every page and schema as the code says it now."""
    pages = {name: WRITTEN_BY + write() for name, write in PAGES.items()}
    return pages | {name: write() for name, write in SCHEMAS.items()}


def outdated_pages(folder: Path = REFERENCE) -> list[str]:
    """Names of the pages in that folder that are not what the code says now."""
    texts = written_texts()
    return [name for name, text in texts.items() if not _is_current(folder / name, text)]


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def main() -> int:
    """Write the pages, or check them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--check", action="store_true", help="write nothing; exit status 1 if a page is out of date"
    )
    if arguments.parse_args().check:
        outdated = outdated_pages()
        for name in outdated:
            print(
                f"lontar: docs/reference/{name} is out of date: run `make reference` and commit it.",
                file=sys.stderr,
            )
        return 1 if outdated else 0
    for name, text in written_texts().items():
        path = REFERENCE / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
