"""Small real files, from the command line, start-up included."""

import shutil
import sys
from pathlib import Path

from benchmarks.generate import HEADER, make_chunk
from benchmarks.measure import in_turn
from benchmarks.peers import MAPPING as MAPPING_FILE

MAPPING = str(MAPPING_FILE)
_FILES, _ROWS = 1000, 50
_START = "loading the engine and the reader alone"


def small_file_table(runs: int, root: Path, folder: Path) -> str:
    """Australia's table, and fourteen files of the Border Patrol in one call, beside the start of the libraries alone."""
    out = folder / "small"
    patrol = sorted(str(path) for path in (root / "examples/us/usbp_monthly").glob("*.csv"))
    boats = sorted(str(path) for path in (root / "examples/au").glob("*.csv"))
    named = {
        _START: [sys.executable, "-c", "import duckdb, pyarrow.csv"],
        f"Australia's boats, {len(boats)} file": _command(boats, "au/boat_arrivals", out),
        f"the Border Patrol's months, {len(patrol)} files": _command(patrol, "us/usbp_monthly", out),
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


def many_file_table(runs: int, seed: int, folder: Path) -> str:
    """A thousand small files of one family in one call, beside one of them alone: what each file costs after the start."""
    files, out = _many_files(seed, folder / "many"), folder / "small"
    one, all_of_them = f"1 file of {_ROWS} rows", f"{_FILES:,} files of {_ROWS} rows"
    taken = in_turn(
        {one: _command(files[:1], MAPPING, out), all_of_them: _command(files, MAPPING, out)},
        runs,
    )
    shutil.rmtree(out)
    after_start = (_FILES - 1) / (taken[all_of_them].wall - taken[one].wall)
    lines = [
        "## A thousand small files in one call",
        "",
        f"Generated files as above. After the start {after_start:,.0f} files a second. Medians of {runs}, in turn.",
        "",
        "| | seconds | least to most | processor seconds | peak memory, MB |",
        "|---|---|---|---|---|",
    ]
    for name, taking in taken.items():
        lines.append(
            f"| {name} | {taking.wall:.2f} | {taking.least:.2f} to {taking.most:.2f} | {taking.cpu:.2f} | {taking.peak / 1e6:,.0f} |"
        )
    return "\n".join([*lines, ""])


def _many_files(seed: int, folder: Path) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"generated-{number:04d}.csv" for number in range(_FILES)]
    for number, path in enumerate(paths):
        if not path.is_file():
            rows, _ = make_chunk(seed, number * _ROWS, _ROWS)
            path.write_bytes((",".join(HEADER) + "\n").encode() + rows)
    return list(map(str, paths))


def _command(files: list[str], mapping: str, out: Path) -> list[str]:
    return [
        sys.executable,
        "-m",
        "lontar.cli",
        "harmonise",
        *files,
        "--mapping",
        mapping,
        "--out",
        str(out),
        "--replace",
    ]
