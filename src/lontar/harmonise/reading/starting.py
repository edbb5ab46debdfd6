"""Starting the reading child early: it loads its libraries while the parent finds out what to ask."""

import os
import subprocess
import sys

Process = subprocess.Popen[bytes]


def start_child() -> Process:
    """A reading child that waits for its request; end it with `stop_child` if it is not asked."""
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "lontar.harmonise.reading.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
    )


def stop_child(child: Process) -> None:
    """End a child, whatever it does; one that has ended already stays as it is."""
    if child.poll() is None:
        child.kill()
        child.communicate()
