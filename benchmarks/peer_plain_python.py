"""The job as far as a plain loop does it: `python -m benchmarks.peer_plain_python CSV TABLES OUT`."""

import csv
import sys
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec

from benchmarks.peer_formats import DAYS, MOMENTS
from benchmarks.peers import PeerTables


def main(source: Path, tables: PeerTables) -> int:
    """Read, map and check row by row; returns how many rows are bad."""
    bad, total = 0, 0
    alone, children = set(tables.alone), set(tables.children)
    boats, water = set(tables.boats), set(tables.water)
    positions = {name: number for number, name in enumerate(tables.header)}
    recodes = [(positions[name], codes) for name, codes in tables.codes.items()]
    with source.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        for row in reader:
            if (
                len(row) != len(tables.header)
                or not row[0]
                or any(row[n] not in codes for n, codes in recodes)
            ):
                bad += 1
                continue
            detected, registered = day(row[2], MOMENTS), day(row[3], DAYS)
            persons = row[12].replace(".", "")
            is_figure = persons.isdigit() and int(persons) <= 50_000
            wrong = detected is None or registered is None or registered < detected
            wrong = wrong or not (is_figure or persons in ("<5", "-"))
            wrong = (
                wrong
                or (row[9] in alone and row[8] not in children)
                or (row[11] in boats and row[10] not in water)
            )
            bad += wrong
            total += int(persons) if is_figure and not wrong else 0
    return bad


@cache
def day(text: str, formats: tuple[str, ...]) -> date | None:
    """The day of a text in one of several formats; each different text is read once."""
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - days have no time zone
        except ValueError:
            continue
    return None


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=PeerTables)))
