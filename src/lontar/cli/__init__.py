"""The command line: noun, then verb. It wires the rooms together and decides nothing."""

import signal
import sys

import click

from lontar import __version__
from lontar.cli.groups import LazyGroup
from lontar.cli.saying import say_bug, say_error
from lontar.model.errors import LontarError

_COMMANDS = {
    "harmonise": "lontar.cli.harmonising:harmonise",
    "mapping": "lontar.cli.mapping:mapping",
    "catalogue": "lontar.cli.catalogue:catalogue",
    "policy": "lontar.cli.policy:policy",
    "journal": "lontar.cli.journal:journal",
    "figures": "lontar.cli.figures:figures",
    "store": "lontar.cli.store:store",
    "totals": "lontar.cli.totals:totals",
    "create": "lontar.cli.instance:create",
    "migrate": "lontar.cli.instance:migrate",
    "database": "lontar.cli.instance:database",
    "backup": "lontar.cli.backups:backup",
    "restore": "lontar.cli.backups:restore",
    "serve": "lontar.cli.serving:serve",
    "worker": "lontar.cli.working:worker",
    "issuer": "lontar.cli.issuers:issuer",
    "person": "lontar.cli.people:person",
    "demo": "lontar.cli.demo:demo",
}


@click.group(cls=LazyGroup, commands_at=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lontar", message="%(prog)s %(version)s")
def main() -> None:
    """Bring the file you have; Lontar makes it comparable and accounts for every cell.

    Exit status: 0 yes or all well; 1 no, or something was refused (output is written); 2 wrong usage, or
    nothing could be opened as a table; 3 unavailable, try again.
    """


def run() -> None:
    """Run the command line; whatever goes wrong ends in one sentence and an exit status."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        sys.exit(main(prog_name="lontar", standalone_mode=False))
    except click.Abort:
        click.echo("Stopped; nothing was written.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except LontarError as error:
        sys.exit(say_error(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        sys.exit(say_bug(error))


def _stop(*_: object) -> None:
    """End as an interrupted command does, so that what was begun is cleared away."""
    raise click.Abort
