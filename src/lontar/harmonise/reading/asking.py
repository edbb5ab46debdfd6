"""Asking a child that answers one question about files and ends."""

import os
import subprocess
import sys

import msgspec

from lontar.harmonise.reading.landing import Limits, Message
from lontar.harmonise.reading.launch import how_it_ended, too_long

_GRACE_SECONDS = 10


def ask_child(module: str, request: Message, limits: Limits, name: str) -> bytes:
    """What the child of this module answers; raises as the reading child does, about the file of this name."""
    try:
        done = subprocess.run(  # noqa: S603 - a module of ours
            [sys.executable, "-I", "-m", module],
            input=msgspec.json.encode(request),
            capture_output=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            timeout=limits.seconds + _GRACE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise too_long(limits, name) from None
    if done.returncode == 0:
        return done.stdout
    raise how_it_ended(done.returncode, done.stderr.decode("utf-8", "replace"), limits, name)
