"""`lontar demo` starts this as a process of its own: as the role that serves pages, the fictional participants send their files."""

import argparse
import os
import sys
from pathlib import Path

import django

from lontar.model.errors import LontarError


def main() -> None:
    """Load submissions into an instance of the demonstration; what keeps it from that is said in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m lontar.web.demonstrating", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="Where the files of the fictional participants lie.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
    try:
        django.setup()
        from lontar.reporting.demonstration import load_submissions

        load_submissions(parser.parse_args().folder)
    except LontarError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(3)


if __name__ == "__main__":
    main()
