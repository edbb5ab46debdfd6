"""`python -m lontar.cli`."""

from lontar.cli import run

run()
