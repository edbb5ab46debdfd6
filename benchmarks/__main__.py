"""The measured claims, as tables in Markdown: `python -m benchmarks [--rows N] [--runs N] [--write]`."""

import argparse
import sys
from pathlib import Path

from benchmarks.full_job import Asked, full_job_tables
from benchmarks.machine import machine_lines
from benchmarks.small_files import many_file_table, small_file_table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
ROWS, SEED = 5_000_000, 42

_HEAD = """# Benchmarks

What `make bench` measured, on one machine and in one run of it. Machines differ and are shared: read the ratios first.
Every command runs in a process of its own, in turn with what it is compared with; figures are medians.
"""


def main() -> int:
    """Measure, print, and write the page if asked; exit status 1 if a result is wrong."""
    asked = _arguments()
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    parts, wrong = [_HEAD, machine_lines()], list[str]()
    for measured in (
        Asked(asked.rows, SEED, asked.runs, asked.peers),
        *(Asked(n, SEED, 1) for n in asked.more_rows),
    ):
        tables, differing = full_job_tables(measured, folder)
        print(tables, flush=True)
        parts.append(tables)
        wrong += differing
    if not asked.no_small:
        parts += [many_file_table(asked.runs, SEED, folder), small_file_table(asked.small_runs, ROOT, folder)]
    page = "\n".join(parts)
    print(page)
    for sentence in wrong:
        print(f"WRONG: {sentence}", file=sys.stderr)
    if asked.write and not wrong:
        PAGE.write_text(page, "utf-8")
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the claims that the pages make."
    )
    parser.add_argument(
        "--rows", type=int, default=ROWS, help="rows of the generated file (default: 5,000,000)"
    )
    parser.add_argument("--runs", type=int, default=5, help="counted runs of the whole job (default: 5)")
    parser.add_argument(
        "--small-runs", type=int, default=11, help="counted runs of the small files (default: 11)"
    )
    parser.add_argument(
        "--more-rows", type=int, nargs="*", default=[], help="rows of further files, of one counted run each"
    )
    parser.add_argument(
        "--peers",
        type=int,
        nargs="?",
        const=1,
        default=0,
        help="runs of pandas, pandera and a plain loop (make bench-peers)",
    )
    parser.add_argument("--no-small", action="store_true", help="leave the small files out")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)} too")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
