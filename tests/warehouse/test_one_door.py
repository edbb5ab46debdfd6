"""There is one door: nothing outside the warehouse opens the store, names its tables, or gets at what lies behind the door."""

import re
import tomllib

import pytest

from tests.house.places import ROOT

SOURCE = ROOT / "src" / "lontar"
ELSEWHERE = sorted(
    path
    for path in SOURCE.rglob("*")
    if path.suffix in {".py", ".sql", ".html"} and "warehouse" not in path.relative_to(SOURCE).parts[:1]
)
BEHIND = re.compile(
    r"\bwarehouse_(?!s\b)\w+|secret\(\"store\"\)|contributing_parcels|every_parcel|every_place"
)
"""What only the warehouse may name: its tables, the key of the store, and the functions that ask no viewer."""
MAKERS = {"warehouse/door/reading.py", "warehouse/totals/gathering.py"}
"""Where what enters regional totals is asked for, without a viewer."""


def test_the_contract_names_the_store() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = {one["id"]: one for one in settings["tool"]["importlinter"]["contracts"]}
    assert contracts["door"]["protected_modules"] == ["lontar.warehouse.store"]
    assert contracts["door"]["allowed_importers"] == ["lontar.warehouse"]


def test_nothing_else_names_what_lies_behind_the_door() -> None:
    assert len(ELSEWHERE) > 200
    found = {str(path.relative_to(ROOT)): BEHIND.findall(path.read_text("utf-8")) for path in ELSEWHERE}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "line", ["select * from warehouse_parcel", 'home.secret("store")', "every_place(numbers)"]
)
def test_a_breach_is_noticed(line: str) -> None:
    assert BEHIND.findall(line)


def test_only_the_makers_of_editions_ask_without_a_viewer() -> None:
    asking = re.compile(r"\bMaking\(\w|\.contributions\(")
    found = {
        str(path.relative_to(SOURCE))
        for path in (SOURCE / "warehouse").rglob("*.py")
        if asking.search(path.read_text("utf-8"))
    }
    assert found == MAKERS
