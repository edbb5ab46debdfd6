"""What a mapping may say of coordinates, against the real catalogue, whose incidents have a position."""

from pathlib import Path

import pytest
import yaml

from lontar.catalogue import open_catalogue
from lontar.catalogue.mapping_checks import check_mapping
from lontar.catalogue.mappings import open_mapping
from tests.house.places import CATALOGUE

MAPPING = {
    "id": "xa/incidents",
    "title": "Incidents",
    "source": {"publisher": "Coast Guard of Xa", "title": "A table", "licence": "CC BY 4.0"},
    "reporter": "XA",
    "source_kind": "official",
    "area": "ID",
    "indicator": "dead",
    "columns": [
        {"column": "Day", "is": "used"},
        {"column": "Where", "is": "used"},
        {"column": "Name", "is": "personal"},
        {"column": "Dead", "is": "figure"},
    ],
    "period": {"from": "{Day}", "formats": ["{year}-{month}-{day}"]},
}
FORM = "{latitude} {longitude}"


def complaints(position: dict[str, object], folder: Path, **changed: object) -> list[str]:
    """What the catalogue says of the mapping with this position."""
    path, catalogue = folder / "incidents.yml", open_catalogue(CATALOGUE)
    path.write_text(yaml.safe_dump(MAPPING | {"position": position} | changed), "utf-8")
    return [str(one) for one in check_mapping(open_mapping(catalogue, str(path)), catalogue, path)]


def test_a_position_in_order(tmp_path: Path) -> None:
    assert complaints({"from": "{Where}", "formats": [FORM], "blank": "_U"}, tmp_path) == []


@pytest.mark.parametrize(
    ("position", "said"),
    [
        ({"from": "{Where}", "formats": ["{latitude}"]}, "it does not say the longitude"),
        (
            {"from": "{Where}", "formats": ["{lat} {lon}"]},
            "{lat} is no part of a position; there are latitude",
        ),
        ({"from": "{Wher}", "formats": [FORM]}, "position, under from: there is no column 'Wher'"),
        ({"from": "{Name}", "formats": [FORM]}, "position, under from: the column 'Name' is personal"),
        ({"from": "Where", "formats": [FORM]}, "position: 'Where' names no column in braces"),
        ({"from": "{Where}", "formats": [FORM], "blank": "N12"}, "'N12' under blank is no code of position"),
    ],
)
def test_a_fault_of_a_position_is_told(position: dict[str, object], said: str, tmp_path: Path) -> None:
    (told,) = complaints(position, tmp_path)
    assert said in told


def test_a_position_is_said_once_and_where_it_is_wanted(tmp_path: Path) -> None:
    columns = [*MAPPING["columns"], {"column": "Cell", "is": "position", "codes": "position"}]  # type: ignore[misc]
    position: dict[str, object] = {"from": "{Where}", "formats": [FORM]}
    (told,) = complaints(position, tmp_path, columns=columns)
    assert "the position is said by a column and by `position:`" in told
    (told,) = complaints(position, tmp_path, indicator="irregular_stays")
    assert "the mapping says a position, which its indicators do not have" in told


@pytest.mark.parametrize("code", ["N00E000", "N89E179", "S01W001", "S90W180", "S03E036", "N12E097"])
def test_cells_of_the_map_are_codes(code: str) -> None:
    assert open_catalogue(CATALOGUE).codelist("position").has(code)


@pytest.mark.parametrize("code", ["N90E000", "S00E000", "N00W000", "S91E000", "N00E180", "N00W181", "N0E0"])
def test_what_is_no_cell_is_no_code(code: str) -> None:
    assert not open_catalogue(CATALOGUE).codelist("position").has(code)
