"""What others do of the same job: pandas, pandera and a plain loop, each in a process of its own, and what each leaves out.

They get the meaning of every name and code as ready tables; Lontar finds it from the code lists and crosswalks.
"""

import sys
from pathlib import Path

import msgspec

from benchmarks.generate import HEADER
from benchmarks.words import gather_words
from lontar.catalogue.loader import open_catalogue
from lontar.catalogue.mappings import open_mapping
from lontar.harmonise.resolving.codes import CodeReader
from lontar.harmonise.resolving.names import NameBook

MAPPING = Path(__file__).parent / "mappings" / "generated.yml"
PEERS = {
    "pandas": "no sentence for a problem, no account, no periods beside days, rows with too few cells taken as empty, all in memory",
    "pandera": "checks only: no mapping, no dates, no rule across columns but two, nothing written",
    "plain_python": "no sentence for a problem, no account, no uniqueness, nothing written",
}
"""Module of each peer, and what it leaves out."""


class PeerTables(msgspec.Struct, kw_only=True):
    """What the texts of columns mean, made beforehand."""

    header: tuple[str, ...]
    codes: dict[str, dict[str, str]]
    """Column -> text -> code."""
    children: list[str]
    """Texts of ages of children."""
    alone: list[str]
    """Texts of people alone."""
    boats: list[str]
    water: list[str]


def peer_tables(seed: int, folder: Path) -> Path:
    """Write the tables for the peers; returns where they are."""
    bundle, words = open_mapping(open_catalogue(), str(MAPPING)), gather_words(seed)
    texts = {
        "office": words.offices, "citizenship": words.citizenships, "departure": words.areas,
        "destination": words.areas, "sex": words.sexes, "age": [pair.rpartition(",")[0] for pair in words.ages],
        "company": [pair.rpartition(",")[2] for pair in words.ages],
        "mode": [pair.rpartition(",")[0] for pair in words.modes],
        "method": [pair.rpartition(",")[2] for pair in words.modes],
    }  # fmt: skip
    codes: dict[str, dict[str, str]] = {}
    for column in bundle.mapping.columns:
        if column.targets() and column.column in texts:
            reader = CodeReader(column, bundle, NameBook())
            told = {text.strip('"'): reader.read(text.strip('"')).codes for text in set(texts[column.column])}
            codes[column.column] = {text: next(iter(found.values())) for text, found in told.items() if found}
    checks = {check.id: check.implies for check in bundle.mapping.checks if check.implies is not None}
    alone, boats = checks["children_alone"], checks["boats_on_water"]
    tables = PeerTables(
        header=HEADER, codes=codes, children=list(alone.then["age"]), alone=list(alone.when["company"]),
        boats=list(boats.when["method"]), water=list(boats.then["mode"]),
    )  # fmt: skip
    path = folder / "peers.json"
    path.write_bytes(msgspec.json.encode(tables))
    return path


def peer_commands(source: Path, tables: Path, out: Path) -> dict[str, list[str]]:
    """The command of each peer."""
    return {
        name: [sys.executable, "-m", f"benchmarks.peer_{name}", str(source), str(tables), str(out)]
        for name in PEERS
    }
