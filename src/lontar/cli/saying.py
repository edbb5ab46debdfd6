"""What the command line says: sentences to standard error, answers to standard output."""

import tempfile
import traceback

import click

from lontar.model.errors import Bug, CatalogueProblem, LontarError, SourceProblem, Unavailable

OK, NO, UNUSABLE, UNAVAILABLE = 0, 1, 2, 3
"""Exit statuses of the contract."""


def say_error(error: LontarError) -> int:
    """Say an error in one sentence, and give the exit status that goes with it."""
    click.echo(str(error), err=True)
    if isinstance(error, Unavailable | Bug):
        return UNAVAILABLE
    return UNUSABLE if isinstance(error, SourceProblem | CatalogueProblem) else NO


def say_bug(error: Exception) -> int:
    """Say that Lontar itself is at fault; what its makers need is kept in a file, not shown."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="lontar-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as kept:
            traceback.print_exception(error, file=kept)
        remedy = f"Send {kept.name} to those who keep Lontar."
    except OSError:
        remedy = "What its makers need could not be kept: free some space, and run it again."
    message = f"something went wrong in Lontar itself ({type(error).__name__}); nothing was half-written."
    return say_error(Bug("LON-001", "", message, remedy))


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 problem, 2 problems."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def say_json(answer: object) -> None:
    """Print an answer as JSON."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(answer)).decode())


def table(rows: list[list[str]], *, right: tuple[int, ...] = ()) -> str:
    """Rows as aligned text; the first is the heading, columns in `right` are aligned to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]

    def line(row: list[str]) -> str:
        cells = [
            c.rjust(w) if i in right else c.ljust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    return "\n".join([line(rows[0]), "  ".join("-" * w for w in widths), *map(line, rows[1:])])
