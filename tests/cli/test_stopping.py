"""A command that is told to stop stops, whenever the signal arrives."""

import signal
import subprocess
import sys

import pytest

WAITING = """
import sys
from lontar.cli.stopping import Stopping
stopping = Stopping()
print("waits", flush=True)
while not stopping.wait(0):
    pass
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_moment_stops(number: signal.Signals) -> None:
    """While it asks again and again, a signal arrives at every moment of asking: a lock held then would be waited for without end."""
    for _ in range(12):
        process = subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout
            assert process.stdout.readline() == "waits\n"
            process.send_signal(number)
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
            process.communicate()


def test_a_signal_that_was_ignored_by_whoever_started_it_stops_too() -> None:
    ignoring = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + WAITING
    process = subprocess.Popen([sys.executable, "-c", ignoring], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    process.communicate()
