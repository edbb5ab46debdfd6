"""Small real files, from the command line, start-up included."""

import shutil
import sys
from pathlib import Path

from benchmarks.measure import in_turn

_START = "loading the engine and the reader alone"


def small_file_table(runs: int, root: Path, folder: Path) -> str:
    """Australia's table, and fourteen files of the Border Patrol in one call, beside the start of the libraries alone."""
    out = folder / "small"
    lontar = str(Path(sys.executable).parent / "lontar")
    patrol = sorted(str(path) for path in (root / "examples/us/usbp_monthly").glob("*.csv"))
    boats = sorted(str(path) for path in (root / "examples/au").glob("*.csv"))
    named = {
        _START: [sys.executable, "-c", "import duckdb, pyarrow.csv"],
        f"Australia's boats, {len(boats)} file": _command(lontar, boats, "au/boat_arrivals", out),
        f"the Border Patrol's months, {len(patrol)} files": _command(lontar, patrol, "us/usbp_monthly", out),
    }
    taken = in_turn(named, runs)
    shutil.rmtree(out)
    least = taken[_START].wall
    lines = [
        "## Small files from the command line",
        "",
        f"`lontar harmonise`, start-up included. Medians of {runs}, in turn.",
        "",
        "| | seconds | least to most | processor seconds | peak memory, MB | to the start alone |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in taken.items():
        lines.append(
            f"| {name} | {one.wall:.2f} | {one.least:.2f} to {one.most:.2f} | {one.cpu:.2f} | {one.peak / 1e6:,.0f} "
            f"| {one.wall / least:.2f} |"
        )
    return "\n".join([*lines, ""])


def _command(lontar: str, files: list[str], mapping: str, out: Path) -> list[str]:
    return [lontar, "harmonise", *files, "--mapping", mapping, "--out", str(out), "--replace"]
