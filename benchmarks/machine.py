"""What the figures were measured on."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def machine_lines() -> str:
    """Processors, memory and versions, as one paragraph."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "msgspec"))
    return (
        f"Measured on {cores} cores ({_processor()}), {memory:.0f} GB of memory, Python {platform.python_version()}, "
        f"{versions}.\n"
    )


def tell_page(page: Path, head: str, lines: list[str], *, write: bool) -> int:
    """Print a page of figures, and write it if asked; gives the exit status."""
    text = "\n".join([head, machine_lines(), *lines, ""])
    print(text)
    if write:
        page.write_text(text, "utf-8")
    return 0


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.is_file() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
