"""`lontar worker`, `lontar serve` and `lontar demo` start this as a process of its own: it does what submissions ask for.

It is told the number of the process that started it, and ends with that one.
"""

import os
import signal
import sys
import threading
import time

import django

from lontar.model.errors import LontarError


def main() -> None:
    """Do jobs until told to stop; what keeps it from that is said in one sentence."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "lontar.web.settings"
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = int(sys.argv[1])
    try:
        django.setup()
        from django.conf import settings

        from lontar.reporting.worker import work
        from lontar.web.fingerprint import refuse_another_version

        refuse_another_version(settings.HOME)  # type: ignore[misc]
        work(lambda: stop.is_set() or os.getppid() != parent)
    except LontarError as error:
        sys.stderr.write(f"{error}\n")
        time.sleep(1)
        sys.exit(3)


if __name__ == "__main__":
    main()
