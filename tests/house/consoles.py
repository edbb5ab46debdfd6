"""Console blocks of the documentation: what a reader is told to type, and what should come of it."""

import itertools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

_BLOCK = re.compile(
    r"(?:^<!-- runnable(?:, exits (?P<status>\d))? -->\n)?^```console\n(?P<body>.*?)^```$",
    flags=re.MULTILINE | re.DOTALL,
)


class Typed(NamedTuple):
    """One command as typed (further lines of it after `> `, empty ones after `>`), and the lines that are shown under it."""

    command: str
    shown: str


class Console(NamedTuple):
    """A ```console block. `<!-- runnable -->` above makes it one that is run; `<!-- runnable, exits 1 -->` states the last status."""

    page: Path
    line: int
    typed: tuple[Typed, ...]
    is_runnable: bool
    exit_status: int


def read_consoles(page: Path) -> Iterator[Console]:
    """The console blocks of a Markdown page."""
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        is_runnable = found[0].startswith("<!--")
        yield Console(page, line, tuple(_read_typed(found["body"])), is_runnable, int(found["status"] or 0))


def _read_typed(body: str) -> Iterator[Typed]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        first, *others = part.replace("\\\n", " ").splitlines()
        further = list(itertools.takewhile(lambda line: line == ">" or line.startswith("> "), others))
        command = "\n".join([first, *(line[2:] for line in further)])
        yield Typed(command, "\n".join(others[len(further) :]))


def command_objection(typed: str, root: click.Group, make_targets: set[str]) -> str | None:
    """Why the line cannot be typed like this; None if it can, or if it is neither `lontar` nor `make`."""
    words = shlex.split(typed, comments=True)
    if words[:1] == ["make"]:
        unknown = [word for word in words[1:] if "=" not in word and word not in make_targets]
        return f"there is no `make {unknown[0]}`" if unknown else None
    if words[:1] == ["lontar"]:
        return _lontar_objection(words[1:], root)
    return None


def _lontar_objection(words: list[str], command: click.Command) -> str | None:
    path = "lontar"
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        name, *words = words
        found = command.get_command(click.Context(command), name)
        if found is None:
            return f"there is no `{path} {name}`"
        path, command = f"{path} {name}", found
    known = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help", "--version"}
    until_pipe = words[: words.index("|")] if "|" in words else words
    unknown = [word for word in until_pipe if word.startswith("--") and word.partition("=")[0] not in known]
    return f"`{path}` has no option {unknown[0]}" if unknown else None
