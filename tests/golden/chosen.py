"""What a golden file holds of a family: chosen observations, and the account without what changes from run to run."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from tests.factories import Harmonised

FOLDER = Path(__file__).resolve().parent
FIRST = 12
ALIKE = 12
_TELLING = ("frequency", "absence", "status", "series_break", "derived", "match", "note")
_CHANGES = ("mapping_version",)


def golden_texts(mapping: str, made: Harmonised) -> dict[Path, str]:
    """The golden files of a family and what should stand in them."""
    stem = mapping.replace("/", "_")
    texts = {
        FOLDER / f"{stem}.{indicator}.csv": _table(chosen(rows))
        for indicator, rows in made.observations.items()
    }
    return texts | {FOLDER / f"{stem}.json": _told(made)}


def chosen(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first rows, the last one, and the first of each kind (period, absence, status, break, match, note)."""
    kinds: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        kinds.setdefault(tuple(row[name] for name in _TELLING), number)
    wanted = {*range(min(FIRST, len(rows))), *kinds.values(), len(rows) - 1}
    return [rows[number] for number in sorted(wanted)]


def _table(rows: list[dict[str, Any]]) -> str:
    names = [name for name in rows[0] if name not in _CHANGES]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_plain(row[name]) for name in names] for row in rows)
    return text.getvalue()


def _plain(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{cell:.4f}".rstrip("0").rstrip(".")
    return ";".join(cell) if isinstance(cell, list) else str(cell)


def _told(made: Harmonised) -> str:
    account = made.account
    whole = dict(account["all"])
    declared = whole.pop("declared_totals")
    told = {
        "all": whole,
        "declared_totals": {"found": len(declared), "agree": sum(total["agrees"] for total in declared)},
        "derived": account["derived"],
        **({"added": account["added"]} if account["added"]["sums"] else {}),
        "leftovers": account["leftovers"],
        "problems": list(_sentences(made)),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _sentences(made: Harmonised) -> Iterator[str]:
    """Every problem; of those that say the same of one file, the first twelve and how many more there are."""
    told: Counter[tuple[str, str, str]] = Counter()
    for p in made.problems:
        kind = (p["code"], p["file"], p["message"])
        told[kind] += 1
        if told[kind] <= ALIKE:
            place = ", ".join(f"{name} {p[name]}" for name in ("row", "column") if p[name])
            yield f"[{p['code']}] {p['severity']}: {p['file']}, {place}: {p['message']}"
    for (code, file, message), count in told.items():
        if count > ALIKE:
            yield f"[{code}] {file}: {count - ALIKE} more: {message}"


def stale(texts: dict[Path, str]) -> list[str]:
    """The names of golden files that are missing, differ, or belong to no family any more."""
    found = set(chain(FOLDER.glob("*.csv"), FOLDER.glob("*.json")))
    differ = [path for path, text in texts.items() if path not in found or path.read_text("utf-8") != text]
    return sorted(path.name for path in {*differ, *(found - set(texts))})
