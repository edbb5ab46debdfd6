"""`lontar serve` and `lontar demo` start this as a process of its own, which never had the owner's secrets in its memory."""

import argparse
import os
import sys

import django

from lontar.model.errors import LontarError


def main() -> None:
    """Serve the portal on a socket that is open already; what keeps it from that is said in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m lontar.web", description=main.__doc__)
    parser.add_argument("--socket", type=int, required=True, help="The number of the open socket.")
    parser.add_argument(
        "--workers", type=int, required=True, help="Processes that answer, each eight requests at once."
    )
    told = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
    try:
        django.setup()
        from lontar.web.serving import serve

        serve(told.socket, told.workers)
    except LontarError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(3)


if __name__ == "__main__":
    main()
